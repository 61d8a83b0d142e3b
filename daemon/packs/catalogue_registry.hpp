// The bureau's own catalogue of measures (行业减排措施目录) and its words for lines, put in force
// in the running service.
//
// A named person puts one up from a date: it is checked with every fault, tried on the inventory in
// use, and what it changes stands with it. Another person confirms it, since it says what plants
// owe; it begins at its date and not before that. It takes the place of whole trades of the shipped
// catalogue as that stood when it was put up; the one before is laid aside whole.
//
// What was decided before keeps the measures it saw: plans note the number (plan_rows.hpp), and the
// texts stay. Orders of a warning that runs change with its next decision.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>

#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

class CatalogueRegistry {
 public:
    explicit CatalogueRegistry(Context& context) : context_(context), changed_(context.executor) {}

    void add_routes(Router& router);
    void start(TaskGroup& tasks);
    // At the start of the daemon. A stored catalogue that no longer reads is a fault.
    [[nodiscard]] rules::Result<void> restore();

 private:
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> begin_due();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> adopt(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> confirm(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> withdraw(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call);
    [[nodiscard]] std::int64_t in_force() const {
        return context_.catalogue ? context_.catalogue->number : 0;
    }

    Context& context_;
    EventFeed changed_;  // wakes run() when another date was set
};

}  // namespace qk::daemon
