#include "daemon/mqtt/link.hpp"

#include <algorithm>
#include <utility>

#include "daemon/base/mqtt_reason.hpp"
#include "daemon/mqtt/topic.hpp"

namespace qk::daemon {
namespace {

using std::chrono::milliseconds;

// Fixed head, two lengths, packet id and properties of a PUBLISH, at most.
constexpr std::size_t kPublishHeadBytesMax = 16;

}  // namespace

Link::Link(LinkPort& port, std::vector<LinkFilter> filters, Listener listener, LinkPauses pauses)
    : port_(port),
      filters_(std::move(filters)),
      listener_(std::move(listener)),
      pauses_(pauses),
      pause_(pauses.first) {}

void Link::start(Tick now) {
    if (state_ == State::kOff) attempt(now);
}

void Link::stop() {
    state_ = State::kOff;
    answer_all({PublishAnswer::Outcome::kCut, 0});
}

void Link::answer_all(PublishAnswer answer) {
    std::map<std::uint64_t, Flight> flights;
    flights.swap(flights_);
    std::deque<Publication> waiting;
    waiting.swap(waiting_);
    for (auto& [number, flight] : flights) flight.done(answer);
    for (Publication& publication : waiting) {
        publication.done({PublishAnswer::Outcome::kNotSent, 0});
    }
}

void Link::replace_filters(std::vector<LinkFilter> filters, Tick now) {
    filters_ = std::move(filters);
    if (state_ == State::kOff || state_ == State::kPausing) return;
    leave(0, now);
    port_.close();
    attempt(now);
}

void Link::attempt(Tick now) {
    state_ = State::kConnecting;
    attempted_ = now;
    granted_.assign(filters_.size(), false);
    held_until_.reset();
    heard_before_ = heard_;
    has_answered_ = false;
    port_.connect();
}

void Link::connected(const LinkGreeting& greeting, Tick now) {
    if (state_ != State::kConnecting) return;
    state_ = State::kSubscribing;
    connected_at_ = now;
    heard_seen_ = heard_;
    granted_until_ = now + pauses_.granted_within;
    packet_bytes_max_ = greeting.packet_bytes_max;
    unanswered_max_ = greeting.unanswered_max;
    if (std::exchange(had_session_, true) && !greeting.has_session) {
        tell(LinkTrouble::Kind::kSessionLost, 0, "");
    }
    if (!greeting.can_retain) {
        tell(LinkTrouble::Kind::kFewerPromises, 0, "no retained messages");
    }
    if (greeting.session_kept) {
        tell(LinkTrouble::Kind::kFewerPromises, 0,
             "the session is kept for " + std::to_string(greeting.session_kept->count()) + " s");
    }
    for (std::size_t i = 0; i < filters_.size() && state_ == State::kSubscribing; ++i) {
        port_.subscribe(filters_[i], i);
    }
    rise_if_all_is_granted();
}

void Link::not_connected(int reason, const std::string& detail, Tick now) {
    if (state_ != State::kConnecting) return;
    wordless_ends_.clear();  // it is the broker that comes and goes
    tell(LinkTrouble::Kind::kNotConnected, reason, detail);
    leave(reason, now);
}

void Link::granted(std::size_t number, int reason, Tick now) {
    if (!is_connected() || number >= granted_.size()) return;
    const LinkFilter& filter = filters_[number];
    const bool is_refused = reason >= kReasonRefused;
    if (is_refused && filter.kind != LinkFilter::Kind::kMark) {
        tell(LinkTrouble::Kind::kNotSubscribed, reason, filter.topic);
    }
    switch (filter.kind) {
        case LinkFilter::Kind::kMessages:
            if (is_refused) {
                leave(reason, now);
                port_.close();
                return;
            }
            granted_[number] = true;
            return rise_if_all_is_granted();
        case LinkFilter::Kind::kOwn:
            if (!is_refused) return await_held(now);
            if (listener_.on_held_all) listener_.on_held_all(false);
            return;
        case LinkFilter::Kind::kMark:
        case LinkFilter::Kind::kBroker:
            return;
    }
}

// Silence proves little on a busy machine. Brokers send in the order in which they took: what we
// send ourselves now comes back when all that is held has come. Where they do not let us, or drop
// it, or end the link for it, a long silence has to do.
void Link::await_held(Tick now) {
    held_seen_ = held_;
    held_until_ = now + pauses_.held_quiet;
    is_marked_ = false;
    if (marks_cut_ >= pauses_.marks_cut_most) return;
    for (const LinkFilter& filter : filters_) {
        if (filter.kind != LinkFilter::Kind::kMark) continue;
        mark_number_ = ++last_number_;
        mark_ = std::to_string(mark_number_) + " " + std::to_string(now.time_since_epoch().count());
        flights_.emplace(mark_number_, Flight{[](PublishAnswer) {}, now});
        if (!port_.send(mark_number_, filter.topic, mark_, false)) flights_.erase(mark_number_);
    }
}

// A broker may end the link for what it does not allow: no link would last, and orders that were on
// their way would be accused of it.
bool Link::is_mark_cut(int reason) {
    if (flights_.erase(mark_number_) == 0 || blame_of(reason) == Blame::kSomethingElse)
        return false;
    ++marks_cut_;
    return true;
}

// What the broker holds and says of itself is wished for, not needed.
void Link::rise_if_all_is_granted() {
    if (state_ != State::kSubscribing) return;
    for (std::size_t i = 0; i < filters_.size(); ++i) {
        if (filters_[i].kind == LinkFilter::Kind::kMessages && !granted_[i]) return;
    }
    state_ = State::kUp;
    if (listener_.on_link) listener_.on_link(true);
}

void Link::ended(int reason, const std::string& detail, Tick now) {
    if (state_ == State::kConnecting) return not_connected(reason, detail, now);
    if (!is_connected()) return;
    if (reason == kReasonTakenOver) {
        tell(LinkTrouble::Kind::kTakenOver, reason, detail);
    } else if (reason != 0) {
        tell(LinkTrouble::Kind::kEnded, reason, detail);
    } else if (is_up()) {
        note_wordless_end(now);
    }
    leave(reason, now);
}

void Link::note_wordless_end(Tick now) {
    if (now - connected_at_ >= pauses_.wordless_after) return;
    std::erase_if(wordless_ends_,
                  [&](Tick end) { return now - end >= 3 * pauses_.wordless_after; });
    wordless_ends_.push_back(now);
    if (wordless_ends_.size() < pauses_.wordless_proves) return;
    wordless_ends_.clear();
    tell(LinkTrouble::Kind::kTakenOver, 0, "");
}

// The link is over; when the next attempt comes depends on what this one brought.
void Link::leave(int reason, Tick now) {
    const bool was_up = state_ == State::kUp;
    const bool was_connected = is_connected();
    const bool has_brought = was_connected && (has_answered_ || heard_ != heard_before_ ||
                                               now - connected_at_ >= pauses_.lasting);
    if (was_connected && now - connected_at_ >= pauses_.taken_over_forgotten) taken_over_ = 0;
    state_ = State::kPausing;
    held_until_.reset();
    const bool may_be_the_mark = is_mark_cut(reason);
    if (reason == kReasonTakenOver) {
        const milliseconds wait = pauses_.taken_over_first * (1 << std::min(taken_over_++, 10));
        resumes_ = now + std::min(wait, pauses_.taken_over_most);
    } else {
        if (has_brought) pause_ = pauses_.first;
        const milliseconds spread = was_connected ? pauses_.spread : milliseconds{0};
        resumes_ = std::max(now + spread, attempted_ + pause_);
        pause_ = std::min(pause_ * 2, pauses_.most);
    }
    if (was_up && listener_.on_link) listener_.on_link(false);
    // The broker may have taken some of them; publishing twice harms nobody, losing one does.
    answer_all(may_be_the_mark ? PublishAnswer{PublishAnswer::Outcome::kNotSent, 0}
                               : PublishAnswer{PublishAnswer::Outcome::kCut, reason});
}

void Link::answered(std::uint64_t number, int reason, Tick now) {
    auto flight = flights_.extract(number);
    if (flight.empty()) return;
    has_answered_ = true;
    if (number == mark_number_) marks_cut_ = 0;
    const bool is_refused = reason >= kReasonRefused;
    flight.mapped().done(
        {is_refused ? PublishAnswer::Outcome::kRefused : PublishAnswer::Outcome::kTaken, reason});
    send_waiting(now);
}

void Link::publish(Publication publication, Tick now) {
    const auto answer = [&](PublishAnswer::Outcome outcome, int reason) {
        publication.done({outcome, reason});
    };
    if (!topic_fault(publication.topic).empty()) {
        return answer(PublishAnswer::Outcome::kRefused, kReasonTopicInvalid);
    }
    if (!is_up() || flights_.size() + waiting_.size() >= kInFlightMax) {
        return answer(PublishAnswer::Outcome::kNotSent, 0);
    }
    const std::size_t bytes =
        publication.topic.size() + publication.payload.size() + kPublishHeadBytesMax;
    if (packet_bytes_max_ > 0 && bytes > packet_bytes_max_) {
        return answer(PublishAnswer::Outcome::kRefused, kReasonTooLarge);
    }
    if (!has_room()) return waiting_.push_back(std::move(publication));
    send(std::move(publication), now);
}

// The client library holds back what is beyond the broker's receive maximum (mosquitto: 20), and
// then looks only once a second whether there is room again. So it is never given more; one is left
// over because it counts what it is about to send.
bool Link::has_room() const {
    return unanswered_max_ == 0 || flights_.size() + 1 < std::max<std::size_t>(unanswered_max_, 2);
}

void Link::send_waiting(Tick now) {
    while (is_up() && !waiting_.empty() && has_room()) {
        Publication next = std::move(waiting_.front());
        waiting_.pop_front();
        send(std::move(next), now);
    }
}

void Link::send(Publication publication, Tick now) {
    const std::uint64_t number = ++last_number_;
    flights_.emplace(number, Flight{std::move(publication.done), now});
    if (port_.send(number, publication.topic, publication.payload, publication.retain)) return;
    auto flight = flights_.extract(number);
    if (!flight.empty()) flight.mapped().done({PublishAnswer::Outcome::kNotSent, 0});
}

// A broker that is there, and silent about what it was asked.
bool Link::is_without_answer(Tick now) {
    if (state_ == State::kSubscribing && now >= granted_until_) {
        if (const std::uint64_t heard = heard_; heard != heard_seen_) {
            heard_seen_ = heard;
            granted_until_ = now + pauses_.granted_within;
            return false;
        }
        tell(LinkTrouble::Kind::kNotConnected, 0, "no answer to the subscriptions");
        return true;
    }
    const bool is_silent =
        !flights_.empty() && now >= flights_.begin()->second.sent + pauses_.answered_within;
    if (is_silent) tell(LinkTrouble::Kind::kEnded, 0, "no answer to a publication");
    return is_silent;
}

void Link::pass_time(Tick now) {
    if (state_ == State::kPausing && now >= resumes_) return attempt(now);
    if (state_ == State::kConnecting && now >= attempted_ + pauses_.connect_within) {
        not_connected(0, "no answer", now);
        return port_.close();
    }
    if (is_without_answer(now)) {
        leave(0, now);
        return port_.close();
    }
    if (!held_until_) return;
    if (const std::uint64_t held = held_; held != held_seen_) {
        held_seen_ = held;
        held_until_ = now + pauses_.held_quiet;
    }
    if (is_marked_) held_until_ = now;
    // Before the link is up nobody waits for it; the filter stays subscribed meanwhile.
    if (now < *held_until_ || !is_up()) return;
    held_until_.reset();
    if (listener_.on_held_all) listener_.on_held_all(true);
}

std::optional<Tick> Link::next() const {
    if (state_ == State::kPausing) return resumes_;
    if (state_ == State::kConnecting) return attempted_ + pauses_.connect_within;
    if (state_ == State::kSubscribing) return granted_until_;
    if (!is_up()) return std::nullopt;
    std::optional<Tick> first = held_until_;
    if (!flights_.empty()) {
        const Tick answered_by = flights_.begin()->second.sent + pauses_.answered_within;
        first = std::min(first.value_or(answered_by), answered_by);
    }
    return first;
}

void Link::tell(LinkTrouble::Kind kind, int reason, std::string detail) {
    if (!listener_.on_trouble) return;
    LinkTrouble trouble;
    trouble.kind = kind;
    trouble.reason = reason;
    trouble.detail = std::move(detail);
    listener_.on_trouble(std::move(trouble));
}

namespace {

// The broker throws one out in the instant in which the other comes; which of both is told first is
// chance.
constexpr std::chrono::milliseconds kThrownWithin{250};
constexpr int kInTurnProves = 4;

bool is_near(const std::optional<Tick>& a, Tick b) { return a && b - *a <= kThrownWithin; }

}  // namespace

bool OneIdProof::came(std::size_t link, Tick now) {
    came_[link] = now;
    return is_near(went_[1 - link], now) && thrown(1 - link);
}

bool OneIdProof::went(std::size_t link, Tick now) {
    went_[link] = now;
    return is_near(came_[1 - link], now) && thrown(link);
}

bool OneIdProof::thrown(std::size_t link) {
    went_[link].reset();
    came_[1 - link].reset();
    in_turn_ = last_thrown_ == link ? 1 : in_turn_ + 1;
    last_thrown_ = link;
    return in_turn_ >= kInTurnProves;
}

}  // namespace qk::daemon
