#include "daemon/mqtt/paho_client.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <utility>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kConnectWithin{10};
constexpr std::chrono::seconds kDisconnectWithin{3};
constexpr int kKeepAliveSeconds = 20;
// So long is kept what Paho may still tell of: the token of a connect, and a client that was
// replaced. It tells a failed connect twice, and its threads may still hold a client that was
// destroyed (eclipse-paho/paho.mqtt.c issue 1669); both would then call into memory that is gone.
constexpr std::chrono::minutes kRetiredFor{2};
// Link waits between connects; so many never come together.
constexpr std::size_t kRetiredMax = 512;
constexpr const char* kOffline = "offline";

// "mqtts://h:1" -> "ssl://h:1", as Paho says it.
std::string paho_url(const std::string& url) {
    if (url.starts_with("mqtts://")) return "ssl://" + url.substr(8);
    return "tcp://" + url.substr(7);
}

mqtt::connect_options options_of(const PahoSettings& settings) {
    mqtt::connect_options options;
    if (settings.is_v5) {
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(false);
        mqtt::properties properties;
        const auto kept = std::chrono::duration_cast<std::chrono::seconds>(kSessionKept).count();
        properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, static_cast<int>(kept)});
        properties.add({mqtt::property::RECEIVE_MAXIMUM, settings.receive_window});
        properties.add({mqtt::property::MAXIMUM_PACKET_SIZE, settings.packet_bytes_max});
        options.set_properties(std::move(properties));
    } else {
        options.set_mqtt_version(MQTTVERSION_3_1_1);
        options.set_clean_session(false);
    }
    options.set_keep_alive_interval(kKeepAliveSeconds);
    options.set_connect_timeout(kConnectWithin);
    options.set_max_inflight(static_cast<int>(kInFlightMax));
    options.set_automatic_reconnect(false);  // Link does it, and also for the first time
    if (!settings.will_topic.empty()) {
        options.set_will(mqtt::will_options(settings.will_topic, std::string(kOffline), 1, false));
    }
    if (!settings.user.empty()) options.set_user_name(settings.user);
    if (!settings.password.empty()) options.set_password(settings.password);
    if (settings.url.starts_with("mqtts://")) {
        mqtt::ssl_options tls;
        if (!settings.ca.empty()) tls.set_trust_store(settings.ca);
        if (!settings.certificate.empty()) {
            tls.set_key_store(settings.certificate);
            tls.set_private_key(settings.key);
        }
        tls.set_enable_server_cert_auth(!settings.insecure);
        tls.set_verify(!settings.insecure);
        options.set_ssl(std::move(tls));
    }
    return options;
}

// For the end, when Paho refuses much that is under way and nothing is left to be done about it.
template <class Step>
void without_throwing(const Step& step) {
    try {
        step();
    } catch (const std::exception&) {
    }
}

// Why something failed: the reason the broker gave, or nought.
int reason_of(const mqtt::token& token, bool is_v5) {
    const int code = token.get_return_code();
    if (!is_v5) return reason_of_v3_connack(code);
    // What a CONNACK says comes as the code of the failure.
    const int reason = std::max<int>(token.get_reason_code(), code);
    return reason >= kReasonRefused ? reason : 0;
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
    using Code = mqtt::property;
    if (said.contains(Code::MAXIMUM_PACKET_SIZE)) {
        greeting.packet_bytes_max = mqtt::get<std::uint32_t>(said, Code::MAXIMUM_PACKET_SIZE);
    }
    if (said.contains(Code::RECEIVE_MAXIMUM)) {
        greeting.unanswered_max = mqtt::get<std::uint16_t>(said, Code::RECEIVE_MAXIMUM);
    }
    if (said.contains(Code::RETAIN_AVAILABLE)) {
        greeting.can_retain = mqtt::get<std::uint8_t>(said, Code::RETAIN_AVAILABLE) != 0;
    }
    if (said.contains(Code::SESSION_EXPIRY_INTERVAL)) {
        const std::chrono::seconds kept{
            mqtt::get<std::uint32_t>(said, Code::SESSION_EXPIRY_INTERVAL)};
        if (kept < kSessionKept) greeting.session_kept = kept;
    }
    return greeting;
}

// Numbers travel as the user context.
std::uint64_t number_of(const mqtt::token& token) {
    return reinterpret_cast<std::uintptr_t>(token.get_user_context());
}

