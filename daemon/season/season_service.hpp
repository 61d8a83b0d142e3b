// Keeps the orders of the season (错峰生产) without anybody's asking: at start-up, at each civil
// midnight of the region, when an edition is put in use and when a warning lets go; and the API of
// windows, debts and records.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"
#include "daemon/warning/desk.hpp"

namespace qk::daemon {

class TaskGroup;

class SeasonService {
 public:
    explicit SeasonService(Context& context);

    void add_routes(Router& router);
    // Ends when cancelled.
    void start(TaskGroup& tasks);
    // Looks whether anything that the decision rests on has changed, and decides anew where it has.
    [[nodiscard]] boost::asio::awaitable<void> look();

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] DeskView view() const;

    Context& context_;
    std::string seen_;  // what the last decision rested on; a new process decides anew
};

}  // namespace qk::daemon
