#include "daemon/agent/broker_line.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::agent {
namespace {

using daemon::Link;
using daemon::LinkFilter;
using daemon::LinkGreeting;
using daemon::Tick;

constexpr std::chrono::seconds kConnectWithin{10};
constexpr std::chrono::seconds kDisconnectWithin{3};
constexpr int kKeepAliveSeconds = 20;
// So long is kept what Paho may still tell of; see daemon/mqtt/paho_bus.cpp.
constexpr std::chrono::minutes kRetiredFor{2};
constexpr std::size_t kRetiredMax = 512;
constexpr int kReceiveWindow = 20;
constexpr int kPacketBytesMax = 5 << 20;

mqtt::connect_options options_of(const BrokerSettings& settings, const std::string& password,
                                 const std::string& stem) {
    mqtt::connect_options options;
    if (settings.is_v5) {
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(false);
        mqtt::properties properties;
        const auto kept =
            std::chrono::duration_cast<std::chrono::seconds>(daemon::kSessionKept).count();
        properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, static_cast<int>(kept)});
        properties.add({mqtt::property::RECEIVE_MAXIMUM, kReceiveWindow});
        properties.add({mqtt::property::MAXIMUM_PACKET_SIZE, kPacketBytesMax});
        options.set_properties(std::move(properties));
    } else {
        options.set_mqtt_version(MQTTVERSION_3_1_1);
        options.set_clean_session(false);
    }
    options.set_keep_alive_interval(kKeepAliveSeconds);
    options.set_connect_timeout(kConnectWithin);
    options.set_max_inflight(static_cast<int>(daemon::kInFlightMax));
    options.set_automatic_reconnect(false);  // Link does it
    options.set_will(mqtt::will_options(stem + "status", std::string("offline"), 1, false));
    if (!settings.user.empty()) options.set_user_name(settings.user);
    if (!password.empty()) options.set_password(password);
    if (settings.url.starts_with("mqtts://")) {
        mqtt::ssl_options tls;
        if (!settings.ca.empty()) tls.set_trust_store(settings.ca);
        if (!settings.certificate.empty()) {
            tls.set_key_store(settings.certificate);
            tls.set_private_key(settings.key);
        }
        tls.set_enable_server_cert_auth(true);
        tls.set_verify(true);
        options.set_ssl(std::move(tls));
    }
    return options;
}

std::string address_for_paho(const std::string& url) {
    constexpr std::string_view kTls = "mqtts://";
    constexpr std::string_view kPlain = "mqtt://";
    if (url.starts_with(kTls)) return "ssl://" + url.substr(kTls.size());
    return "tcp://" + url.substr(kPlain.size());
}

std::uint64_t number_of(const mqtt::token& token) {
    return reinterpret_cast<std::uintptr_t>(token.get_user_context());
}

void* context_of(std::uint64_t number) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));
}

std::string detail_of(const mqtt::token& token) {
    const int code = token.get_return_code();
    return code < 0 ? mqtt::exception::error_str(code) : std::string();
}

LinkGreeting greeting_of(const mqtt::token& token) {
    LinkGreeting greeting;
    const mqtt::connect_response response = token.get_connect_response();
    greeting.has_session = response.is_session_present();
    const mqtt::properties& said = response.get_properties();
    if (said.contains(mqtt::property::MAXIMUM_PACKET_SIZE)) {
        greeting.packet_bytes_max =
            mqtt::get<std::uint32_t>(said, mqtt::property::MAXIMUM_PACKET_SIZE);
    }
    if (said.contains(mqtt::property::RECEIVE_MAXIMUM)) {
        greeting.unanswered_max = mqtt::get<std::uint16_t>(said, mqtt::property::RECEIVE_MAXIMUM);
    }
    return greeting;
}

// Paho refuses what is under way at the end; nothing is left to be done about it.
template <class Step>
void without_throwing(Step step) {
    try {
        step();
    } catch (const std::exception&) {
    }
}

}  // namespace

