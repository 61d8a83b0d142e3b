// Accounts in use (账号使用情况): when each was last used and from where, its log-ins in the audit
// log (the first use on a day, or with another token), and how many tokens were refused.
//
// A call costs a look into a map; rows are written at most once an hour for an account.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <map>
#include <string>

#include "daemon/access/person.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

inline constexpr std::chrono::hours kUseWrittenEvery{1};
inline constexpr std::size_t kRefusedRemotesMax = 100;  // named in one entry; others are counted

class Accounts {
 public:
    explicit Accounts(Context& context) : context_(context), used_(context.executor) {}

    void add_routes(Router& router);
    void start(TaskGroup& tasks);

    // A token was taken, or refused.
    void note_use(const Person& person, const std::string& remote);
    void note_refused(const std::string& remote);
    // One entry about the tokens refused since the last one, if there were any.
    [[nodiscard]] boost::asio::awaitable<void> write_refused();

 private:
    struct Use {
        Person person;
        rules::Instant at{};
        std::string remote;
        rules::Instant written_at{};
        std::string written_as;  // day of the last row
        bool is_waiting = false;
    };
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<void> write_uses();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call);

    Context& context_;
    EventFeed used_;  // wakes run()
    std::map<std::string, Use> uses_;
    std::map<std::string, std::int64_t> refused_;  // by remote
    std::int64_t refused_elsewhere_ = 0;
};

}  // namespace qk::daemon
