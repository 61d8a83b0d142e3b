#include "daemon/mqtt/paho_bus.hpp"

#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <cassert>
#include <charconv>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/base/files.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/mqtt/topic.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kConnectWithin{10};
constexpr std::chrono::seconds kDisconnectWithin{3};
constexpr int kKeepAliveSeconds = 20;
// So long is kept what Paho may still tell of: the token of a connect, and a client that was
// replaced. It tells a failed connect twice, and its threads may still hold a client that was
// destroyed (eclipse-paho/paho.mqtt.c issue 1669); both would then call into memory that is gone.
constexpr std::chrono::minutes kRetiredFor{2};
constexpr std::size_t kRetiredMax =
    512;  // Link waits between connects; so many never come together
// So many messages the broker may send before they are acknowledged. The answers to our orders
// stand behind them on the way, so it is few where orders go out.
constexpr int kReceiveWindowOrders = 20;
constexpr int kReceiveWindowReadings = 1000;
// A message is in memory before we see how long it is. The broker keeps longer ones from us (v5);
// what is shorter and over limits.message_kib is rejected by us, with its reason.
constexpr int kPacketBytesMax = 16 << 20;
constexpr std::size_t kHeldBytesMax = 4U << 20U;  // of one document; a longer one is not ours
constexpr const char* kDroppedTopic = "$SYS/broker/publish/messages/dropped";
constexpr const char* kUptimeTopic = "$SYS/broker/uptime";  // "4711 seconds"

// "mqtts://h:1" -> "ssl://h:1", as Paho says it.
std::string paho_url(const std::string& url) {
    if (url.starts_with("mqtts://")) return "ssl://" + url.substr(8);
    return "tcp://" + url.substr(7);
}

std::optional<std::uint64_t> leading_number(const std::string& text) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return std::nullopt;
    return count;
}

std::string first_line(std::string text) { return text.substr(0, text.find_first_of("\r\n")); }

mqtt::connect_options options_of(const MqttConfig& config, const std::string& password,
                                 int receive_window) {
    mqtt::connect_options options;
    if (config.version == MqttVersion::kV5) {
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(false);
        mqtt::properties properties;
        const auto kept = std::chrono::duration_cast<std::chrono::seconds>(kSessionKept).count();
        properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, static_cast<int>(kept)});
        properties.add({mqtt::property::RECEIVE_MAXIMUM, receive_window});
        properties.add({mqtt::property::MAXIMUM_PACKET_SIZE, kPacketBytesMax});
        options.set_properties(std::move(properties));
    } else {
        options.set_mqtt_version(MQTTVERSION_3_1_1);
        options.set_clean_session(false);
    }
    options.set_keep_alive_interval(kKeepAliveSeconds);
    options.set_connect_timeout(kConnectWithin);
    options.set_max_inflight(static_cast<int>(kInFlightMax));
    options.set_automatic_reconnect(false);  // Link does it, and also for the first time
    if (!config.user.empty()) options.set_user_name(config.user);
    if (!password.empty()) options.set_password(password);
    if (config.url.starts_with("mqtts://")) {
        mqtt::ssl_options tls;
        if (!config.ca.empty()) tls.set_trust_store(config.ca);
        if (!config.certificate.empty()) {
            tls.set_key_store(config.certificate);
            tls.set_private_key(config.key);
        }
        tls.set_enable_server_cert_auth(!config.insecure);
        tls.set_verify(!config.insecure);
        options.set_ssl(std::move(tls));
    }
    return options;
}

// For the end, when Paho refuses much that is under way and nothing is left to be done about it.
void without_throwing(const std::function<void()>& step) {
    try {
        step();
    } catch (const std::exception&) {
    }
}

// Why something failed: the reason the broker gave, or nought.
int reason_of(const mqtt::token& token, MqttVersion version) {
    const int code = token.get_return_code();
    if (version == MqttVersion::kV3) return reason_of_v3_connack(code);
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

}  // namespace

struct PahoBus::Parts {
    Parts(const MqttConfig& wanted, const std::string& password, std::function<Tick()> clock)
        : config(wanted),
          ask_time(std::move(clock)),
          orders(*this, 0, password),
          readings(*this, 1, password) {}