void* context_of(std::uint64_t number) {
    return reinterpret_cast<void*>(static_cast<std::uintptr_t>(number));
}

}  // namespace

struct PahoClient::Parts {
    // Answers of Paho, on its thread.
    struct OnConnectAnswer : mqtt::iaction_listener {
        explicit OnConnectAnswer(Parts& of) : parts(of) {}
        void on_success(const mqtt::token& token) override {
            parts.post([this, greeting = greeting_of(token)](Tick now) {
                parts.link->connected(greeting, now);
                if (parts.owner.on_connected) parts.owner.on_connected(now);
            });
        }
        void on_failure(const mqtt::token& token) override {
            parts.post([this, reason = reason_of(token, parts.settings.is_v5),
                        detail = detail_of(token)](Tick now) {
                parts.link->not_connected(reason, detail, now);
            });
        }
        Parts& parts;
    };
    struct OnPublished : mqtt::iaction_listener {
        explicit OnPublished(Parts& of) : parts(of) {}
        void on_success(const mqtt::token& token) override { tell(token, token.get_reason_code()); }
        // Where the broker gave no reason, the link is at its end and says so itself.
        void on_failure(const mqtt::token& token) override {
            const int reason = token.get_reason_code();
            if (reason >= kReasonRefused) tell(token, reason);
        }
        void tell(const mqtt::token& token, int reason) {
            parts.owner.post([this, flight = number_of(token), reason](Tick now) {
                parts.link->answered(flight, reason, now);
            });
        }
        Parts& parts;
    };
    struct OnSubscribed : mqtt::iaction_listener {
        explicit OnSubscribed(Parts& of) : parts(of) {}
        void on_success(const mqtt::token& token) override { tell(token, token.get_reason_code()); }
        // Refused with a reason, or the link ended before there was an answer.
        void on_failure(const mqtt::token& token) override {
            const int reason = std::max<int>(token.get_reason_code(), token.get_return_code());
            if (reason >= kReasonRefused) return tell(token, reason);
            parts.tell_end(0, detail_of(token));
        }
        void tell(const mqtt::token& token, int reason) {
            parts.post([this, filter = number_of(token), reason](Tick now) {
                parts.link->granted(filter, reason, now);
            });
        }
        Parts& parts;
    };

    Parts(PahoSettings wanted, Owner of)
        : settings(std::move(wanted)),
          owner(std::move(of)),
          options(options_of(settings)),
          on_connect_answer(*this),
          on_published(*this),
          on_subscribed(*this) {}

    // Told of a connection; nothing comes of it once another was begun. Paho tells an end twice,
    // and the second time may be late.
    void post(Event event) {
        owner.post([this, mine = connection.load(), event = std::move(event)](Tick now) {
            if (connection == mine) event(now);
        });
    }
    void tell_end(int reason, const std::string& detail) {
        post([this, reason, detail](Tick now) { owner.on_end(reason, detail, now); });
    }
    // Of a client that may have been replaced meanwhile.
    void tell_end_of(const mqtt::async_client* one, int reason, const std::string& detail) {
        if (present == one) tell_end(reason, detail);
    }
    [[nodiscard]] bool is_idle() const {
        return (!connecting || connecting->is_complete()) && !client->is_connected();
    }
    void make_client();
    void retire(std::shared_ptr<void> what);
    void disconnect() {
        if (client && client->is_connected()) client->disconnect()->wait_for(kDisconnectWithin);
    }

    PahoSettings settings;
    const Owner owner;
    mqtt::connect_options options;
    OnConnectAnswer on_connect_answer;
    OnPublished on_published;
    OnSubscribed on_subscribed;
    Link* link = nullptr;
    std::atomic<std::uint64_t> connection{0};  // which it is, of all that were begun
    std::atomic<const mqtt::async_client*> present{nullptr};
    mqtt::token_ptr connecting;  // the last connect; null: none was begun
    // Since it last connected something was sent that may not have been answered.
    bool has_sent = false;
    // Last, so that its threads end before what they call goes.
    std::deque<std::pair<Tick, std::shared_ptr<void>>> retired;
    std::shared_ptr<mqtt::async_client> client;
};

