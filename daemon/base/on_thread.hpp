// Work that blocks (a file, a name, a library that waits) on a thread beside the executor.
//
// A cancelled task waits until such work has ended, and is cancelled after it. Work that took the
// cancellation along with it (co_spawn on the thread) would end the process: it is done, its
// answer is on the way, and then it is told to throw, where nobody catches.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <functional>

namespace qk::daemon {

// Goes on where the awaiting coroutine runs; what `job` throws is thrown there.
[[nodiscard]] boost::asio::awaitable<void> run_on(boost::asio::thread_pool& pool,
                                                  std::function<void()> job);

}  // namespace qk::daemon