    // One connection: the client library as the Link sees it.
    struct Line : LinkPort {
        Line(Parts& of, std::size_t place, const std::string& password)
            : parts(of),
              number(place),
              options(options_of(of.config, password,
                                 place == 0 ? kReceiveWindowOrders : kReceiveWindowReadings)),
              on_connect_answer(*this),
              on_published(*this),
              on_subscribed(*this) {}

        void connect() override;
        void subscribe(const LinkFilter& filter, std::size_t place) override;
        void close() override;
        bool send(std::uint64_t publication, const std::string& topic, const std::string& payload,
                  bool retain) override;
        void make_client();
        void retire(std::shared_ptr<void> what);
        void take(const mqtt::const_message_ptr& message);
        void end();
        // Told of a connection; nothing comes of it once another was begun. Paho tells an end
        // twice, and the second time may be late.
        void post(std::function<void(Tick)> event) {
            parts.post([this, mine = connection.load(), event = std::move(event)](Tick now) {
                if (connection == mine) event(now);
            });
        }

        // Answers of Paho, on its thread. Numbers travel as the user context.
        struct OnConnectAnswer : mqtt::iaction_listener {
            explicit OnConnectAnswer(Line& of) : line(of) {}
            void on_success(const mqtt::token& token) override {
                line.post([this, greeting = greeting_of(token)](Tick now) {
                    line.link->connected(greeting, now);
                    line.parts.came(line.number, now);
                });
            }
            void on_failure(const mqtt::token& token) override {
                line.post([this, reason = reason_of(token, line.parts.config.version),
                           detail = detail_of(token)](Tick now) {
                    line.link->not_connected(reason, detail, now);
                });
            }
            Line& line;
        };
        struct OnPublished : mqtt::iaction_listener {
            explicit OnPublished(Line& of) : line(of) {}
            void on_success(const mqtt::token& token) override {
                tell(token, token.get_reason_code());
            }
            // Where the broker gave no reason, the link is at its end and says so itself.
            void on_failure(const mqtt::token& token) override {
                const int reason = token.get_reason_code();
                if (reason >= kReasonRefused) tell(token, reason);
            }
            void tell(const mqtt::token& token, int reason) {
                const std::uint64_t flight = number_of(token);
                line.parts.post(
                    [this, flight, reason](Tick now) { line.link->answered(flight, reason, now); });
            }
            Line& line;
        };
        struct OnSubscribed : mqtt::iaction_listener {
            explicit OnSubscribed(Line& of) : line(of) {}
            void on_success(const mqtt::token& token) override {
                tell(token, token.get_reason_code());
            }
            // Refused with a reason, or the link ended before there was an answer.
            void on_failure(const mqtt::token& token) override {
                const int reason = std::max<int>(token.get_reason_code(), token.get_return_code());
                if (reason >= kReasonRefused) return tell(token, reason);
                line.post([this, why = detail_of(token)](Tick now) {
                    line.parts.lost(line.number, 0, why, now);
                });
            }
            void tell(const mqtt::token& token, int reason) {
                line.post([this, filter = number_of(token), reason](Tick now) {
                    line.link->granted(filter, reason, now);
                });
            }
            Line& line;
        };
        static std::uint64_t number_of(const mqtt::token& token) {
            return reinterpret_cast<std::uintptr_t>(token.get_user_context());
        }
        static void* context_of(std::uint64_t value) {
            return reinterpret_cast<void*>(static_cast<std::uintptr_t>(value));
        }

        Parts& parts;
        std::uint64_t uptime = 0;  // of the broker, on Paho's thread
        const std::size_t number;
        mqtt::connect_options options;
        OnConnectAnswer on_connect_answer;
        OnPublished on_published;
        OnSubscribed on_subscribed;
        std::unique_ptr<Link> link;
        std::atomic<std::uint64_t> connection{0};  // which it is, of all that were begun
        // Since it last connected something was sent that may not have been answered.
        bool has_sent = false;
        // Last, so that its threads end before what they call goes.
        std::deque<std::pair<Tick, std::shared_ptr<void>>> retired;
        std::shared_ptr<mqtt::async_client> client;
    };

