// A real mosquitto for one test, on a free port of loopback, without persistence. It can be killed
// and started again on the same port.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <stdexcept>
#include <string>

#include "tests/daemon/scratch.hpp"

extern char** environ;

namespace qk::daemon {

class Broker {
 public:
    explicit Broker(std::string more = "") : more_(std::move(more)), port_(free_port()) { start(); }
    ~Broker() { kill(); }
    Broker(const Broker&) = delete;
    Broker& operator=(const Broker&) = delete;

    void start() {
        const std::string config =
            scratch_.write("m.conf", "listener " + std::to_string(port_) +
                                         " 127.0.0.1\nallow_anonymous true\nmax_queued_messages 0\n"
                                         "log_dest none\npersistence false\n" +
                                         more_);
        std::string program = QK_MOSQUITTO;
        std::string flag = "-c";
        std::string path = config;
        char* arguments[] = {program.data(), flag.data(), path.data(), nullptr};
        if (::posix_spawn(&pid_, QK_MOSQUITTO, nullptr, nullptr, arguments, environ) != 0) {
            throw std::runtime_error("mosquitto cannot be started");
        }
        wait_until_it_listens();
    }
    void kill() {
        if (pid_ <= 0) return;
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
        pid_ = -1;
    }
    [[nodiscard]] std::string url() const { return "mqtt://127.0.0.1:" + std::to_string(port_); }
    [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
    static std::uint16_t free_port() {
        boost::asio::io_context io;
        boost::asio::ip::tcp::acceptor any(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
        return any.local_endpoint().port();
    }
    void wait_until_it_listens() const {
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds{10};
        while (std::chrono::steady_clock::now() < end) {
            boost::asio::io_context io;
            boost::asio::ip::tcp::socket socket(io);
            boost::system::error_code failed;
            socket.connect({boost::asio::ip::make_address("127.0.0.1"), port_}, failed);
            if (!failed) return;
        }
        throw std::runtime_error("mosquitto does not listen");
    }

    Scratch scratch_;
    std::string more_;
    std::uint16_t port_;
    pid_t pid_ = -1;
};

}  // namespace qk::daemon
