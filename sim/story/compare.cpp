#include "sim/story/compare.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plans/text/json.hpp"

namespace qk::sim {
namespace {

namespace json = boost::json;
using rules::Compliance;

constexpr std::size_t kNamedMax = 10;  // of each kind of mistake that the text spells out

rules::Faults fault(std::size_t item, std::string what) {
    return rules::refuse(fmt::format("verdict {}: {}", item, what), "as /api/v1/verdicts answers");
}

std::vector<rules::Instant> instants(const json::value* list, rules::Zone zone) {
    std::vector<rules::Instant> read;
    if (list == nullptr || !list->is_array()) return read;
    for (const json::value& entry : list->as_array()) {
        if (!entry.is_string()) continue;
        const json::string& text = entry.as_string();
        if (const auto t = rules::parse_instant({text.data(), text.size()}, zone)) {
            read.push_back(*t);
        }
    }
    return read;
}

struct Dossier {
    std::vector<std::pair<rules::CivilDay, const DayCount*>> days;
    std::vector<const JudgedWindow*> verdicts;
};

bool broke_something(const DayCount& count) {
    return count.did > 0 || count.treatment_off > 0 || count.cut_early > 0 || count.moved > 0;
}

// More than half an hour of it, or a truck.
constexpr int kTrifleQuarters = 2;

bool is_wrong(const DayCount& count) {
    if (count.verified_by == rules::VerifiedBy::kPower) {
        const bool is_broken =
            count.truth() != DayTruth::kKept && count.truth() != DayTruth::kTrifle;
        return is_broken || count.treatment_off > kTrifleQuarters ||
               count.cut_early > kTrifleQuarters || count.moved > kTrifleQuarters;
    }
    return count.did > 0;
}

// Wrong, and the instrument that is there for it shows nothing of it.
bool is_hidden(const DayCount& count) {
    if (!is_wrong(count)) return false;
    if (count.verified_by != rules::VerifiedBy::kPower) return count.seen == 0;
    return count.truth() == DayTruth::kHidden || count.moved > kTrifleQuarters ||
           count.treatment_off - count.treatment_off_seen > kTrifleQuarters;
}

bool overlaps(const rules::Span& window, rules::CivilDay day, rules::Zone zone) {
    return window.overlaps(
        {rules::start_of(day, zone), rules::start_of(day + std::chrono::days{1}, zone)});
}

void judge_verdicts(const World& world, const Dossier& dossier, rules::Zone zone,
                    Comparison& comparison) {
    for (const JudgedWindow* verdict : dossier.verdicts) {
        ++comparison.windows;
        const auto member = world.find(verdict->enterprise);
        if (!member) continue;
        BehaviourRow& row = comparison.rows[static_cast<std::size_t>(world.behaviour_of(*member))];
        ++row.windows[static_cast<std::size_t>(verdict->compliance)];
        for (const JudgedWindow::Cited& cited : verdict->evidence) {
            const bool exists =
                std::all_of(cited.readings.begin(), cited.readings.end(), [&](rules::Instant end) {
                    return cited.meter.empty() || world.has_sent(cited.meter, end);
                });
            if (!exists) {
                comparison.made_up_evidence.push_back(verdict->obligation + " " + cited.meter);
            }
        }
        const bool deserved =
            std::any_of(dossier.days.begin(), dossier.days.end(), [&](const auto& day) {
                return overlaps(verdict->window, day.first, zone) && broke_something(*day.second);
            });
        comparison.windows_kept += deserved ? 0 : 1;
        if (!verdict->is_lead()) continue;
        if (!deserved) {
            if (!verdict->is_breach()) comparison.unfounded_of.insert(verdict->enterprise);
            auto& list = verdict->is_breach() ? comparison.false_accusations
                                              : comparison.unfounded_suspicions;
            list.push_back(fmt::format(
                "{} {} ({}): {}", verdict->obligation, rules::to_iso(verdict->window.from, zone),
                to_text(world.behaviour_of(*member)), rules::to_text(verdict->compliance)));
        }
    }
}

void judge_days(const World& world, const Dossier& dossier, rules::Zone zone,
                Comparison& comparison) {
    for (const auto& [day, count] : dossier.days) {
        const auto member = world.find(count->enterprise);
        if (!member) continue;
        const Behaviour behaviour = world.behaviour_of(*member);
        BehaviourRow& row = comparison.rows[static_cast<std::size_t>(behaviour)];
        const bool is_by_power = count->verified_by == rules::VerifiedBy::kPower;
        if (is_by_power) ++row.days[static_cast<std::size_t>(count->truth())];
        const rules::CivilDay broken = day;
        const bool found = std::any_of(
            dossier.verdicts.begin(), dossier.verdicts.end(), [&](const JudgedWindow* verdict) {
                return verdict->is_lead() && overlaps(verdict->window, broken, zone);
            });
        if (is_wrong(*count)) {
            ++row.wrong_days;
            row.wrong_days_found += found ? 1 : 0;
        }
        const bool is_plain = is_by_power && (count->truth() == DayTruth::kWholeDay ||
                                              count->is_treatment_off_all_day());
        if (!is_plain) {
            if (!is_hidden(*count)) continue;
            ++comparison.hidden_days;
            comparison.hidden_days_found += found ? 1 : 0;
            if (!found) {
                comparison.missed_hidden_days.push_back(
                    fmt::format("{} {} ({})", count->enterprise + " " + count->line,
                                rules::to_iso(day), to_text(behaviour)));
            }
            continue;
        }
        ++comparison.whole_days;
        if (found) {
            ++comparison.whole_days_found;
        } else {
            comparison.missed_whole_days.push_back(
                fmt::format("{} {} ({})", count->enterprise + " " + count->line, rules::to_iso(day),
                            to_text(behaviour)));
        }
    }
}

// Most stories know a few behaviours only.
bool is_empty(const BehaviourRow& row) {
    return std::ranges::count(row.windows, 0) == std::ssize(row.windows) &&
           std::ranges::count(row.days, 0) == std::ssize(row.days);
}

std::string recall_text(const BehaviourRow& row) {
    if (row.wrong_days == 0) return "-";
    return fmt::format("{:.0f}%", 100.0 * row.wrong_days_found / row.wrong_days);
}

void name_some(std::string& text, std::string_view title, const std::vector<std::string>& items) {
    if (items.empty()) return;
    text += fmt::format("  {} {}\n", items.size(), title);
    for (std::size_t i = 0; i < std::min(items.size(), kNamedMax); ++i) {
        text += "    " + items[i] + "\n";
    }
}

}  // namespace

rules::Result<std::vector<JudgedWindow>> read_judged(const json::array& items, rules::Zone zone) {
    std::vector<JudgedWindow> verdicts;
    for (std::size_t i = 0; i < items.size(); ++i) {
        const json::value& item = items[i];
        JudgedWindow verdict;
        verdict.enterprise = plans::string_or(item, "enterprise");
        verdict.obligation = plans::string_or(item, "obligation");
        verdict.warning = plans::string_or(item, "warning");
        const auto compliance = rules::parse_compliance(plans::string_or(item, "compliance"));
        const json::value* window = plans::find_member(item, "window");
        if (!compliance || window == nullptr || verdict.obligation.empty()) {
            return fault(i, "has no obligation, window or compliance");
        }
        const auto from = rules::parse_instant(plans::string_or(*window, "from"), zone);
        const auto to = rules::parse_instant(plans::string_or(*window, "to"), zone);
        if (!from || !to) return fault(i, "has no times");
        verdict.window = {*from, *to};
        verdict.compliance = *compliance;
        const json::value* findings = plans::find_member(item, "findings");
        if (findings != nullptr && findings->is_array()) {
            for (const json::value& finding : findings->as_array()) {
                const auto kind = rules::parse_finding_kind(plans::string_or(finding, "kind"));
                verdict.has_lead_beside |= kind && rules::is_lead_beside(*kind);
                verdict.evidence.push_back(
                    {plans::string_or(finding, "meter"),
                     instants(plans::find_member(finding, "readings"), zone)});
            }
        }
        verdicts.push_back(std::move(verdict));
    }
    return verdicts;
}

Comparison compare(const World& world, const std::vector<JudgedWindow>& verdicts,
                   rules::Zone zone) {
    std::map<std::string, Dossier> dossiers;
    for (const auto& [key, count] : world.truth()) {
        dossiers[key.obligation].days.emplace_back(key.day, &count);
    }
    for (const JudgedWindow& verdict : verdicts) {
        dossiers[verdict.obligation].verdicts.push_back(&verdict);
    }
    Comparison comparison;
    for (const auto& [obligation, dossier] : dossiers) {
        judge_verdicts(world, dossier, zone, comparison);
        judge_days(world, dossier, zone, comparison);
    }
    return comparison;
}

std::string to_text(const Comparison& comparison) {
    std::string text = fmt::format(
        "  {:<28}{:>10}{:>11}{:>9}{:>12}  |{:>9}{:>9}{:>9}{:>9}{:>9}  |{:>9}{:>9}{:>9}\n",
        "企业行为", "合规", "疑似", "违反", "无法判断", "守约日", "轻微", "看不见", "部分", "整日",
        "违反日", "有线索", "召回");
    text += fmt::format(
        "  {:<28}{:>10}{:>11}{:>9}{:>12}  |{:>9}{:>9}{:>9}{:>9}{:>9}  |{:>9}{:>9}{:>9}\n",
        "behaviour", "compliant", "suspected", "breach", "can't tell", "kept", "trifle", "hidden",
        "partly", "whole", "wrong", "led to", "recall");
    for (const Behaviour behaviour : kBehaviours) {
        const BehaviourRow& row = comparison.rows[static_cast<std::size_t>(behaviour)];
        if (is_empty(row)) continue;
        text += fmt::format(
            "  {:<9}{:<19}{:>10}{:>11}{:>9}{:>12}  |{:>9}{:>9}{:>9}{:>9}{:>9}  |{:>9}{:>9}{:>9}\n",
            to_chinese(behaviour), to_text(behaviour), row.windows[0], row.windows[1],
            row.windows[2], row.windows[3], row.days[0], row.days[1], row.days[2], row.days[3],
            row.days[4], row.wrong_days, row.wrong_days_found, recall_text(row));
    }
    text +=
        "  左为研判结论（窗口数），中为仿真的真实情况（企业·日），右为任何违反（用电、治污、门禁）"
        "及有线索的日数；left: verdicts by window, middle: the truth by day, right: days wrong in "
        "any "
        "way, and those with a lead\n";
    text += fmt::format("  整日违反已发现 whole-day breaches found: {} of {}\n",
                        comparison.whole_days_found, comparison.whole_days);
    text += fmt::format("  看不见的违反仍有线索 hidden days with a lead all the same: {} of {}\n",
                        comparison.hidden_days_found, comparison.hidden_days);
    text += fmt::format("  未违反而被判违反 breaches found of those who broke nothing: {}\n",
                        comparison.false_accusations.size());
    text += fmt::format(
        "  无违反而有线索 leads where nothing was broken: {} of {} windows, {} enterprises\n",
        comparison.unfounded_suspicions.size(), comparison.windows_kept,
        comparison.unfounded_of.size());
    name_some(text, "错判 accusations of enterprises that broke nothing",
              comparison.false_accusations);
    name_some(text, "误疑 suspicions where no meter-proof duty was broken",
              comparison.unfounded_suspicions);
    name_some(text, "漏判 whole-day breaches missed", comparison.missed_whole_days);
    name_some(text, "未见 hidden days without a lead", comparison.missed_hidden_days);
    name_some(text, "无据 verdicts that cite readings nobody sent", comparison.made_up_evidence);
    return text;
}

}  // namespace qk::sim
