#include "daemon/verify/verify_service.hpp"

#include <algorithm>
#include <map>

#include "daemon/config.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/metrics.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"
#include "daemon/verify/case_rows.hpp"
#include "daemon/verify/verdict_rows.hpp"
#include "plans/packs/judging.hpp"
#include "rules/proof/judge.hpp"

namespace qk::daemon {

using rules::Instant;

// What one tick works with; fixed for its length.
struct VerifyService::Setting {
    Instant now{};
    rules::Zone zone;
    std::shared_ptr<const plans::Inventory> inventory;
    rules::JudgingParameters parameters;
};

// What this process knows of a window beside its dates; the store has the rest.
struct VerifyService::WindowState {
    KnownVerdict known;
    bool is_done = false;  // judged for the last time, or found settled
};

namespace {

// When each enterprise was first bound, by warning and by the season.
struct Starts {
    std::map<std::pair<std::string, std::string>, Instant> of_warning;
    std::map<std::string, Instant> of_season;
};

template <class Key>
void take_earlier(std::map<Key, Instant>& all, const Key& key, Instant start) {
    const auto [at, is_new] = all.emplace(key, start);
    if (!is_new) at->second = std::min(at->second, start);
}

Starts starts_of(const std::vector<DutyWindow>& windows) {
    Starts starts;
    for (const DutyWindow& window : windows) {
        const std::string& enterprise = window.obligation.enterprise;
        if (window.is_of_season()) {
            take_earlier(starts.of_season, enterprise, window.obligation.from);
        } else {
            take_earlier(starts.of_warning, std::pair{enterprise, window.warning}, window.from());
        }
    }
    return starts;
}

// Of a warning all readings since its start are wanted, of the season those of the day; the
// baseline is that of the days before either.
void want(const DutyWindow& window, const Starts& starts, EvidenceStarts& wanted) {
    const std::string& enterprise = window.obligation.enterprise;
    EvidenceStart start{window.from()};
    if (!window.is_of_season()) start = starts.of_warning.at({enterprise, window.warning});
    const auto season = starts.of_season.find(enterprise);
    if (season != starts.of_season.end()) {
        start.bound_since = std::min(start.bound_since, season->second);
    }
    const auto [at, is_new] = wanted.emplace(enterprise, start);
    if (is_new) return;
    at->second.from = std::min(at->second.from, start.from);
    at->second.bound_since = std::min(at->second.bound_since, start.bound_since);
}

}  // namespace

VerifyService::VerifyService(Context& context) : context_(context) {}
VerifyService::~VerifyService() = default;

void VerifyService::set_windows(std::vector<DutyWindow> windows) {
    windows_ = std::move(windows);
    states_.assign(windows_.size(), WindowState{});
}

VerifyService::Setting VerifyService::setting() const {
    return {context_.clock.now(), context_.pack->zone, context_.inventories.current(),
            plans::judging_parameters(*context_.pack)};
}

// Finds the windows that are due and brings their evidence up to date. With `warning`, all windows
// of that warning are due, from the store as it is now.
void VerifyService::prepare(SQLite::Database& db, const Setting& setting,
                            const std::string& warning) {
    due_.clear();
    if (!warning.empty()) {
        fingerprint_.clear();
        evidence_.clear();
        set_windows(load_duty_windows(db, Instant{}, setting.now, warning, setting.zone));
    } else if (const std::string print = duty_fingerprint(db) + "/" +
                                         rules::to_iso(rules::day_of(setting.now, setting.zone));
               print != fingerprint_) {
        fingerprint_ = print;
        set_windows(load_duty_windows(db, setting.now - kWindowsKept, setting.now + kWindowsAhead,
                                      {}, setting.zone));
    }
    next_end_ = Instant::max();
    const Starts starts = starts_of(windows_);
    EvidenceStarts wanted;
    for (std::size_t i = 0; i < windows_.size(); ++i) {
        const DutyWindow& window = windows_[i];
        if (window.from() >= setting.now) continue;
        const bool has_ended = window.to && *window.to + kSettle <= setting.now;
        if (window.to && *window.to + kSettle > setting.now) {
            next_end_ = std::min<Instant>(next_end_, *window.to + kSettle);
        }
        if (warning.empty() && has_ended) {
            bool& is_done = states_[i].is_done;
            is_done = is_done || is_settled(db, window);
            if (is_done) continue;
        }
        due_.push_back(i);
        want(window, starts, wanted);
    }
    const EvidenceSetting evidence{*setting.inventory, setting.parameters, setting.zone,
                                   setting.now};
    evidence_.refresh(db, evidence, wanted);
}

void VerifyService::judge_window(SQLite::Database& db, const Setting& setting, std::size_t place,
                                 VerdictWriter& writer, TickCounts& counts) {
    const DutyWindow& window = windows_[place];
    WindowState& state = states_[place];
    const rules::Evidence* evidence = evidence_.find(window.obligation.enterprise);
    if (evidence == nullptr) return;
    const Instant to = std::min(window.to.value_or(setting.now), setting.now);
    const bool is_final = window.to && *window.to + kSettle <= setting.now;
    const rules::JudgeInput input{
        window.obligation, *evidence, {window.from(), to}, setting.parameters, setting.zone};
    const rules::Judgement answer = rules::judge(input);
    ++counts.judged;
    state.is_done = is_final;
    if (!answer.verdict) {
        writer.put_not_judged(window, answer.not_judged, setting.now, state.known);
        return;
    }
    const PutVerdict put = writer.put(window, *answer.verdict, setting.parameters, is_final,
                                      setting.now, setting.zone, state.known);
    if (put.change != VerdictChange::kNew && put.change != VerdictChange::kChanged) return;
    ++counts.changed;
    const std::size_t opened = open_cases(db, window, *answer.verdict, put.number, setting.now);
    counts.cases += opened;
    const bool is_news =
        put.before != answer.verdict->compliance &&
        (put.before || answer.verdict->compliance != rules::Compliance::kCompliant);
    if (!is_news) return;
    append_event(db, setting.now, "verdict",
                 boost::json::object{{"number", put.number},
                                     {"enterprise", window.obligation.enterprise},
                                     {"obligation", window.obligation.id},
                                     {"warning", window.warning},
                                     {"compliance", rules::to_text(answer.verdict->compliance)},
                                     {"cases_opened", opened}});
}

TickCounts VerifyService::judge_some(SQLite::Database& db, const Setting& setting,
                                     std::size_t first, std::size_t last) {
    TickCounts counts;
    VerdictWriter writer(db);
    for (std::size_t i = first; i < last; ++i) {
        judge_window(db, setting, due_[i], writer, counts);
    }
    return counts;
}

boost::asio::awaitable<TickCounts> VerifyService::judge_due(std::string warning) {
    const Setting with = setting();
    auto prepare_work = [this, &with, warning](SQLite::Database& db) {
        prepare(db, with, warning);
        return due_.size();
    };
    const std::size_t due = co_await context_.store.transact(std::move(prepare_work));
    TickCounts all;
    all.windows = due;
    for (std::size_t first = 0; first < due; first += kEnterprisesPerTransaction) {
        const std::size_t last = std::min(due, first + kEnterprisesPerTransaction);
        auto work = [this, &with, first, last](SQLite::Database& db) {
            return judge_some(db, with, first, last);
        };
        const TickCounts some = co_await context_.store.transact(std::move(work));
        all.judged += some.judged;
        all.changed += some.changed;
        all.cases += some.cases;
    }
    context_.metrics.add(Counter::kVerdicts, all.changed);
    context_.metrics.add(Counter::kCases, all.cases);
    if (all.changed > 0) context_.events.wake();
    co_return all;
}

boost::asio::awaitable<TickCounts> VerifyService::tick() {
    std::string none;
    co_return co_await judge_due(std::move(none));
}

boost::asio::awaitable<TickCounts> VerifyService::rejudge(std::string warning) {
    co_return co_await judge_due(std::move(warning));
}

// The next multiple of the period, or the moment at which a window becomes final, if that is
// sooner.
Instant VerifyService::next_tick(Instant now) const {
    const std::chrono::seconds period = context_.config->verify_period;
    const Instant by_period = now + (period - now.time_since_epoch() % period);
    return next_end_ > now ? std::min(by_period, next_end_) : by_period;
}

void VerifyService::start(TaskGroup& tasks) { tasks.spawn("verify", run()); }

boost::asio::awaitable<void> VerifyService::run() {
    for (;;) {
        const Instant when = next_tick(context_.clock.now());
        co_await context_.clock.sleep_until(when);
        co_await tick();
    }
}

}  // namespace qk::daemon
