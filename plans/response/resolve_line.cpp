#include "plans/response/resolve_line.hpp"

#include <algorithm>
#include <array>

#include "plans/response/floors.hpp"

namespace qk::plans {
namespace {

constexpr std::uint32_t kWholeShare = 1'000'000;

bool same_phase(const rules::Measure& a, const rules::Measure& b) {
    return a.after_hours == b.after_hours && a.until_hours == b.until_hours;
}

// What a measure does to one line: a line that is the process that stops stands as a whole.
struct Effect {
    bool is_comparable = false;
    std::uint8_t pollutants = 0;
};

Effect effect_on(const rules::Measure& measure, const Line& row) {
    const bool is_step = is_step_of(measure, &row);
    Effect effect;
    effect.is_comparable =
        rules::limits_production(measure.form) &&
        (measure.form != rules::Form::kStopProcess || is_step || rules::shown_by_power(measure));
    effect.pollutants = is_step ? rules::kEveryPollutant : measure.pollutants;
    return effect;
}

// Whether a stricter `b` leaves nothing of `a`. A step inside a line and a measure on fewer
// pollutants do not stand in for what they do not touch; nor does a share of several lines, which
// lets the others run, for what is asked of each.
bool can_beat(const rules::Measure& b, const rules::Measure& a, const Line& row, bool has_others) {
    const bool is_share = b.form == rules::Form::kStopShare && has_others;
    if (is_share && a.form != rules::Form::kStopShare) return false;
    const Effect of_a = effect_on(a, row);
    const Effect of_b = effect_on(b, row);
    return of_a.is_comparable && of_b.is_comparable && same_phase(a, b) &&
           (of_a.pollutants & of_b.pollutants) == of_a.pollutants;
}

// Whether a candidate that is not part of the own plan speaks of the line.
bool names(const Candidate& candidate, const Candidates& candidates, const RowRange& lines,
           std::uint32_t line, const Line& row) {
    if (candidate.of_enterprise) return false;
    const bool is_of_line = candidate.only_line == CompactObligation::kWhole ||
                            candidate.only_line == static_cast<std::int32_t>(line);
    if (!is_of_line) return false;
    const bool is_of_part = candidate.part == Candidate::kEveryPart ||
                            candidates.part_of_line[line - lines.first] == candidate.part;
    if (!is_of_part || !can_concern_line(*candidate.measure, row)) return false;
    if (candidate.measure->of.empty()) return true;
    if ((candidate.named.processes & candidates.processes_of_line[line - lines.first]) != 0) {
        return true;
    }
    return candidate.named.has_other_words &&
           names_line(*candidate.measure, row, *candidates.words);
}

// Whether a row of the own plan stands in the place of the catalogue's cuts on the line.
bool is_replaced(const Candidates& candidates, std::uint32_t line) {
    return candidates.own_all_lines ||
           std::ranges::any_of(candidates.all, [line](const Candidate& one) {
               return one.only_line == static_cast<std::int32_t>(line) && one.replaces;
           });
}

bool applies(const Candidate& candidate, const Candidates& candidates, const RowRange& lines,
             std::uint32_t line, const Line& row) {
    if (candidate.origin == ObligationOrigin::kOwnPlan) {
        const bool every_line =
            candidate.only_line == CompactObligation::kWhole && !candidate.line_unknown;
        return !candidate.of_enterprise &&
               (every_line || candidate.only_line == static_cast<std::int32_t>(line));
    }
    if (!names(candidate, candidates, lines, line, row)) return false;
    // A season window and what a reason asks are not part of the plan, so an own plan does not take
    // their place; nor does it take that of what is no cut of load.
    return candidate.origin == ObligationOrigin::kSeason ||
           candidate.origin == ObligationOrigin::kReason ||
           !rules::cuts_load(candidate.measure->form) || !is_replaced(candidates, line);
}

// Whether `a` comes before `b` when the strictest on a line is looked for; of equals the first.
bool wins(const Candidates& candidates, const Line& row, std::uint32_t a, std::uint32_t b) {
    const rules::Measure& of_a = *candidates.all[a].measure;
    const rules::Measure& of_b = *candidates.all[b].measure;
    // Of a share of the lines the enterprise chooses which stand; no load of this one bounds it.
    const bool is_share =
        of_a.form == rules::Form::kStopShare || of_b.form == rules::Form::kStopShare;
    const std::optional<double> least = is_share ? std::nullopt : minimum_load_of(row);
    return rules::is_stricter(of_a, of_b, least) ||
           (!rules::is_stricter(of_b, of_a, least) && a < b);
}

void weigh(LineAnswer& answer, const Candidates& candidates, const Line& row, bool has_others) {
    for (LineMeasure& one : answer.measures) {
        const rules::Measure& measure = *candidates.all[one.candidate].measure;
        for (const LineMeasure& other : answer.measures) {
            if (other.candidate == one.candidate) continue;
            const rules::Measure& against = *candidates.all[other.candidate].measure;
            const auto place = static_cast<std::int32_t>(other.candidate);
            if (!wins(candidates, row, other.candidate, one.candidate)) {
                if (can_beat(measure, against, row, has_others)) one.beats = place;
            } else if (one.beaten_by == LineMeasure::kNobody &&
                       can_beat(against, measure, row, has_others)) {
                one.beaten_by = place;
            }
        }
    }
}

// What is cut of one enterprise, from what was answered for each of its lines.
class Shares {
 public:
    Shares(const Inventory& inventory, const RowRange& lines, const Candidates& candidates,
           const std::vector<LineAnswer>& answers)
        : rows_(inventory.lines.data() + lines.first), candidates_(candidates), answers_(answers) {
        find_choices();
        find_phases();
    }

