#include "plans/response/assemble.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <ranges>
#include <span>

#include "rules/base/decimal.hpp"

namespace qk::plans {
namespace {

constexpr std::int64_t kMillion = 1'000'000;

using Cut = std::array<std::int64_t, kEmissionCount>;  // grams x millionths

void add_cut(Cut& cut, const Line& line, const LineShares& shares) {
    for (std::size_t e = 0; e < kEmissionCount; ++e) cut[e] += line.emission.grams[e] * shares[e];
}

std::int32_t code_of(const Candidate& candidate, const MeasureList& measures) {
    if (candidate.own_row >= 0) return -candidate.own_row - 1;
    return measures.places.at(candidate.measure);
}

bool is_shown_by_power(const rules::Measure& measure, const Line* line) {
    return rules::shown_by_power(measure) || is_step_of(measure, line);
}

const Line* line_at(const Inventory& inventory, std::int32_t place) {
    return place == CompactObligation::kWhole ? nullptr
                                              : &inventory.lines[static_cast<std::size_t>(place)];
}

rules::VerifiedBy verified_by(const CollectInput& input, std::int32_t place,
                              const rules::Measure& measure) {
    using rules::VerifiedBy;
    const Inventory& inventory = input.derive.inventory;
    const Line* line = line_at(inventory, place);
    switch (rules::action_of(measure.form)) {
        case rules::Action::kSelfDiscipline:
            return VerifiedBy::kNothing;
        case rules::Action::kBanVehicles:
            return measure.form == rules::Form::kBanVehicles ? VerifiedBy::kGate
                                                             : VerifiedBy::kSiteCheck;
        case rules::Action::kLimitEmission:
            return has_outlet(inventory, input.rows, line, measure.factor, measure.outlet)
                       ? VerifiedBy::kStack
                       : VerifiedBy::kSiteCheck;
        case rules::Action::kStop:
        case rules::Action::kLimitLoad:
        case rules::Action::kStopProcess:
            break;
    }
    return is_shown_by_power(measure, line) && has_production_meter(inventory, input.rows, line)
               ? VerifiedBy::kPower
               : VerifiedBy::kSiteCheck;
}

// A candidate that binds: on a line, or on the enterprise as a whole.
struct Binding {
    const Candidate* candidate = nullptr;
    std::int32_t line = CompactObligation::kWhole;
    std::int32_t beats = LineMeasure::kNobody;
};

CompactObligation duty_of(const Binding& binding, const AssembleInput& input) {
    const Candidate& candidate = *binding.candidate;
    CompactObligation duty;
    duty.line = binding.line;
    duty.measure = code_of(candidate, input.measures);
    duty.origin = candidate.origin;
    duty.season = candidate.season;
    const bool is_of_part =
        candidate.part != Candidate::kEveryPart && duty.line == CompactObligation::kWhole;
    if (is_of_part && !candidate.of_enterprise) {
        duty.trade = input.candidates.parts[static_cast<std::size_t>(candidate.part)].trade;
        if (input.candidates.has_line_reasons) duty.part = candidate.part;
    }
    if (binding.beats != LineMeasure::kNobody) {
        const Candidate& lesser = input.candidates.all[static_cast<std::size_t>(binding.beats)];
        duty.beaten = code_of(lesser, input.measures);
        duty.beaten_origin = lesser.origin;
        if (lesser.origin == ObligationOrigin::kSeason) duty.season = lesser.season;
    }
    duty.verified_by = verified_by(input.of, binding.line, *candidate.measure);
    return duty;
}

// A candidate for all lines, over what was answered for each of them; empty: it binds on none.
std::optional<Binding> over_lines(const AssembleInput& input, std::uint32_t place) {
    Binding binding{&input.candidates.all[place], CompactObligation::kWhole, LineMeasure::kNobody};
    std::size_t targets = 0;
    std::int32_t last = CompactObligation::kWhole;
    for (std::size_t l = 0; l < input.lines.size(); ++l) {
        for (const LineMeasure& one : input.lines[l].measures) {
            if (one.candidate != place) continue;
            if (one.beats != LineMeasure::kNobody) binding.beats = one.beats;
            if (one.beaten_by != LineMeasure::kNobody) continue;
            ++targets;
            last = static_cast<std::int32_t>(input.of.rows.lines.first + l);
        }
    }
    if (targets == 0) return std::nullopt;
    // A share of a single line is a limit on that line.
    if (targets == 1) binding.line = last;
    return binding;
}

// How a candidate binds beyond single lines; empty: it does not.
std::optional<Binding> beyond_lines(const AssembleInput& input, std::uint32_t place) {
    const Candidate& candidate = input.candidates.all[place];
    const bool is_catalogue = candidate.origin == ObligationOrigin::kCatalogue;
    const bool own_all_lines = input.candidates.own_all_lines;
    const Binding whole{&candidate, CompactObligation::kWhole, LineMeasure::kNobody};
    if (candidate.measure->form == rules::Form::kSelfDiscipline) return std::nullopt;
    if (candidate.of_enterprise) {
        // Only a ban of the own plan stands in the place of the catalogue's.
        const bool is_ban = candidate.measure->form == rules::Form::kBanVehicles;
        if (is_catalogue && is_ban && input.candidates.own_ban) return std::nullopt;
        return whole;
    }
    if (candidate.line_unknown) return whole;
    if (input.lines.empty()) {
        const bool is_cut = rules::cuts_load(candidate.measure->form);
        if (is_catalogue && own_all_lines && is_cut) return std::nullopt;
        return whole;
    }
    return speaks_of_all(candidate) ? over_lines(input, place) : std::nullopt;
}

// Where nothing is forced, the enterprise is asked for its own restraint. An own plan that only
// promises that is its own row.
Candidate self_discipline(const AssembleInput& input) {
    Candidate asked;
    asked.measure = &input.of.level.self_discipline;
    asked.origin = input.of.kind.treatment == Treatment::kAsGraded ? ObligationOrigin::kCatalogue
                                                                   : ObligationOrigin::kClass;
    for (const Candidate& own : input.candidates.all) {
        if (own.origin == ObligationOrigin::kOwnPlan) asked = own;
    }
    return asked;
}

// How the own plan's cut compares with the catalogue's; empty: equal.
std::optional<ObligationRemark::Kind> deviation(const AssembleInput& input, const Cut& cut) {
    const Inventory& inventory = input.of.derive.inventory;
    const RowRange lines = input.of.rows.lines;
    Cut by_catalogue{};
    const std::vector<LineShares> shares =
        shares_without_own_plan(inventory, lines, input.candidates);
    for (std::uint32_t l = lines.first; l < lines.end; ++l) {
        add_cut(by_catalogue, inventory.lines[l], shares[l - lines.first]);
    }
    bool more = false;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if (cut[e] < by_catalogue[e]) return ObligationRemark::Kind::kOwnPlanWeaker;
        more |= cut[e] > by_catalogue[e];
    }
    return more ? std::optional(ObligationRemark::Kind::kOwnPlanStricter) : std::nullopt;
}

void remark(EnterpriseAnswer& answer, const AssembleInput& input, ObligationRemark::Kind kind,
            std::int32_t row = -1) {
    answer.remarks.push_back({kind, static_cast<std::uint32_t>(input.of.enterprise), row});
}

void put(EnterpriseAnswer& answer, const AssembleInput& input, const Binding& binding) {
    answer.duties.push_back(duty_of(binding, input));
    const rules::Measure& measure = *binding.candidate->measure;
    const Line* line = line_at(input.of.derive.inventory, binding.line);
    if (answer.duties.back().verified_by == rules::VerifiedBy::kSiteCheck &&
        is_shown_by_power(measure, line)) {
        remark(answer, input, ObligationRemark::Kind::kNotMeasured, binding.line);
    }
    if (line != nullptr && rules::is_held_up(measure, minimum_load_of(*line))) {
        remark(answer, input, ObligationRemark::Kind::kBelowLeastLoad, binding.line);
    }
    const bool is_by_height = measure.height_from_cm > 0 || measure.height_below_cm > 0;
    if (is_by_height && line != nullptr && oven_height_cm(*line) == 0) {
        remark(answer, input, ObligationRemark::Kind::kOvenHeightUnknown, binding.line);
    }
}

// Whether a clause forces anything on lines, so that one it does not reach was not looked at.
bool speaks_of_lines(const CatalogueClause& clause) {
    return std::ranges::any_of(clause.measures, [](const rules::Measure& measure) {
        return !rules::is_of_enterprise(measure.form);
    });
}

// The clauses that are there for a line.
std::span<const CatalogueClause* const> clauses_on(const AssembleInput& input, std::size_t place) {
    const Candidates& candidates = input.candidates;
    if (candidates.parts.empty()) return input.of.kind.clauses;
    const auto part = static_cast<std::size_t>(candidates.part_of_line[place]);
    const auto& clauses = candidates.parts[part].clauses;
    return {clauses.data(), clauses.size()};
}

// The pollutants that a measure speaks of: a limit of one factor speaks of that alone.
unsigned pollutants_of(const rules::Measure& measure) {
    if (measure.factor.empty()) return measure.pollutants;
    unsigned named = 0;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if (to_text(static_cast<Emission>(e)) == measure.factor) named |= 1U << e;
    }
    return named & measure.pollutants;
}

