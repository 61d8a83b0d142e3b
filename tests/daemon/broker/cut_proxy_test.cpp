#include "daemon/broker/cut_proxy.hpp"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>

namespace qk::broker {
namespace {

sockaddr_in at(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// Answers with what it was sent, one connection after the other.
class Echo {
 public:
    Echo() : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address = at(0);
        socklen_t size = sizeof(address);
        EXPECT_EQ(::bind(socket_, reinterpret_cast<sockaddr*>(&address), sizeof(address)), 0);
        EXPECT_EQ(::listen(socket_, 4), 0);
        EXPECT_EQ(::getsockname(socket_, reinterpret_cast<sockaddr*>(&address), &size), 0);
        port_ = ntohs(address.sin_port);
        thread_ = std::thread([this] { run(); });
    }
    ~Echo() {
        ::shutdown(socket_, SHUT_RDWR);
        thread_.join();
        ::close(socket_);
    }
    [[nodiscard]] std::uint16_t port() const { return port_; }

 private:
    void run() {
        for (int one = 0; (one = ::accept(socket_, nullptr, nullptr)) >= 0; ::close(one)) {
            char text[64];
            for (ssize_t got = 0; (got = ::recv(one, text, sizeof(text), 0)) > 0;)
                (void)::send(one, text, static_cast<std::size_t>(got), MSG_NOSIGNAL);
        }
    }
    int socket_;
    std::uint16_t port_ = 0;
    std::thread thread_;
};

class Caller {
 public:
    explicit Caller(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        const timeval within{5, 0};
        ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &within, sizeof(within));
        const sockaddr_in address = at(port);
        EXPECT_EQ(::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof(address)),
                  0);
    }
    ~Caller() { ::close(socket_); }
    // Empty: the connection has ended.
    std::string ask(const std::string& text) {
        if (::send(socket_, text.data(), text.size(), MSG_NOSIGNAL) < 0) return {};
        char answer[64];
        const ssize_t got = ::recv(socket_, answer, sizeof(answer), 0);
        return got > 0 ? std::string(answer, static_cast<std::size_t>(got)) : std::string();
    }

 private:
    int socket_;
};

TEST(CutProxy, PassesOnUntilItIsCutAndAgainWhenItLetsIn) {
    Echo echo;
    CutProxy proxy;
    ASSERT_TRUE(proxy.start(0, echo.port()));
    {
        Caller caller(proxy.port());
        EXPECT_EQ(caller.ask("hello"), "hello");
        proxy.cut();
        // What is on its way when it is cut may still be answered.
        std::string said = "hello";
        for (int i = 0; i < 50 && !said.empty(); ++i) {
            ::usleep(20'000);
            said = caller.ask("still there?");
        }
        EXPECT_EQ(said, "");
        EXPECT_EQ(Caller(proxy.port()).ask("let me in"), "");
    }
    proxy.let_in();
    EXPECT_EQ(Caller(proxy.port()).ask("again"), "again");
}

TEST(CutProxy, APortThatIsTakenIsRefused) {
    Echo echo;
    CutProxy proxy;
    EXPECT_FALSE(proxy.start(echo.port(), 1));
}

}  // namespace
}  // namespace qk::broker
