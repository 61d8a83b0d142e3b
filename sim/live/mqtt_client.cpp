#include "sim/live/mqtt_client.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cassert>
#include <deque>
#include <map>

namespace qk::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using std::chrono::milliseconds;

constexpr milliseconds kPauseMin{50};
constexpr milliseconds kPauseMax{2000};
constexpr std::size_t kReadBytes = 64 * 1024;

}  // namespace

// Shared with the coroutine that reads and the write in progress, so that neither outlives its
// buffers.
class MqttClient::Core : public std::enable_shared_from_this<MqttClient::Core> {
 public:
    Core(asio::any_io_executor executor, MqttClientOptions options, MqttClientListener listener)
        : executor_(executor),
          options_(std::move(options)),
          listener_(std::move(listener)),
          socket_(executor),
          pause_(executor),
          heartbeat_(executor) {}

    void start() {
        auto ended = [self = shared_from_this()](const std::exception_ptr& failure) {
            if (failure) std::rethrow_exception(failure);
        };
        asio::co_spawn(executor_, run(), std::move(ended));
    }

    void publish(std::string topic, std::string payload, bool retain) {
        queue_.push_back({std::move(topic), std::move(payload), retain});
        send_queued();
    }

    void stop() {
        if (stopping_) return;
        stopping_ = true;
        if (is_up_) {
            error_code ignored;
            const std::string goodbye = encode_disconnect();
            socket_.write_some(asio::buffer(goodbye), ignored);
        }
        // What the owner captured in the listener may be gone from here on.
        listener_ = {};
        close();
        pause_.cancel();
    }

    void close() {
        error_code ignored;
        heartbeat_.cancel();
        socket_.close(ignored);
    }

    [[nodiscard]] bool is_up() const { return is_up_; }
    [[nodiscard]] std::size_t waiting() const { return queue_.size() + in_flight_.size(); }
    [[nodiscard]] std::uint64_t acknowledged() const { return acknowledged_; }
    [[nodiscard]] std::uint64_t unheard() const { return unheard_; }

 private:
    struct Item {
        std::string topic;
        std::string payload;
        bool retain = false;
    };

