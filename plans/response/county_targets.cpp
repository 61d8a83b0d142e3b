#include "plans/response/county_targets.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>

#include "plans/text/csv.hpp"
#include "rules/base/decimal.hpp"

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

// Cells of a row by header name, with faults at the cell.
class Rows {
 public:
    Rows(std::string_view csv, const std::string& file) : reader_(csv, file) {
        if (!reader_.next(row_)) {
            faults_.push_back({{file, 1, 1}, "has no header row", "county,target,…"});
            return;
        }
        header_.emplace(row_);
    }
    bool next() { return header_ && reader_.next(row_); }
    std::optional<std::size_t> column(std::string_view english, std::string_view chinese) {
        return header_ ? header_->find({english, chinese}) : std::nullopt;
    }
    std::string_view cell(std::optional<std::size_t> column) const {
        return column && *column < row_.cells.size() ? row_.cells[*column] : std::string_view{};
    }
    void fault(std::optional<std::size_t> column, std::string what, std::string cure) {
        faults_.push_back({reader_.place(row_, column.value_or(0)), std::move(what),
                           std::move(cure), rules::Severity::kError});
    }
    rules::Faults faults() const {
        rules::Faults all = reader_.faults();
        all.insert(all.end(), faults_.begin(), faults_.end());
        return all;
    }
    int line() const { return row_.line; }

    TargetKind kind(std::optional<std::size_t> column) {
        const auto found = parse_kind(cell(column));
        if (!found) {
            fault(column, fmt::format("'{}' is not a target", cell(column)),
                  "pm25, emission or electricity");
        }
        return found.value_or(TargetKind::kPm25);
    }
    rules::CivilDay day(std::optional<std::size_t> column) {
        const auto found = rules::parse_day(cell(column));
        if (!found) fault(column, fmt::format("'{}' is not a day", cell(column)), "2026-01-31");
        return found.value_or(rules::CivilDay{});
    }
    double number(std::optional<std::size_t> column) {
        const auto found = rules::parse_decimal(cell(column));
        if (!found || found->millionths < 0) {
            fault(column, fmt::format("'{}' is not a number from 0", cell(column)),
                  "for example 35");
            return 0;
        }
        return found->as_double();
    }

 private:
    CsvReader reader_;
    CsvRow row_;
    std::optional<CsvHeader> header_;
    rules::Faults faults_;
};

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
    Rows rows(csv, file);
    const auto county = rows.column("county", "区县");
    const auto kind = rows.column("target", "指标");
    const auto from = rows.column("from", "起始日");
    const auto to = rows.column("to", "截止日");
    const auto ceiling = rows.column("ceiling", "上限");
    const auto source = rows.column("source", "依据");
    std::vector<CountyTarget> targets;
    while (rows.next()) {
        CountyTarget target;
        target.county = rows.cell(county);
        if (target.county.empty()) rows.fault(county, "no county", "a code of GB/T 2260");
        target.kind = rows.kind(kind);
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
    Rows rows(csv, file);
    const auto county = rows.column("county", "区县");
    const auto kind = rows.column("target", "指标");
    const auto day = rows.column("day", "日期");
    const auto value = rows.column("value", "数值");
    std::vector<CountyValue> values;
    while (rows.next()) {
        CountyValue one;
        one.county = rows.cell(county);
        if (one.county.empty()) rows.fault(county, "no county", "a code of GB/T 2260");
        one.kind = rows.kind(kind);
        one.day = rows.day(day);
        one.value = rows.number(value);
        values.push_back(std::move(one));
    }
    if (!rows.faults().empty()) return rows.faults();
    return values;
}

}  // namespace qk::plans
