#include "plans/measures/season.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "plans/measures/trades.hpp"

namespace qk::plans {
namespace {

bool holds(const std::vector<std::string>& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_excepted_class(const SeasonWindow& window, const SeasonSubject& subject) {
    return std::ranges::any_of(window.except_classes, [&subject](const std::string& name) {
        if (!subject.exempt_class.empty() && name == subject.exempt_class) return true;
        return subject.category != Category::kRegular && parse_category(name) == subject.category;
    });
}

int days_within(const std::vector<rules::CivilDay>& days, rules::CivilDay from,
                rules::CivilDay to) {
    const std::set<rules::CivilDay> once(days.begin(), days.end());
    return static_cast<int>(std::count_if(
        once.begin(), once.end(), [&](rules::CivilDay day) { return from <= day && day <= to; }));
}

}  // namespace

std::string_view to_text(SeasonKind kind) {
    switch (kind) {
        case SeasonKind::kSeasonal:
            return "seasonal";
        case SeasonKind::kPeakShift:
            return "peak-shift";
        case SeasonKind::kTemporary:
            return "temporary";
    }
    return {};
}

std::string_view to_chinese(SeasonKind kind) {
    switch (kind) {
        case SeasonKind::kSeasonal:
            return "季节性调控";
        case SeasonKind::kPeakShift:
            return "错峰生产";
        case SeasonKind::kTemporary:
            return "临时管控";
    }
    return {};
}

rules::CivilDay held_from(const SeasonWindow& window) {
    return std::min(window.announced.value_or(window.from), window.from);
}

SeasonPlan with_controls(const SeasonPlan* season, const std::vector<SeasonWindow>& controls) {
    SeasonPlan both;
    if (season != nullptr) both = *season;
    both.windows.insert(both.windows.end(), controls.begin(), controls.end());
    return both;
}

bool covers(const SeasonWindow& window, const SeasonSubject& subject, rules::CivilDay day) {
    if (subject.is_untouched) return false;
    if (day < window.from || day > window.to) return false;
    if (!window.enterprises.empty() && !holds(window.enterprises, subject.enterprise)) return false;
    if (!window.regions.empty() && !holds(window.regions, subject.region)) return false;
    if (!window.trades.empty() && !holds(window.trades, subject.trade) &&
        !holds(window.trades, parent_of(subject.trade))) {
        return false;
    }
    if (is_excepted_class(window, subject)) return false;
    const bool is_named =
        holds(window.grades, subject.grade) || holds(window.except_grades, subject.grade);
    const std::string_view grade = is_named ? subject.grade : subject.grade_as;
    if (!window.grades.empty() && !holds(window.grades, grade)) return false;
    return !holds(window.except_grades, grade);
}

SeasonDebt debt_of(const SeasonWindow& window, const SeasonRecord& record, rules::CivilDay as_of) {
    SeasonDebt debt;
    debt.window = window.id;
    debt.enterprise = record.enterprise;
    debt.line = record.line;
    const rules::CivilDay last = std::min(as_of, window.to);
    if (last >= window.from) debt.owed_days = static_cast<int>((last - window.from).count()) + 1;
    debt.owed_days -= days_within(record.spared, window.from, last);
    const std::set<rules::CivilDay> spared(record.spared.begin(), record.spared.end());
    std::set<rules::CivilDay> stood(record.stood.begin(), record.stood.end());
    std::erase_if(stood, [&spared](rules::CivilDay day) { return spared.contains(day); });
    debt.kept_days = days_within({stood.begin(), stood.end()}, window.from, last);
    std::set<rules::CivilDay> made_up;
    for (const rules::CivilDay day : record.made_up) {
        if (day > window.to && day <= as_of && stood.count(day) == 0) made_up.insert(day);
    }
    debt.made_up_days = static_cast<int>(made_up.size());
    std::vector<rules::CivilDay> unknown;
    std::copy_if(
        record.unknown.begin(), record.unknown.end(), std::back_inserter(unknown),
        [&](rules::CivilDay day) { return !stood.contains(day) && !spared.contains(day); });
    debt.unknown_days = days_within(unknown, window.from, last);
    debt.debt_days =
        std::max(0, debt.owed_days - debt.kept_days - debt.unknown_days - debt.made_up_days);
    const std::string cannot_tell =
        debt.unknown_days == 0 ? "" : fmt::format("{}天无法判断，", debt.unknown_days);
    debt.text =
        fmt::format("{}：应停{}天，已停{}天，{}补停{}天，尚欠{}天。", to_chinese(window.kind),
                    debt.owed_days, debt.kept_days, cannot_tell, debt.made_up_days, debt.debt_days);
    return debt;
}

}  // namespace qk::plans
