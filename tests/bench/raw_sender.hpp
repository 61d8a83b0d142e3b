// A sender that costs the machine as little as can be: MQTT 3.1.1 publications at QoS 1 as bytes on
// a socket of its own, many on their way. What a client library would add here is not of the side
// that is measured: Paho has one receiving thread for all clients of a process, and a sender with
// it in the same process takes that thread from the bureau.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace qk::daemon {

class RawSender {
 public:
    explicit RawSender(std::uint16_t port) {
        socket_.connect({boost::asio::ip::make_address("127.0.0.1"), port});
        socket_.set_option(boost::asio::ip::tcp::no_delay(true));
        const std::string no_keep_alive(2, '\0');
        send(packet('\x10', text("MQTT") + "\x04\x02" + no_keep_alive + text("raw-sender")));
        expect('\x20');
    }

    // Topics and payloads; returns when the broker has acknowledged the last.
    void publish(const std::vector<std::pair<std::string, std::string>>& messages) {
        std::size_t sent = 0;
        for (std::size_t answered = 0; answered < messages.size(); ++answered) {
            if (sent == answered || sent - answered <= kWindow / 2) {
                std::string bytes;
                while (sent < messages.size() && sent - answered < kWindow) {
                    const auto& [topic, payload] = messages[sent++];
                    bytes += packet('\x32', text(topic) + number(sent % 0xffff + 1) + payload);
                }
                send(bytes);
            }
            expect('\x40');
        }
    }

 private:
    static constexpr std::size_t kWindow = 1000;

    static std::string number(std::size_t value) {
        return {static_cast<char>(value >> 8), static_cast<char>(value & 0xff)};
    }
    static std::string text(std::string_view value) {
        return number(value.size()) + std::string(value);
    }
    static std::string packet(char head, const std::string& body) {
        std::string bytes(1, head);
        for (std::size_t left = body.size(); bytes.size() == 1 || left > 0; left >>= 7) {
            bytes += static_cast<char>((left & 0x7f) | (left > 0x7f ? 0x80 : 0));
        }
        return bytes + body;
    }
    void send(const std::string& bytes) { boost::asio::write(socket_, boost::asio::buffer(bytes)); }
    // A CONNACK and a PUBACK both have four bytes; the second pair is no refusal of either.
    void expect(char head) {
        if (taken_ == got_.size()) {
            got_.resize(4096);
            std::size_t size = socket_.read_some(boost::asio::buffer(got_));
            if (size % 4 != 0) {
                size += boost::asio::read(socket_, boost::asio::buffer(&got_[size], 4 - size % 4));
            }
            got_.resize(size);
            taken_ = 0;
        }
        if (got_[taken_] != head) {
            std::fprintf(stderr, "the broker answered with %02x\n",
                         static_cast<unsigned char>(got_[taken_]));
            std::exit(2);
        }
        taken_ += 4;
    }

    boost::asio::io_context io_;
    boost::asio::ip::tcp::socket socket_{io_};
    std::string got_;
    std::size_t taken_ = 0;
};

}  // namespace qk::daemon
