#include "daemon/broker/cut_proxy.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace qk::broker {
namespace {

constexpr int kLookMs = 50;
constexpr time_t kSendWithinS = 5;
constexpr std::size_t kPieceBytes = 16 << 10;

sockaddr_in on_loopback(std::uint16_t port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

const sockaddr* generic(const sockaddr_in& address) {
    return reinterpret_cast<const sockaddr*>(&address);
}

}  // namespace

CutProxy::~CutProxy() {
    must_end_ = true;
    if (thread_.joinable()) thread_.join();
    for (Pair& pair : pairs_) close_pair(pair);
    if (listener_ >= 0) ::close(listener_);
}

rules::Result<void> CutProxy::start(std::uint16_t port, std::uint16_t to) {
    to_ = to;
    listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const int yes = 1;
    sockaddr_in address = on_loopback(port);
    socklen_t size = sizeof(address);
    const bool listens =
        listener_ >= 0 &&
        ::setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0 &&
        ::bind(listener_, generic(address), sizeof(address)) == 0 && ::listen(listener_, 8) == 0 &&
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    if (!listens) {
        return rules::refuse(std::string("不能监听 cannot listen: ") + std::strerror(errno),
                             "--port: 空闲的端口 one that is free");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { run(); });
    return {};
}

void CutProxy::close_pair(Pair& pair) {
    for (int* end : {&pair.client, &pair.broker}) {
        if (*end >= 0) ::close(*end);
        *end = -1;
    }
}

void CutProxy::accept_one() {
    Pair pair;
    pair.client = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (pair.client < 0) return;
    const sockaddr_in address = on_loopback(to_);
    const bool has_room = !is_cut_ && pairs_.size() < kCutProxyPairsMax;
    if (has_room) pair.broker = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (pair.broker < 0 || ::connect(pair.broker, generic(address), sizeof(address)) != 0) {
        return close_pair(pair);
    }
    // Who reads nothing any more is cut off, and holds up nobody.
    const timeval within{kSendWithinS, 0};
    for (const int end : {pair.client, pair.broker}) {
        ::setsockopt(end, SOL_SOCKET, SO_SNDTIMEO, &within, sizeof(within));
    }
    pairs_.push_back(pair);
}

// False: the connection has ended.
bool CutProxy::pass_on(int from, int to) {
    std::array<char, kPieceBytes> piece{};
    const ssize_t got = ::recv(from, piece.data(), piece.size(), 0);
    if (got <= 0) return false;
    for (ssize_t sent = 0; sent < got;) {
        const ssize_t more =
            ::send(to, piece.data() + sent, static_cast<std::size_t>(got - sent), MSG_NOSIGNAL);
        if (more <= 0) return false;
        sent += more;
    }
    return true;
}

void CutProxy::run() {
    while (!must_end_) {
        if (is_cut_) {
            for (Pair& pair : pairs_) close_pair(pair);
            pairs_.clear();
        }
        std::vector<pollfd> watched{{listener_, POLLIN, 0}};
        for (const Pair& pair : pairs_) {
            watched.push_back({pair.client, POLLIN, 0});
            watched.push_back({pair.broker, POLLIN, 0});
        }
        if (::poll(watched.data(), watched.size(), kLookMs) <= 0) continue;
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            Pair& pair = pairs_[i];
            const bool is_on =
                (watched[1 + 2 * i].revents == 0 || pass_on(pair.client, pair.broker)) &&
                (watched[2 + 2 * i].revents == 0 || pass_on(pair.broker, pair.client));
            if (!is_on) close_pair(pair);
        }
        std::erase_if(pairs_, [](const Pair& pair) { return pair.client < 0; });
        if (watched[0].revents != 0) accept_one();
    }
}

}  // namespace qk::broker
