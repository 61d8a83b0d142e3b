// Looks whether the database is whole, before the damage is met in the middle of a decision.
//
// At the start a small database is looked through before anything is served, and a damaged one is
// refused, unless store.run_damaged says otherwise. A large one is looked through while the daemon
// runs, and every one once a night: damage is then an error in the log, the gauge
// qingkong_store_whole and /readyz say it, and the daemon goes on, because orders must go out. The
// check reads on a connection and thread of its own.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "daemon/service/context.hpp"
#include "daemon/store/damage.hpp"

namespace qk::daemon {

class TaskGroup;

// Up to here the start waits for the check: about a second on a slow disk.
inline constexpr std::uint64_t kCheckedAtStartBytesMax = std::uint64_t{256} << 20;

class StoreCheck {
 public:
    explicit StoreCheck(Context& context);
    ~StoreCheck();

    // Looks through a database that is small enough now; what is damaged, as find_damage().
    [[nodiscard]] std::vector<std::string> check_at_start();
    // Every night, and at once what check_at_start() has left.
    void start(TaskGroup& tasks);
    // Ends a check that is under way.
    void stop() { *is_to_end_ = true; }

 private:
    struct Worker;
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> check();
    void tell(const std::vector<std::string>& damage);

    Context& context_;
    bool is_checked_ = false;
    std::shared_ptr<std::atomic<bool>> is_to_end_ = std::make_shared<std::atomic<bool>>(false);
    std::unique_ptr<Worker> worker_;
};

}  // namespace qk::daemon
