#include "daemon/driven_clock.hpp"

#include <fmt/format.h>

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json/object.hpp>
#include <charconv>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/system.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr const char* kTimeKey = "driven_clock";
constexpr const char* kRunKey = "daemon_runs";
// So many turns of the executor without work mean that nothing is ready any more: what one turn
// wakes, the next one runs.
constexpr int kQuietTurns = 8;
constexpr std::chrono::microseconds kLook{200};

// For as long as it lives: also where what it stands in is thrown out.
class Marked {
 public:
    explicit Marked(bool& flag) : flag_(flag) { flag_ = true; }
    ~Marked() { flag_ = false; }
    Marked(const Marked&) = delete;
    Marked& operator=(const Marked&) = delete;

 private:
    bool& flag_;
};

ApiResponse answer_stopping() {
    ApiResponse answer =
        answer_problem(503, "服务正在停止，时间未推进到位", "the daemon is stopping: time stands");
    answer.headers.emplace_back("Retry-After", "30");
    return answer;
}

}  // namespace

DrivenClock::DrivenClock(Context& context, ManualClock* clock, Work work)
    : context_(context), clock_(clock), work_(std::move(work)) {}

rules::Result<void> DrivenClock::restore() {
    auto count_run = [](Session& db) {
        std::int64_t before = 0;
        const std::string text = get_meta(db, kRunKey).value_or("");
        std::from_chars(text.data(), text.data() + text.size(), before);
        set_meta(db, kRunKey, std::to_string(before + 1));
        return before + 1;
    };
    run_ = context_.store.transact_now(count_run);
    if (clock_ == nullptr) return {};
    auto work = [](Session& db) { return get_meta(db, kTimeKey); };
    const auto kept = context_.store.transact_now(work);
    if (!kept) return {};
    const auto t = rules::parse_instant(*kept, rules::kBeijingTime);
    if (!t) {
        const std::string why = fmt::format("meta.{}: {}", kTimeKey, rules::not_a_time(*kept));
        return rules::refuse(unreadable_row("推进的时间", why), std::string(kUnreadableCure));
    }
    clock_->step(*t);
    return {};
}

void DrivenClock::add_routes(Router& router) {
    router.serve(operation::kShowClock, kReaders, [this](const Call& call) { return get(call); });
    router.serve(operation::kMoveClock, kAdmins, [this](const Call& call) { return post(call); });
}

asio::awaitable<void> DrivenClock::settle() {
    auto executor = co_await asio::this_coro::executor;
    asio::steady_timer look(executor);
    for (int quiet = 0; quiet < kQuietTurns && !is_stopping_;) {
        co_await asio::post(executor, asio::use_awaitable);
        if (work_.is_idle()) {
            ++quiet;
            continue;
        }
        quiet = 0;
        look.expires_after(kLook);
        co_await look.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<ApiResponse> DrivenClock::answer() {
    auto work = [](Session& db) { return count_unpublished(db); };
    const std::size_t unpublished = co_await context_.store.read(std::move(work));
    boost::json::object body;
    body["now"] = rules::to_iso(context_.clock.now(), context_.pack->zone);
    body["mode"] = clock_ == nullptr ? "real" : "driven";
    body["run"] = run_;
    body["messages_taken_in"] = work_.messages_taken_in();
    body["orders_unpublished"] = unpublished;
    body["broker_up"] = context_.health.is_broker_up;
    co_return answer_json(body);
}

asio::awaitable<ApiResponse> DrivenClock::get(const Call&) { co_return co_await answer(); }

asio::awaitable<ApiResponse> DrivenClock::post(const Call& call) {
    if (auto refused = refuse_part(call, context_.pack->region_code)) co_return *refused;
    if (clock_ == nullptr) {
        co_return answer_problem(409, "时钟为真实时间，不能设置", "the clock is real");
    }
    const auto body = plans::parse_json(call.request.body, "body");
    const std::string text = body ? plans::string_or(*body, "now") : "";
    const auto target = rules::parse_instant(text, context_.pack->zone);
    if (!target) {
        co_return answer_problem(422, "时间有误", "now is not a time",
                                 rules::refuse("now " + rules::not_a_time(text), rules::kTimeCure));
    }
    if (*target < clock_->now()) {
        co_return answer_problem(422, "时间不能倒退", "time does not go back");
    }
    if (*target - clock_->now() > kMoveMost) {
        constexpr auto kDaysMost = std::chrono::duration_cast<std::chrono::days>(kMoveMost).count();
        co_return answer_problem(
            422, "一次推进的时间过长", "this is too far for one move",
            rules::refuse("now '" + text + "'",
                          fmt::format("一次最多推进 {} 天，更长请分多次 / at most {} days in one "
                                      "move; go on in more of them",
                                      kDaysMost, kDaysMost)));
    }
    if (is_moving_) co_return answer_problem(409, "时间正在推进", "time is moving already");
    {
        const Marked moving(is_moving_);
        co_await settle();
        while (!is_stopping_ && clock_->step(*target)) co_await settle();
        co_await settle();
    }
    const std::string reached = rules::to_iso(clock_->now(), rules::kBeijingTime);
    auto work = [&reached](Session& db) { set_meta(db, kTimeKey, reached); };
    co_await context_.store.transact(std::move(work));
    if (is_stopping_) co_return answer_stopping();
    co_return co_await answer();
}

}  // namespace qk::daemon