    void start(Topics wanted, Listener told);
    void turn();
    void post(std::function<void(Tick)> event);
    void tell_link();
    void lost(std::size_t number, int reason, const std::string& detail, Tick now);
    void came(std::size_t number, Tick now);
    void use_one_connection(Tick now);
    Link::Listener listener_of(std::size_t number);
    [[nodiscard]] std::string mark_topic() const { return "qingkong/1/mark/" + topics.client_id; }
    [[nodiscard]] std::vector<LinkFilter> filters_of_orders() const;
    [[nodiscard]] std::vector<LinkFilter> filters_of_readings() const;
    void tear_down();

    const MqttConfig config;
    Topics topics;
    Listener listener;
    // Of our thread only.
    OneIdProof proof;
    bool is_one = false;
    LinkState told_state;

    std::mutex mutex;
    std::condition_variable changed;
    const std::function<Tick()> ask_time;
    std::vector<std::function<void(Tick)>> events;
    bool is_stopping = false;
    std::thread keeper;
    Line orders;
    Line readings;
};

using Parts = PahoBus::Parts;

// A client of its own for each connection after something was sent: Paho would send again by itself
// what was not answered, also what the broker ended the link for.
void Parts::Line::make_client() {
    const bool is_v5 = parts.config.version == MqttVersion::kV5;
    const std::string id = parts.topics.client_id + (number == 0 ? "-o" : "");
    auto made = std::make_shared<mqtt::async_client>(
        paho_url(parts.config.url), id,
        mqtt::create_options(is_v5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
                             static_cast<int>(kInFlightMax) + 1),
        nullptr);
    made->set_connection_lost_handler([this](const std::string& why) {
        post([this, why](Tick now) { parts.lost(number, 0, why, now); });
    });
    made->set_message_callback([this](mqtt::const_message_ptr message) {
        if (message) take(message);
    });
    if (is_v5) {
        made->set_disconnected_handler([this](const mqtt::properties& said, mqtt::ReasonCode code) {
            std::string why;
            if (said.contains(mqtt::property::REASON_STRING)) {
                why = mqtt::get<std::string>(said, mqtt::property::REASON_STRING);
            }
            post([this, why, code](Tick now) {
                parts.lost(number, static_cast<int>(code), why, now);
            });
        });
    }
    if (client) {
        without_throwing([this] { client->disable_callbacks(); });
        retire(std::move(client));
    }
    client = std::move(made);
    has_sent = false;
}

void Parts::Line::retire(std::shared_ptr<void> what) {
    const Tick now = parts.ask_time();
    while (!retired.empty() &&
           (now - retired.front().first > kRetiredFor || retired.size() >= kRetiredMax)) {
        retired.pop_front();
    }
    retired.emplace_back(now, std::move(what));
}

void Parts::Line::connect() {
    try {
        if (client && client->is_connected()) client->disconnect()->wait_for(kDisconnectWithin);
        if (!client || has_sent) make_client();
        ++connection;
        retire(client->connect(options, nullptr, on_connect_answer));
    } catch (const std::exception& error) {
        post([this, why = std::string(error.what())](Tick now) {
            link->not_connected(0, why, now);
        });
    }
}

void Parts::Line::subscribe(const LinkFilter& filter, std::size_t place) {
    // What we publish ourselves need not come back to us; the old protocol cannot say so.
    const bool is_v5 = parts.config.version == MqttVersion::kV5;
    const mqtt::subscribe_options wishes(is_v5 && filter.kind == LinkFilter::Kind::kOwn);
    const int qos = filter.kind == LinkFilter::Kind::kBroker ? 0 : 1;
    try {
        client->subscribe(filter.topic, qos, context_of(place), on_subscribed, wishes);
    } catch (const std::exception& error) {
        post(
            [this, why = std::string(error.what())](Tick now) { parts.lost(number, 0, why, now); });
    }
}

void Parts::Line::close() {
    without_throwing([this] {
        if (client && client->is_connected()) client->disconnect()->wait_for(kDisconnectWithin);
    });
}

