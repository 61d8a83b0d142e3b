#include "daemon/watch/night_pages.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/watch.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/on_thread.hpp"
#include "daemon/base/service_messages.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
namespace fs = std::filesystem;
using rules::Instant;

namespace {

constexpr std::string_view kBefore = "night-";
constexpr std::string_view kAfter = ".html";
constexpr std::size_t kStampDigits = 13;  // 20151206T0800

fs::path folder_of(const Config& config) {
    if (config.store_mode != StoreMode::kOwnThread || config.store_path == ":memory:") return {};
    return fs::path(config.store_path).parent_path() / "night-pages";
}

}  // namespace

NightPages::NightPages(Context& context, std::function<DutyView()> desk)
    : context_(context), desk_(std::move(desk)), folder_(folder_of(*context.config)) {}

void NightPages::start(TaskGroup& tasks) {
    if (folder_.empty()) return;
    pool_.emplace(1);
    tasks.spawn("night pages", run());
}

std::string NightPages::name_at(Instant at) const {
    std::string stamp = rules::to_iso(at, context_.pack->zone).substr(0, 16);
    std::erase_if(stamp, [](char c) { return c == '-' || c == ':'; });
    return std::string(kBefore) + stamp + std::string(kAfter);
}

std::optional<Instant> NightPages::time_of(const std::string& name) const {
    if (name.size() != kBefore.size() + kStampDigits + kAfter.size() ||
        !name.starts_with(kBefore) || !name.ends_with(kAfter)) {
        return std::nullopt;
    }
    const std::string stamp = name.substr(kBefore.size(), kStampDigits);
    return rules::parse_instant(
        fmt::format("{}-{}-{}T{}:{}:00", stamp.substr(0, 4), stamp.substr(4, 2), stamp.substr(6, 2),
                    stamp.substr(9, 2), stamp.substr(11, 2)),
        context_.pack->zone);
}

std::vector<NightPages::KeptPage> NightPages::kept() const {
    std::vector<KeptPage> pages;
    if (folder_.empty()) return pages;
    std::error_code none;
    for (fs::directory_iterator at(folder_, none), end; !none && at != end; at.increment(none)) {
        const std::string name = at->path().filename().string();
        const auto time = time_of(name);
        if (!time) continue;
        std::error_code gone;
        const auto bytes = fs::file_size(at->path(), gone);
        if (!gone) pages.push_back({name, *time, bytes});
    }
    std::ranges::sort(pages, std::greater<>(), &KeptPage::name);
    return pages;
}

rules::Result<void> NightPages::keep(const std::string& name, const std::string& html) const {
    std::error_code wrong;
    fs::create_directories(folder_, wrong);
    if (wrong) return rules::refuse(folder_.string() + ": " + wrong.message(), "");
    // Telephone numbers of people are in it.
    fs::permissions(folder_, fs::perms::owner_all, wrong);
    if (wrong) return rules::refuse(folder_.string() + ": " + wrong.message(), "");
    auto written = write_file((folder_ / name).string(), html);
    if (!written) return written;
    const auto pages = kept();
    for (std::size_t i = kNightPagesKept; i < pages.size(); ++i) {
        fs::remove(folder_ / pages[i].name, wrong);
    }
    return {};
}

asio::awaitable<rules::Result<NightPages::KeptPage>> NightPages::make() {
    const DutyView desk = desk_();
    const auto inventory = context_.inventories.current();
    auto work = [&desk, &inventory](Session& db) {
        return plans::to_html(gather_night_page(db, desk, *inventory));
    };
    const std::string html = co_await context_.store.read_slowly(std::move(work));
    KeptPage page{name_at(desk.now), desk.now, html.size()};
    rules::Result<void> written;
    std::function<void()> job = [&] { written = keep(page.name, html); };
    co_await run_on(*pool_, std::move(job));
    if (!written) {
        context_.log.write(kNightPageFailed, {{"why", written.error().front().what}});
        co_return written.error();
    }
    co_return page;
}

asio::awaitable<void> NightPages::run() {
    for (;;) {
        const Instant now = context_.clock.now();
        const auto pages = kept();
        const Instant hour = rules::floor_hour(now);
        // After a start that missed one, at once. A clock that is driven anew is behind what is
        // kept.
        const bool is_due = std::ranges::none_of(pages, [&](const KeptPage& page) {
            return page.made_at >= hour && page.made_at <= now;
        });
        if (is_due) (void)co_await make();
        co_await context_.clock.sleep_until(hour + kNightPageEvery);
    }
}

json::object NightPages::view_of(const KeptPage& page) const {
    return {{"name", page.name},
            {"made_at", plans::iso(page.made_at, context_.pack->zone)},
            {"bytes", page.bytes}};
}

asio::awaitable<ApiResponse> NightPages::list(Call call) const {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    json::array items;
    for (const KeptPage& page : kept()) items.emplace_back(view_of(page));
    co_return answer_page_of(
        items, paging_of(call),
        json::object{{"folder", folder_.string()}, {"kept_most", kNightPagesKept}});
}

asio::awaitable<ApiResponse> NightPages::show(Call call) const {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    const std::string name = call.parameter("name");
    // Nothing but what a page is called is ever opened.
    auto html = folder_.empty() || !time_of(name)
                    ? rules::Result<std::string>(rules::refuse("no such page", ""))
                    : read_file((folder_ / name).string());
    if (!html) co_return answer_problem(404, "没有这一份守夜包", "no such night page");
    ApiResponse answer = answer_html(std::move(*html));
    answer.headers.emplace_back("Content-Disposition", "attachment; filename=\"" + name + "\"");
    co_return answer;
}

asio::awaitable<ApiResponse> NightPages::make_now(Call call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    if (!pool_) {
        co_return answer_problem(409, "数据库不在文件中，无处存放守夜包",
                                 "the database is no file: there is no place for pages");
    }
    const auto made = co_await make();
    if (!made)
        co_return answer_problem(503, "守夜包未能写入磁盘", "the page could not be written",
                                 made.error());
    const Instant now = context_.clock.now();
    auto note = [&](Session& db) {
        append_audit(db, {now, call.caller->id, call.request.remote, "night_page.made", made->name,
                          json::object{{"bytes", made->bytes}}});
    };
    co_await context_.store.transact(std::move(note));
    co_return answer_json(view_of(*made), 201);
}

void NightPages::add_routes(Router& router) {
    router.serve(operation::kListNightPages, kRosterKeepers,
                 [this](const Call& call) { return list(call); });
    router.serve(operation::kShowNightPage, kRosterKeepers,
                 [this](const Call& call) { return show(call); });
    router.serve(operation::kMakeNightPage, kRosterKeepers,
                 [this](const Call& call) { return make_now(call); });
}

}  // namespace qk::daemon
