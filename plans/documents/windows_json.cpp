#include "plans/documents/windows_json.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <algorithm>

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Colour;

constexpr Colour kColours[] = {Colour::kBlue, Colour::kYellow, Colour::kOrange, Colour::kRed};

std::string text_of(std::string_view text) { return std::string(text); }

json::object leg_to_json(const rules::LegEvidence& leg, rules::Zone zone) {
    json::array values;
    for (const std::int16_t value : leg.values) values.emplace_back(value);
    return {{"aqi_above", leg.leg.aqi_above},
            {"hours", leg.leg.hours.count()},
            {"from", rules::to_iso(leg.span.from, zone)},
            {"to", rules::to_iso(leg.span.to, zone)},
            {"values", std::move(values)}};
}

json::array reached_to_json(const rules::WarningWindow& window, const WindowsContext& context) {
    json::array out;
    for (const rules::ClauseMet& met : window.reached) {
        const rules::Clause& clause = context.standard.clauses[met.clause];
        out.push_back(json::object{{"clause", clause.id},
                                   {"colour", rules::to_text(clause.colour)},
                                   {"met_at", rules::to_iso(met.met_at, context.zone)}});
    }
    return out;
}

// How many readings give each colour; only colours that any of them gives.
json::object agreement_to_json(const rules::AgreedWindow& window) {
    json::object out;
    for (const Colour colour : kColours) {
        const int count = window.agree[static_cast<std::size_t>(colour)];
        if (count > 0) out[rules::to_text(colour)] = count;
    }
    return out;
}

std::string causes_in_chinese(const std::vector<rules::EpisodeCause>& causes) {
    if (causes.empty()) return "细颗粒物以外的污染物";
    std::string text;
    for (const rules::EpisodeCause cause : causes) {
        text += (text.empty() ? "" : "、") + std::string(rules::to_chinese(cause));
    }
    return text;
}

json::object coverage_to_json(const rules::RegionWindows& region, rules::Zone zone) {
    const rules::TriggerCoverage& coverage = region.coverage;
    json::object out{{"region", region.region},
                     {"from", rules::to_iso(coverage.span.from, zone)},
                     {"to", rules::to_iso(coverage.span.to, zone)},
                     {"values", coverage.units - coverage.without},
                     {"without_value", coverage.without}};
    if (coverage.without > 0) {
        out["longest_gap"] = json::object{{"from", rules::to_iso(coverage.longest_gap.from, zone)},
                                          {"to", rules::to_iso(coverage.longest_gap.to, zone)}};
    }
    return out;
}

}  // namespace

json::object to_json(const rules::AgreedWindow& agreed, const std::string& region,
                     const WindowsContext& context) {
    const rules::WarningWindow& window = agreed.window;
    const rules::Clause& clause = context.standard.clauses[window.clause];
    json::array legs;
    for (const rules::LegEvidence& leg : window.legs) {
        legs.push_back(leg_to_json(leg, context.zone));
    }
    json::value mandatory_colour = nullptr;
    json::value level = nullptr;
    if (agreed.mandatory_colour) {
        mandatory_colour = json::string(rules::to_text(*agreed.mandatory_colour));
        level = json::string(rules::level_of(*agreed.mandatory_colour));
    }
    json::object out{{"region", region},
                     {"colour", rules::to_text(window.colour)},
                     {"mandatory_colour", std::move(mandatory_colour)},
                     {"level", std::move(level)},
                     {"from", rules::to_iso(window.span.from, context.zone)},
                     {"to", rules::to_iso(window.span.to, context.zone)},
                     {"met_at", rules::to_iso(window.met_at, context.zone)},
                     {"clause", clause.id},
                     {"legs", std::move(legs)},
                     {"merged", window.merged},
                     {"clause_text", clause.text},
                     {"highest_aqi", window.highest_aqi},
                     {"open", window.open},
                     {"reached", reached_to_json(window, context)},
                     {"likelihood", rules::to_text(agreed.likelihood_of(window.colour))},
                     {"mandatory", agreed.mandatory}};
    if (agreed.of > 1) {
        out["agree"] = agreement_to_json(agreed);
        out["of"] = agreed.of;
        out["widest"] = json::object{{"from", rules::to_iso(agreed.widest.from, context.zone)},
                                     {"to", rules::to_iso(agreed.widest.to, context.zone)}};
    }
    if (!agreed.excluded.empty()) {
        json::array causes;
        for (const rules::EpisodeCause cause : agreed.excluded) {
            causes.emplace_back(rules::to_text(cause));
        }
        out["excluded_causes"] = std::move(causes);
    }
    if (context.issued_at) {
        out["lead_hours"] =
            std::chrono::floor<std::chrono::hours>(window.span.from - *context.issued_at).count();
    }
    out["text"] = describe(agreed, context);
    return out;
}

