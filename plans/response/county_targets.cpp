#include "plans/response/county_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>

#include "plans/text/csv_table.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

struct KindWords {
    std::string_view english;
    std::string_view chinese;
    std::string_view unit;
};

constexpr std::array<KindWords, 3> kKinds{{
    {"pm25", "细颗粒物平均浓度", "µg/m³"},
    {"emission", "重点源排放量", "kg"},
    {"electricity", "用电量", "kWh"},
}};

const KindWords& words_of(TargetKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<TargetKind> parse_kind(std::string_view text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (text == kKinds[i].english || text == kKinds[i].chinese) {
            return static_cast<TargetKind>(i);
        }
    }
    return std::nullopt;
}

int days_between(rules::CivilDay from, rules::CivilDay to) {
    return to < from ? 0 : static_cast<int>((to - from).count()) + 1;
}

// A day given twice counts with its last value.
std::map<rules::CivilDay, double> values_of(const CountyTarget& target,
                                            const std::vector<CountyValue>& values,
                                            rules::CivilDay last) {
    std::map<rules::CivilDay, double> known;
    for (const CountyValue& value : values) {
        if (value.county == target.county && value.kind == target.kind &&
            target.from <= value.day && value.day <= last) {
            known[value.day] = value.value;
        }
    }
    return known;
}

TargetProgress follow(const CountyTarget& target, const std::vector<CountyValue>& values,
                      rules::CivilDay as_of) {
    const rules::CivilDay last = std::min(as_of, target.to);
    const auto known = values_of(target, values, last);
    const int period = days_between(target.from, target.to);
    const bool is_mean = target.kind == TargetKind::kPm25;
    TargetProgress progress;
    progress.target = target;
    progress.days = days_between(target.from, last);
    progress.days_known = static_cast<int>(known.size());
    double sum = 0;
    for (const auto& [day, value] : known) sum += value;
    if (progress.days_known > 0) {
        progress.reached = is_mean ? sum / progress.days_known : sum;
        progress.allowed = is_mean ? target.ceiling : target.ceiling * progress.days_known / period;
    }
    const int rest = period - progress.days_known;
    if (rest > 0) {
        progress.left = ((is_mean ? target.ceiling * period : target.ceiling) - sum) / rest;
    }
    const bool enough =
        progress.days > 0 && progress.days_known >= kTargetCoverageLeast * progress.days;
    if (enough) {
        progress.course =
            progress.reached <= progress.allowed ? Course::kOnCourse : Course::kOffCourse;
    }
    const std::string_view said = progress.course == Course::kOnCourse    ? "符合进度"
                                  : progress.course == Course::kOffCourse ? "超出进度"
                                                                          : "数据不足，无法判定";
    progress.text = fmt::format("{}{}：已知{}/{}天，{:.1f}{}，进度上限{:.1f}，{}。", target.county,
                                to_chinese(target.kind), progress.days_known, progress.days,
                                progress.reached, unit_of(target.kind), progress.allowed, said);
    return progress;
}

}  // namespace

std::string_view to_text(TargetKind kind) { return words_of(kind).english; }
std::string_view to_chinese(TargetKind kind) { return words_of(kind).chinese; }
std::string_view unit_of(TargetKind kind) { return words_of(kind).unit; }

std::string_view to_text(Course course) {
    constexpr std::array<std::string_view, 3> kWords{"on_course", "off_course", "cannot_tell"};
    return kWords[static_cast<std::size_t>(course)];
}

std::vector<TargetProgress> follow_targets(const std::vector<CountyTarget>& targets,
                                           const std::vector<CountyValue>& values,
                                           rules::CivilDay as_of) {
    std::vector<TargetProgress> all;
    for (const CountyTarget& target : targets) all.push_back(follow(target, values, as_of));
    return all;
}

json::value to_json(const TargetProgress& progress) {
    json::object object;
    object["county"] = progress.target.county;
    object["target"] = to_text(progress.target.kind);
    object["unit"] = unit_of(progress.target.kind);
    object["ceiling"] = progress.target.ceiling;
    object["from"] = rules::to_iso(progress.target.from);
    object["to"] = rules::to_iso(progress.target.to);
    object["days"] = progress.days;
    object["days_known"] = progress.days_known;
    object["reached"] = progress.reached;
    object["allowed"] = progress.allowed;
    object["left_per_day"] = nullptr;
    if (progress.left) object["left_per_day"] = *progress.left;
    object["course"] = to_text(progress.course);
    object["text"] = progress.text;
    return object;
}

rules::Result<std::vector<CountyTarget>> read_targets(std::string_view csv,
                                                      const std::string& file) {
    CsvTable rows(csv, file);
    const auto county = rows.required("county", "区县");
    const auto kind = rows.required("target", "指标");
    const auto from = rows.required("from", "起始日");
    const auto to = rows.required("to", "截止日");
    const auto ceiling = rows.required("ceiling", "上限");
    const auto source = rows.column("source", "依据");
    std::vector<CountyTarget> targets;
    while (rows.next()) {
        CountyTarget target;
        target.county = rows.text(county, "a code of GB/T 2260");
        target.kind = rows.word(kind, parse_kind, "pm25, emission or electricity");
        target.from = rows.day(from);
        target.to = rows.day(to);
        if (target.to < target.from) rows.fault(to, "ends before it begins", "a later day");
        target.ceiling = rows.number(ceiling);
        target.source = rows.cell(source);
        target.row = rows.line();
        targets.push_back(std::move(target));
    }
    if (!rows.faults().empty()) return rows.faults();
    return targets;
}

rules::Result<std::vector<CountyValue>> read_target_values(std::string_view csv,
                                                           const std::string& file) {
    CsvTable rows(csv, file);
    const auto county = rows.required("county", "区县");
    const auto kind = rows.required("target", "指标");
    const auto day = rows.required("day", "日期");
    const auto value = rows.required("value", "数值");
    std::vector<CountyValue> values;
    while (rows.next()) {
        CountyValue one;
        one.county = rows.text(county, "a code of GB/T 2260");
        one.kind = rows.word(kind, parse_kind, "pm25, emission or electricity");
        one.day = rows.day(day);
        one.value = rows.number(value);
        values.push_back(std::move(one));
    }
    if (!rows.faults().empty()) return rows.faults();
    return values;
}

}  // namespace qk::plans