struct BrokerLine::Parts : daemon::LinkPort {
    // Answers of Paho, on its thread. Numbers travel as the user context.
    struct OnConnectAnswer : mqtt::iaction_listener {
        explicit OnConnectAnswer(Parts& of) : parts(of) {}
        void on_success(const mqtt::token& token) override {
            parts.post_mine([this, greeting = greeting_of(token)](Tick now) {
                parts.link->connected(greeting, now);
            });
        }
        void on_failure(const mqtt::token& token) override {
            const int code = token.get_return_code();
            int reason = std::max<int>(token.get_reason_code(), code);
            if (!parts.settings.is_v5) reason = daemon::reason_of_v3_connack(code);
            if (reason < daemon::kReasonRefused) reason = 0;
            parts.post_mine([this, reason, detail = detail_of(token)](Tick now) {
                parts.link->not_connected(reason, detail, now);
            });
        }
        Parts& parts;
    };
    struct OnPublished : mqtt::iaction_listener {
        explicit OnPublished(Parts& of) : parts(of) {}
        void on_success(const mqtt::token& token) override { tell(token, token.get_reason_code()); }
        void on_failure(const mqtt::token& token) override {
            const int reason = token.get_reason_code();
            if (reason >= daemon::kReasonRefused) tell(token, reason);
        }
        void tell(const mqtt::token& token, int reason) {
            parts.post_mine([this, flight = number_of(token), reason](Tick now) {
                parts.link->answered(flight, reason, now);
            });
        }
        Parts& parts;
    };
    struct OnSubscribed : mqtt::iaction_listener {
        explicit OnSubscribed(Parts& of) : parts(of) {}
        void on_success(const mqtt::token& token) override { tell(token, token.get_reason_code()); }
        void on_failure(const mqtt::token& token) override {
            const int reason = std::max<int>(token.get_reason_code(), token.get_return_code());
            if (reason >= daemon::kReasonRefused) return tell(token, reason);
            parts.post_mine(
                [this, why = detail_of(token)](Tick now) { parts.link->ended(0, why, now); });
        }
        void tell(const mqtt::token& token, int reason) {
            parts.post_mine([this, filter = number_of(token), reason](Tick now) {
                parts.link->granted(filter, reason, now);
            });
        }
        Parts& parts;
    };

    Parts(const BrokerSettings& wanted, const std::string& password, const std::string& stem,
          std::vector<LinkFilter> filters, std::function<void(Event)> hand_over, Listener told)
        : settings(wanted),
          options(options_of(wanted, password, stem)),
          status_topic(stem + "status"),
          post(std::move(hand_over)),
          listener(std::move(told)),
          on_connect_answer(*this),
          on_published(*this),
          on_subscribed(*this) {
        Link::Listener of_link;
        of_link.on_link = [this](bool is_up) { listener.on_link(is_up); };
        of_link.on_trouble = [this](const daemon::LinkTrouble& trouble) {
            listener.on_trouble(trouble);
        };
        link = std::make_unique<Link>(*this, std::move(filters), std::move(of_link));
    }

    // Of this connection; nothing comes of it once another was begun.
    void post_mine(Event event) {
        post([this, mine = connection.load(), event = std::move(event)](Tick now) {
            last = now;
            if (connection == mine) event(now);
        });
    }
    void connect() override;
    void subscribe(const LinkFilter& filter, std::size_t number) override;
    void close() override;
    bool send(std::uint64_t number, const std::string& topic, const std::string& payload,
              bool retain) override;
    void make_client();
    void retire(std::shared_ptr<void> what);

    const BrokerSettings settings;
    mqtt::connect_options options;
    const std::string status_topic;
    const std::function<void(Event)> post;
    const Listener listener;
    OnConnectAnswer on_connect_answer;
    OnPublished on_published;
    OnSubscribed on_subscribed;
    std::unique_ptr<Link> link;
    std::atomic<std::uint64_t> connection{0};
    Tick last{};  // when the owner's thread last did something here
    bool has_sent = false;
    // Last, so that its threads end before what they call goes.
    std::deque<std::pair<Tick, std::shared_ptr<void>>> retired;
    std::shared_ptr<mqtt::async_client> client;
};