json::object head_to_json(const rules::TriggerStandard& standard) {
    json::object out{{"id", standard.id},
                     {"name", standard.name},
                     {"source", standard.source},
                     {"certainty", rules::to_text(standard.certainty)}};
    if (standard.effective_from) out["effective_from"] = rules::to_iso(*standard.effective_from);
    if (standard.effective_to) out["effective_to"] = rules::to_iso(*standard.effective_to);
    if (standard.hours_as) out["hours_as"] = rules::to_text(*standard.hours_as);
    if (!standard.note.empty()) out["note"] = standard.note;
    return out;
}

json::object to_json(const rules::TriggerStandard& standard) {
    json::object out = head_to_json(standard);
    out["lifting_outlook_hours"] = standard.lifting_outlook.count();
    out["ozone_counts"] = standard.ozone_counts;
    json::array causes;
    for (const rules::EpisodeCause cause : standard.excluded_causes) {
        causes.emplace_back(rules::to_text(cause));
    }
    out["excluded_causes"] = std::move(causes);
    json::array clauses;
    for (const rules::Clause& clause : standard.clauses) {
        json::array legs;
        for (const rules::Leg& leg : clause.legs) {
            legs.push_back(
                json::object{{"aqi_above", leg.aqi_above}, {"hours", leg.hours.count()}});
        }
        clauses.push_back(json::object{{"id", clause.id},
                                       {"colour", rules::to_text(clause.colour)},
                                       {"legs", std::move(legs)},
                                       {"text", clause.text}});
    }
    out["clauses"] = std::move(clauses);
    return out;
}

json::object windows_document(const std::vector<rules::RegionWindows>& regions,
                              const WindowsContext& context) {
    json::array windows;
    json::array coverage;
    for (const rules::RegionWindows& region : regions) {
        for (const rules::AgreedWindow& window : region.windows) {
            windows.push_back(to_json(window, region.region, context));
        }
        coverage.push_back(coverage_to_json(region, context.zone));
    }
    const auto hours_as = regions.empty() ? rules::HoursAs::kNaturalDay : regions.front().hours_as;
    json::object out{{"standard", context.standard.id},
                     {"hours_as", rules::to_text(hours_as)},
                     {"hj633", context.edition ? text_of(rules::to_text(*context.edition))
                                               : std::string("by date")},
                     {"source", context.standard.source},
                     {"certainty", rules::to_text(context.standard.certainty)},
                     {"windows", std::move(windows)},
                     {"regions", std::move(coverage)}};
    if (context.issued_at) out["issued_at"] = rules::to_iso(*context.issued_at, context.zone);
    return out;
}

std::string legs_in_short(const rules::Clause& clause) {
    std::string out;
    for (const rules::Leg& leg : clause.legs) {
        if (!out.empty()) out += " and ";
        out += fmt::format(">{}/{}h", leg.aqi_above, leg.hours.count());
    }
    return out;
}

std::string values_in_short(const std::vector<rules::LegEvidence>& legs) {
    std::string out;
    for (const rules::LegEvidence& leg : legs) {
        if (!out.empty()) out += ";";
        for (std::size_t i = 0; i < leg.values.size(); ++i) {
            out += (i == 0 ? "" : ",") + std::to_string(leg.values[i]);
        }
    }
    return out;
}

std::string describe(const rules::AgreedWindow& agreed, const WindowsContext& context) {
    const rules::WarningWindow& window = agreed.window;
    const rules::Clause& clause = context.standard.clauses[window.clause];
    std::string values;
    for (const rules::LegEvidence& leg : window.legs) {
        const auto [low, high] = std::ranges::minmax(leg.values);
        if (!values.empty()) values += "；";
        values += low == high ? fmt::format("AQI {}", low) : fmt::format("AQI {}至{}", low, high);
    }
    // Advice carries no level, so it is not called by a colour.
    const std::string what = agreed.mandatory
                                 ? std::string(rules::to_chinese(window.colour)) + "预警"
                                 : std::string("健康提示");
    std::string text =
        fmt::format("{}至{}达到{}条件（{}）：{}；所据{}；{}起满足",
                    rules::to_chinese(window.span.from, context.zone),
                    rules::to_chinese(window.span.to, context.zone), what, clause.id, clause.text,
                    values, rules::to_chinese(window.met_at, context.zone));
    if (window.merged > 1) text += fmt::format("；{}次过程间隔不足，合并为一次", window.merged);
    if (agreed.of > 1) {
        text += fmt::format("；{}组预报中{}组达到", agreed.of,
                            agreed.agree[static_cast<std::size_t>(window.colour)]);
    }
    if (!agreed.mandatory) {
        text +=
            "；受" + causes_in_chinese(agreed.excluded) + "影响，不采取强制减排措施，仅作健康提示";
    } else if (agreed.mandatory_colour && *agreed.mandatory_colour < window.colour) {
        text += fmt::format("；其中细颗粒物（PM2.5）达到{}，强制减排按此级别，其余为{}，仅作提示",
                            rules::to_chinese(*agreed.mandatory_colour),
                            causes_in_chinese(agreed.excluded));
    }
    if (window.open) text += "；数据在可判定解除之前已结束";
    return text;
}

}  // namespace qk::plans
