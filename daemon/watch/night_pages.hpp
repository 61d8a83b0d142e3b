// The pages for a night without network (守夜包): one every full hour, written as a file beside the
// database, the newest ones kept; and one at once where somebody asks. What it holds is
// plans/documents/night_page.hpp.
//
// The folder can be copied to another machine by whatever copies files; the page needs nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/roster/matter_sources.hpp"
#include "daemon/service/context.hpp"
#include "plans/documents/night_page.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

inline constexpr std::size_t kNightPagesKept = 48;
inline constexpr std::chrono::hours kNightPageEvery{1};

class NightPages {
 public:
    // `desk`: people and roster as they are now.
    NightPages(Context& context, std::function<DutyView()> desk);

    void add_routes(Router& router);
    // Where the database is a file; elsewhere there is no place for pages.
    void start(TaskGroup& tasks);

 private:
    struct KeptPage {
        std::string name;
        rules::Instant made_at{};
        std::uintmax_t bytes = 0;
    };
    [[nodiscard]] boost::asio::awaitable<void> run();
    [[nodiscard]] boost::asio::awaitable<rules::Result<KeptPage>> make();
    [[nodiscard]] boost::asio::awaitable<ApiResponse> list(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call) const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> make_now(Call call);
    [[nodiscard]] boost::json::object view_of(const KeptPage& page) const;
    // Newest first.
    [[nodiscard]] std::vector<KeptPage> kept() const;
    [[nodiscard]] std::string name_at(rules::Instant at) const;
    [[nodiscard]] std::optional<rules::Instant> time_of(const std::string& name) const;
    // On the thread of files: writes it, and lets the oldest go.
    [[nodiscard]] rules::Result<void> keep(const std::string& name, const std::string& html) const;

    Context& context_;
    std::function<DutyView()> desk_;
    std::filesystem::path folder_;  // empty: none
    std::optional<boost::asio::thread_pool> pool_;
};

// Everything of the page that the database and the inventory know.
[[nodiscard]] plans::NightPage gather_night_page(Session& db, const DutyView& desk,
                                                 const plans::Inventory& inventory);

}  // namespace qk::daemon
