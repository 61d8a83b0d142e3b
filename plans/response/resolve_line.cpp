#include "plans/response/resolve_line.hpp"

#include <algorithm>

namespace qk::plans {
namespace {

bool same_phase(const rules::Measure& a, const rules::Measure& b) {
    return a.after_hours == b.after_hours && a.until_hours == b.until_hours;
}

// Whether a stricter `b` leaves nothing of `a`. A step inside a line and a measure on fewer
// pollutants do not stand in for what they do not touch.
bool can_beat(const rules::Measure& b, const rules::Measure& a) {
    const auto comparable = [](const rules::Measure& m) {
        return rules::limits_production(m.form) &&
               (m.form != rules::Form::kStopProcess || rules::shown_by_power(m));
    };
    return comparable(a) && comparable(b) && same_phase(a, b) &&
           (a.pollutants & b.pollutants) == a.pollutants;
}

// Whether a candidate that is not part of the own plan speaks of the line.
bool names(const Candidate& candidate, const Candidates& candidates, const RowRange& lines,
           std::uint32_t line, const Line& row) {
    if (candidate.of_enterprise) return false;
    const bool is_of_part = candidate.part == Candidate::kEveryPart ||
                            candidates.part_of_line[line - lines.first] == candidate.part;
    if (!is_of_part) return false;
    if (candidate.measure->of.empty()) return true;
    if ((candidate.named.processes & candidates.processes_of_line[line - lines.first]) != 0) {
        return true;
    }
    return candidate.named.has_other_words &&
           names_line(*candidate.measure, row, *candidates.words);
}

// Whether a row of the own plan stands in the catalogue's place on the line.
bool is_replaced(const Candidates& candidates, std::uint32_t line) {
    return candidates.own_all_lines ||
           std::ranges::any_of(candidates.all, [line](const Candidate& one) {
               return one.only_line == static_cast<std::int32_t>(line) && one.replaces;
           });
}

bool applies(const Candidate& candidate, const Candidates& candidates, const RowRange& lines,
             std::uint32_t line, const Line& row) {
    if (candidate.origin == DutyOrigin::kOwnPlan) {
        const bool every_line = candidate.only_line == Duty::kWhole && !candidate.line_unknown;
        return !candidate.of_enterprise &&
               (every_line || candidate.only_line == static_cast<std::int32_t>(line));
    }
    if (!names(candidate, candidates, lines, line, row)) return false;
    // A season window is not part of the plan, so an own plan does not take its place.
    return candidate.origin == DutyOrigin::kSeason || !is_replaced(candidates, line);
}

void take_share(LineShares& shares, const Candidate& candidate) {
    if (candidate.measure->after_hours > 0) return;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if ((candidate.measure->pollutants >> e & 1U) == 0) continue;
        shares[e] = std::max(shares[e], candidate.share);
    }
}

// Whether `a` comes before `b` when the strictest is looked for; of equals the first.
bool wins(const Candidates& candidates, std::uint32_t a, std::uint32_t b) {
    const rules::Measure& of_a = *candidates.all[a].measure;
    const rules::Measure& of_b = *candidates.all[b].measure;
    return rules::is_stricter(of_a, of_b) || (!rules::is_stricter(of_b, of_a) && a < b);
}

void weigh(LineAnswer& answer, const Candidates& candidates) {
    for (LineMeasure& one : answer.measures) {
        const rules::Measure& measure = *candidates.all[one.candidate].measure;
        for (const LineMeasure& other : answer.measures) {
            if (other.candidate == one.candidate) continue;
            const rules::Measure& against = *candidates.all[other.candidate].measure;
            const auto place = static_cast<std::int32_t>(other.candidate);
            if (!wins(candidates, other.candidate, one.candidate)) {
                if (can_beat(measure, against)) one.beats = place;
            } else if (one.beaten_by == LineMeasure::kNobody && can_beat(against, measure)) {
                one.beaten_by = place;
            }
        }
    }
}

}  // namespace

bool speaks_of_all(const Candidate& candidate) {
    return candidate.measure->form == rules::Form::kStopShare ||
           (candidate.measure->whole && candidate.part == Candidate::kEveryPart);
}

LineAnswer resolve_line(const Inventory& inventory, const RowRange& lines, std::uint32_t line,
                        const Candidates& candidates) {
    LineAnswer answer;
    const Line& row = inventory.lines[line];
    for (std::uint32_t i = 0; i < candidates.all.size(); ++i) {
        const Candidate& candidate = candidates.all[i];
        if (!applies(candidate, candidates, lines, line, row)) continue;
        LineMeasure one;
        one.candidate = i;
        answer.measures.push_back(one);
        if (!row.idle) take_share(answer.shares, candidate);
    }
    weigh(answer, candidates);
    return answer;
}

std::vector<LineAnswer> resolve_lines(const Inventory& inventory, const RowRange& lines,
                                      const Candidates& candidates) {
    std::vector<LineAnswer> answers;
    answers.reserve(lines.size());
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        answers.push_back(resolve_line(inventory, lines, l, candidates));
    }
    return answers;
}

LineShares shares_without_own_plan(const Inventory& inventory, const RowRange& lines,
                                   std::uint32_t line, const Candidates& candidates) {
    LineShares shares{};
    const Line& row = inventory.lines[line];
    if (row.idle) return shares;
    for (const Candidate& candidate : candidates.all) {
        if (candidate.origin == DutyOrigin::kOwnPlan) continue;
        if (names(candidate, candidates, lines, line, row)) take_share(shares, candidate);
    }
    return shares;
}

}  // namespace qk::plans