    asio::awaitable<void> run() {
        const auto self = shared_from_this();
        milliseconds pause = kPauseMin;
        while (!stopping_) {
            const std::string why = co_await session();
            const bool was_up = is_up_;
            is_up_ = false;
            close();
            if (was_up) pause = kPauseMin;
            if (stopping_) break;
            if (was_up && listener_.on_link) listener_.on_link(false, why);
            error_code ignored;
            pause_.expires_after(pause);
            co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, ignored));
            pause = std::min(pause * 2, kPauseMax);
        }
    }

    // One connection from its beginning to its end; answers why it ended.
    asio::awaitable<std::string> session() {
        error_code error;
        tcp::resolver resolver(executor_);
        const std::string port = std::to_string(options_.broker.port);
        const auto found = co_await resolver.async_resolve(
            options_.broker.host, port, asio::redirect_error(asio::use_awaitable, error));
        if (error || stopping_) co_return error.message();
        socket_ = tcp::socket(executor_);
        const tcp::endpoint endpoint = found.begin()->endpoint();
        co_await socket_.async_connect(endpoint, asio::redirect_error(asio::use_awaitable, error));
        if (error || stopping_) co_return error.message();
        const tcp::no_delay no_delay(true);
        socket_.set_option(no_delay, error);
        reader_ = MqttReader{};
        outbox_.clear();
        write(encode_connect(options_.connect));
        std::vector<char> bytes(kReadBytes);
        while (!stopping_) {
            const auto room = asio::buffer(bytes);
            const std::size_t count = co_await socket_.async_read_some(
                room, asio::redirect_error(asio::use_awaitable, error));
            if (error) co_return error.message();
            reader_.feed({bytes.data(), count});
            while (const auto packet = reader_.next()) {
                const std::string refusal = take(*packet);
                if (!refusal.empty()) co_return refusal;
                if (stopping_) co_return "";
            }
            if (!reader_.error().empty()) co_return reader_.error();
        }
        co_return "";
    }

    std::string take(const MqttPacket& packet) {
        switch (packet.type) {
            case MqttPacketType::kConnack:
                return take_connack(packet);
            case MqttPacketType::kPublish:
                return take_publish(packet);
            case MqttPacketType::kPuback:
                return take_puback(packet);
            case MqttPacketType::kDisconnect:
                return "the broker has said goodbye";
            case MqttPacketType::kSuback:
            case MqttPacketType::kPingresp:
            case MqttPacketType::kOther:
                return "";
        }
        return "";
    }

    std::string take_connack(const MqttPacket& packet) {
        const auto reason = decode_connack(packet);
        if (!reason) return "malformed CONNACK";
        if (*reason != 0) return "connection refused with reason " + std::to_string(*reason);
        is_up_ = true;
        if (!options_.filters.empty()) {
            write(encode_subscribe(options_.connect.version, take_id(), options_.filters));
        }
        for (const auto& [id, item] : in_flight_) send(id, item, true);
        send_queued();
        schedule_heartbeat();
        if (listener_.on_link) listener_.on_link(true, "");
        return "";
    }

    std::string take_publish(const MqttPacket& packet) {
        const auto message = decode_publish(options_.connect.version, packet);
        if (!message) return "malformed PUBLISH";
        if (listener_.on_message) listener_.on_message(message->topic, message->payload);
        if (message->qos == 1 && !stopping_) write(encode_puback(message->id));
        return "";
    }

    std::string take_puback(const MqttPacket& packet) {
        const auto ack = decode_ack(packet);
        if (!ack) return "malformed PUBACK";
        acknowledged_ += in_flight_.erase(ack->id);
        if (ack->reason == kMqttNobodyListens) ++unheard_;
        send_queued();
        return "";
    }

    std::uint16_t take_id() {
        do {
            last_id_ = static_cast<std::uint16_t>(last_id_ == 0xFFFF ? 1 : last_id_ + 1);
        } while (in_flight_.count(last_id_) > 0);
        return last_id_;
    }

    void send_queued() {
        while (is_up_ && !queue_.empty() && in_flight_.size() < options_.window) {
            const std::uint16_t id = take_id();
            const auto [placed, added] = in_flight_.emplace(id, std::move(queue_.front()));
            assert(added);
            queue_.pop_front();
            send(id, placed->second, false);
        }
    }

    void send(std::uint16_t id, const Item& item, bool repeated) {
        const MqttMessage message{item.topic, item.payload, 1, item.retain, repeated, id};
        write(encode_publish(options_.connect.version, message));
    }

    void write(const std::string& bytes) {
        outbox_ += bytes;
        if (!is_writing_) write_outbox();
    }

    void write_outbox() {
        is_writing_ = true;
        writing_.clear();
        std::swap(writing_, outbox_);
        asio::async_write(socket_, asio::buffer(writing_),
                          [self = shared_from_this()](error_code error, std::size_t) {
                              self->is_writing_ = false;
                              // A failed write shows at the reader, which ends the session.
                              if (!error && !self->outbox_.empty()) self->write_outbox();
                          });
    }

    void schedule_heartbeat() {
        heartbeat_.expires_after(std::chrono::seconds(options_.connect.keep_alive_s / 2 + 1));
        heartbeat_.async_wait([self = shared_from_this()](error_code error) {
            if (error || !self->is_up_) return;
            self->write(encode_pingreq());
            self->schedule_heartbeat();
        });
    }

    asio::any_io_executor executor_;
    MqttClientOptions options_;
    MqttClientListener listener_;
    tcp::socket socket_;
    asio::steady_timer pause_;
    asio::steady_timer heartbeat_;
    MqttReader reader_;
    std::deque<Item> queue_;
    std::map<std::uint16_t, Item> in_flight_;
    std::string outbox_;
    std::string writing_;
    std::uint16_t last_id_ = 0;
    std::uint64_t acknowledged_ = 0;
    std::uint64_t unheard_ = 0;
    bool is_up_ = false;
    bool is_writing_ = false;
    bool stopping_ = false;
};

MqttClient::MqttClient(asio::any_io_executor executor, MqttClientOptions options,
                       MqttClientListener listener)
    : core_(std::make_shared<Core>(executor, std::move(options), std::move(listener))) {}

MqttClient::~MqttClient() { core_->stop(); }

void MqttClient::start() { core_->start(); }
void MqttClient::publish(std::string topic, std::string payload, bool retain) {
    core_->publish(std::move(topic), std::move(payload), retain);
}
void MqttClient::stop() { core_->stop(); }
void MqttClient::cut() { core_->close(); }
bool MqttClient::is_up() const { return core_->is_up(); }
std::size_t MqttClient::waiting() const { return core_->waiting(); }
std::uint64_t MqttClient::acknowledged() const { return core_->acknowledged(); }
std::uint64_t MqttClient::unheard() const { return core_->unheard(); }

}  // namespace qk::sim
