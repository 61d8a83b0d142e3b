// The evaluation report of a warning: made and kept once the warning is lifted and its last
// verdicts are final, made anew on demand before that. A kept report is never changed; a new one is
// a new row. Reports upwards (situation, day, summary, the province's form) are made on demand from
// the store as it was at the instant asked for.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <optional>
#include <string>

#include "daemon/compliance/verify_service.hpp"
#include "daemon/service/context.hpp"
#include "plans/documents/upward_report.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;

class ReportService {
 public:
    ReportService(Context& context, VerifyService& verify);

    void add_routes(Router& router);
    // Keeps the reports of lifted warnings until the group is cancelled.
    void start(TaskGroup& tasks);
    // Reports of all warnings that were lifted and have none. Returns how many were made.
    [[nodiscard]] boost::asio::awaitable<std::size_t> keep_due();

 private:
    struct Written {
        std::string json;
        std::string html;
    };
    [[nodiscard]] boost::asio::awaitable<void> run();
    // Judges what is late, gathers and keeps the report, and answers with it. `call`: of who has it
    // made; without a caller it is the daemon itself, when a warning is over.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> keep(std::string warning, const Call& call);
    // `reader`: in whose name the store is read.
    [[nodiscard]] boost::asio::awaitable<std::optional<Written>> write(std::string warning,
                                                                       std::string region_prefix,
                                                                       std::string reader);
    [[nodiscard]] boost::asio::awaitable<std::optional<Written>> kept(std::string warning,
                                                                      std::string reader);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_report(const Call& call);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> post_report(const Call& call);
    void add_upward_routes(Router& router);
    // A report upwards as of an instant; nothing of it is kept, since it can be made again.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> get_upward(const Call& call,
                                                                 plans::UpwardKind kind);

    Context& context_;
    VerifyService& verify_;
};

}  // namespace qk::daemon
