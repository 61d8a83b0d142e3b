// Says which reasons tighten or relax what an enterprise owes, and which of those it names do not
// count.
#include <fmt/format.h>

#include <algorithm>

#include "plans/response/obligation_table.hpp"

namespace qk::plans {
namespace {

// Those that count in one of the trades, with what they make of the grade there: in the first of
// them in which it does. Of several that would move the grade one does, and the others say so.
void put_counting(std::vector<rules::Reason>& into, const DeriveInput& input,
                  const NamedReasons& named, const std::vector<const Trade*>& trades,
                  const std::string& grade) {
    std::vector<AppliedReasons> applied;
    for (const Trade* trade : trades) applied.push_back(apply_reasons(input, named, trade, grade));
    for (std::size_t i = 0; i < named.size(); ++i) {
        const auto counting = std::ranges::find_if(applied, [i](const AppliedReasons& one) {
            return one.outcomes[i] == ReasonOutcome::kCounts;
        });
        if (counting == applied.end()) continue;
        const bool would_move = named[i].of->grades_by > 0 && counting->moves.has_value();
        const bool moves = would_move && *counting->moves == i;
        into.push_back(reason_text(named[i], grade, moves ? counting->grade : grade,
                                   would_move && !moves ? &named[*counting->moves] : nullptr));
    }
}

// The enterprise's trades, the one that decides first.
std::vector<const Trade*> trades_by_weight(const Classification& kind, const Trade* of_line) {
    std::vector<const Trade*> trades = trades_of(kind, of_line);
    const auto deciding = std::ranges::find(trades, kind.trade);
    if (deciding != trades.end()) std::rotate(trades.begin(), deciding, deciding + 1);
    return trades;
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
    put_counting(chain, input_, kind.named, trades_by_weight(kind, nullptr), kind.grade_written);
}

void ObligationTable::put_line_reasons(Basis& basis, const std::vector<rules::Reason>& shared,
                                       std::size_t enterprise, const Line& line) const {
    const Classification& kind = classification(enterprise);
    if ((kind.named.empty() && line.reasons.empty()) || !has_grade(kind)) return;
    // Of those of the enterprise some may say nothing of the line's trade.
    std::erase_if(basis.order, [&shared](int one) {
        return one >= 0 && shared[static_cast<std::size_t>(one)].kind == "reason";
    });
    NamedReasons named = kind.named;
    add_named(named, input_.catalogue.reasons(), line.reasons, line.reason_evidence);
    const auto place = static_cast<std::size_t>(&line - input_.inventory.lines.data());
    const Trade* trade = trade_at(content_.line_trades[place]);
    const std::size_t before = basis.own.size();
    put_counting(basis.own, input_, named, trades_by_weight(kind, trade), kind.grade_written);
    for (std::size_t i = before; i < basis.own.size(); ++i) {
        basis.order.push_back(-static_cast<int>(i) - 1);
    }
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