    [[nodiscard]] std::vector<LineShares> least() const;

 private:
    // Of several lines the enterprise chooses which stand.
    struct Choice {
        std::uint32_t candidate = 0;
        boost::container::small_vector<std::size_t, 8> lines;
    };

    void find_choices();
    void find_phases();
    [[nodiscard]] bool is_choice(std::uint32_t candidate) const {
        return std::ranges::find(choices_, candidate, &Choice::candidate) != choices_.end();
    }
    [[nodiscard]] LineShares of_line(std::size_t line, int hour) const;
    void take_worst(std::vector<LineShares>& shares, const Choice& choice) const;
    [[nodiscard]] std::vector<LineShares> at_hour(int hour) const;
    [[nodiscard]] std::int64_t total(const std::vector<LineShares>& shares, std::size_t e) const;

    const Line* rows_;
    const Candidates& candidates_;
    const std::vector<LineAnswer>& answers_;
    std::vector<Choice> choices_;
    boost::container::small_vector<int, 4> phases_{0};  // hours into the response
};

bool is_in_force(const rules::Measure& measure, int hour) {
    return measure.after_hours <= hour && (!measure.until_hours || hour < *measure.until_hours);
}

void Shares::find_choices() {
    for (std::uint32_t i = 0; i < candidates_.all.size(); ++i) {
        if (candidates_.all[i].measure->form != rules::Form::kStopShare) continue;
        Choice choice;
        choice.candidate = i;
        for (std::size_t l = 0; l < answers_.size(); ++l) {
            if (rows_[l].idle) continue;
            const bool binds = std::ranges::any_of(answers_[l].measures, [i](const LineMeasure& m) {
                return m.candidate == i && m.beaten_by == LineMeasure::kNobody;
            });
            if (binds) choice.lines.push_back(l);
        }
        // A share of one line is a limit on it.
        if (choice.lines.size() > 1) choices_.push_back(std::move(choice));
    }
}

void Shares::find_phases() {
    for (const Candidate& candidate : candidates_.all) {
        const rules::Measure& measure = *candidate.measure;
        for (const int hour : {measure.after_hours, measure.until_hours.value_or(0)}) {
            const bool is_reached = hour > 0 && hour < candidates_.response_hours;
            if (is_reached && std::ranges::find(phases_, hour) == phases_.end()) {
                phases_.push_back(hour);
            }
        }
    }
}

LineShares Shares::of_line(std::size_t line, int hour) const {
    LineShares shares{};
    const Line& row = rows_[line];
    if (row.idle) return shares;
    for (const LineMeasure& one : answers_[line].measures) {
        const Candidate& candidate = candidates_.all[one.candidate];
        const rules::Measure& measure = *candidate.measure;
        const bool binds = one.beaten_by == LineMeasure::kNobody;
        if (!binds || !is_in_force(measure, hour) || is_choice(one.candidate)) continue;
        // Of a limit on a line that can go no lower, only what the line can do is guaranteed.
        const std::optional<double> least = minimum_load_of(row);
        const std::uint32_t share =
            least ? static_cast<std::uint32_t>(share_millionths(rules::cut_on(measure, least)))
                  : candidate.share;
        const std::uint8_t pollutants = effect_on(measure, row).pollutants;
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            if ((pollutants >> e & 1U) != 0) shares[e] = std::max(shares[e], share);
        }
    }
    return shares;
}

// Those stand whose standing adds least to what is cut anyway.
void Shares::take_worst(std::vector<LineShares>& shares, const Choice& choice) const {
    const rules::Measure& measure = *candidates_.all[choice.candidate].measure;
    const std::size_t needed = rules::lines_to_stand(measure.ratio, choice.lines.size());
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if ((measure.pollutants >> e & 1U) == 0) continue;
        const auto added = [&](std::size_t line) {
            return rows_[line].emission.grams[e] *
                   static_cast<std::int64_t>(kWholeShare - shares[line][e]);
        };
        auto order = choice.lines;
        std::ranges::stable_sort(order, {}, added);
        for (std::size_t i = 0; i < needed; ++i) shares[order[i]][e] = kWholeShare;
    }
}

