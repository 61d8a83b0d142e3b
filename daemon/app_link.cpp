#include "daemon/app_parts.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/post.hpp>

#include "daemon/access/token.hpp"
#include "daemon/base/canary.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

void take_link(App::Parts& parts, LinkState state) {
    const std::string url = parts.context->config->mqtt.url;
    const bool was_whole = parts.context->health.is_broker_up;
    const auto words = [](bool is_up) { return is_up ? "通" : "断"; };
    if (state.is_whole()) {
        parts.log.write(kLinkUp, {{"url", url}});
    } else if (was_whole) {
        parts.log.write(
            kLinkDown,
            {{"url", url}, {"orders", words(state.orders)}, {"readings", words(state.readings)}});
    }
    parts.context->health.is_broker_up = state.is_whole();
    parts.metrics.set(Gauge::kBrokerUp, state.is_whole() ? 1 : 0);
    parts.broker_watch->on_link(state);
    parts.dispatcher->on_link(planted(Canary::kOrdersBehindReadings) ? state.is_whole()
                                                                     : state.orders);
    parts.marks->on_link(state.orders);
    if (parts.tell_link) parts.tell_link(state.is_whole());
}

constexpr const char* kClientIdKey = "mqtt_client_id";
constexpr std::size_t kClientIdDigits = 16;
constexpr std::size_t kClientIdBytesMax = 64;

// One that cannot be guessed, kept, because the broker keeps our session under it.
std::string client_id_of(App::Parts& parts) {
    const std::string& wanted = parts.context->config->mqtt.client_id;
    if (!wanted.empty()) return wanted;
    auto work = [](Session& db) {
        const auto kept = get_meta(db, kClientIdKey);
        if (kept && !planted(Canary::kSessionForgotten)) return *kept;
        // With "-o" of the connection for orders no longer than every broker must take: 23.
        const std::string made = "qkd-" + new_token().substr(0, kClientIdDigits);
        set_meta(db, kClientIdKey, made);
        return made;
    };
    return parts.store->transact_now(work);
}

}  // namespace

rules::Result<void> check_client_id(App::Parts& parts) {
    if (!parts.context->config->mqtt.client_id.empty()) return {};
    auto look = [](Session& db) { return get_meta(db, kClientIdKey); };
    const auto kept = parts.store->transact_now(look);
    if (!kept) return {};
    const auto is_of_id = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '-' || c == '_';
    };
    const bool is_one =
        !kept->empty() && kept->size() <= kClientIdBytesMax && std::ranges::all_of(*kept, is_of_id);
    if (is_one) return {};
    const std::string why = fmt::format("meta.{}: '{}' is not an id of this daemon", kClientIdKey,
                                        kept->substr(0, kClientIdBytesMax));
    return rules::refuse(unreadable_row("消息客户端标识", why), std::string(kUnreadableCure));
}

MessageBus::Listener listener_of(App::Parts& parts) {
    // Runs it on the executor, if the application is still there then.
    const auto later = [&parts, alive = std::weak_ptr(parts.alive)](auto take) {
        auto tell = [alive, take = std::move(take)] {
            if (!alive.expired()) take();
        };
        asio::post(parts.io, std::move(tell));
    };
    MessageBus::Listener listener;
    const bool is_proved = parts.context->config->mqtt.senders == SenderProof::kTopic;
    listener.on_message = [&parts, is_proved, later](std::string_view topic,
                                                     std::string_view payload) {
        Envelope envelope;
        const auto named = is_proved ? parse_topic(topic) : std::nullopt;
        if (named) envelope.sender = named->enterprise;
        envelope.channel = Channel::kMqtt;
        envelope.address = topic;
        envelope.payload = payload;
        if (planted(Canary::kAcknowledgedEarly)) {
            return later([&parts, envelope] { (void)parts.intake->accept(envelope); });
        }
        if (!parts.intake->accept(envelope)) parts.intake->wait_for_end();
    };
    listener.on_link = [&parts, later](LinkState state) {
        parts.broker_watch->on_orders_link(state.orders);
        later([&parts, state] { take_link(parts, state); });
    };
    listener.on_held = [&parts](MessageBus::Held held) {
        parts.broker_watch->on_held(std::move(held));
    };
    listener.on_held_all = [&parts](bool is_known) { parts.broker_watch->on_held_all(is_known); };
    listener.on_trouble = [&parts, later](LinkTrouble trouble) {
        later([&parts, trouble] { parts.broker_watch->on_trouble(trouble); });
    };
    listener.on_dropped = [&parts, later](std::uint64_t count, std::uint64_t uptime) {
        later([&parts, count, uptime] { parts.broker_watch->on_dropped({count, uptime}); });
    };
    return listener;
}

MessageBus::Topics topics_of(App::Parts& parts) {
    MessageBus::Topics topics;
    topics.client_id = client_id_of(parts);
    for (std::string& filter : intake_filters()) {
        const bool is_urgent = filter.ends_with("/receipt") || filter.ends_with("/status");
        if (planted(Canary::kReceiptsNotSubscribed) && filter.ends_with("/receipt")) continue;
        (is_urgent ? topics.urgent : topics.readings).push_back(std::move(filter));
    }
    if (planted(Canary::kOwnNotSubscribed)) return topics;
    topics.own = {kExerciseOrderTopics, kOrderTopics};
    return topics;
}

}  // namespace qk::daemon