bool Parts::Line::send(std::uint64_t publication, const std::string& topic,
                       const std::string& payload, bool retain) {
    has_sent = true;
    try {
        client->publish(mqtt::make_message(topic, payload, 1, retain), context_of(publication),
                        on_published);
        return true;
    } catch (const std::exception&) {
        return false;
    }
}

// On Paho's thread; acknowledged when it returns.
void Parts::Line::take(const mqtt::const_message_ptr& message) {
    link->heard();
    const std::string& topic = message->get_topic();
    if (topic == kDroppedTopic) {
        const auto count = leading_number(message->get_payload_str());
        if (count && parts.listener.on_dropped) parts.listener.on_dropped(*count, uptime);
        return;
    }
    if (topic == kUptimeTopic) {
        uptime = leading_number(message->get_payload_str()).value_or(0);
        return;
    }
    if (topic == parts.mark_topic()) {
        parts.post([this, text = message->get_payload_str()](Tick) { link->heard_mark(text); });
        return;
    }
    // Not by its end: a meter may be called "order".
    const bool is_own = !parts.topics.own.empty() && is_taken_by(parts.topics.own, topic);
    if (!is_own) return parts.listener.on_message(topic, message->get_payload_str());
    if (message->is_retained()) link->heard_held();
    if (!parts.listener.on_held) return;
    Held held;
    held.topic = topic;
    held.payload = message->get_payload_str().substr(0, kHeldBytesMax);
    held.is_retained = message->is_retained();
    held.may_be_echo = parts.config.version == MqttVersion::kV3;
    parts.listener.on_held(std::move(held));
}

void Parts::Line::end() {
    close();
    without_throwing([this] {
        if (client) client->disable_callbacks();
    });
    if (link) link->stop();
}

std::vector<LinkFilter> Parts::filters_of_orders() const {
    std::vector<LinkFilter> filters;
    for (const std::string& topic : topics.urgent) {
        filters.push_back({topic, LinkFilter::Kind::kMessages});
    }
    if (topics.own.empty()) return filters;
    filters.push_back({mark_topic(), LinkFilter::Kind::kMark});
    filters.push_back({topics.own, LinkFilter::Kind::kOwn});
    filters.push_back({kUptimeTopic, LinkFilter::Kind::kBroker});  // first: a count is of an uptime
    filters.push_back({kDroppedTopic, LinkFilter::Kind::kBroker});
    return filters;
}

std::vector<LinkFilter> Parts::filters_of_readings() const {
    std::vector<LinkFilter> filters;
    for (const std::string& topic : topics.readings) {
        filters.push_back({topic, LinkFilter::Kind::kMessages});
    }
    return filters;
}

Link::Listener Parts::listener_of(std::size_t number) {
    Link::Listener told;
    told.on_link = [this](bool) { tell_link(); };
    told.on_held_all = listener.on_held_all;
    told.on_trouble = [this, number](LinkTrouble trouble) {
        trouble.is_of_orders = number == 0;
        if (listener.on_trouble) listener.on_trouble(std::move(trouble));
    };
    return told;
}

void Parts::tell_link() {
    LinkState state;
    state.orders = orders.link->is_up();
    state.readings = is_one ? state.orders : readings.link->is_up();
    if (state == told_state) return;
    told_state = state;
    listener.on_link(state);
}

void Parts::start(Topics wanted, Listener told) {
    topics = std::move(wanted);
    listener = std::move(told);
    is_one = topics.readings.empty();  // nothing to hold the orders up
    orders.link = std::make_unique<Link>(orders, filters_of_orders(), listener_of(0));
    readings.link = std::make_unique<Link>(readings, filters_of_readings(), listener_of(1));
    keeper = std::thread([this] { turn(); });
}

void Parts::post(std::function<void(Tick)> event) {
    {
        const std::lock_guard lock(mutex);
        if (is_stopping) return;
        events.push_back(std::move(event));
        if (events.size() > 1) return;
    }
    changed.notify_all();
}

