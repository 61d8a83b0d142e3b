#include "plans/response/obligation_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <set>
#include <span>
#include <string_view>
#include <unordered_map>

#include "plans/measures/own_measure.hpp"
#include "rules/base/decimal.hpp"

namespace qk::plans {
namespace {

using SampleUsers = std::map<std::string, int>;

// A sample clause of one of its lines' trades counts the enterprise too.
void count_parts(SampleUsers& users, const Candidates& candidates, const Classification& kind) {
    std::set<std::string_view> counted;
    const auto count = [&](const CatalogueClause* clause) {
        const bool is_other = clause != kind.clause &&
                              (kind.clause == nullptr || clause->trade != kind.clause->trade);
        if (is_other && clause->certainty == rules::Certainty::kSample &&
            counted.insert(clause->trade).second) {
            ++users[clause->trade];
        }
    };
    for (const TradePart& part : candidates.parts) {
        for (const CatalogueClause* clause : part.clauses) count(clause);
    }
    if (candidates.parts.empty()) {
        for (const CatalogueClause* clause : kind.clauses) count(clause);
    }
}

void put_catalogue_remarks(rules::Faults& remarks, const Classified& classified) {
    for (const auto& [industry, users] : classified.unknown_trades) {
        remarks.push_back(
            {{"enterprises.csv", 0, 0},
             fmt::format("行业“{}”不在目录中，{}家企业按默认样例措施处理", industry, users),
             "由人认定：填写行业代码（trade_code）和认定人（trade_by），或在规则包 [[trades.tie]] "
             "中认定",
             rules::Severity::kWarning});
    }
    if (classified.uncounted_users > 0) {
        remarks.push_back({{"transport_users.csv", 0, 0},
                           fmt::format("{}家企业未登记日车流量，按用车大户执行货车禁行",
                                       classified.uncounted_users),
                           "在 transport_users.csv 登记日车流量；不超过规定辆次的不属用车大户",
                           rules::Severity::kNote});
    }
    for (const auto& [trade, users] : classified.sample_users) {
        const Trade* known = trade_by_id(trade);
        const std::string_view name =
            known == nullptr ? std::string_view("行业不明") : known->chinese;
        remarks.push_back({{},
                           fmt::format("目录“{}”在本级别为样例，{}家企业据此派生", name, users),
                           "使用前请以本地目录替换",
                           rules::Severity::kNote});
    }
}

void append(ObligationTable::Content& all, const EnterpriseAnswer& answer,
            const std::vector<LineAnswer>& lines, std::uint32_t kind) {
    const auto first = static_cast<std::uint32_t>(all.duties.size());
    all.duties.insert(all.duties.end(), answer.duties.begin(), answer.duties.end());
    for (const LineAnswer& line : lines) all.line_shares.push_back(line.shares);
    all.remarks.insert(all.remarks.end(), answer.remarks.begin(), answer.remarks.end());
    all.total += answer.reduction;
    all.answers.push_back(
        {{first, static_cast<std::uint32_t>(all.duties.size())}, kind, answer.reduction});
}

// Which lines are of which part, where lines of one trade are told apart by their reasons.
void note_parts(ObligationTable::Content& all, const Candidates& candidates, const RowRange& lines,
                const DeriveInput& input) {
    all.line_parts.resize(input.inventory.lines.size(), CompactObligation::kEveryPart);
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        all.line_parts[l] = candidates.part_of_line[l - lines.first];
    }
}

// The second to the fourth step for every enterprise, whose remarks follow those of the first.
void answer_enterprises(ObligationTable::Content& all, Classified& classified,
                        const DeriveInput& input) {
    const std::size_t count = input.inventory.enterprises.size();
    all.answers.reserve(count);
    all.duties.reserve(input.inventory.lines.size() + count);
    all.line_shares.reserve(input.inventory.lines.size());
    const std::span<const std::int16_t> line_trades = classified.line_trades;
    auto remark = classified.remarks.cbegin();
    KnownLines known_lines;
    for (std::size_t i = 0; i < count; ++i) {
        const EnterpriseRows& rows = (*all.rows)[i];
        const std::uint32_t kind = classified.kind_of[i];
        for (; remark != classified.remarks.cend() && remark->enterprise == i; ++remark) {
            all.remarks.push_back(*remark);
        }
        const CollectInput of{input,
                              *all.level,
                              classified.kinds[kind],
                              rows,
                              line_trades.subspan(rows.lines.first, rows.lines.size()),
                              i,
                              &known_lines};
        const Candidates candidates = collect(of);
        const std::vector<LineAnswer> lines =
            resolve_lines(input.inventory, rows.lines, candidates);
        count_parts(classified.sample_users, candidates, of.kind);
        if (candidates.is_large_user_unproved) ++classified.uncounted_users;
        classified.is_relaxed |= candidates.is_relaxed;
        if (candidates.has_line_reasons) note_parts(all, candidates, rows.lines, input);
        all.remarks.insert(all.remarks.end(), candidates.remarks.begin(), candidates.remarks.end());
        append(all, assemble({of, all.measures, candidates, lines}), lines, kind);
    }
}

ObligationTable::Content content_of(const DeriveInput& input,
                                    std::shared_ptr<const std::vector<EnterpriseRows>> rows) {
    ObligationTable::Content all;
    all.rows = std::move(rows);
    all.level = std::make_unique<const LevelMeasures>(level_measures(input));
    all.measures = list_measures(input, *all.level);
    Classified classified = classify(input, *all.rows);
    answer_enterprises(all, classified, input);
    all.line_trades = std::move(classified.line_trades);
    const EmissionBase base = emission_base(input.inventory, input.rules, input.colour);
    all.floors = answer_floors(base, all.total, input.rules, input.colour);
    all.general_remarks = floor_remarks(input.inventory, base, input.rules, input.colour);
    put_catalogue_remarks(all.general_remarks, classified);
    all.kinds = std::move(classified.kinds);
    all.is_relaxed = classified.is_relaxed;
    return all;
}

}  // namespace

