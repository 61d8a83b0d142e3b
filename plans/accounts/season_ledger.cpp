#include "plans/accounts/season_ledger.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "plans/response/season_obligations.hpp"
#include "plans/text/csv_table.hpp"

namespace qk::plans {
namespace {

using rules::Compliance;
using rules::Instant;

constexpr std::array<std::string_view, 4> kEntryWords{"stood", "ran", "made_up", "withdrawn"};

rules::Span span_of(rules::CivilDay day, rules::Zone zone) {
    return {rules::start_of(day, zone), rules::start_of(day + std::chrono::days{1}, zone)};
}

// Whether spans in order of their start cover all of the day.
bool covered(const std::vector<rules::Span>& compliant, const rules::Span& day) {
    Instant reached = day.from;
    for (const rules::Span& span : compliant) {
        if (span.from > reached) break;
        reached = std::max(reached, span.to);
    }
    return reached >= day.to;
}

std::string key_of(std::string_view window, std::string_view enterprise, std::string_view line) {
    return fmt::format("{}\n{}\n{}", window, enterprise, line);
}

enum class SeasonDay { kStood, kMadeUp };

std::optional<SeasonDay> parse_season_day(std::string_view text) {
    if (text == "stood" || text == "停产" || text == "已停") return SeasonDay::kStood;
    if (text == "made_up" || text == "补停") return SeasonDay::kMadeUp;
    return std::nullopt;
}

// What records may name.
class Known {
 public:
    Known(const SeasonPlan& season, const Inventory& inventory) {
        for (const SeasonWindow& window : season.windows) windows_.insert(window.id);
        for (const Enterprise& one : inventory.enterprises) enterprises_.insert(one.id);
        for (const Line& line : inventory.lines) lines_.insert(line.enterprise + '\n' + line.id);
    }
    [[nodiscard]] bool window(const std::string& id) const { return windows_.contains(id); }
    [[nodiscard]] bool enterprise(const std::string& id) const { return enterprises_.contains(id); }
    [[nodiscard]] bool line(const std::string& enterprise, const std::string& id) const {
        return id.empty() || lines_.contains(enterprise + '\n' + id);
    }