std::vector<LineShares> Shares::at_hour(int hour) const {
    std::vector<LineShares> shares;
    shares.reserve(answers_.size());
    for (std::size_t l = 0; l < answers_.size(); ++l) shares.push_back(of_line(l, hour));
    for (const Choice& choice : choices_) {
        if (is_in_force(*candidates_.all[choice.candidate].measure, hour)) {
            take_worst(shares, choice);
        }
    }
    return shares;
}

std::int64_t Shares::total(const std::vector<LineShares>& shares, std::size_t e) const {
    std::int64_t sum = 0;
    for (std::size_t l = 0; l < shares.size(); ++l) {
        sum += rows_[l].emission.grams[e] * static_cast<std::int64_t>(shares[l][e]);
    }
    return sum;
}

std::vector<LineShares> Shares::least() const {
    std::vector<LineShares> least = at_hour(0);
    for (std::size_t i = 1; i < phases_.size(); ++i) {
        const std::vector<LineShares> other = at_hour(phases_[i]);
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            if (total(other, e) >= total(least, e)) continue;
            for (std::size_t l = 0; l < least.size(); ++l) least[l][e] = other[l][e];
        }
    }
    return least;
}

// Which candidates speak of a line, as `speaks` says.
template <class Speaks>
std::vector<LineAnswer> answers_where(const Inventory& inventory, const RowRange& lines,
                                      const Candidates& candidates, Speaks speaks) {
    std::vector<LineAnswer> answers(lines.size());
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        LineAnswer& answer = answers[l - lines.first];
        const Line& row = inventory.lines[l];
        for (std::uint32_t i = 0; i < candidates.all.size(); ++i) {
            if (!speaks(candidates.all[i], candidates, lines, l, row)) continue;
            LineMeasure one;
            one.candidate = i;
            answer.measures.push_back(one);
        }
        weigh(answer, candidates, row, lines.size() > 1);
    }
    return answers;
}

}  // namespace

bool speaks_of_all(const Candidate& candidate) {
    return candidate.measure->form == rules::Form::kStopShare ||
           (candidate.measure->whole && candidate.part == Candidate::kEveryPart);
}

std::vector<LineAnswer> resolve_lines(const Inventory& inventory, const RowRange& lines,
                                      const Candidates& candidates) {
    std::vector<LineAnswer> answers = answers_where(inventory, lines, candidates, applies);
    const std::vector<LineShares> shares = Shares(inventory, lines, candidates, answers).least();
    for (std::size_t l = 0; l < answers.size(); ++l) answers[l].shares = shares[l];
    return answers;
}

std::vector<LineShares> shares_without_own_plan(const Inventory& inventory, const RowRange& lines,
                                                const Candidates& candidates) {
    const auto is_others = [](const Candidate& candidate, const Candidates& all,
                              const RowRange& range, std::uint32_t line, const Line& row) {
        return candidate.origin != ObligationOrigin::kOwnPlan &&
               names(candidate, all, range, line, row);
    };
    const std::vector<LineAnswer> answers = answers_where(inventory, lines, candidates, is_others);
    return Shares(inventory, lines, candidates, answers).least();
}

}  // namespace qk::plans