// The pollutants that a line emits and of which no measure on it asks anything, by their bits.
std::uint8_t unowed_on(const AssembleInput& input, std::size_t place, const Line& line) {
    unsigned touched = 0;
    for (const LineMeasure& one : input.lines[place].measures) {
        const rules::Measure& measure = *input.candidates.all[one.candidate].measure;
        if (!rules::is_of_enterprise(measure.form)) touched |= pollutants_of(measure);
    }
    // A little of one pollutant beside measures on the others is left alone.
    const std::int64_t least =
        touched == 0 ? 1 : std::max<std::int64_t>(input.candidates.words->ask_from_grams, 1);
    unsigned unowed = 0;
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        if ((touched >> e & 1U) == 0 && line.emission.grams[e] >= least) unowed |= 1U << e;
    }
    return static_cast<std::uint8_t>(unowed);
}

// Whether the measures of the line's trades know what the line is, and leave it alone.
bool is_left_alone(const AssembleInput& input, std::size_t place, const Line& line) {
    ProcessMask known = 0;
    for (const CatalogueClause* clause : clauses_on(input, place)) {
        const auto found = input.of.level.known_to.find(clause->trade);
        if (found != input.of.level.known_to.end()) known |= found->second;
    }
    if (known == 0) return false;
    return (known & input.candidates.words->processes_of(line.name, line.equipment)) != 0;
}

