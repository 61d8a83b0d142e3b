#include "daemon/service/store_check.hpp"

#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "daemon/base/log.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/on_thread.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/broken.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::hours kNightly{3};  // after midnight of the region

std::uint64_t size_of(const std::string& path) {
    std::error_code error;
    const auto size = std::filesystem::file_size(path, error);
    return error ? 0 : size;
}

rules::Instant next_night(rules::Instant now, rules::Zone zone) {
    const rules::Instant today = rules::start_of(rules::day_of(now, zone), zone) + kNightly;
    return today > now ? today : today + std::chrono::hours{24};
}

}  // namespace

struct StoreCheck::Worker {
    asio::thread_pool thread{1};
};

StoreCheck::StoreCheck(Context& context) : context_(context) {
    context_.metrics.set(Gauge::kStoreWhole, 1);
}
StoreCheck::~StoreCheck() {
    stop();
    if (worker_) worker_->thread.join();
}

std::vector<std::string> StoreCheck::check_at_start() {
    const std::string& path = context_.config->store_path;
    if (!std::filesystem::exists(path) || size_of(path) > kCheckedAtStartBytesMax) return {};
    is_checked_ = true;
    const auto damage = find_damage(path, *is_to_end_);
    tell(damage);
    return damage;
}

void StoreCheck::tell(const std::vector<std::string>& damage) {
    context_.health.is_store_whole = damage.empty();
    context_.metrics.set(Gauge::kStoreWhole, damage.empty() ? 1 : 0);
    if (damage.empty()) return;
    std::string all;
    for (const std::string& one : damage) all += (all.empty() ? "" : "; ") + one;
    context_.log.write(kStoreDamaged, {{"path", context_.config->store_path},
                                       {"cure", cure_in_chinese(StorageTrouble::kDamaged)},
                                       {"why", all}});
}

asio::awaitable<void> StoreCheck::check() {
    std::vector<std::string> damage;
    const std::string path = context_.config->store_path;
    std::function<void()> look = [&damage, path, is_to_end = is_to_end_] {
        damage = find_damage(path, *is_to_end);
    };
    co_await run_on(worker_->thread, std::move(look));
    tell(damage);
}

asio::awaitable<void> StoreCheck::run() {
    if (!is_checked_) co_await check();
    for (;;) {
        const rules::Instant now = context_.clock.now();
        co_await context_.clock.sleep_until(next_night(now, context_.pack->zone));
        co_await check();
    }
}

void StoreCheck::start(TaskGroup& tasks) {
    if (context_.config->store_mode != StoreMode::kOwnThread) return;
    if (!std::filesystem::exists(context_.config->store_path)) return;
    worker_ = std::make_unique<Worker>();
    tasks.spawn("store check", run());
}

}  // namespace qk::daemon
