#include "daemon/compliance/report_source.hpp"

#include <algorithm>
#include <map>

#include "daemon/compliance/reduction_source.hpp"
#include "daemon/compliance/report_answers.hpp"
#include "daemon/compliance/report_duties.hpp"
#include "daemon/compliance/report_rows.hpp"
#include "daemon/orders/order_holder.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/air_now.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/packs/judging.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using rules::Instant;
using std::chrono::hours;

constexpr hours kShownAround{36};
constexpr hours kForecastLead{72};
constexpr hours kForecastEvery{24};

// The kinds of moment that a step of the story stands for; a signature that applied its change is
// also the decision itself.
std::vector<std::string> kinds_of(const StoryEntry& entry) {
    if (entry.event == "propose") return {"proposal"};
    if (entry.event == "consult") return {"consultation"};
    if (entry.event == "take_effect") return {"effective"};
    if (entry.event == "evaluate") return {"evaluate"};
    if (entry.event == "reject" || entry.event == "withdraw" || entry.event == "lapse") {
        return {"reject"};
    }
    if (entry.event != "sign") return {};
    const bool is_applied = std::ranges::any_of(entry.effects, [](const rules::Effect& effect) {
        return std::holds_alternative<rules::PublishNotice>(effect);
    });
    if (!is_applied || !entry.kind) return {"signature"};
    const bool starts = *entry.kind == rules::ChangeKind::kStart;
    return {"signature", starts ? "issue" : std::string(rules::to_text(*entry.kind))};
}

std::string text_of(const StoryEntry& entry, const std::string& moment) {
    std::string text;
    if (entry.kind) text = std::string(rules::to_chinese(*entry.kind));
    if (entry.colour) text += std::string(rules::to_chinese(*entry.colour)) + "预警";
    if (moment == "effective") text = "预警按时段生效";
    if (!entry.why.reason.empty()) text += (text.empty() ? "" : "：") + entry.why.reason;
    if (!entry.why.clause.empty()) text += "（" + entry.why.clause + "）";
    return text;
}

// A(t) of one reading of the air, as points.
std::vector<plans::TimePoint> points_of(const plans::SeriesInput& input, Instant from, Instant to) {
    std::vector<plans::TimePoint> points;
    const auto& hourly = input.hourly;
    for (std::size_t i = 0; i < hourly.aqi.size(); ++i) {
        const Instant at = hourly.first + hours(i);
        if (at < from || at > to) continue;
        if (hourly.aqi[i] == rules::kNoAqi)
            points.push_back({at, {}});
        else
            points.push_back({at, static_cast<double>(hourly.aqi[i])});
    }
    return points;
}

// Lowest and highest forecast of each hour, of all forecasts in force in the days before it.
struct ForecastRange {
    std::map<Instant, std::pair<double, double>> by_hour;

    void take(const plans::SeriesInput& input) {
        for (const plans::TimePoint& point :
             points_of(input, input.issued_at, input.issued_at + kForecastLead)) {
            if (!point.value) continue;
            const auto [at, is_new] =
                by_hour.emplace(point.at, std::pair{*point.value, *point.value});
            if (is_new) continue;
            at->second.first = std::min(at->second.first, *point.value);
            at->second.second = std::max(at->second.second, *point.value);
        }
    }
};

void add_thresholds(const ReportSetting& setting, plans::WarningReport& report) {
    std::vector<int> limits;
    for (const rules::Clause& clause : setting.pack.trigger.standard.clauses) {
        for (const rules::Leg& leg : clause.legs) limits.push_back(leg.aqi_above);
    }
    std::sort(limits.begin(), limits.end());
    limits.erase(std::unique(limits.begin(), limits.end()), limits.end());
    for (const int limit : limits) {
        report.thresholds.push_back({static_cast<double>(limit), "AQI " + std::to_string(limit)});
    }
}

