#include "daemon/warnings/upgrade_replay.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <set>
#include <string_view>
#include <utility>

#include "daemon/base/log.hpp"
#include "daemon/base/ports.hpp"
#include "daemon/base/upgrade_messages.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/decision_rows.hpp"
#include "daemon/warnings/stored_decisions.hpp"
#include "daemon/warnings/stored_plans.hpp"
#include "plans/text/json.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using plans::DecisionAgreement;
using plans::PlanAgreement;

constexpr const char* kMetaKey = "upgrade_replay";
constexpr std::size_t kTellEvery = 500;  // decisions and plans

// One pass over the newest of both, within the time it is given.
class Replaying {
 public:
    Replaying(const UpgradeConfig& setting, const Clock& clock, Log& log,
              std::set<std::string, std::less<>> open)
        : setting_(setting),
          clock_(clock),
          log_(log),
          open_(std::move(open)),
          end_(clock.running() + setting.time) {}

    bool take(const StoredDecision& decision) {
        ++found_.decisions;
        const plans::DecisionRecord& record = decision.record;
        plans::DecisionAgain again;
        if (decision.faults.empty()) {
            again = plans::decide_again(record);
        } else {
            again.differences = decision.faults;
        }
        if (again.agreement == DecisionAgreement::kReasonsDiffer) ++found_.reworded;
        if (again.agreement == DecisionAgreement::kDiffers ||
            again.agreement == DecisionAgreement::kUnreadable) {
            differs(record.warning,
                    fmt::format("{} #{} {}: {} -> {} ({})", record.warning, record.number,
                                to_text(again.agreement), again.then, again.now,
                                again.differences.empty() ? "" : again.differences.front()));
        }
        return goes_on();
    }

    bool take(const CheckedPlan& plan) {
        ++found_.plans;
        const plans::PlanAgain& again = plan.again;
        if (again.agreement == PlanAgreement::kNoInputs) ++found_.no_inputs;
        if (again.agreement == PlanAgreement::kWordsDiffer) ++found_.reworded;
        if (again.agreement == PlanAgreement::kDiffers ||
            again.agreement == PlanAgreement::kUnreadable) {
            differs(plan.warning, fmt::format("{} plan {} {}: {}", plan.warning, plan.generation,
                                              to_text(again.agreement), first_of(again)));
        }
        return goes_on();
    }

    UpgradeReplay take_found() { return std::move(found_); }

 private:
    static std::string first_of(const plans::PlanAgain& again) {
        if (again.shown.empty()) return again.others.empty() ? "" : again.others.front();
        const plans::OwedChange& one = again.shown.front();
        return fmt::format("{} obligations, first {}: {} ({}) -> {} ({})", again.changes,
                           one.obligation, one.then, one.reason_then, one.now, one.reason_now);
    }

    void differs(const std::string& warning, std::string sentence) {
        ++found_.differing;
        if (open_.contains(warning)) ++found_.of_open;
        if (found_.examples.size() == kUpgradeExamplesMax) return;
        log_.write(kUpgradeDiffers, {{"what", sentence}});
        found_.examples.push_back(std::move(sentence));
    }

    bool goes_on() {
        const std::size_t done = found_.decisions + found_.plans;
        if (done % kTellEvery == 0) {
            log_.write(kUpgradeReplaying,
                       {{"count", static_cast<std::int64_t>(done)},
                        {"differing", static_cast<std::int64_t>(found_.differing)}});
        }
        if (clock_.running() < end_) return true;
        found_.is_out_of_time = true;
        return false;
    }

    const UpgradeConfig& setting_;
    const Clock& clock_;
    Log& log_;
    std::set<std::string, std::less<>> open_;
    std::chrono::seconds end_;
    UpgradeReplay found_;
};

// Whether the database is there, and of an older program.
bool is_older(const std::string& database) {
    std::error_code error;
    if (database == ":memory:" || !std::filesystem::exists(database, error)) return false;
    try {
        Session db(database, SessionUse::kRead);
        return has_steps_ahead(db) && has_story(db);
    } catch (const DatabaseError&) {
        return false;  // whoever opens it to write says what is wrong with it
    }
}

