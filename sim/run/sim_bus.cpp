#include "sim/run/sim_bus.hpp"

#include <boost/asio/post.hpp>

namespace qk::sim {
namespace {

using rules::Instant;
using std::chrono::minutes;

// An enterprise that missed its order is back within this time.
constexpr int kReconnectMinutesMax = 120;

}  // namespace

SimBus::SimBus(boost::asio::any_io_executor executor, const Scenario& scenario,
               const daemon::Clock& clock, ToEnterprise to_enterprise, ToEnterprise seen)
    : executor_(std::move(executor)),
      scenario_(scenario),
      clock_(clock),
      to_enterprise_(std::move(to_enterprise)),
      seen_(std::move(seen)),
      random_(seed_of(scenario.seed, "bus")) {}

bool SimBus::is_down(Instant t) const {
    for (const rules::Span& span : scenario_.faults.broker_down) {
        if (span.holds(t)) return true;
    }
    return false;
}

void SimBus::start(Topics, Listener listener) {
    listener_ = std::move(listener);
    is_listening_ = true;
    is_up_ = false;
    boost::asio::post(executor_, [this] { let_arrive(); });
}

void SimBus::stop() {
    is_listening_ = false;
    listener_ = {};
}

void SimBus::publish(std::string topic, std::string payload, bool retain,
                     std::function<void(daemon::PublishAnswer answer)> done) {
    daemon::PublishAnswer answer;
    if (is_listening_ && !is_down(clock_.now())) {
        answer.outcome = daemon::PublishAnswer::Outcome::kTaken;
        if (retain) retained_[topic] = payload;
        seen_(topic, payload);
        enqueue({std::move(topic), std::move(payload), false});
    }
    boost::asio::post(executor_, [done = std::move(done), answer] { done(answer); });
}

void SimBus::send(std::string topic, std::string payload) {
    enqueue({std::move(topic), std::move(payload), true});
}

void SimBus::enqueue(Message message) {
    const FaultPlan& faults = scenario_.faults;
    Instant due = clock_.now();
    if (faults.delay_max.count() > 0) {
        due += minutes{random_.below(static_cast<int>(faults.delay_max.count()) + 1)};
    }
    if (faults.message_loss > 0 && random_.chance(faults.message_loss)) {
        if (message.is_to_daemon) return;
        due += minutes{15 + random_.below(kReconnectMinutesMax)};
    }
    if (faults.duplicates > 0 && random_.chance(faults.duplicates)) {
        on_the_way_.emplace(std::pair{due + minutes{random_.below(30)}, ++count_}, message);
    }
    on_the_way_.emplace(std::pair{due, ++count_}, std::move(message));
}

void SimBus::arrive(const Message& message) {
    if (message.is_to_daemon) {
        listener_.on_message(message.topic, message.payload);
    } else {
        to_enterprise_(message.topic, message.payload);
    }
}

bool SimBus::is_quiet() const {
    return on_the_way_.empty() || on_the_way_.begin()->first.first > clock_.now() || !is_up_;
}

void SimBus::set_link(bool is_up) {
    is_up_ = is_up;
    if (!is_listening_) return;
    listener_.on_link({is_up, is_up});
    if (!is_up || !listener_.on_held) return;
    for (const auto& [topic, payload] : retained_) {
        Held held;
        held.topic = topic;
        held.payload = payload;
        held.is_retained = true;
        listener_.on_held(std::move(held));
    }
    listener_.on_held_all(true);
}

void SimBus::let_arrive() {
    const Instant now = clock_.now();
    const bool should_be_up = is_listening_ && !is_down(now);
    if (should_be_up != is_up_) set_link(should_be_up);
    while (is_up_ && !on_the_way_.empty() && on_the_way_.begin()->first.first <= now) {
        const auto first = on_the_way_.extract(on_the_way_.begin());
        arrive(first.mapped());
    }
}

boost::asio::awaitable<std::string> SimGatewayClient::deliver(GatewayMessage) {
    ++delivered_;
    co_return std::string();
}

}  // namespace qk::sim