 private:
    std::set<std::string> windows_;
    std::unordered_set<std::string> enterprises_;
    std::unordered_set<std::string> lines_;
};

}  // namespace

std::string_view to_text(SeasonEntryKind kind) {
    return kEntryWords[static_cast<std::size_t>(kind)];
}

std::optional<SeasonEntryKind> parse_season_entry(std::string_view text) {
    for (std::size_t i = 0; i < kEntryWords.size(); ++i) {
        if (text == kEntryWords[i]) return static_cast<SeasonEntryKind>(i);
    }
    return std::nullopt;
}

SeasonRecord record_from(const SeasonWindow& window, const SeasonEvidence& evidence,
                         rules::CivilDay as_of, rules::Zone zone) {
    SeasonRecord record;
    record.window = window.id;
    std::map<rules::CivilDay, SeasonEntryKind> entered;
    for (const SeasonEntry& entry : evidence.entries) entered[entry.day] = entry.kind;
    std::vector<rules::Span> compliant;
    std::vector<rules::Span> broken;
    for (const JudgedPeriod& stretch : evidence.judged) {
        if (stretch.compliance == Compliance::kCompliant) compliant.push_back(stretch.window);
        if (stretch.compliance == Compliance::kBreach && stretch.is_own) {
            broken.push_back(stretch.window);
        }
    }
    std::sort(compliant.begin(), compliant.end(),
              [](const rules::Span& a, const rules::Span& b) { return a.from < b.from; });
    record.made_up = made_up_days(evidence.entries);
    for (rules::CivilDay day = window.from; day <= std::min(window.to, as_of);
         day += std::chrono::days{1}) {
        const auto entry = entered.find(day);
        const bool is_told = entry != entered.end() && (entry->second == SeasonEntryKind::kStood ||
                                                        entry->second == SeasonEntryKind::kRan);
        const rules::Span whole = span_of(day, zone);
        const bool is_broken = std::any_of(broken.begin(), broken.end(),
                                           [&](const auto& span) { return span.overlaps(whole); });
        if (is_told ? entry->second == SeasonEntryKind::kStood
                    : !is_broken && covered(compliant, whole)) {
            record.stood.push_back(day);
        } else if (!is_told && !is_broken) {
            record.unknown.push_back(day);
        }
    }
    return record;
}

std::vector<rules::CivilDay> made_up_days(const std::vector<SeasonEntry>& entries) {
    std::map<rules::CivilDay, SeasonEntryKind> entered;
    for (const SeasonEntry& entry : entries) entered[entry.day] = entry.kind;
    std::vector<rules::CivilDay> days;
    for (const auto& [day, kind] : entered) {
        if (kind == SeasonEntryKind::kMadeUp) days.push_back(day);
    }
    return days;
}

bool is_same_plant(std::string_view line, std::string_view other) {
    return line.empty() || other.empty() || line == other;
}

void pay_once(SeasonRecord& record, const SeasonWindow& window,
              const std::vector<OtherWindow>& others) {
    const auto is_earlier = [&window](const SeasonWindow& other) {
        return std::pair(other.to, std::string_view(other.id)) <
               std::pair(window.to, std::string_view(window.id));
    };
    std::erase_if(record.made_up, [&](rules::CivilDay day) {
        return std::any_of(others.begin(), others.end(), [&](const OtherWindow& other) {
            const SeasonWindow& asks = *other.window;
            const bool is_spared = std::count(other.spared.begin(), other.spared.end(), day) > 0;
            if (asks.from <= day && day <= asks.to && !is_spared) return true;
            const bool is_entered = std::count(other.made_up.begin(), other.made_up.end(), day) > 0;
            return is_entered && day > asks.to && is_earlier(asks);
        });
    });
}

boost::json::value to_json(const SeasonDebt& debt) {
    return boost::json::object{{"window", debt.window},
                               {"enterprise", debt.enterprise},
                               {"line", debt.line},
                               {"owed_days", debt.owed_days},
                               {"kept_days", debt.kept_days},
                               {"made_up_days", debt.made_up_days},
                               {"unknown_days", debt.unknown_days},
                               {"debt_days", debt.debt_days},
                               {"text", debt.text}};
}

std::vector<SeasonDebt> season_ledger(const Inventory& inventory, const SeasonPlan& season,
                                      const RegionRules& rules,
                                      const std::vector<SeasonRecord>& records,
                                      rules::CivilDay as_of,
                                      const std::vector<GradeChange>* grade_changes) {
    std::unordered_map<std::string, const SeasonRecord*> record_of;
    for (const SeasonRecord& record : records) {
        record_of.emplace(key_of(record.window, record.enterprise, record.line), &record);
    }
    struct LedgerRow {
        const SeasonWindow* window;
        SeasonRecord record;
    };
    std::vector<LedgerRow> all;
    std::unordered_map<std::string, std::vector<std::size_t>> of_enterprise;
    for (const SeasonTarget& target :
         season_targets(inventory, season, rules, as_of, grade_changes)) {
        const SeasonWindow& window = season.windows[target.window];
        SeasonRecord record;
        record.window = window.id;
        record.enterprise = inventory.enterprises[target.enterprise].id;
        if (target.line) record.line = inventory.lines[*target.line].id;
        const auto found = record_of.find(key_of(record.window, record.enterprise, record.line));
        if (found != record_of.end()) record = *found->second;
        record.spared = target.spared;
        of_enterprise[record.enterprise].push_back(all.size());
        all.push_back({&window, std::move(record)});
    }
    std::vector<SeasonDebt> ledger;
    for (std::size_t i = 0; i < all.size(); ++i) {
        SeasonRecord record = all[i].record;
        std::vector<OtherWindow> others;
        for (const std::size_t other : of_enterprise[record.enterprise]) {
            if (all[other].window == all[i].window) continue;
            if (!is_same_plant(record.line, all[other].record.line)) continue;
            others.push_back(
                {all[other].window, all[other].record.made_up, all[other].record.spared});
        }
        pay_once(record, *all[i].window, others);
        ledger.push_back(debt_of(*all[i].window, record, as_of));
    }
    return ledger;
}

rules::Result<std::vector<SeasonRecord>> read_season_records(std::string_view csv,
                                                             const std::string& file,
                                                             const SeasonPlan& season,
                                                             const Inventory& inventory) {
    const Known known(season, inventory);
    CsvTable rows(csv, file);
    const auto window = rows.required("window", "错峰方案");
    const auto enterprise = rows.required("enterprise", "统一社会信用代码");
    const auto line = rows.column("line", "生产线编号");
    const auto day = rows.required("day", "日期");
    const auto what = rows.required("what", "情况");
    std::vector<SeasonRecord> records;
    std::unordered_map<std::string, std::size_t> place_of;
    while (rows.next()) {
        SeasonRecord one;
        one.window = rows.text(window, "a window's id");
        one.enterprise = rows.text(enterprise, "an enterprise's id");
        one.line = rows.cell(line);
        const auto complain = [&](CsvTable::Column column, std::string_view nothing) {
            rows.fault(column, fmt::format("'{}' is no {}", rows.cell(column), nothing),
                       "an id as it stands there");
        };
        if (!one.window.empty() && !known.window(one.window)) {
            complain(window, "window of the season");
        }
        if (!one.enterprise.empty() && !known.enterprise(one.enterprise)) {
            complain(enterprise, "enterprise of the inventory");
        } else if (!known.line(one.enterprise, one.line)) {
            complain(line, "line of this enterprise");
        }
        const rules::CivilDay date = rows.day(day);
        const SeasonDay kind = rows.word(what, parse_season_day, "stood (停产) or made_up (补停)");
        const auto [at, fresh] =
            place_of.emplace(key_of(one.window, one.enterprise, one.line), records.size());
        if (fresh) records.push_back(std::move(one));
        SeasonRecord& record = records[at->second];
        (kind == SeasonDay::kStood ? record.stood : record.made_up).push_back(date);
    }
    if (!rows.faults().empty()) return rows.faults();
    return records;
}

}  // namespace qk::plans
