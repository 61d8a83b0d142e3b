#include "sim/prove/sim_broker.hpp"

#include <system_error>
#include <utility>

namespace qk::sim {

using daemon::PublishAnswer;

namespace {

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

void SimBroker::start(Topics, Listener listener) {
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
    if (!has_session_) {
        ++thrown_away_;
        return;
    }
    for_daemon_.push_back({std::move(topic), std::move(payload)});
}

std::vector<SimBroker::Turn> SimBroker::turns() const {
    std::vector<Turn> possible;
    if (is_listening_ && !is_linked_) possible.push_back(Turn::kConnect);
    if (is_linked_ && (!to_tell_.empty() || owes_all_)) possible.push_back(Turn::kTell);
    if (is_linked_ && !for_daemon_.empty()) possible.push_back(Turn::kHand);
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
    end_link();
    if (*fault == FaultKind::kBrokerForgets) forget();
    return true;
}

void SimBroker::connect() {
    if (strike(steps_.take(StepKind::kConnect))) return;
    is_linked_ = true;
    has_session_ = true;
    listener_.on_link({true, true});
    if (lies_.compares_nothing) return;
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
    const Message message = for_daemon_.front();
    if (lies_.acknowledges_first) {
        for_daemon_.pop_front();
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
    for_daemon_.pop_front();
    acknowledged_.push_back(message);
}

void SimBroker::take_in(Publication& publication) {
    const Message& message = publication.message;
    if (publication.is_retained && !lies_.retains_nothing) {
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
