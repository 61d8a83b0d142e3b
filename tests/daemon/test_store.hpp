// The store of a service test: inline, or with its own threads where the run says so. Both modes
// are run (tests/daemon/CMakeLists.txt); what only shows between two threads or two awaits shows
// there.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string>

#include "daemon/store/store.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {

inline bool has_own_threads() {
    const char* wanted = std::getenv("QK_TEST_STORE");
    return wanted != nullptr && std::string(wanted) == "own-threads";
}

inline std::unique_ptr<Store> open_test_store(const Scratch& scratch) {
    if (!has_own_threads()) return Store::open(":memory:", StoreMode::kInline).value();
    return Store::open(scratch.file("test.db"), StoreMode::kOwnThread).value();
}

// Runs all that is ready, and what the store's threads make ready.
inline void run_all(boost::asio::io_context& io, const Store& store) {
    constexpr std::chrono::milliseconds kLook{1};
    for (bool goes_on = true; goes_on;) {
        io.restart();
        goes_on = io.poll() > 0;
        if (store.pending() == 0) continue;
        io.run_one_for(kLook);
        goes_on = true;
    }
}

}  // namespace qk::daemon
