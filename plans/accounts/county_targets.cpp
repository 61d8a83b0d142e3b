#include "plans/accounts/county_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>

#include "plans/text/csv_table.hpp"
#include "rules/base/number.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

struct KindWords {
    std::string_view english;
    std::string_view chinese;
    std::string_view unit;
};

constexpr std::array<KindWords, 5> kKinds{{
    {"pm25", "细颗粒物平均浓度", "µg/m³"},
    {"emission", "重点源排放量", "kg"},
    {"electricity", "用电量", "kWh"},
    {"heavy_days", "重污染天数", "天"},
    {"good_days", "优良天数", "天"},
}};

constexpr const char* kKindWords = "pm25, emission, electricity, heavy_days or good_days";

const KindWords& words_of(TargetKind kind) { return kKinds[static_cast<std::size_t>(kind)]; }

std::optional<TargetKind> parse_kind(std::string_view text) {
    for (std::size_t i = 0; i < kKinds.size(); ++i) {
        if (text == kKinds[i].english || text == kKinds[i].chinese) {
            return static_cast<TargetKind>(i);
        }
    }
    return std::nullopt;
}

// A county may use ten thousand million kWh a year, which is more than other tables have room for.
double amount(CsvTable& rows, CsvTable::Column column) {
    constexpr double kAmountMax = 1e13;
    const std::string_view text = rows.cell(column);
    const auto value = rules::parse_number(text);
    const bool is_plain = text.find_first_of("eE") == std::string_view::npos;
    if (value && is_plain && *value >= 0 && *value <= kAmountMax) return *value;
    rows.fault(column, fmt::format("'{}' is not a number from 0", text), "for example 35");
    return 0;
}

int days_between(rules::CivilDay from, rules::CivilDay to) {
    return to < from ? 0 : static_cast<int>((to - from).count()) + 1;
}

bool is_known(const CountyValue& value) {
    return value.basis != ValueBasis::kDerived ||
           (value.points > 0 && value.points_known >= kPointShareLeast * value.points);
}

using ByDay = std::map<rules::CivilDay, const CountyValue*>;

// A day given twice counts with its last value; one that was uploaded goes before all others.
ByDay values_of(const CountyTarget& target, const std::vector<CountyValue>& values,
                rules::CivilDay last) {
    ByDay by_day;
    for (const CountyValue& value : values) {
        const bool is_of_target = value.county == target.county && value.kind == target.kind &&
                                  target.from <= value.day && value.day <= last;
        if (!is_of_target) continue;
        const CountyValue*& held = by_day[value.day];
        const bool goes_before = held == nullptr || value.basis == ValueBasis::kUploaded ||
                                 held->basis != ValueBasis::kUploaded;
        if (goes_before) held = &value;
    }
    return by_day;
}

std::string_view word_of(ValueBasis basis) {
    constexpr std::array<std::string_view, 3> kWords{"uploaded", "observed", "derived"};
    return kWords[static_cast<std::size_t>(basis)];
}

// Takes what is known, and says on what it rests; gives the sum.
double take_values(const ByDay& by_day, TargetProgress& progress) {
    double sum = 0;
    int most = 0;
    std::optional<int> least;
    for (const auto& [day, value] : by_day) {
        if (value->basis == ValueBasis::kDerived) {
            progress.points = std::max(progress.points, value->points);
            most = std::max(most, value->points_known);
        }
        if (!is_known(*value)) continue;
        sum += value->value;
        ++progress.days_known;
        if (value->basis == ValueBasis::kUploaded) ++progress.days_uploaded;
        if (value->basis == ValueBasis::kDerived) {
            ++progress.days_derived;
            least = std::min(least.value_or(value->points_known), value->points_known);
        }
        const std::string_view word = word_of(value->basis);
        progress.basis = progress.days_known == 1 || progress.basis == word ? word : "mixed";
    }
    progress.points_known = least.value_or(most);
    return sum;
}

std::string text_of(const TargetProgress& progress) {
    const CountyTarget& target = progress.target;
    const bool is_least = target.kind == TargetKind::kGoodDays;
    const std::string_view off = is_least ? "落后于进度" : "超出进度";
    const std::string_view said = progress.course == Course::kOnCourse    ? "符合进度"
                                  : progress.course == Course::kOffCourse ? off
                                                                          : "数据不足，无法判定";
    std::string text = fmt::format("{}{}：已知{}/{}天，", target.county, to_chinese(target.kind),
                                   progress.days_known, progress.days);
    if (progress.days_known > 0) {
        text += fmt::format("{:.1f}{}，进度{}{:.1f}，", progress.reached, unit_of(target.kind),
                            is_least ? "下限" : "上限", progress.allowed);
    }
    text += said;
    if (progress.days_uploaded > 0) {
        text += fmt::format("；其中{}天为上报值", progress.days_uploaded);
    }
    if (progress.points > 0) {
        text += fmt::format(
            "；监测推算{}天，{}个{}中有完整数据的{}{}个", progress.days_derived, progress.points,
            target.kind == TargetKind::kElectricity ? "总表" : "排放口",
            progress.days_derived > 0 ? "每日不少于" : "最多", progress.points_known);
    }
    return text + "。";
}