// A client of its own for each connection after something was sent: Paho would send again by itself
// what was not answered.
void BrokerLine::Parts::make_client() {
    auto made = std::make_shared<mqtt::async_client>(
        address_for_paho(settings.url), settings.client_id,
        mqtt::create_options(settings.is_v5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
                             static_cast<int>(daemon::kInFlightMax) + 1),
        nullptr);
    made->set_connection_lost_handler([this](const std::string& why) {
        post_mine([this, why](Tick now) { link->ended(0, why, now); });
    });
    made->set_message_callback([this](mqtt::const_message_ptr message) {
        if (!message) return;
        link->heard();
        listener.on_message(message->get_topic(), message->get_payload_str());
    });
    if (settings.is_v5) {
        made->set_disconnected_handler([this](const mqtt::properties&, mqtt::ReasonCode code) {
            post_mine([this, code](Tick now) { link->ended(static_cast<int>(code), "", now); });
        });
    }
    if (client) {
        without_throwing([this] { client->disable_callbacks(); });
        retire(std::move(client));
    }
    client = std::move(made);
    has_sent = false;
}

void BrokerLine::Parts::retire(std::shared_ptr<void> what) {
    while (!retired.empty() &&
           (last - retired.front().first > kRetiredFor || retired.size() >= kRetiredMax)) {
        retired.pop_front();
    }
    retired.emplace_back(last, std::move(what));
}

void BrokerLine::Parts::connect() {
    try {
        if (client && client->is_connected()) client->disconnect()->wait_for(kDisconnectWithin);
        if (!client || has_sent) make_client();
        ++connection;
        retire(client->connect(options, nullptr, on_connect_answer));
    } catch (const std::exception& error) {
        post_mine([this, why = std::string(error.what())](Tick now) {
            link->not_connected(0, why, now);
        });
    }
}

void BrokerLine::Parts::subscribe(const LinkFilter& filter, std::size_t number) {
    try {
        client->subscribe(filter.topic, 1, context_of(number), on_subscribed);
    } catch (const std::exception& error) {
        post_mine([this, why = std::string(error.what())](Tick now) { link->ended(0, why, now); });
    }
}

void BrokerLine::Parts::close() {
    without_throwing([this] {
        if (client && client->is_connected()) client->disconnect()->wait_for(kDisconnectWithin);
    });
}

bool BrokerLine::Parts::send(std::uint64_t number, const std::string& topic,
                             const std::string& payload, bool retain) {
    has_sent = true;
    try {
        client->publish(mqtt::make_message(topic, payload, 1, retain), context_of(number),
                        on_published);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

BrokerLine::BrokerLine(const BrokerSettings& settings, std::string password,
                       const std::string& topic_stem, std::vector<LinkFilter> filters,
                       std::function<void(Event)> post, Listener listener)
    : parts_(std::make_unique<Parts>(settings, password, topic_stem, std::move(filters),
                                     std::move(post), std::move(listener))) {}

BrokerLine::~BrokerLine() = default;

void BrokerLine::start(Tick now) {
    parts_->last = now;
    parts_->link->start(now);
}

void BrokerLine::pass_time(Tick now) {
    parts_->last = now;
    parts_->link->pass_time(now);
}

void BrokerLine::publish(Link::Publication publication, Tick now) {
    parts_->last = now;
    parts_->link->publish(std::move(publication), now);
}

bool BrokerLine::is_up() const { return parts_->link->is_up(); }

std::optional<Tick> BrokerLine::next() const { return parts_->link->next(); }

void BrokerLine::stop() {
    without_throwing([this] {
        if (!parts_->client || !parts_->client->is_connected()) return;
        // A will is sent only when a link breaks.
        parts_->client
            ->publish(mqtt::make_message(parts_->status_topic, std::string("offline"), 1, false))
            ->wait_for(kDisconnectWithin);
    });
    parts_->close();
    without_throwing([this] {
        if (parts_->client) parts_->client->disable_callbacks();
    });
    parts_->link->stop();
}

}  // namespace qk::agent
