#include "daemon/warnings/season_service.hpp"

#include <boost/asio/experimental/awaitable_operators.hpp>

#include "daemon/base/log.hpp"
#include "daemon/base/messages.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/packs/grade_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "daemon/warnings/control_desk.hpp"
#include "daemon/warnings/control_rows.hpp"
#include "daemon/warnings/season_desk.hpp"
#include "daemon/warnings/warning_rows.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using rules::Instant;

Instant next_midnight(Instant now, rules::Zone zone) {
    return rules::start_of(rules::day_of(now, zone) + std::chrono::days{1}, zone);
}

}  // namespace

SeasonService::Ground SeasonService::ground_of(Session& db, const DeskView& view) {
    Ground ground;
    ground.day = rules::to_iso(rules::day_of(view.now, view.pack->zone));
    ground.edition = view.inventory->edition;
    ground.pack = view.pack;
    ground.catalogue = view.catalogue;
    ground.story = newest_story(db);
    ground.grade_steps = count_grade_steps(db);
    for (const ControlRow& row : controls_held(db, rules::day_of(view.now, view.pack->zone))) {
        ground.controls.push_back(row.number);
    }
    return ground;
}

SeasonService::SeasonService(Context& context) : context_(context) {}

asio::awaitable<void> SeasonService::look() {
    const DeskView desk = desk_view(context_);
    const Ground before = seen_;
    struct Looked {
        Ground ground;
        SeasonKept kept;
        std::vector<ControlsNow::Unreadable> unreadable;
    };
    auto work = [&desk, &before](Session& db) {
        Looked looked;
        looked.ground = ground_of(db, desk);
        if (looked.ground == before) return looked;
        looked.unreadable = controls_now(db, desk).unreadable;
        looked.kept = keep_season(db, desk);
        return looked;
    };
    const Looked looked = co_await context_.store.transact(std::move(work));
    seen_ = looked.ground;
    for (const ControlsNow::Unreadable& one : looked.unreadable) {
        context_.log.write(kControlUnreadable, {{"control", one.number}, {"why", one.why}});
    }
    if (looked.kept.issued + looked.kept.ended == 0) co_return;
    context_.log.write(kSeasonOrders, {{"issued", static_cast<std::int64_t>(looked.kept.issued)},
                                       {"ended", static_cast<std::int64_t>(looked.kept.ended)}});
    context_.events.wake();
}

void SeasonService::start(TaskGroup& tasks) { tasks.spawn("season", run()); }

asio::awaitable<void> SeasonService::run() {
    using asio::experimental::awaitable_operators::operator||;
    for (;;) {
        const std::uint64_t seen = context_.events.wakes();
        co_await look();
        const Instant midnight = next_midnight(context_.clock.now(), context_.pack->zone);
        co_await (context_.events.next(seen) || context_.clock.sleep_until(midnight));
    }
}

}  // namespace qk::daemon