TargetProgress follow(const CountyTarget& target, const std::vector<CountyValue>& values,
                      rules::CivilDay as_of) {
    const rules::CivilDay last = std::min(as_of, target.to);
    const int period = days_between(target.from, target.to);
    const bool is_mean = target.kind == TargetKind::kPm25;
    const bool is_least = target.kind == TargetKind::kGoodDays;
    // Heavy days come together: the whole number may be used up at any time.
    const bool is_whole = is_mean || target.kind == TargetKind::kHeavyDays;
    const bool is_count = is_least || target.kind == TargetKind::kHeavyDays;
    TargetProgress progress;
    progress.target = target;
    progress.days = days_between(target.from, last);
    const double sum = take_values(values_of(target, values, last), progress);
    if (progress.days_known > 0) {
        progress.reached = is_mean ? sum / progress.days_known : sum;
        progress.allowed =
            is_whole ? target.ceiling : target.ceiling * progress.days_known / period;
    }
    const int rest = period - progress.days_known;
    if (rest > 0 && !is_count) {
        progress.left = ((is_mean ? target.ceiling * period : target.ceiling) - sum) / rest;
    }
    const bool enough =
        progress.days > 0 && progress.days_known >= kTargetCoverageLeast * progress.days;
    if (enough) {
        const bool is_on =
            is_least ? progress.reached >= progress.allowed : progress.reached <= progress.allowed;
        progress.course = is_on ? Course::kOnCourse : Course::kOffCourse;
    }
    progress.text = text_of(progress);
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

std::optional<double> sum_of_day(std::span<const rules::PowerReading> readings,
                                 const rules::Span& day, std::chrono::minutes interval) {
    const std::chrono::minutes step = rules::interval_of(readings, interval);
    double sum = 0;
    std::chrono::seconds covered{0};
    rules::Instant known_to = day.from;
    for (const rules::PowerReading& reading : readings) {
        if (reading.end <= known_to || reading.end > day.to) continue;
        const rules::Instant from = std::max(reading.end - step, known_to);
        known_to = reading.end;
        if (!reading.valid) continue;
        sum +=
            reading.kw * std::chrono::duration<double, std::ratio<3600>>(known_to - from).count();
        covered += known_to - from;
    }
    const double hours = std::chrono::duration<double, std::ratio<3600>>(covered).count();
    if (hours < kDayHoursLeast) return std::nullopt;
    return sum * 24 / hours;
}

std::vector<CountyValue> sum_by_county(TargetKind kind, rules::CivilDay day,
                                       std::span<const PointDay> points) {
    std::map<std::string_view, CountyValue> by_county;
    for (const PointDay& point : points) {
        CountyValue& value = by_county[point.county];
        ++value.points;
        if (!point.sum) continue;
        value.value += *point.sum;
        ++value.points_known;
    }
    std::vector<CountyValue> values;
    for (auto& [county, value] : by_county) {
        value.county = county;
        value.kind = kind;
        value.day = day;
        value.basis = ValueBasis::kDerived;
        values.push_back(std::move(value));
    }
    return values;
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
    // Nothing known is not zero.
    object["reached"] = nullptr;
    object["allowed"] = nullptr;
    if (progress.days_known > 0) {
        object["reached"] = progress.reached;
        object["allowed"] = progress.allowed;
    }
    object["left_per_day"] = nullptr;
    if (progress.left) object["left_per_day"] = *progress.left;
    object["course"] = to_text(progress.course);
    object["basis"] = progress.basis;
    object["days_uploaded"] = progress.days_uploaded;
    object["days_derived"] = progress.days_derived;
    object["points"] = progress.points;
    object["points_known"] = progress.points_known;
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
        target.kind = rows.word(kind, parse_kind, kKindWords);
        target.from = rows.day(from);
        target.to = rows.day(to);
        if (target.to < target.from) rows.fault(to, "ends before it begins", "a later day");
        if (days_between(target.from, target.to) > kTargetDaysMax) {
            rows.fault(to, "is more than five years after it begins", "an earlier day");
        }
        target.ceiling = amount(rows, ceiling);
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
        one.kind = rows.word(kind, parse_kind, kKindWords);
        one.day = rows.day(day);
        one.value = amount(rows, value);
        values.push_back(std::move(one));
    }
    if (!rows.faults().empty()) return rows.faults();
    return values;
}

}  // namespace qk::plans
