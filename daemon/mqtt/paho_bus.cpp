#include "daemon/mqtt/paho_bus.hpp"

#include <mqtt/async_client.h>

#include <atomic>
#include <cassert>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

#include "daemon/ctl/files.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::milliseconds kPauseFirst{500};
constexpr std::chrono::milliseconds kPauseMax{15'000};
constexpr std::chrono::seconds kConnectWithin{10};
constexpr std::chrono::seconds kDisconnectWithin{3};
constexpr int kKeepAliveSeconds = 20;
constexpr int kReasonRefused = 0x80;  // MQTT v5: this and above are failures

// "mqtts://h:1" -> "ssl://h:1", as Paho says it.
std::string paho_url(const std::string& url) {
    if (url.starts_with("mqtts://")) return "ssl://" + url.substr(8);
    return "tcp://" + url.substr(7);
}

std::string first_line(std::string text) { return text.substr(0, text.find_first_of("\r\n")); }

mqtt::connect_options options_of(const MqttConfig& config, const std::string& password) {
    mqtt::connect_options options;
    if (config.version == MqttVersion::kV5) {
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(false);
        mqtt::properties properties;
        const auto kept = std::chrono::duration_cast<std::chrono::seconds>(kSessionKept).count();
        properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, static_cast<int>(kept)});
        options.set_properties(std::move(properties));
    } else {
        options.set_mqtt_version(MQTTVERSION_3_1_1);
        options.set_clean_session(false);
    }
    options.set_keep_alive_interval(kKeepAliveSeconds);
    options.set_connect_timeout(kConnectWithin);
    options.set_max_inflight(static_cast<int>(kInFlightMax));
    options.set_automatic_reconnect(false);  // the keeper does it, and also for the first time
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

}  // namespace

// Publications on their way, by number. Each `done` is called exactly once, by whoever takes it
// out.
class Flights {
 public:
    using Done = std::function<void(bool)>;

    // 0: the window is full.
    std::uintptr_t add(Done& done) {
        const std::lock_guard lock(mutex_);
        if (flights_.size() >= kInFlightMax) return 0;
        flights_.emplace(++last_, std::move(done));
        return last_;
    }
    void finish(std::uintptr_t number, bool is_acknowledged) {
        Done done;
        {
            const std::lock_guard lock(mutex_);
            const auto found = flights_.find(number);
            if (found == flights_.end()) return;
            done = std::move(found->second);
            flights_.erase(found);
        }
        done(is_acknowledged);
    }
    void fail_all() {
        std::map<std::uintptr_t, Done> failed;
        {
            const std::lock_guard lock(mutex_);
            failed.swap(flights_);
        }
        for (auto& [number, done] : failed) done(false);
    }

 private:
    std::mutex mutex_;
    std::uintptr_t last_ = 0;
    std::map<std::uintptr_t, Done> flights_;
};

struct PahoBus::Parts {
    Parts(const MqttConfig& config, const std::string& password)
        : options(options_of(config, password)),
          on_published(*this),
          on_subscribed(*this),
          on_connect_answer(*this),
          client(paho_url(config.url), config.client_id,
                 mqtt::create_options(
                     config.version == MqttVersion::kV5 ? MQTTVERSION_5 : MQTTVERSION_3_1_1,
                     static_cast<int>(kInFlightMax)),
                 nullptr) {}

    // Answers of Paho, on its thread. Numbers of publications travel as the user context.
    struct OnPublished : mqtt::iaction_listener {
        explicit OnPublished(Parts& parts) : parts_(parts) {}
        void on_success(const mqtt::token& token) override {
            parts_.flights.finish(number_of(token), token.get_reason_code() < kReasonRefused);
        }
        void on_failure(const mqtt::token& token) override {
            parts_.flights.finish(number_of(token), false);
        }
        static std::uintptr_t number_of(const mqtt::token& token) {
            return reinterpret_cast<std::uintptr_t>(token.get_user_context());
        }
        Parts& parts_;
    };
    struct OnSubscribed : mqtt::iaction_listener {
        explicit OnSubscribed(Parts& parts) : parts_(parts) {}
        void on_success(const mqtt::token& token) override {
            if (token.get_reason_code() >= kReasonRefused) return on_failure(token);
            const std::size_t so_far = ++parts_.granted;
            if (so_far == parts_.filters.size()) parts_.link_is_up();
        }
        void on_failure(const mqtt::token&) override { parts_.ask_for_new_link(); }
        Parts& parts_;
    };
    struct OnConnectAnswer : mqtt::iaction_listener {
        explicit OnConnectAnswer(Parts& parts) : parts_(parts) {}
        // Called before a subscription can be answered, so before the link is up.
        void on_success(const mqtt::token& token) override {
            parts_.is_forgotten = !token.get_connect_response().is_session_present();
        }
        void on_failure(const mqtt::token&) override { parts_.ask_for_new_link(); }
        Parts& parts_;
    };

    void start();
    void keep();
    void subscribe();
    void link_is_up();
    void link_is_down();
    void ask_for_new_link();
    void tear_down();

