// Says which reasons tighten or relax what an enterprise owes, and which of those it names do not
// count.
#include <fmt/format.h>

#include "plans/response/obligation_table.hpp"

namespace qk::plans {
namespace {

// Those from `first` on that count, with what they make of the grade.
void put_counting(std::vector<rules::Reason>& into, const NamedReasons& named, std::size_t first,
                  const AppliedReasons& applied, const std::string& grade) {
    for (std::size_t i = first; i < named.size(); ++i) {
        if (applied.outcomes[i] != ReasonOutcome::kCounts) continue;
        const bool moves_grade = named[i].of->grades_by > 0;
        into.push_back(reason_text(named[i], grade, moves_grade ? applied.grade : grade));
    }
}

}  // namespace

bool ObligationTable::is_of_part(const CompactObligation& duty, std::uint32_t line) const {
    return duty.part == CompactObligation::kEveryPart || content_.line_parts.empty() ||
           content_.line_parts[line] == duty.part;
}

void ObligationTable::put_treatment_reasons(std::vector<rules::Reason>& chain,
                                            std::size_t enterprise) const {
    const Classification& kind = classification(enterprise);
    if (kind.named.empty() || !has_grade(kind)) return;
    const AppliedReasons applied =
        apply_reasons(input_, kind.named, kind.trade, kind.grade_written);
    put_counting(chain, kind.named, 0, applied, kind.grade_written);
}

void ObligationTable::put_line_reasons(std::vector<rules::Reason>& basis, std::size_t enterprise,
                                       const Line& line) const {
    if (line.reasons.empty()) return;
    const Classification& kind = classification(enterprise);
    if (!has_grade(kind)) return;
    NamedReasons named = kind.named;
    add_named(named, input_.catalogue.reasons(), line.reasons, line.reason_evidence);
    const auto place = static_cast<std::size_t>(&line - input_.inventory.lines.data());
    const Trade* trade = trade_at(content_.line_trades[place]);
    if (trade == nullptr) trade = kind.trade;
    const AppliedReasons applied = apply_reasons(input_, named, trade, kind.grade_written);
    put_counting(basis, named, kind.named.size(), applied, kind.grade_written);
}

rules::Reason ObligationTable::reason_of_measure(const CompactObligation& duty,
                                                 const rules::Measure& used) const {
    const TreatmentReason& reason =
        *content_.measures.reasons[static_cast<std::size_t>(duty.measure)];
    const std::string how = reason.effect_source.empty()
                                ? std::string(rules::to_chinese(reason.effect_certainty))
                                : reason.effect_source;
    return {
        "reason",
        fmt::format("加严理由“{}”规定：{}（{}）", reason.name, rules::to_chinese(used.form), how),
        fmt::format("{}；{}", reason.id, reason.source),
        fmt::format("tightened: {}: {}", reason.english, rules::to_text(used.form))};
}

rules::Fault ObligationTable::reason_remark_text(const ObligationRemark& remark) const {
    using Kind = ObligationRemark::Kind;
    const Enterprise& row = input_.inventory.enterprises[remark.enterprise];
    const TreatmentReasons& known = input_.catalogue.reasons();
    NamedReasons named;
    add_named(named, known, row.reasons, row.reason_evidence);
    rules::Place place{"enterprises.csv", row.row, 0};
    std::string who = row.id;
    if (remark.row >= 0) {
        const Line& line = input_.inventory.lines[static_cast<std::size_t>(remark.row)];
        add_named(named, known, line.reasons, line.reason_evidence);
        place = {"lines.csv", line.row, 0};
        who += fmt::format("：生产线{}", line.id);
    }
    NotCounted text = not_counted_text(named[remark.reason], remark.outcome, known);
    return {std::move(place), fmt::format("{}：{}", who, text.what), std::move(text.cure),
            remark.kind == Kind::kReasonNotCounted ? rules::Severity::kNote
                                                   : rules::Severity::kWarning};
}

}  // namespace qk::plans