std::set<std::string, std::less<>> open_warnings(Session& db) {
    std::set<std::string, std::less<>> open;
    for (const auto& [id, standing] : standings_of_warnings(db)) {
        const auto parsed = rules::parse_warning_standing(standing);
        if (parsed && (*parsed == rules::WarningStanding::kDraft || rules::is_running(*parsed))) {
            open.insert(id);
        }
    }
    return open;
}

rules::Faults refused(const std::string& database, const UpgradeReplay& found,
                      const UpgradeConfig& setting) {
    return {
        {{database, 0, 0},
         fmt::format(
             "升级前重算：{} 个存档的决定或方案在本版本下不同（未结束的预警 {} 个），例如 {} / "
             "{} stored decisions or plans come out otherwise under this version, {} of a "
             "warning that is not over",
             found.differing, found.of_open, found.examples.empty() ? "" : found.examples.front(),
             found.differing, found.of_open),
         fmt::format(
             "数据库未改动：装回原版本即可照常运行；或用 qingkongctl replay {} 逐项查看后，在 "
             "[upgrade] 中写 differences = \"tell\" 再启动（现为 \"{}\"） / the database is "
             "as it was: the earlier version runs on it; or look at each with 'qingkongctl "
             "replay', then set upgrade.differences = \"tell\"",
             database, setting.differences),
         rules::Severity::kError}};
}

}  // namespace

json::value to_json(const UpgradeReplay& replay) {
    json::object object{{"decisions", replay.decisions},     {"plans", replay.plans},
                        {"differing", replay.differing},     {"reworded", replay.reworded},
                        {"no_inputs", replay.no_inputs},     {"of_open", replay.of_open},
                        {"is_whole", !replay.is_out_of_time}};
    object["examples"] = plans::texts(replay.examples);
    return object;
}

rules::Result<std::optional<UpgradeReplay>> replay_before_upgrade(const std::string& database,
                                                                  const UpgradeConfig& setting,
                                                                  const Clock& clock, Log& log) {
    if (!is_older(database)) return std::optional<UpgradeReplay>();
    std::set<std::string, std::less<>> open;
    auto read = read_database(database, [&open](Session& db) { open = open_warnings(db); });
    if (!read) return read.error();
    Replaying replaying(setting, clock, log, std::move(open));
    const auto newest = static_cast<std::size_t>(setting.newest);
    // Plans first: they are few, and say what plants owe now.
    const auto plan = [&replaying](const CheckedPlan& one) { return replaying.take(one); };
    if (auto done = check_plans(database, plan, newest); !done) return done.error();
    const auto decision = [&replaying](const StoredDecision& one) { return replaying.take(one); };
    if (auto done = for_each_newest_decision(database, newest, decision); !done) {
        return done.error();
    }
    UpgradeReplay found = replaying.take_found();
    log.write(kUpgradeReplayed, {{"decisions", static_cast<std::int64_t>(found.decisions)},
                                 {"plans", static_cast<std::int64_t>(found.plans)},
                                 {"differing", static_cast<std::int64_t>(found.differing)},
                                 {"reworded", static_cast<std::int64_t>(found.reworded)},
                                 {"cut", found.is_out_of_time ? "，到时未算完" : ""}});
    const bool is_refused = (setting.differences == "refuse" && found.differing > 0) ||
                            (setting.differences == "refuse-open" && found.of_open > 0);
    if (is_refused) return refused(database, found, setting);
    return std::optional<UpgradeReplay>(std::move(found));
}

void note_upgrade_replay(Session& db, const UpgradeReplay& replay, rules::Instant now,
                         const std::string& version) {
    json::value detail = to_json(replay);
    detail.as_object()["version"] = version;
    detail.as_object()["at"] = rules::to_iso(now, rules::kBeijingTime);
    append_audit(db, {now, "system", "", "upgrade.replayed", version, detail});
    set_meta(db, kMetaKey, plans::canonical_text(detail));
}

json::value last_upgrade_replay(Session& db) {
    const auto text = get_meta(db, kMetaKey);
    if (!text) return nullptr;
    const auto value = plans::parse_json(*text, kMetaKey);
    return value ? *value : json::value(nullptr);
}

}  // namespace qk::daemon
