#include "sim/prove/sim_broker.hpp"

#include <algorithm>
#include <string_view>
#include <system_error>
#include <utility>

namespace qk::sim {

using daemon::PublishAnswer;

namespace {

constexpr std::chrono::hours kAwayFor{3};

// One filter of MQTT: "+" stands for one level.
bool matches(std::string_view filter, std::string_view topic) {
    while (!filter.empty() && !topic.empty()) {
        const std::string_view wanted = filter.substr(0, filter.find('/'));
        const std::string_view level = topic.substr(0, topic.find('/'));
        if (wanted != "+" && wanted != level) return false;
        if (filter.size() == wanted.size() || topic.size() == level.size()) {
            return filter.size() == wanted.size() && topic.size() == level.size();
        }
        filter.remove_prefix(wanted.size() + 1);
        topic.remove_prefix(level.size() + 1);
    }
    return false;
}

bool match_one(const std::vector<std::string>& filters, const std::string& topic) {
    return std::ranges::any_of(filters,
                               [&](const std::string& filter) { return matches(filter, topic); });
}

PublishAnswer answer_of(PublishAnswer::Outcome outcome) {
    PublishAnswer answer;
    answer.outcome = outcome;
    return answer;
}

}  // namespace

SimBroker::SimBroker(Steps& steps, std::uint64_t seed, Tell to_enterprise, Tell taken)
    : steps_(steps),
      random_(seed_of(seed, "broker")),
      to_enterprise_(std::move(to_enterprise)),
      taken_(std::move(taken)) {}

void SimBroker::start(Topics topics, Listener listener) {
    topics_ = std::move(topics);
    listener_ = std::move(listener);
    is_listening_ = true;
}

// Of the daemon: a clean end, or one in which nothing counts any more.
void SimBroker::stop() {
    is_listening_ = false;
    if (steps_.is_dead()) return;
    end_link();
}

void SimBroker::publish(std::string topic, std::string payload, bool retain,
                        std::function<void(PublishAnswer answer)> done) {
    if (steps_.is_dead()) return;
    if (!is_linked_) return done(answer_of(PublishAnswer::Outcome::kNotSent));
    if (lies_.settles_when_sent) {
        done(answer_of(PublishAnswer::Outcome::kTaken));
        done = [](PublishAnswer) {};
    }
    sent_.push_back({{std::move(topic), std::move(payload)}, retain, std::move(done)});
}

void SimBroker::send(std::string topic, std::string payload) {
    if (!has_session_ || !is_wanted(topic)) {
        ++thrown_away_;
        return;
    }
    for_daemon_.push_back({std::move(topic), std::move(payload)});
}

std::vector<SimBroker::Turn> SimBroker::turns() const {
    std::vector<Turn> possible;
    if (away_until_) return possible;
    const bool is_whole = is_linked_ && (has_readings_link_ || readings_away_until_);
    if (is_listening_ && !is_whole) possible.push_back(Turn::kConnect);
    if (is_linked_ && (!to_tell_.empty() || owes_all_)) possible.push_back(Turn::kTell);
    if (is_linked_ && dropped_ != dropped_told_) possible.push_back(Turn::kTellDropped);
    if (next_to_hand()) possible.push_back(Turn::kHand);
    if (is_linked_ && !sent_.empty()) possible.push_back(Turn::kTake);
    if (is_linked_ && !unanswered_.empty()) possible.push_back(Turn::kAnswer);
    if (!for_enterprises_.empty()) possible.push_back(Turn::kReach);
    return possible;
}

bool SimBroker::is_quiet() const { return turns().empty(); }

bool SimBroker::act() {
    const std::vector<Turn> possible = turns();
    if (possible.empty()) return false;
    do_turn(possible[static_cast<std::size_t>(random_.below(static_cast<int>(possible.size())))]);
    return true;
}

void SimBroker::do_turn(Turn turn) {
    switch (turn) {
        case Turn::kConnect:
            return connect();
        case Turn::kTell:
            return tell_held();
        case Turn::kTellDropped:
            dropped_told_ = dropped_;
            if (listener_.on_dropped) listener_.on_dropped(dropped_, 0);
            return;
        case Turn::kHand:
            return hand();
        case Turn::kTake:
            return take();
        case Turn::kAnswer:
            return answer();
        case Turn::kReach:
            return reach();
    }
}

bool SimBroker::strike(std::optional<FaultKind> fault) {
    if (steps_.is_dead()) return true;
    if (!fault) return false;
    if (*fault == FaultKind::kBrokerDrops || *fault == FaultKind::kReadingsAway) {
        *fault == FaultKind::kBrokerDrops ? drop_waiting() : part();
        return false;
    }
    end_link();
    if (*fault == FaultKind::kBrokerForgets) forget();
    if (*fault == FaultKind::kBrokerAges) age();
    // Before it has seen the daemon nobody could tell what enterprises send meanwhile from what is
    // thrown away.
    if (*fault == FaultKind::kBrokerAway && has_session_) away_until_ = now_ + kAwayFor;
    if (*fault != FaultKind::kLinkEnds) begin_again();
    return true;
}

// It counts from its start on.
void SimBroker::begin_again() {
    dropped_ = 0;
    dropped_told_ = 0;
}

void SimBroker::drop_waiting() {
    dropped_ += for_daemon_.size();
    for_daemon_.clear();
}

void SimBroker::age() {
    if (retained_before_.empty()) return;
    const auto last = static_cast<int>(retained_before_.size());
    retained_before_.resize(static_cast<std::size_t>(random_.below(last)) + 1);
    retained_ = std::move(retained_before_.back());
    retained_before_.pop_back();
}

void SimBroker::part() {
    readings_away_until_ = now_ + kAwayFor;
    if (!std::exchange(has_readings_link_, false)) return;
    listener_.on_link({is_linked_, false});
}

void SimBroker::pass_time(rules::Instant now) {
    now_ = now;
    if (away_until_ && *away_until_ <= now) away_until_.reset();
    if (readings_away_until_ && *readings_away_until_ <= now) readings_away_until_.reset();
}

void SimBroker::come_back() {
    away_until_.reset();
    readings_away_until_.reset();
}

void SimBroker::hand_retained() {
    for (const auto& [topic, payload] : retained_) for_enterprises_.push_back({topic, payload});
}

bool SimBroker::is_wanted(const std::string& topic) const {
    if (session_.readings.empty() && session_.urgent.empty()) return true;
    return match_one(session_.readings, topic) || match_one(session_.urgent, topic);
}

// Of what waits for the daemon, the first that a connection is there for.
std::optional<std::size_t> SimBroker::next_to_hand() const {
    if (!is_linked_) return std::nullopt;
    for (std::size_t i = 0; i < for_daemon_.size(); ++i) {
        if (has_readings_link_ || match_one(session_.urgent, for_daemon_[i].topic)) return i;
    }
    return std::nullopt;
}

// What was kept for another client id is nobody's any more.
void SimBroker::begin_session() {
    if (has_session_ && session_.client_id != topics_.client_id) {
        thrown_away_ += for_daemon_.size();
        for_daemon_.clear();
    }
    has_session_ = true;
    session_ = topics_;
}

void SimBroker::connect() {
    if (strike(steps_.take(StepKind::kConnect))) return;
    const bool is_first = !std::exchange(is_linked_, true);
    has_readings_link_ = !readings_away_until_;
    if (is_first) begin_session();
    listener_.on_link({true, has_readings_link_});
    if (is_first) dropped_told_ = 0;
    const bool asks_for_none = topics_.own.empty() && !topics_.readings.empty();
    if (!is_first || lies_.compares_nothing || asks_for_none) return;
    for (const auto& [topic, payload] : retained_) {
        Held held;
        held.topic = topic;
        held.payload = payload;
        held.is_retained = true;
        to_tell_.push_back(std::move(held));
    }
    owes_all_ = true;
}

void SimBroker::tell_held() {
    if (strike(steps_.take(StepKind::kHand))) return;
    if (to_tell_.empty()) {
        owes_all_ = false;
        return listener_.on_held_all(true);
    }
    Held held = std::move(to_tell_.front());
    to_tell_.pop_front();
    listener_.on_held(std::move(held));
}

void SimBroker::hand() {
    const auto fault = steps_.take(StepKind::kHand);
    const bool is_answer_lost = fault == FaultKind::kAnswerLost;
    if (!is_answer_lost && strike(fault)) return;
    const auto next = next_to_hand();
    if (!next) return;
    const auto place = for_daemon_.begin() + static_cast<std::ptrdiff_t>(*next);
    const Message message = *place;
    if (lies_.acknowledges_first) {
        for_daemon_.erase(place);
        acknowledged_.push_back(message);
    }
    bool is_kept = true;
    try {
        listener_.on_message(message.topic, message.payload);
    } catch (const std::system_error&) {
        is_kept = lies_.takes_no_refusal;  // the daemon is about to end
    }
    if (lies_.acknowledges_first || steps_.is_dead() || !is_kept) return;
    if (is_answer_lost) return end_link();
    for_daemon_.erase(place);
    acknowledged_.push_back(message);
}

void SimBroker::take_in(Publication& publication) {
    const Message& message = publication.message;
    if (publication.is_retained && !lies_.retains_nothing) {
        retained_before_.push_back(retained_);
        if (message.payload.empty()) {
            retained_.erase(message.topic);
        } else {
            retained_[message.topic] = message.payload;
        }
    }
    taken_(message);
    for_enterprises_.push_back(message);
}

void SimBroker::take() {
    if (strike(steps_.take(StepKind::kTake))) return;
    take_in(sent_.front());
    unanswered_.push_back(std::move(sent_.front()));
    sent_.pop_front();
}

void SimBroker::answer() {
    if (strike(steps_.take(StepKind::kAnswer))) return;
    const Publication publication = std::move(unanswered_.front());
    unanswered_.pop_front();
    publication.done(answer_of(PublishAnswer::Outcome::kTaken));
}

void SimBroker::reach() {
    const Message message = std::move(for_enterprises_.front());
    for_enterprises_.pop_front();
    to_enterprise_(message);
}

void SimBroker::end_link() {
    if (!std::exchange(is_linked_, false)) return;
    has_readings_link_ = false;
    to_tell_.clear();
    owes_all_ = false;
    const auto outcome =
        lies_.cut_is_taken ? PublishAnswer::Outcome::kTaken : PublishAnswer::Outcome::kCut;
    std::deque<Publication> ended = std::move(unanswered_);
    unanswered_.clear();
    // A part of what was on its way has arrived, from the front.
    while (!sent_.empty()) {
        const bool has_arrived = random_.chance(0.5);
        if (!has_arrived) break;
        take_in(sent_.front());
        ended.push_back(std::move(sent_.front()));
        sent_.pop_front();
    }
    for (Publication& lost : sent_) ended.push_back(std::move(lost));
    sent_.clear();
    listener_.on_link({false, false});
    for (const Publication& publication : ended) publication.done(answer_of(outcome));
}

void SimBroker::lose_daemon() {
    while (!sent_.empty() && random_.chance(0.5)) {
        take_in(sent_.front());
        sent_.pop_front();
    }
    sent_.clear();
    unanswered_.clear();
    to_tell_.clear();
    owes_all_ = false;
    is_linked_ = false;
    has_readings_link_ = false;
    is_listening_ = false;
    listener_ = {};
}

void SimBroker::forget() {
    retained_.clear();
    for_daemon_.clear();
    for_enterprises_.clear();
    has_session_ = false;
    if (tell_forgotten_) tell_forgotten_();
}

}  // namespace qk::sim
