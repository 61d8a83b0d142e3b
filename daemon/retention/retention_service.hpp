// Lets go of what is older than the settings say and that nothing cites (保存期限), by itself:
// every night at three of the region's time, and soon after a start that missed one. What goes and
// what stays is in sweeps.hpp. The freed pages of the database are used again, so the file stops
// growing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <map>
#include <string>

#include "daemon/service/context.hpp"

namespace qk::daemon {

class TaskGroup;

class RetentionService {
 public:
    explicit RetentionService(Context& context) : context_(context) {}

    // Ends when cancelled.
    void start(TaskGroup& tasks);
    // One run; the rows of each kind that went.
    [[nodiscard]] boost::asio::awaitable<std::map<std::string, std::size_t>> clean();

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<rules::Instant> next_run();

    Context& context_;
};

}  // namespace qk::daemon
