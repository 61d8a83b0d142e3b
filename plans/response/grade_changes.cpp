#include "plans/response/grade_changes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <unordered_set>

#include "plans/inventory/grade_cell.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/text/csv_table.hpp"

namespace qk::plans {

rules::Result<std::vector<GradeChange>> read_grade_changes(std::string_view csv,
                                                           const std::string& file,
                                                           const Inventory& inventory,
                                                           const GradeNames& grade_names) {
    std::unordered_set<std::string_view> known;
    for (const Enterprise& enterprise : inventory.enterprises) known.insert(enterprise.id);
    CsvTable rows(csv, file);
    const auto enterprise = rows.required("enterprise", "统一社会信用代码");
    const auto grade = rows.required("grade", "绩效等级");
    const auto from = rows.required("from", "生效日期");
    const auto source = rows.column("source", "依据");
    const auto decided_by = rows.column("decided_by", "决定机关");
    std::vector<GradeChange> changes;
    while (rows.next()) {
        GradeChange change;
        change.enterprise = rows.text(enterprise, "an enterprise's id");
        if (!change.enterprise.empty() && !known.contains(change.enterprise)) {
            rows.fault(enterprise,
                       fmt::format("'{}' is not an enterprise of the inventory", change.enterprise),
                       "an id as it stands there");
        }
        const GradeCell cell = read_grade_cell(rows.cell(grade), grade_names);
        if (rows.cell(grade).empty() || !cell.unknown.empty()) {
            rows.fault(grade, fmt::format("'{}' is not a grade", rows.cell(grade)),
                       "A+, A, B, B-, C, D, 引领性, 非引领性 or 未评级");
        }
        change.grade = cell.counts;
        change.from = rows.day(from);
        change.source = rows.cell(source);
        change.decided_by = rows.cell(decided_by);
        changes.push_back(std::move(change));
    }
    if (!rows.faults().empty()) return rows.faults();
    return changes;
}

GradesOnDays::GradesOnDays(const RegionRules& rules, const std::vector<GradeChange>* changes) {
    if (changes == nullptr || rules.grade_change != GradeChangeRule::kNewGrade) return;
    for (const GradeChange& change : *changes) changes_[change.enterprise].push_back(&change);
    for (auto& [enterprise, own] : changes_) {
        std::ranges::stable_sort(own, {}, &GradeChange::from);
    }
}

const GradeChange* GradesOnDays::change(std::string_view enterprise, rules::CivilDay day) const {
    const auto own = changes_.find(enterprise);
    if (own == changes_.end()) return nullptr;
    const auto after = std::ranges::upper_bound(own->second, day, {}, &GradeChange::from);
    return after == own->second.begin() ? nullptr : *(after - 1);
}

const Grade& GradesOnDays::of(const Enterprise& enterprise, rules::CivilDay day) const {
    const GradeChange* changed = change(enterprise.id, day);
    return changed == nullptr ? enterprise.grade : changed->grade;
}

std::vector<rules::CivilDay> GradesOnDays::turns_of(std::string_view enterprise,
                                                    rules::CivilDay first,
                                                    rules::CivilDay last) const {
    std::vector<rules::CivilDay> days;
    const auto own = changes_.find(enterprise);
    if (own == changes_.end()) return days;
    for (const GradeChange* one : own->second) {
        const bool is_known = !days.empty() && days.back() == one->from;
        if (one->from > first && one->from <= last && !is_known) days.push_back(one->from);
    }
    return days;
}

std::vector<rules::CivilDay> GradesOnDays::turns(rules::CivilDay first,
                                                 rules::CivilDay last) const {
    std::set<rules::CivilDay> days;
    for (const auto& [enterprise, own] : changes_) {
        for (const GradeChange* one : own) {
            if (one->from > first && one->from <= last) days.insert(one->from);
        }
    }
    return {days.begin(), days.end()};
}

}  // namespace qk::plans