// The thread that turns both links.
void Parts::turn() {
    orders.link->start(ask_time());
    if (!is_one) readings.link->start(ask_time());
    std::vector<std::function<void(Tick)>> taken;
    std::unique_lock lock(mutex);
    while (!is_stopping) {
        std::optional<Tick> next = orders.link->next();
        const std::optional<Tick> other = readings.link->next();
        if (other && (!next || *other < *next)) next = other;
        const auto is_awake = [this] { return is_stopping || !events.empty(); };
        if (next) {
            changed.wait_until(lock, *next, is_awake);
        } else {
            changed.wait(lock, is_awake);
        }
        taken.swap(events);
        lock.unlock();
        for (const auto& event : taken) event(ask_time());
        taken.clear();
        orders.link->pass_time(ask_time());
        readings.link->pass_time(ask_time());
        lock.lock();
    }
}

void Parts::lost(std::size_t number, int reason, const std::string& detail, Tick now) {
    Line& line = number == 0 ? orders : readings;
    const bool was_connected = line.link->is_connected();
    line.link->ended(reason, detail, now);
    const bool may_be_thrown = reason == kReasonTakenOver || reason == 0;
    if (!was_connected || !may_be_thrown || is_one) return;
    if (proof.went(number, now)) use_one_connection(now);
}

void Parts::came(std::size_t number, Tick now) {
    if (!is_one && proof.came(number, now)) use_one_connection(now);
}

void Parts::use_one_connection(Tick now) {
    is_one = true;
    readings.link->stop();
    readings.close();
    std::vector<LinkFilter> all = filters_of_readings();
    std::vector<LinkFilter> more = filters_of_orders();
    all.insert(all.end(), more.begin(), more.end());
    orders.link->replace_filters(std::move(all), now);
    LinkTrouble trouble;
    trouble.kind = LinkTrouble::Kind::kOneIdForBoth;
    if (listener.on_trouble) listener.on_trouble(std::move(trouble));
    tell_link();
}

void Parts::tear_down() {
    {
        const std::lock_guard lock(mutex);
        if (std::exchange(is_stopping, true)) return;
    }
    changed.notify_all();
    if (keeper.joinable()) keeper.join();
    // A publication that was handed in and not begun is answered too.
    for (const auto& event : events) event(Tick{});
    events.clear();
    orders.end();
    readings.end();
}

PahoBus::PahoBus(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

PahoBus::~PahoBus() { stop(); }

rules::Result<std::unique_ptr<PahoBus>> PahoBus::create(const MqttConfig& config,
                                                        std::function<Tick()> now) {
    std::string password;
    if (!config.password_file.empty()) {
        auto text = read_regular_file(config.password_file);
        if (!text) return text.error();
        password = first_line(std::move(*text));
    }
    for (const std::string& file : {config.ca, config.certificate, config.key}) {
        if (file.empty()) continue;
        const auto readable = read_regular_file(file);
        if (!readable) return readable.error();
    }
    try {
        auto parts = std::make_unique<Parts>(config, password, std::move(now));
        return std::unique_ptr<PahoBus>(new PahoBus(std::move(parts)));
    } catch (const std::exception& error) {
        return rules::refuse(std::string("the MQTT client cannot be made: ") + error.what(),
                             "check the section mqtt");
    }
}

void PahoBus::start(Topics topics, Listener listener) {
    assert(!parts_->keeper.joinable());
    parts_->start(std::move(topics), std::move(listener));
}

void PahoBus::publish(std::string topic, std::string payload, bool retain,
                      std::function<void(PublishAnswer answer)> done) {
    {
        const std::lock_guard lock(parts_->mutex);
        if (!parts_->is_stopping && parts_->keeper.joinable()) {
            Link::Publication publication{std::move(topic), std::move(payload), retain,
                                          std::move(done)};
            auto event = [parts = parts_.get(),
                          publication = std::move(publication)](Tick now) mutable {
                parts->orders.link->publish(std::move(publication), now);
            };
            parts_->events.emplace_back(std::move(event));
            if (parts_->events.size() == 1) parts_->changed.notify_all();
            return;
        }
    }
    done({PublishAnswer::Outcome::kNotSent, 0});
}

void PahoBus::stop() { parts_->tear_down(); }

}  // namespace qk::daemon