void add_story(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    const auto stored = load_warning(db, report.warning);
    const rules::Warning& state = stored->state;
    report.exercise = state.exercise;
    report.is_over = state.lifted_at.has_value();
    const Instant end = state.lifted_at.value_or(setting.now);
    for (std::size_t i = 0; i < state.segments.size(); ++i) {
        const rules::Segment& segment = state.segments[i];
        Instant to = segment.to.value_or(end);
        if (i + 1 < state.segments.size()) to = std::min(to, state.segments[i + 1].from);
        to = std::min(to, end);
        if (segment.from >= to) continue;
        report.colours.push_back({{segment.from, to}, segment.colour});
        report.highest = std::max(report.highest, segment.colour);
    }
    for (const StoryEntry& entry : story_of(db, report.warning)) {
        for (const std::string& kind : kinds_of(entry)) {
            plans::ReportMoment moment{entry.at, kind, text_of(entry, kind), {}, {}};
            const auto& roles = setting.pack.approval.roles;
            const auto office = roles.find(entry.role);
            if (entry.person != rules::kSystem) {
                moment.person = entry.person;
                moment.office = office == roles.end() ? "值班人员" : office->second;
            }
            report.moments.push_back(std::move(moment));
        }
    }
    const Instant begin =
        report.colours.empty() ? stored->created_at : report.colours.front().span.from;
    report.span = {std::min(begin, stored->created_at) - kShownAround,
                   std::min(end + kShownAround, setting.now + kShownAround)};
}

void add_air(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    ForecastRange range;
    for (Instant at = report.span.from; at < report.span.to && at <= setting.now;
         at += kForecastEvery) {
        for (const plans::SeriesInput& input : read_air(db, setting.pack, at).series)
            range.take(input);
    }
    for (const auto& [at, values] : range.by_hour) {
        if (at < report.span.from || at > report.span.to) continue;
        report.aqi_forecast_low.push_back({at, values.first});
        report.aqi_forecast_high.push_back({at, values.second});
    }
    const Instant seen = std::min(setting.now, report.span.to);
    const AirNow air = read_air(db, setting.pack, seen);
    if (!air.series.empty()) {
        report.aqi_observed = points_of(air.series.front(), report.span.from, seen - hours{1});
    }
    add_thresholds(setting, report);
}

void add_orders(Session& db, const ReportSetting& setting, plans::WarningReport& report) {
    for (const GivenOrder& given : given_orders(db, report.warning, setting.region_prefix)) {
        plans::OrderAnswer order;
        order.published = given.issued_at;
        for (const auto& [revision, answers] : answers_on_record(db, given)) {
            add_answers(answers, order);
        }
        order.enterprise = enterprise_of(given.enterprise);
        report.orders.push_back(std::move(order));
    }
}

// Verdicts name the pack by its key; paper by its name.
std::string judging_origin(const plans::RegionPack& pack) {
    std::string origin = plans::judging_parameters(pack).origin;
    const std::size_t at = origin.find(pack.id);
    if (!pack.id.empty() && at != std::string::npos) {
        origin.replace(at, pack.id.size(), "“" + pack.name + "”");
    }
    return origin;
}

}  // namespace

std::optional<plans::WarningReport> gather_report(Session& db, const ReportSetting& setting,
                                                  const std::string& warning) {
    if (!load_warning(db, warning)) return std::nullopt;
    plans::WarningReport report{.zone = setting.pack.zone};
    report.warning = warning;
    report.region = setting.pack.name;
    report.issuer = setting.pack.publication.issuer;
    report.standard = setting.pack.trigger.standard.id;
    report.standard_name = setting.pack.trigger.standard.name;
    report.edition = setting.inventory.edition;
    report.made_at = setting.now;
    for (const plans::Enterprise& one : setting.inventory.enterprises) {
        if (one.region.starts_with(setting.region_prefix)) ++report.enterprises;
    }
    if (!setting.region_prefix.empty()) {
        report.region += "（仅" + county_name(setting.pack, setting.region_prefix) + "企业）";
    }
    add_story(db, setting, report);
    add_air(db, setting, report);
    add_orders(db, setting, report);
    add_verdicts(db, setting, report);
    add_curves(db, setting, report);
    add_planned(db, setting, report);
    add_real_reductions(db, setting, report);
    for (const plans::SampleMark& sample : plans::samples_of(setting.pack)) {
        report.samples.push_back(sample.text);
    }
    report.samples.push_back("研判参数：" + judging_origin(setting.pack));
    return report;
}

}  // namespace qk::daemon
