#include "daemon/readings/meter_watch.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string_view>
#include <unordered_map>

#include "daemon/api/api.hpp"
#include "daemon/api/operations/readings.hpp"
#include "daemon/api/rights.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

json::object counted_by_region(const std::vector<SilentMeter>& meters) {
    json::object counts;
    for (const SilentMeter& meter : meters) {
        json::value& count = counts[meter.region];
        count = count.is_int64() ? count.get_int64() + 1 : 1;
    }
    return counts;
}

asio::awaitable<ApiResponse> get_silent(Context& context, const Call& call) {
    const Paging paging = paging_of(call);
    const auto inventory = context.inventories.current();
    const rules::Instant since = context.clock.now() - context.config->limits.meter_silent;
    const std::string region_prefix = caller_region_prefix(call);
    const rules::Zone zone = context.pack->zone;
    auto work = [&](Session& db) { return silent_meters(db, *inventory, since, region_prefix); };
    const std::vector<SilentMeter> meters = co_await context.store.read(work, call.caller->id);
    json::array items;
    const std::size_t begin = std::min(meters.size(), (paging.page - 1) * paging.per_page);
    const std::size_t end = std::min(meters.size(), begin + paging.per_page);
    for (std::size_t i = begin; i < end; ++i) {
        json::object item;
        item["meter"] = meters[i].meter;
        item["enterprise"] = meters[i].enterprise;
        item["region"] = meters[i].region;
        item["last_reading"] = nullptr;
        if (meters[i].last) item["last_reading"] = rules::to_iso(*meters[i].last, zone);
        items.push_back(std::move(item));
    }
    co_return answer_page(std::move(items), paging, meters.size());
}

}  // namespace

std::vector<SilentMeter> silent_meters(Session& db, const plans::Inventory& inventory,
                                       rules::Instant since, const std::string& region_prefix) {
    std::unordered_map<std::string_view, std::string_view> region_of;
    for (const plans::Enterprise& one : inventory.enterprises) region_of[one.id] = one.region;
    const auto last = last_readings(db);
    std::vector<SilentMeter> silent;
    for (const plans::Meter& meter : inventory.meters) {
        const std::string_view region = region_of[meter.enterprise];
        if (!region.starts_with(region_prefix)) continue;
        const auto found = last.find(std::string(meter.id.text()));
        if (found != last.end() && found->second >= since) continue;
        SilentMeter one;
        one.meter = meter.id.text();
        one.enterprise = meter.enterprise.text();
        one.region = region;
        if (found != last.end()) one.last = found->second;
        silent.push_back(std::move(one));
    }
    return silent;
}

void MeterWatch::start(TaskGroup& tasks) { tasks.spawn("meter-watch", run()); }

asio::awaitable<void> MeterWatch::run() {
    for (;;) {
        co_await look();
        co_await context_.clock.sleep_until(context_.clock.now() + kMeterWatchEvery);
    }
}

asio::awaitable<void> MeterWatch::look() {
    const auto inventory = context_.inventories.current();
    const rules::Instant now = context_.clock.now();
    const rules::Instant since = now - context_.config->limits.meter_silent;
    auto work = [&](Session& db) { return silent_meters(db, *inventory, since); };
    const std::vector<SilentMeter> silent = co_await context_.store.read(work);
    context_.metrics.set(Gauge::kMetersSilent, static_cast<double>(silent.size()));
    const std::size_t told = std::exchange(told_, silent.size());
    if (silent.size() <= told) co_return;
    auto tell = [&](Session& db) {
        append_event(db, now, "meters-silent",
                     {{"new", silent.size() - told}, {"by_region", counted_by_region(silent)}});
    };
    co_await context_.store.transact(std::move(tell));
    context_.events.wake();
}

void MeterWatch::add_routes(Router& router) {
    Context& context = context_;
    router.serve(operation::kListSilentMeters, kReaders,
                 [&context](const Call& call) { return get_silent(context, call); });
}

}  // namespace qk::daemon