ObligationTable derive_table(const DeriveInput& input,
                             std::shared_ptr<const std::vector<EnterpriseRows>> rows) {
    if (!rows) rows = std::make_shared<const std::vector<EnterpriseRows>>(rows_of(input.inventory));
    ObligationTable::Content all = content_of(input, rows);
    const bool reaches_floors = std::ranges::all_of(all.floors, &FloorAnswer::met);
    if (!all.is_relaxed || reaches_floors) return ObligationTable(input, std::move(all));
    // No relaxation goes below what the floors demand.
    DeriveInput strict = input;
    strict.may_relax = false;
    return ObligationTable(strict, content_of(strict, std::move(rows)));
}

std::vector<ObligationRemark> ObligationTable::remarks_of(ObligationRemark::Kind kind) const {
    std::vector<ObligationRemark> found;
    std::ranges::copy_if(content_.remarks, std::back_inserter(found),
                         [kind](const ObligationRemark& one) { return one.kind == kind; });
    return found;
}

std::vector<ObligationRemark> ObligationTable::questions() const {
    return remarks_of(ObligationRemark::Kind::kOwesNothing);
}

std::vector<LineReduction> ObligationTable::line_reductions(std::size_t enterprise) const {
    constexpr std::int64_t kMillion = 1'000'000;
    std::vector<LineReduction> all;
    const RowRange lines = rows(enterprise).lines;
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        const Line& line = input_.inventory.lines[l];
        LineReduction one;
        one.line = line.id;
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            one.reduction.grams[e] = rules::divide_half_even(
                line.emission.grams[e] * static_cast<std::int64_t>(content_.line_shares[l][e]),
                kMillion);
        }
        all.push_back(std::move(one));
    }
    return all;
}

std::size_t ObligationTable::bytes() const {
    return content_.duties.capacity() * sizeof(CompactObligation) +
           content_.answers.capacity() * sizeof(Answer) +
           content_.line_shares.capacity() * sizeof(LineShares) +
           content_.line_trades.capacity() * sizeof(std::int16_t) +
           content_.line_parts.capacity() * sizeof(std::int16_t) +
           content_.remarks.capacity() * sizeof(ObligationRemark) +
           content_.kinds.size() * sizeof(Classification) +
           content_.rows->capacity() * sizeof(EnterpriseRows);
}

const rules::Measure& ObligationTable::measure(std::int32_t code, rules::Measure& scratch) const {
    if (code >= 0) return *content_.measures.measures[static_cast<std::size_t>(code)];
    scratch =
        measure_from(input_.inventory.own_measures[static_cast<std::size_t>(-code - 1)], true);
    return scratch;
}

}  // namespace qk::plans
