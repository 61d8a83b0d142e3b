// Least safe loads (最低安全负荷) in a plan: nothing asks a line that goes on running for less, and
// what is not asked because of it is said. The text shifts the rest to nobody: it counts for no
// floor, and the proposal for a missed floor tightens others.
#include <fmt/format.h>

#include <algorithm>

#include "plans/response/obligation_table.hpp"

namespace qk::plans {
namespace {

double percent_of(double share) { return share * 100; }

}  // namespace

std::vector<const Line*> ObligationTable::lines_of(std::size_t enterprise,
                                                   const CompactObligation& duty,
                                                   const rules::Measure& measure) const {
    std::vector<const Line*> found;
    const RowRange lines = rows(enterprise).lines;
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        const Line& line = input_.inventory.lines[l];
        if (line.idle || !names_line(measure, line, input_.catalogue.line_words())) continue;
        if (duty.trade != CompactObligation::kEveryTrade && content_.line_trades[l] != duty.trade) {
            continue;
        }
        if (is_of_part(duty, l)) found.push_back(&line);
    }
    return found;
}

std::optional<double> ObligationTable::least_load(std::size_t enterprise,
                                                  const CompactObligation& duty,
                                                  const rules::Measure& measure) const {
    if (duty.line != CompactObligation::kWhole) {
        return minimum_load_of(input_.inventory.lines[static_cast<std::size_t>(duty.line)]);
    }
    // Which of several lines stand is the enterprise's choice: no load of one of them bounds it.
    if (rules::action_of(measure.form) != rules::Action::kLimitLoad) return std::nullopt;
    std::optional<double> lowest;
    for (const Line* line : lines_of(enterprise, duty, measure)) {
        const std::optional<double> least = minimum_load_of(*line);
        if (!least) return std::nullopt;
        lowest = std::min(lowest.value_or(*least), *least);
    }
    return lowest;
}

std::optional<rules::Reason> ObligationTable::least_load_reason(std::size_t enterprise,
                                                                const CompactObligation& duty,
                                                                const rules::Measure& used) const {
    const std::optional<double> least = least_load(enterprise, duty, used);
    if (!rules::is_held_up(used, least)) return std::nullopt;
    const double cut = rules::cut_on(used, least);
    const std::string source =
        duty.line == CompactObligation::kWhole
            ? std::string("lines.csv")
            : fmt::format("lines.csv:{}",
                          input_.inventory.lines[static_cast<std::size_t>(duty.line)].row);
    return rules::Reason{
        "least-load",
        fmt::format("最低安全负荷为正常负荷的{:g}%：规定压减{:g}%，按{:g}%执行，其余不作要求",
                    percent_of(*least), percent_of(rules::emission_share(used)), percent_of(cut)),
        source,
        fmt::format("least safe load {:g} %: {:g} % by the text, {:g} % asked", percent_of(*least),
                    percent_of(rules::emission_share(used)), percent_of(cut))};
}

rules::Fault ObligationTable::least_load_text(const ObligationRemark& remark) const {
    const Enterprise& row = input_.inventory.enterprises[remark.enterprise];
    const Line& line = input_.inventory.lines[static_cast<std::size_t>(remark.row)];
    const double least = minimum_load_of(line).value_or(0);
    return {
        {"lines.csv", line.row, 0},
        fmt::format("{}：生产线{}的最低安全负荷为{:g}%，限产只能到{:g}%，规定的其余部分不计减排量",
                    row.id, line.id, percent_of(least), percent_of(1 - least)),
        "核对 minimum_load（最低安全负荷）；不足部分由其他生产线承担，或经核定改为限排"
        "（limit_emission）",
        rules::Severity::kWarning};
}

}  // namespace qk::plans
