// Between a client and a broker on loopback: passes bytes on both ways, and cuts every connection
// when it is told to, as a network does: nobody says goodbye, so the broker tells the last will.
#pragma once

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::broker {

inline constexpr std::size_t kCutProxyPairsMax = 16;  // more are turned away

class CutProxy {
 public:
    CutProxy() = default;
    ~CutProxy();
    CutProxy(const CutProxy&) = delete;
    CutProxy& operator=(const CutProxy&) = delete;

    // Listens on loopback, on `port` or a free one, and passes on to `to`.
    [[nodiscard]] rules::Result<void> start(std::uint16_t port, std::uint16_t to);
    [[nodiscard]] std::uint16_t port() const { return port_; }
    // Ends every connection, and turns away who comes until let_in().
    void cut() { is_cut_ = true; }
    void let_in() { is_cut_ = false; }

 private:
    struct Pair {
        int client = -1;
        int broker = -1;
    };
    void run();
    void accept_one();
    [[nodiscard]] static bool pass_on(int from, int to);
    static void close_pair(Pair& pair);

    int listener_ = -1;
    std::uint16_t port_ = 0;
    std::uint16_t to_ = 0;
    std::atomic<bool> is_cut_{false};
    std::atomic<bool> must_end_{false};
    std::vector<Pair> pairs_;  // of the thread
    std::thread thread_;
};

}  // namespace qk::broker