ObligationRemark::Kind kind_of_unowed(const AssembleInput& input, std::size_t place,
                                      const Line& line, std::uint8_t unowed) {
    const Enterprise& enterprise = input.of.derive.inventory.enterprises[input.of.enterprise];
    if (!line.no_duty.empty() || !enterprise.no_duty_reason.empty()) {
        return ObligationRemark::Kind::kOwesNothingAnswered;
    }
    // A process is known as a whole; a pollutant that its measures forget is not.
    const bool is_whole = std::ranges::all_of(
        std::views::iota(std::size_t{0}, kEmissionCount),
        [&](std::size_t e) { return line.emission.grams[e] == 0 || (unowed >> e & 1U) != 0; });
    return is_whole && is_left_alone(input, place, line)
               ? ObligationRemark::Kind::kOwesNothingByText
               : ObligationRemark::Kind::kOwesNothing;
}

// Lines that emit and owe nothing though the catalogue forces something on such enterprises. Where
// no emitting line owes anything, the enterprise is one question.
void remark_unowed(EnterpriseAnswer& answer, const AssembleInput& input) {
    if (input.of.kind.treatment != Treatment::kAsGraded) return;
    ObligationRemarks found;
    std::size_t emitting = 0;
    std::uint8_t together = 0;
    bool is_one_question = true;
    for (std::size_t l = 0; l < input.lines.size(); ++l) {
        const auto place = static_cast<std::int32_t>(input.of.rows.lines.first + l);
        const Line& line = input.of.derive.inventory.lines[static_cast<std::size_t>(place)];
        if (line.idle || line.emission == DailyEmission{}) continue;
        ++emitting;
        const auto clauses = clauses_on(input, l);
        const bool is_looked_at = std::ranges::any_of(
            clauses, [](const CatalogueClause* clause) { return speaks_of_lines(*clause); });
        const std::uint8_t unowed = is_looked_at ? unowed_on(input, l, line) : 0;
        if (unowed == 0) continue;
        const ObligationRemark::Kind kind = kind_of_unowed(input, l, line, unowed);
        is_one_question &=
            kind == ObligationRemark::Kind::kOwesNothing && input.lines[l].shares == LineShares{};
        together |= unowed;
        found.push_back({kind, static_cast<std::uint32_t>(input.of.enterprise), place, unowed});
    }
    if (found.size() > 1 && found.size() == emitting && is_one_question) {
        answer.remarks.push_back({ObligationRemark::Kind::kOwesNothing,
                                  static_cast<std::uint32_t>(input.of.enterprise), -1, together});
        return;
    }
    answer.remarks.insert(answer.remarks.end(), found.begin(), found.end());
}

