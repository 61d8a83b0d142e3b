#include "sim/live/mqtt_client.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/write.hpp>
#include <memory>
#include <set>

namespace qk::sim {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// As much of a broker as a client can tell: takes connections one after the other, acknowledges
// what it is told to, and says what it likes.
class Broker {
 public:
    explicit Broker(asio::io_context& io)
        : acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)) {
        accept();
    }
    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
    void say(const std::string& bytes) { asio::write(*socket_, asio::buffer(bytes)); }
    void hang_up() { socket_->close(); }

    bool acknowledges = true;
    int connections = 0;
    std::vector<std::string> published;
    std::vector<bool> repeated;
    std::set<std::uint16_t> acknowledged_by_client;
    std::string after_connect;

 private:
    void accept() {
        acceptor_.async_accept([this](error_code error, tcp::socket socket) {
            if (error) return;
            ++connections;
            socket_ = std::make_shared<tcp::socket>(std::move(socket));
            reader_ = MqttReader{};
            read();
            accept();
        });
    }
    void read() {
        socket_->async_read_some(asio::buffer(bytes_),
                                 [this, socket = socket_](error_code error, std::size_t count) {
                                     if (error || socket != socket_) return;
                                     take({bytes_.data(), count});
                                     read();
                                 });
    }
    void take(std::string_view bytes) {
        if (!is_connected(bytes)) return;
        reader_.feed(bytes);
        while (const auto packet = reader_.next()) {
            if (packet->type == MqttPacketType::kPuback) {
                acknowledged_by_client.insert(decode_ack(*packet)->id);
            }
            if (packet->type != MqttPacketType::kPublish) continue;
            const auto message = decode_publish(MqttVersion::k5, *packet);
            published.emplace_back(message->payload);
            repeated.push_back(message->repeated);
            if (acknowledges) say(encode_puback(message->id));
        }
    }
    // The first packet of a connection is the CONNECT; it is answered and not looked into.
    bool is_connected(std::string_view bytes) {
        if (static_cast<unsigned char>(bytes.front()) != 0x10) return true;
        say(std::string("\x20\x03\x00\x00\x00", 5) + after_connect);
        return false;
    }

    tcp::acceptor acceptor_;
    std::shared_ptr<tcp::socket> socket_;
    MqttReader reader_;
    std::array<char, 65536> bytes_{};
};

struct MqttClientTest : testing::Test {
    asio::io_context io{1};
    Broker broker{io};
    std::vector<std::string> heard;
    std::unique_ptr<MqttClient> client;

    void start(std::size_t window = 100) {
        MqttClientOptions options;
        options.broker.port = broker.port();
        options.connect.client_id = "test";
        options.window = window;
        MqttClientListener listener;
        listener.on_message = [this](std::string_view, std::string_view payload) {
            heard.emplace_back(payload);
        };
        client = std::make_unique<MqttClient>(io.get_executor(), std::move(options),
                                              std::move(listener));
        client->start();
    }
    template <class Condition>
    bool run_until(Condition condition) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition() && std::chrono::steady_clock::now() < deadline) {
            io.run_one_for(std::chrono::milliseconds(50));
        }
        return condition();
    }
    void TearDown() override {
        client.reset();
        io.poll();
    }
};

TEST_F(MqttClientTest, WhatIsPublishedBeforeTheLinkIsUpIsSentInOrder) {
    start();
    for (int i = 0; i < 250; ++i) client->publish("t", std::to_string(i));
    ASSERT_TRUE(run_until([&] { return client->waiting() == 0; }));
    ASSERT_EQ(broker.published.size(), 250U);
    EXPECT_EQ(broker.published.front(), "0");
    EXPECT_EQ(broker.published.back(), "249");
    EXPECT_EQ(client->acknowledged(), 250U);
}

TEST_F(MqttClientTest, NoMoreThanTheWindowIsOnItsWay) {
    broker.acknowledges = false;
    start(7);
    for (int i = 0; i < 20; ++i) client->publish("t", "x");
    ASSERT_TRUE(run_until([&] { return broker.published.size() == 7; }));
    io.run_for(std::chrono::milliseconds(100));
    EXPECT_EQ(broker.published.size(), 7U);
    EXPECT_EQ(client->waiting(), 20U);
}

TEST_F(MqttClientTest, WhatWasNotAcknowledgedIsSentAgainAfterTheLinkWasLost) {
    broker.acknowledges = false;
    start();
    client->publish("t", "precious");
    ASSERT_TRUE(run_until([&] { return broker.published.size() == 1; }));
    broker.acknowledges = true;
    broker.hang_up();
    ASSERT_TRUE(run_until([&] { return client->waiting() == 0; }));
    EXPECT_EQ(broker.connections, 2);
    EXPECT_EQ(broker.published.back(), "precious");
    EXPECT_FALSE(broker.repeated.front());
    EXPECT_TRUE(broker.repeated.back());
}

TEST_F(MqttClientTest, AMessageIsAcknowledgedAfterItWasHeard) {
    broker.after_connect = encode_publish(MqttVersion::k5, {"t", "order", 1, false, false, 77});
    start();
    ASSERT_TRUE(run_until([&] { return broker.acknowledged_by_client.count(77) == 1; }));
    EXPECT_EQ(heard, std::vector<std::string>{"order"});
}

}  // namespace
}  // namespace qk::sim
