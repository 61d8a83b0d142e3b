// The thread on which passwords are hashed: one at a time, so that a flood of log-ins takes the
// memory of one hash, and never the time of the executor. Few wait for it, and of one address
// fewer; who comes beyond is told to come again. In simulated time and in tests the work runs where
// it is asked for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/store/mode.hpp"

namespace qk::daemon {

inline constexpr std::size_t kHashingWaitingMax = 16;
inline constexpr std::size_t kHashingWaitingPerAddressMax = 3;

class Hashing {
 public:
    explicit Hashing(StoreMode mode);
    ~Hashing();
    Hashing(const Hashing&) = delete;
    Hashing& operator=(const Hashing&) = delete;

    // A place, held until the work is done; null: too many wait.
    [[nodiscard]] std::shared_ptr<void> admit(const std::string& address);
    [[nodiscard]] boost::asio::awaitable<void> run(std::function<void()> job);

 private:
    struct Thread;
    struct Waiting {
        std::size_t all = 0;
        std::map<std::string, std::size_t> of_address;
    };
    std::shared_ptr<Waiting> waiting_ = std::make_shared<Waiting>();
    std::unique_ptr<Thread> thread_;  // none: inline
};

}  // namespace qk::daemon