// A client of its own for each connection after something was sent: Paho would send again by itself
// what was not answered, also what the broker ended the link for.
//
// The callbacks of the one that is replaced stay: async_client::disable_callbacks() puts a function
// in their place that takes every message and says it was dealt with, and Paho acknowledges it.
// What still comes by it is handed over like any other.
void PahoClient::Parts::make_client() {
    auto made = std::make_shared<mqtt::async_client>(
        paho_url(settings.url), settings.client_id,
        mqtt::create_options(settings.is_v5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
                             static_cast<int>(kInFlightMax) + 1),
        nullptr);
    const mqtt::async_client* const one = made.get();
    made->set_connection_lost_handler(
        [this, one](const std::string& why) { tell_end_of(one, 0, why); });
    made->set_message_callback([this](mqtt::const_message_ptr message) {
        if (!message) return;
        link->heard();
        owner.on_message(message->get_topic(), message->get_payload_str(), message->is_retained());
    });
    if (settings.is_v5) {
        made->set_disconnected_handler(
            [this, one](const mqtt::properties& said, mqtt::ReasonCode code) {
                std::string why;
                if (said.contains(mqtt::property::REASON_STRING)) {
                    why = mqtt::get<std::string>(said, mqtt::property::REASON_STRING);
                }
                tell_end_of(one, static_cast<int>(code), why);
            });
    }
    present = one;
    if (client) retire(std::move(client));
    client = std::move(made);
    has_sent = false;
}

void PahoClient::Parts::retire(std::shared_ptr<void> what) {
    const Tick now = owner.now();
    while (!retired.empty() &&
           (now - retired.front().first > kRetiredFor || retired.size() >= kRetiredMax)) {
        retired.pop_front();
    }
    retired.emplace_back(now, std::move(what));
}

PahoClient::PahoClient(PahoSettings settings, Owner owner)
    : parts_(std::make_unique<Parts>(std::move(settings), std::move(owner))) {}

PahoClient::~PahoClient() = default;

void PahoClient::serve(Link& link) { parts_->link = &link; }

void PahoClient::set_client_id(std::string id) { parts_->settings.client_id = std::move(id); }

void PahoClient::connect() {
    Parts& parts = *parts_;
    try {
        parts.disconnect();
        if (!parts.client || parts.has_sent) parts.make_client();
        ++parts.connection;
        parts.connecting = parts.client->connect(parts.options, nullptr, parts.on_connect_answer);
        parts.retire(parts.connecting);
    } catch (const std::exception& error) {
        parts.post([&parts, why = std::string(error.what())](Tick now) {
            parts.link->not_connected(0, why, now);
        });
    }
}

void PahoClient::subscribe(const LinkFilter& filter, std::size_t number) {
    // What we publish ourselves need not come back to us; the old protocol cannot say so.
    const mqtt::subscribe_options wishes(parts_->settings.is_v5 &&
                                         filter.kind == LinkFilter::Kind::kOwn);
    const int qos = filter.kind == LinkFilter::Kind::kBroker ? 0 : 1;
    try {
        parts_->client->subscribe(filter.topic, qos, context_of(number), parts_->on_subscribed,
                                  wishes);
    } catch (const std::exception& error) {
        parts_->tell_end(0, error.what());
    }
}

void PahoClient::close() {
    without_throwing([this] { parts_->disconnect(); });
}

bool PahoClient::send(std::uint64_t number, const std::string& topic, const std::string& payload,
                      bool retain) {
    parts_->has_sent = true;
    try {
        parts_->client->publish(mqtt::make_message(topic, payload, 1, retain), context_of(number),
                                parts_->on_published);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

void PahoClient::end() {
    // A will is sent only when a link breaks.
    without_throwing([this] {
        const std::string& topic = parts_->settings.will_topic;
        if (topic.empty() || !parts_->client || !parts_->client->is_connected()) return;
        parts_->client->publish(mqtt::make_message(topic, std::string(kOffline), 1, false))
            ->wait_for(kDisconnectWithin);
    });
    if (!parts_->client) return;
    // With its answer to a connect a broker sends what it holds for the session. Until the end is
    // certain it is handed over as ever: what is acknowledged must be ours.
    without_throwing([this] {
        if (parts_->connecting) parts_->connecting->wait_for(kDisconnectWithin);
    });
    close();
    // This closes the socket at once; what was not acknowledged stays with the broker.
    if (!parts_->is_idle()) parts_->client.reset();
}

}  // namespace qk::daemon