    Flights flights;
    mqtt::connect_options options;
    OnPublished on_published;
    OnSubscribed on_subscribed;
    OnConnectAnswer on_connect_answer;
    std::vector<std::string> filters;
    Listener listener;
    std::atomic<std::size_t> granted{0};
    std::atomic<bool> is_up{false};
    std::atomic<bool> is_forgotten{false};  // the broker had no session of ours
    std::mutex mutex;
    std::condition_variable changed;
    bool wants_link = true;  // the keeper shall connect
    bool is_stopping = false;
    bool was_ever_up = false;
    std::thread keeper;
    mqtt::async_client client;  // last, so that its thread ends before what it calls goes
};

void PahoBus::Parts::start() {
    client.set_connected_handler([this](const std::string&) { subscribe(); });
    client.set_connection_lost_handler([this](const std::string&) { ask_for_new_link(); });
    client.set_message_callback([this](mqtt::const_message_ptr message) {
        if (message) listener.on_message(message->get_topic(), message->get_payload_str());
    });
    if (options.get_mqtt_version() == MQTTVERSION_5) {
        client.set_disconnected_handler(
            [this](const mqtt::properties&, mqtt::ReasonCode) { ask_for_new_link(); });
    }
    keeper = std::thread([this] { keep(); });
}

// Connects whenever a link is wanted. A pause that doubles lies between two attempts.
void PahoBus::Parts::keep() {
    std::chrono::milliseconds pause = kPauseFirst;
    std::unique_lock lock(mutex);
    while (!is_stopping) {
        changed.wait(lock, [this] { return is_stopping || wants_link; });
        if (is_stopping) return;
        wants_link = false;
        if (std::exchange(was_ever_up, false)) pause = kPauseFirst;
        lock.unlock();
        link_is_down();
        try {
            if (client.is_connected()) {
                client.disconnect()->wait_for(kDisconnectWithin);
            }
            granted = 0;
            client.connect(options, nullptr, on_connect_answer);
        } catch (const std::exception&) {
            ask_for_new_link();
        }
        lock.lock();
        // Whatever the outcome, the next attempt is not before the pause is over.
        changed.wait_for(lock, pause, [this] { return is_stopping; });
        pause = std::min(pause * 2, kPauseMax);
    }
}

void PahoBus::Parts::subscribe() {
    try {
        for (const std::string& filter : filters) {
            client.subscribe(filter, 1, nullptr, on_subscribed);
        }
        if (filters.empty()) link_is_up();
    } catch (const std::exception&) {
        ask_for_new_link();
    }
}

void PahoBus::Parts::link_is_up() {
    {
        const std::lock_guard lock(mutex);
        was_ever_up = true;
    }
    if (is_up.exchange(true)) return;
    if (is_forgotten && listener.on_forgotten) listener.on_forgotten();
    listener.on_link(true);
}

void PahoBus::Parts::link_is_down() {
    if (is_up.exchange(false)) listener.on_link(false);
    // The broker may have taken some of them; publishing twice harms nobody, losing one does.
    flights.fail_all();
}

void PahoBus::Parts::ask_for_new_link() {
    {
        const std::lock_guard lock(mutex);
        wants_link = true;
    }
    changed.notify_all();
}

void PahoBus::Parts::tear_down() {
    {
        const std::lock_guard lock(mutex);
        if (std::exchange(is_stopping, true)) return;
    }
    changed.notify_all();
    if (keeper.joinable()) keeper.join();
    without_throwing([this] {
        if (client.is_connected()) client.disconnect()->wait_for(kDisconnectWithin);
    });
    without_throwing([this] { client.disable_callbacks(); });
    flights.fail_all();
}

PahoBus::PahoBus(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

PahoBus::~PahoBus() { stop(); }

rules::Result<std::unique_ptr<PahoBus>> PahoBus::create(const MqttConfig& config) {
    std::string password;
    if (!config.password_file.empty()) {
        auto text = ctl::read_file(config.password_file);
        if (!text) return text.error();
        password = first_line(std::move(*text));
    }
    for (const std::string& file : {config.ca, config.certificate, config.key}) {
        if (file.empty()) continue;
        const auto readable = ctl::read_file(file);
        if (!readable) return readable.error();
    }
    try {
        auto parts = std::make_unique<Parts>(config, password);
        return std::unique_ptr<PahoBus>(new PahoBus(std::move(parts)));
    } catch (const std::exception& error) {
        return rules::refuse(std::string("the MQTT client cannot be made: ") + error.what(),
                             "check the section mqtt");
    }
}

void PahoBus::start(std::vector<std::string> filters, Listener listener) {
    assert(!parts_->keeper.joinable());
    parts_->filters = std::move(filters);
    parts_->listener = std::move(listener);
    parts_->start();
}

void PahoBus::publish(std::string topic, std::string payload, bool retain,
                      std::function<void(bool is_acknowledged)> done) {
    if (!parts_->is_up) return done(false);
    const std::uintptr_t number = parts_->flights.add(done);
    if (number == 0) return done(false);
    try {
        auto message = mqtt::make_message(std::move(topic), std::move(payload), 1, retain);
        parts_->client.publish(std::move(message), reinterpret_cast<void*>(number),
                               parts_->on_published);
    } catch (const std::exception&) {
        parts_->flights.finish(number, false);
    }
}

void PahoBus::stop() { parts_->tear_down(); }

}  // namespace qk::daemon
