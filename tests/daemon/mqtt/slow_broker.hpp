// A broker that takes one connection, answers its CONNECT when the test says so, and sends messages
// of a kept session with that answer, as mosquitto does. It counts what is acknowledged.
#pragma once

#include <array>
#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <string>
#include <thread>

namespace qk::daemon {

class SlowBroker {
 public:
    explicit SlowBroker(bool is_v5) : is_v5_(is_v5), runs_([this] { serve(); }) {}
    ~SlowBroker() {
        answer();
        runs_.join();
    }
    SlowBroker(const SlowBroker&) = delete;
    SlowBroker& operator=(const SlowBroker&) = delete;

    [[nodiscard]] std::string url() const {
        return "mqtt://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    bool is_asked() { return asked_.get_future().wait_for(std::chrono::seconds(20)) == kReady; }
    void answer() {
        if (!is_told_.exchange(true)) may_answer_.set_value();
    }
    // Once the connection is at its end.
    int acknowledged() { return ended_.get_future().get(); }

 private:
    using Tcp = boost::asio::ip::tcp;
    static constexpr auto kReady = std::future_status::ready;
    static constexpr int kMessages = 5;

    [[nodiscard]] std::string answer_and_messages() const {
        using namespace std::string_literals;
        // CONNACK: the session is there, no reason, in v5 no properties.
        std::string sent = is_v5_ ? "\x20\x03\x01\x00\x00"s : "\x20\x02\x01\x00"s;
        for (char id = 1; id <= kMessages; ++id) {
            const std::string body = "\x00\x03t/1\x00"s + id + (is_v5_ ? "\x00"s : ""s) + "m";
            sent += '\x32';  // PUBLISH, to be acknowledged
            sent += static_cast<char>(body.size());
            sent += body;
        }
        return sent;
    }
    void serve() {
        int acknowledged = 0;
        boost::system::error_code error;
        Tcp::socket socket = acceptor_.accept();
        std::array<char, 4096> bytes{};
        socket.read_some(boost::asio::buffer(bytes), error);
        asked_.set_value();
        may_answer_.get_future().wait();
        boost::asio::write(socket, boost::asio::buffer(answer_and_messages()), error);
        // PUBACK is 40 02 and the id, where there is no reason to give.
        while (!error) {
            std::array<unsigned char, 2> head{};
            boost::asio::read(socket, boost::asio::buffer(head), error);
            if (error) break;
            boost::asio::read(socket, boost::asio::buffer(bytes, head[1]), error);
            if (head[0] == 0x40) ++acknowledged;
        }
        ended_.set_value(acknowledged);
    }

    const bool is_v5_;
    boost::asio::io_context io_;
    Tcp::acceptor acceptor_{io_, {boost::asio::ip::make_address("127.0.0.1"), 0}};
    std::promise<void> asked_;
    std::promise<void> may_answer_;
    std::promise<int> ended_;
    std::atomic<bool> is_told_{false};
    std::thread runs_;  // last: it uses the others
};

}  // namespace qk::daemon
