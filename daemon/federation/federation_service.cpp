#include "daemon/federation/federation_service.hpp"

#include <algorithm>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include "daemon/base/clock_watch.hpp"
#include "daemon/base/federation_messages.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/federation/federation_outbox.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using rules::Instant;

// Says that the lane is at work, however that ends.
class LaneWork {
 public:
    explicit LaneWork(bool& is_busy) : is_busy_(is_busy) { is_busy_ = true; }
    ~LaneWork() { is_busy_ = false; }
    LaneWork(const LaneWork&) = delete;
    LaneWork& operator=(const LaneWork&) = delete;

 private:
    bool& is_busy_;
};

}  // namespace

FederationService::FederationService(Context& context, PeerLink* link)
    : context_(context), link_(link) {
    const FederationConfig& config = context.config->federation;
    if (!config.enabled) return;
    for (const FederationPeer& peer : config.peers) {
        Lane lane;
        lane.peer = peer;
        lanes_.push_back(std::move(lane));
    }
}

void FederationService::start(TaskGroup& tasks) {
    tasks_ = &tasks;
    const FederationConfig& config = context_.config->federation;
    if (config.enabled && config.trust) {
        const rules::Faults findings = plans::trust_findings(*config.trust, context_.clock.now());
        for (const rules::Fault& fault : findings) {
            context_.log.write(kFederationTrust, {{"fault", rules::to_text(fault)}});
        }
    }
    tasks.spawn("federation", prepare());
}

bool FederationService::is_idle() const {
    for (const Lane& lane : lanes_) {
        if (lane.is_busy) return false;
    }
    return true;
}

// Before anything is sent: a peer that is gone from the configuration gets nothing more.
asio::awaitable<void> FederationService::prepare() {
    std::vector<PeerRow> peers;
    const std::string own = context_.pack->region_code;
    for (const Lane& lane : lanes_) {
        peers.push_back(
            {lane.peer.region, lane.peer.name, plans::lies_below(own, lane.peer.region)});
    }
    std::ranges::sort(peers, {}, &PeerRow::region);
    const Instant now = context_.clock.now();
    auto work = [&](Session& db) { set_federation_peers(db, own, peers, now); };
    co_await context_.store.transact(std::move(work));
    if (link_ == nullptr) co_return;
    for (Lane& lane : lanes_) tasks_->spawn("federation-peer", run(lane));
}

asio::awaitable<void> FederationService::run(Lane& lane) {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        const std::optional<Instant> next = co_await send_next(lane);
        if (next) {
            co_await (context_.events.next(seen) || context_.clock.sleep_until(*next));
        } else {
            co_await context_.events.next(seen);
        }
    }
}

asio::awaitable<std::optional<Instant>> FederationService::send_next(Lane& lane) {
    const LaneWork work(lane.is_busy);
    const std::string peer = lane.peer.region;
    for (;;) {
        const Instant now = context_.clock.now();
        if (!is_over(lane.not_before, now, kFederationPauseMost)) co_return lane.not_before;
        std::int64_t waiting = 0;
        auto look = [&](Session& db) {
            waiting = count_waiting_for(db, peer);
            return next_federation_sending(db, peer);
        };
        const std::optional<FederationSending> next = co_await context_.store.read(std::move(look));
        watch_queue(lane, waiting);
        if (!next) co_return std::nullopt;
        if (!is_over(next->next_at, now, kFederationPauseMost)) co_return next->next_at;
        co_await send(lane, next->number);
    }
}

void FederationService::watch_queue(Lane& lane, std::int64_t waiting) {
    const bool is_long = waiting > context_.config->federation.waiting_most;
    if (is_long && !lane.is_long) {
        context_.log.write(kFederationQueueLong, {{"peer", lane.peer.name}, {"count", waiting}});
        context_.metrics.add(Counter::kFederationQueuesLong);
    }
    lane.is_long = is_long;
}

asio::awaitable<void> FederationService::send(Lane& lane, std::int64_t number) {
    const OutboxView view{context_.pack->region_code, context_.clock.now(), context_.signing_key};
    auto begin = [&](Session& db) { return take_up_federation(db, number, view); };
    const auto sending = co_await context_.store.transact(std::move(begin));
    if (!sending) co_return;
    PeerLink::PeerRequest request;
    request.url = lane.peer.url + kFederationPath;
    request.body = sending->document;
    request.ca = lane.peer.ca;
    request.pin = lane.peer.pin;
    request.certificate = lane.peer.certificate;
    request.key = lane.peer.key;
    const PeerLink::PeerReply reply = co_await link_->hand_over(std::move(request));
    const FederationAttempt attempt = attempt_of(lane, *sending, reply);
    auto note = [&](Session& db) { end_federation_attempt(db, attempt); };
    co_await context_.store.transact(std::move(note));
    say_attempt(lane, attempt);
}

// A peer that does not answer at all is given a pause as a whole; one that answers, but proves
// nothing, only for this document.
FederationAttempt FederationService::attempt_of(Lane& lane, const FederationSending& sending,
                                                const PeerLink::PeerReply& reply) {
    const std::shared_ptr<const Config> config = context_.config;
    const Instant now = context_.clock.now();
    FederationAttempt attempt;
    attempt.sending = sending.number;
    attempt.at = now;
    attempt.standing = "waiting";
    attempt.next_at = now + federation_pause(sending.failures + 1);
    if (reply.status == 0) {
        lane.not_before = now + federation_pause(++lane.silent);
        attempt.next_at = lane.not_before;
        attempt.answer = reply.why;
        return attempt;
    }
    lane.silent = 0;
    static const plans::TrustList kNobody;
    const plans::TrustList& trust = config->federation.trust ? *config->federation.trust : kNobody;
    const PeerAnswer answer =
        read_peer_answer(reply.status, reply.body, sending,
                         {trust, context_.pack->region_code, now, config->federation.clock_skew});
    attempt.answer = answer.why;
    if (!answer.is_final) return attempt;
    attempt.standing = answer.is_taken ? "delivered" : "refused";
    attempt.receipt = reply.body;
    return attempt;
}

void FederationService::say_attempt(const Lane& lane, const FederationAttempt& attempt) {
    if (attempt.standing == "delivered") {
        context_.metrics.add(Counter::kFederationSent);
        return;
    }
    context_.metrics.add(Counter::kFederationNotSent);
    context_.log.write(
        attempt.standing == "refused" ? kFederationRefusedByPeer : kFederationNotDelivered,
        {{"peer", lane.peer.name}, {"why", attempt.answer}});
}

}  // namespace qk::daemon
