#include "daemon/broker/probe.hpp"

#include <fmt/format.h>
#include <mqtt/async_client.h>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <set>

namespace qk::broker {
namespace {

constexpr std::chrono::seconds kWithin{5};
constexpr int kReasonRefused = 0x80;
constexpr int kNapMs = 20;

// What became of a step: refused by the broker, or no answer at all.
ProbeAnswer answer_of(const mqtt::token_ptr& token) {
    try {
        if (!token->wait_for(kWithin)) return ProbeAnswer::kNone;
        return static_cast<int>(token->get_reason_code()) >= kReasonRefused ? ProbeAnswer::kRefused
                                                                            : ProbeAnswer::kTaken;
    } catch (const std::exception&) {
        // What a CONNACK says comes as the code of the failure.
        const int reason =
            std::max(static_cast<int>(token->get_reason_code()), token->get_return_code());
        return reason >= kReasonRefused ? ProbeAnswer::kRefused : ProbeAnswer::kNone;
    }
}

// Paho has one thread for the sockets of all clients of the process, and that waits for a second
// for those it knows before it looks at a new one; each step of a handshake may cost that second.
// While one client comes, another that is there has the broker say something: the end of a
// subscription that never was.
class Stirrers {
 public:
    static Stirrers& of_process() {
        static Stirrers all;
        return all;
    }
    void add(mqtt::async_client* client) {
        const std::lock_guard lock(mutex_);
        clients_.insert(client);
    }
    void remove(mqtt::async_client* client) {
        const std::lock_guard lock(mutex_);
        clients_.erase(client);
    }
    void stir() {
        const std::lock_guard lock(mutex_);
        for (mqtt::async_client* client : clients_) {
            try {
                if (!client->is_connected()) continue;
                client->unsubscribe("qk-trial-never");
                return;
            } catch (const std::exception&) {
                continue;
            }
        }
    }

 private:
    std::mutex mutex_;
    std::set<mqtt::async_client*> clients_;
};

constexpr std::chrono::milliseconds kStirEvery{50};

ProbeAnswer answer_of_stirred(const mqtt::token_ptr& token) {
    try {
        for (auto waited = kStirEvery; waited < kWithin && !token->is_complete();
             waited += kStirEvery) {
            if (token->wait_for(kStirEvery)) break;
            Stirrers::of_process().stir();
        }
    } catch (const std::exception&) {
        // It has failed; the token says how.
        return answer_of(token);
    }
    return answer_of(token);
}

}  // namespace

struct Probe::Parts {
    std::unique_ptr<mqtt::async_client> client;
    mqtt::connect_options options;
    std::mutex mutex;
    std::condition_variable came;
    std::deque<ProbeMessage> messages;
};

Probe::Probe(const ProbeDoor& door, const ProbeLogin& login) : parts_(std::make_unique<Parts>()) {
    const std::string url =
        fmt::format("{}://{}:{}", door.is_tls ? "ssl" : "tcp", door.host, door.port);
    parts_->client = std::make_unique<mqtt::async_client>(url, login.client_id,
                                                          mqtt::create_options(MQTTVERSION_5));
    mqtt::connect_options& options = parts_->options;
    options.set_mqtt_version(MQTTVERSION_5);
    options.set_clean_start(!login.keeps_session);
    if (login.keeps_session) {
        mqtt::properties properties;
        properties.add({mqtt::property::SESSION_EXPIRY_INTERVAL, 3600});
        options.set_properties(std::move(properties));
    }
    options.set_connect_timeout(kWithin);
    options.set_automatic_reconnect(false);
    if (!login.user.empty()) options.set_user_name(login.user);
    if (!login.password.empty()) options.set_password(login.password);
    if (door.is_tls) {
        mqtt::ssl_options tls;
        tls.set_trust_store(door.ca);
        tls.set_enable_server_cert_auth(true);
        tls.set_verify(false);
        if (!door.certificate.empty()) {
            tls.set_key_store(door.certificate);
            tls.set_private_key(door.key);
        }
        options.set_ssl(std::move(tls));
    }
    parts_->client->set_message_callback([parts = parts_.get()](mqtt::const_message_ptr message) {
        const std::lock_guard lock(parts->mutex);
        parts->messages.push_back({message->get_topic(), message->get_payload_str(),
                                   message->get_qos(), message->is_retained()});
        parts->came.notify_all();
    });
}

bool takes_old_tls(const std::string& host, std::uint16_t port) {
    const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(
        SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
    if (!context || SSL_CTX_set_max_proto_version(context.get(), TLS1_2_VERSION) != 1) return false;
    const std::unique_ptr<BIO, decltype(&BIO_free_all)> link(BIO_new_ssl_connect(context.get()),
                                                             BIO_free_all);
    if (!link) return false;
    const bool is_address = host.find(':') != std::string::npos;
    const std::string place = fmt::format("{}:{}", is_address ? "[" + host + "]" : host, port);
    BIO_set_conn_hostname(link.get(), place.c_str());
    const bool is_taken =
        BIO_do_connect_retry(link.get(), static_cast<int>(kWithin.count()), kNapMs) == 1;
    ERR_clear_error();
    return is_taken;
}

Probe::~Probe() { leave(); }

ProbeAnswer Probe::connect() {
    try {
        const ProbeAnswer answer = answer_of_stirred(parts_->client->connect(parts_->options));
        if (answer == ProbeAnswer::kTaken) Stirrers::of_process().add(parts_->client.get());
        return answer;
    } catch (const std::exception&) {
        return ProbeAnswer::kNone;
    }
}

ProbeAnswer Probe::publish(const std::string& topic, const std::string& payload, bool retain) {
    try {
        return answer_of(parts_->client->publish(mqtt::make_message(topic, payload, 1, retain)));
    } catch (const std::exception&) {
        return ProbeAnswer::kNone;
    }
}

ProbeAnswer Probe::subscribe(const std::string& filter) {
    try {
        return answer_of(parts_->client->subscribe(filter, 1));
    } catch (const std::exception&) {
        return ProbeAnswer::kNone;
    }
}

std::optional<ProbeMessage> Probe::next(std::chrono::milliseconds within) {
    std::unique_lock lock(parts_->mutex);
    if (!parts_->came.wait_for(lock, within, [this] { return !parts_->messages.empty(); })) {
        return std::nullopt;
    }
    ProbeMessage message = std::move(parts_->messages.front());
    parts_->messages.pop_front();
    return message;
}

bool Probe::is_connected() const { return parts_->client->is_connected(); }

void Probe::leave() {
    Stirrers::of_process().remove(parts_->client.get());
    try {
        if (parts_->client->is_connected()) parts_->client->disconnect()->wait_for(kWithin);
        parts_->client->disable_callbacks();
    } catch (const std::exception&) {
        return;
    }
}

}  // namespace qk::broker