// What binds on single lines; answers what is cut on them together.
Cut put_lines(EnterpriseAnswer& answer, const AssembleInput& input) {
    Cut cut{};
    for (std::size_t l = 0; l < input.lines.size(); ++l) {
        const auto place = static_cast<std::int32_t>(input.of.rows.lines.first + l);
        const Line& line = input.of.derive.inventory.lines[static_cast<std::size_t>(place)];
        if (line.idle) remark(answer, input, ObligationRemark::Kind::kIdleLine, place);
        for (const LineMeasure& one : input.lines[l].measures) {
            const Candidate& candidate = input.candidates.all[one.candidate];
            if (one.beaten_by != LineMeasure::kNobody || speaks_of_all(candidate)) continue;
            put(answer, input, {&candidate, place, one.beats});
        }
        add_cut(cut, line, input.lines[l].shares);
    }
    return cut;
}

// Which rows of the own plan stand in the place of the catalogue's cuts of load, or of its ban.
void remark_replaced(EnterpriseAnswer& answer, const AssembleInput& input) {
    const std::vector<Candidate>& all = input.candidates.all;
    const auto is_in_catalogue = [&all](bool ban) {
        return std::ranges::any_of(all, [ban](const Candidate& one) {
            const rules::Form form = one.measure->form;
            return one.origin == ObligationOrigin::kCatalogue &&
                   (ban ? form == rules::Form::kBanVehicles : rules::cuts_load(form));
        });
    };
    for (const bool ban : {false, true}) {
        const auto own = std::ranges::find_if(all, [ban](const Candidate& one) {
            const bool is_ban = one.measure->form == rules::Form::kBanVehicles;
            return one.origin == ObligationOrigin::kOwnPlan && one.replaces && !one.line_unknown &&
                   is_ban == ban && one.of_enterprise == ban;
        });
        if (own == all.end() || !is_in_catalogue(ban)) continue;
        remark(answer, input, ObligationRemark::Kind::kOwnPlanReplaces, own->own_row);
    }
}

void remark_own_plan(EnterpriseAnswer& answer, const AssembleInput& input, const Cut& cut) {
    const bool is_of_permit_only =
        std::ranges::all_of(input.candidates.all, [](const Candidate& one) {
            return one.origin != ObligationOrigin::kOwnPlan || one.is_permit;
        });
    if (is_of_permit_only) return;
    remark_replaced(answer, input);
    if (input.of.kind.treatment != Treatment::kAsGraded) {
        remark(answer, input, ObligationRemark::Kind::kOwnPlanOverClass);
    } else if (const auto kind = deviation(input, cut)) {
        remark(answer, input, *kind);
    }
}

}  // namespace

MeasureList list_measures(const DeriveInput& input, const LevelMeasures& level) {
    MeasureList list;
    const auto add = [&list](const rules::Measure& measure, const CatalogueClause* clause,
                             const TreatmentReason* reason = nullptr) {
        list.places.emplace(&measure, static_cast<std::int32_t>(list.measures.size()));
        list.measures.push_back(&measure);
        list.clauses.push_back(clause);
        list.reasons.push_back(reason);
    };
    for (const CatalogueClause& clause : input.catalogue.clauses()) {
        if (clause.colour != input.colour) continue;
        for (const rules::Measure& measure : clause.measures) add(measure, &clause);
    }
    for (const TreatmentReason& reason : input.catalogue.reasons().all()) {
        for (const rules::Measure& measure : measures_at(reason, input.colour)) {
            add(measure, nullptr, &reason);
        }
    }
    for (const std::int16_t window : level.windows) {
        add(input.season->windows[static_cast<std::size_t>(window)].measure, nullptr);
    }
    add(level.self_discipline, nullptr);
    add(level.heat_duty, nullptr);
    add(level.order_duty, nullptr);
    if (level.truck_ban) add(*level.truck_ban, nullptr);
    return list;
}

EnterpriseAnswer assemble(const AssembleInput& input) {
    EnterpriseAnswer answer;
    const Cut cut = put_lines(answer, input);
    for (std::uint32_t i = 0; i < input.candidates.all.size(); ++i) {
        if (const auto binding = beyond_lines(input, i)) put(answer, input, *binding);
    }
    if (input.lines.empty() && !input.candidates.all.empty()) {
        remark(answer, input, ObligationRemark::Kind::kNoLines);
    }
    remark_own_plan(answer, input, cut);
    remark_unowed(answer, input);
    if (answer.duties.empty() && input.of.kind.treatment != Treatment::kUntouched) {
        const Candidate asked = self_discipline(input);
        put(answer, input, {&asked, CompactObligation::kWhole, LineMeasure::kNobody});
    }
    for (std::size_t e = 0; e < kEmissionCount; ++e) {
        answer.reduction.grams[e] = rules::divide_half_even(cut[e], kMillion);
    }
    return answer;
}

}  // namespace qk::plans
