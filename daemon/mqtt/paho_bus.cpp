#include "daemon/mqtt/paho_bus.hpp"

#include <algorithm>
#include <cassert>
#include <charconv>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include "daemon/base/files.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "daemon/mqtt/paho_client.hpp"
#include "daemon/mqtt/topic.hpp"

namespace qk::daemon {
namespace {

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

std::optional<std::uint64_t> leading_number(const std::string& text) {
    std::uint64_t count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc{}) return std::nullopt;
    return count;
}

std::string first_line(std::string text) { return text.substr(0, text.find_first_of("\r\n")); }

PahoSettings settings_of(const MqttConfig& config, const std::string& password,
                         int receive_window) {
    PahoSettings settings;
    settings.url = config.url;
    settings.is_v5 = config.version == MqttVersion::kV5;
    settings.user = config.user;
    settings.password = password;
    settings.ca = config.ca;
    settings.certificate = config.certificate;
    settings.key = config.key;
    settings.insecure = config.insecure;
    settings.receive_window = receive_window;
    settings.packet_bytes_max = kPacketBytesMax;
    return settings;
}

}  // namespace

struct PahoBus::Parts {
    Parts(const MqttConfig& wanted, const std::string& password, std::function<Tick()> clock)
        : config(wanted),
          ask_time(std::move(clock)),
          orders(*this, 0, password),
          readings(*this, 1, password) {}

    // One connection.
    struct Line {
        Line(Parts& parts, std::size_t number, const std::string& password)
            : client(settings_of(parts.config, password,
                                 number == 0 ? kReceiveWindowOrders : kReceiveWindowReadings),
                     parts.owner_of(number)) {}

        void end() {
            client.end();
            if (link) link->stop();
        }

        std::uint64_t uptime = 0;  // of the broker, on Paho's thread
        std::unique_ptr<Link> link;
        PahoClient client;  // last, so that its threads end before what they call goes
    };

    [[nodiscard]] PahoClient::Owner owner_of(std::size_t number);
    void begin(Line& line, const std::string& client_id, std::vector<LinkFilter> filters,
               std::size_t number);
    void take(Line& line, const std::string& topic, const std::string& payload, bool is_retained);
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

PahoClient::Owner Parts::owner_of(std::size_t number) {
    PahoClient::Owner owner;
    owner.post = [this](PahoClient::Event event) { post(std::move(event)); };
    owner.on_message = [this, number](const std::string& topic, const std::string& payload,
                                      bool is_retained) {
        take(number == 0 ? orders : readings, topic, payload, is_retained);
    };
    owner.now = ask_time;
    owner.on_connected = [this, number](Tick now) { came(number, now); };
    owner.on_end = [this, number](int reason, const std::string& detail, Tick now) {
        lost(number, reason, detail, now);
    };
    return owner;
}

void Parts::begin(Line& line, const std::string& client_id, std::vector<LinkFilter> filters,
                  std::size_t number) {
    line.link = std::make_unique<Link>(line.client, std::move(filters), listener_of(number));
    line.client.serve(*line.link);
    line.client.set_client_id(client_id);
}

// On Paho's thread; acknowledged when it returns.
void Parts::take(Line& line, const std::string& topic, const std::string& payload,
                 bool is_retained) {
    if (topic == kDroppedTopic) {
        const auto count = leading_number(payload);
        if (count && listener.on_dropped) listener.on_dropped(*count, line.uptime);
        return;
    }
    if (topic == kUptimeTopic) {
        line.uptime = leading_number(payload).value_or(0);
        return;
    }
    if (topic == mark_topic()) {
        post([&line, text = payload](Tick) { line.link->heard_mark(text); });
        return;
    }
    // Not by its end: a meter may be called "order".
    const bool is_own = std::ranges::any_of(
        topics.own, [&topic](const std::string& filter) { return is_taken_by(filter, topic); });
    if (!is_own) return listener.on_message(topic, payload);
    if (is_retained) line.link->heard_held();
    if (!listener.on_held) return;
    Held held;
    held.topic = topic;
    held.payload = payload.substr(0, kHeldBytesMax);
    held.is_retained = is_retained;
    held.may_be_echo = config.version == MqttVersion::kV3;
    listener.on_held(std::move(held));
}

std::vector<LinkFilter> Parts::filters_of_orders() const {
    std::vector<LinkFilter> filters;
    for (const std::string& topic : topics.urgent) {
        filters.push_back({topic, LinkFilter::Kind::kMessages});
    }
    if (topics.own.empty()) return filters;
    filters.push_back({mark_topic(), LinkFilter::Kind::kMark});
    for (const std::string& topic : topics.own) filters.push_back({topic, LinkFilter::Kind::kOwn});
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
    begin(orders, topics.client_id + "-o", filters_of_orders(), 0);
    begin(readings, topics.client_id, filters_of_readings(), 1);
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
    readings.client.close();
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
