#include "plans/response/collect.hpp"

#include <algorithm>
#include <string>
#include <string_view>

#include "plans/measures/own_measure.hpp"
#include "plans/response/floors.hpp"

namespace qk::plans {
namespace {

rules::Measure measure_of(rules::Form form) {
    rules::Measure measure;
    measure.form = form;
    return measure;
}

bool never_in_force(const DeriveInput& input, const rules::Measure& measure) {
    return input.to && input.from + std::chrono::hours{measure.after_hours} >= *input.to;
}

Candidate candidate_of(const rules::Measure& measure, ObligationOrigin origin) {
    Candidate candidate;
    candidate.measure = &measure;
    candidate.origin = origin;
    candidate.of_enterprise = rules::is_of_enterprise(measure.form);
    candidate.share = static_cast<std::uint32_t>(share_millionths(rules::emission_share(measure)));
    return candidate;
}

LevelMeasures::Named named_by(const rules::Measure& measure, const LevelMeasures& level) {
    if (measure.of.empty()) return {};
    const auto found = level.named.find(&measure);
    return found == level.named.end() ? LevelMeasures::Named{} : found->second;
}

void add(Candidates& candidates, const DeriveInput& input, const Candidate& candidate) {
    if (!never_in_force(input, *candidate.measure)) candidates.all.push_back(candidate);
}

bool names_the_same(const Inventory& inventory, std::int32_t line, std::int32_t other) {
    const Line& one = inventory.lines[static_cast<std::size_t>(line)];
    const Line& two = inventory.lines[static_cast<std::size_t>(other)];
    return one.reasons == two.reasons && one.reason_evidence == two.reason_evidence;
}

// What is named for the enterprise and, with it, for one of its lines.
NamedReasons named_on(const CollectInput& input, std::int32_t line) {
    NamedReasons named = input.kind.named;
    if (line == CompactObligation::kWhole) return named;
    const Line& row = input.derive.inventory.lines[static_cast<std::size_t>(line)];
    add_named(named, input.derive.catalogue.reasons(), row.reasons, row.reason_evidence);
    return named;
}

using Clauses = boost::container::small_vector<const CatalogueClause*, 2>;

// The clauses of a part, each trade's by the grade that the reasons make of the enterprise's.
// Whether one that relaxes is among them. A line of an enterprise that decides for itself may be
// held to the grade.
bool find_clauses(Clauses& clauses, std::int16_t of_trade, const CollectInput& input,
                  const NamedReasons& named) {
    const bool is_self_graded = input.kind.of == Classification::Class::kSelfGrade;
    bool is_relaxed = false;
    for (const Trade* trade : trades_of(input.kind, trade_at(of_trade))) {
        const AppliedReasons applied =
            apply_reasons(input.derive, named, trade, input.kind.grade_written);
        is_relaxed |= applied.is_relaxed;
        if (is_self_graded && is_self_grade(input.derive.rules, applied.grade)) continue;
        const CatalogueClause* clause = clause_for(input.derive, trade, applied.grade);
        if (clause != nullptr && std::ranges::find(clauses, clause) == clauses.end()) {
            clauses.push_back(clause);
        }
    }
    return is_relaxed;
}

// The part of the lines that name the trade and the reasons of `reasons_of`; made when it is the
// first one.
std::int16_t part_of(Candidates& candidates, std::int16_t trade, std::int32_t reasons_of,
                     const CollectInput& input) {
    std::vector<TradePart>& parts = candidates.parts;
    const auto known = std::ranges::find_if(parts, [&](const TradePart& one) {
        const bool names_none = one.reasons_of == CompactObligation::kWhole;
        if (one.trade != trade || names_none != (reasons_of == CompactObligation::kWhole)) {
            return false;
        }
        return names_none || names_the_same(input.derive.inventory, one.reasons_of, reasons_of);
    });
    if (known != parts.end()) return static_cast<std::int16_t>(known - parts.begin());
    // An inventory of more than kLineReasonsMax is refused; one from before that limit may have
    // them.
    if (parts.size() > INT16_MAX) return INT16_MAX;
    TradePart part;
    part.trade = trade;
    part.reasons_of = reasons_of;
    // Who is spared has no clause for any trade; seasons still tell trades apart.
    const bool is_graded = input.kind.treatment == Treatment::kAsGraded;
    if (reasons_of != CompactObligation::kWhole && has_grade(input.kind)) {
        candidates.is_relaxed |=
            find_clauses(part.clauses, trade, input, named_on(input, reasons_of));
        (void)find_clauses(part.of_enterprise, trade, input, input.kind.named);
    } else if (trade != CompactObligation::kNoTrade && is_graded) {
        candidates.is_relaxed |= find_clauses(part.clauses, trade, input, input.kind.named);
        part.of_enterprise = part.clauses;
    } else {
        part.clauses.assign(input.kind.clauses.begin(), input.kind.clauses.end());
        part.of_enterprise = part.clauses;
    }
    parts.push_back(std::move(part));
    return static_cast<std::int16_t>(parts.size() - 1);
}

// Lines that name their trade get its clause; those that do not, the clauses of all.
void split_by_trade(Candidates& candidates, const CollectInput& input) {
    const RowRange rows = input.rows.lines;
    const auto lines = std::span(input.derive.inventory.lines).subspan(rows.first, rows.size());
    const auto names_some = [](const Line& line) {
        return !line.industry.empty() || !line.reasons.empty();
    };
    if (std::ranges::none_of(lines, names_some)) return;
    candidates.part_of_line.reserve(lines.size());
    for (std::size_t l = 0; l < lines.size(); ++l) {
        const bool has_reasons = !lines[l].reasons.empty();
        const std::int32_t reasons_of =
            has_reasons ? static_cast<std::int32_t>(rows.first + l) : CompactObligation::kWhole;
        candidates.has_line_reasons |= has_reasons;
        candidates.part_of_line.push_back(
            part_of(candidates, input.line_trades[l], reasons_of, input));
    }
}

struct ReasonTarget {
    std::int32_t line = CompactObligation::kWhole;  // kWhole: all of the enterprise
    std::int16_t part = Candidate::kEveryPart;
};

// The measures that a reason says at the level. What two reasons ask of the same is asked once; the
// chain of reasons names both.
void collect_reason(Candidates& candidates, const CollectInput& input,
                    const TreatmentReason& reason, ReasonTarget target) {
    for (const rules::Measure& measure : measures_at(reason, input.derive.colour)) {
        Candidate candidate = candidate_of(measure, ObligationOrigin::kReason);
        candidate.reason = &reason;
        candidate.only_line = target.line;
        candidate.part = target.part;
        candidate.replaces = false;
        candidate.named = named_by(measure, input.level);
        const auto is_same = [&](const Candidate& one) {
            return one.reason != nullptr && *one.measure == measure &&
                   one.only_line == target.line && one.part == target.part;
        };
        if (std::ranges::any_of(candidates.all, is_same)) continue;
        add(candidates, input.derive, candidate);
    }
}

void remark_line_reason(Candidates& candidates, const CollectInput& input, std::int32_t line,
                        std::size_t place, ReasonOutcome outcome) {
    ObligationRemark remark{remark_kind_of(outcome), static_cast<std::uint32_t>(input.enterprise),
                            line};
    remark.reason = static_cast<std::uint8_t>(place);
    remark.outcome = outcome;
    candidates.remarks.push_back(remark);
}

// What the reasons of one line ask beside its grade, and those of it that do not count.
void collect_line_reasons(Candidates& candidates, const CollectInput& input, std::int32_t line) {
    const NamedReasons named = named_on(input, line);
    const auto of_line = static_cast<std::size_t>(line) - input.rows.lines.first;
    const std::vector<ReasonOutcome> outcomes = outcomes_in(
        input.derive, named, trades_of(input.kind, trade_at(input.line_trades[of_line])),
        input.kind.grade_written);
    for (std::size_t i = input.kind.named.size(); i < named.size(); ++i) {
        const bool is_spared = !has_grade(input.kind) && outcomes[i] != ReasonOutcome::kUnknown;
        const ReasonOutcome outcome = is_spared ? ReasonOutcome::kSpared : outcomes[i];
        if (outcome == ReasonOutcome::kCounts) {
            collect_reason(candidates, input, *named[i].of, {line});
        } else {
            remark_line_reason(candidates, input, line, i, outcome);
        }
    }
}

// Whether the i-th reason of the enterprise counts in the trade; null: in one of the enterprise's.
bool counts_in(const CollectInput& input, std::size_t i, const Trade* trade) {
    return outcomes_in(input.derive, input.kind.named, trades_of(input.kind, trade),
                       input.kind.grade_written)[i] == ReasonOutcome::kCounts;
}

// One that speaks of some trades alone asks nothing of lines of the others.
void collect_of_enterprise(Candidates& candidates, const CollectInput& input, std::size_t i) {
    const TreatmentReason* reason = input.kind.named[i].of;
    if (reason == nullptr || measures_at(*reason, input.derive.colour).empty()) return;
    if (reason->trades.empty() || candidates.parts.empty()) {
        if (counts_in(input, i, nullptr)) collect_reason(candidates, input, *reason, {});
        return;
    }
    for (std::size_t p = 0; p < candidates.parts.size(); ++p) {
        if (!counts_in(input, i, trade_at(candidates.parts[p].trade))) continue;
        collect_reason(candidates, input, *reason,
                       {CompactObligation::kWhole, static_cast<std::int16_t>(p)});
    }
}

// Measures that reasons say beside those of the grade. An own plan stands in the place of none of
// them.
void collect_reasons(Candidates& candidates, const CollectInput& input) {
    for (std::size_t i = 0; has_grade(input.kind) && i < input.kind.named.size(); ++i) {
        collect_of_enterprise(candidates, input, i);
    }
    if (!candidates.has_line_reasons) return;
    for (std::uint32_t l = input.rows.lines.first; l < input.rows.lines.end; ++l) {
        if (input.derive.inventory.lines[l].reasons.empty()) continue;
        collect_line_reasons(candidates, input, static_cast<std::int32_t>(l));
    }
}

// The line that an own measure names; kWhole: the inventory has none of that id.
std::int32_t line_named(const OwnMeasure& row, const CollectInput& input) {
    std::int32_t found = CompactObligation::kWhole;
    for (std::uint32_t l = input.rows.lines.first; l < input.rows.lines.end; ++l) {
        if (input.derive.inventory.lines[l].id == row.line) found = static_cast<std::int32_t>(l);
    }
    return found;
}

void collect_own_row(Candidates& candidates, const CollectInput& input, std::uint32_t place,
                     bool plan_names_lines) {
    const OwnMeasure& row = input.derive.inventory.own_measures[place];
    candidates.own.push_back(std::make_unique<const rules::Measure>(measure_from(row, false)));
    const rules::Measure& measure = *candidates.own.back();
    Candidate candidate = candidate_of(measure, ObligationOrigin::kOwnPlan);
    candidate.own_row = static_cast<std::int32_t>(place);
    const auto remark = [&](ObligationRemark::Kind kind) {
        candidates.remarks.push_back(
            {kind, static_cast<std::uint32_t>(input.enterprise), candidate.own_row});
    };
    if (measure.form == rules::Form::kBanVehicles) candidates.own_ban = true;
    if (rules::limits_production(measure.form) && rules::emission_share(measure) <= 0) {
        remark(ObligationRemark::Kind::kOwnNoShare);
    }
    const auto tighten = row.extra.find(std::string(kTightenColumn));
    candidate.is_permit = is_permit_limit(row);
    candidate.replaces =
        !candidate.is_permit && (tighten == row.extra.end() || tighten->second != "yes");
    if (!measure.outlet.empty() &&
        !has_outlet(input.derive.inventory, input.rows, nullptr, "", measure.outlet)) {
        remark(ObligationRemark::Kind::kOwnOutletUnknown);
    }
    if (row.line.empty()) {
        // Beside measures of single lines, a ban of trucks says nothing about the other lines.
        const bool speaks_of_lines = !plan_names_lines || !candidate.of_enterprise;
        candidates.own_all_lines |= candidate.replaces && speaks_of_lines;
    } else {
        candidate.only_line = line_named(row, input);
        candidate.line_unknown = candidate.only_line == CompactObligation::kWhole;
        if (candidate.line_unknown) remark(ObligationRemark::Kind::kOwnLineUnknown);
    }
    add(candidates, input.derive, candidate);
}

void collect_own(Candidates& candidates, const CollectInput& input) {
    const auto& rows = input.derive.inventory.own_measures;
    const RowRange own = input.rows.own;
    bool names_lines = false;
    for (std::uint32_t r = own.first; r < own.end; ++r) {
        names_lines |= rows[r].level == input.derive.colour && !rows[r].line.empty();
    }
    for (std::uint32_t r = own.first; r < own.end; ++r) {
        if (rows[r].level != input.derive.colour) continue;
        collect_own_row(candidates, input, r, names_lines);
    }
}

// Which measures of a clause are collected: a reason of one line brings what another grade asks of
// lines, and nothing of what it asks of the enterprise as a whole (its trucks).
enum class Of { kAll, kLines, kEnterprise };

// The measures of a clause; whether one of them bans vehicles.
bool collect_clause(Candidates& candidates, const CollectInput& input,
                    const CatalogueClause& clause, std::int16_t part, Of of = Of::kAll) {
    bool bans = false;
    for (const rules::Measure& measure : clause.measures) {
        if (measure.form == rules::Form::kSelfDiscipline) continue;
        const bool is_of_enterprise = rules::is_of_enterprise(measure.form);
        if (of != Of::kAll && is_of_enterprise != (of == Of::kEnterprise)) continue;
        if (measure.form == rules::Form::kBanVehicles) bans = true;
        // What two trades ask of the enterprise as a whole is asked once.
        const auto is_same = [&measure](const Candidate& one) { return *one.measure == measure; };
        if (is_of_enterprise && std::ranges::any_of(candidates.all, is_same)) continue;
        Candidate candidate = candidate_of(measure, ObligationOrigin::kCatalogue);
        candidate.clause = &clause;
        candidate.part = part;
        candidate.named = named_by(measure, input.level);
        add(candidates, input.derive, candidate);
    }
    return bans;
}

// Lines that reasons hold to a grade, of an enterprise whose own lets it decide for itself.
void collect_held_lines(Candidates& candidates, const CollectInput& input) {
    if (input.kind.of != Classification::Class::kSelfGrade) return;
    for (std::size_t i = 0; i < candidates.parts.size(); ++i) {
        for (const CatalogueClause* clause : candidates.parts[i].clauses) {
            (void)collect_clause(candidates, input, *clause, static_cast<std::int16_t>(i),
                                 Of::kLines);
        }
    }
}

// The clauses of one part; whether one of them bans vehicles.
bool collect_part(Candidates& candidates, const CollectInput& input, std::size_t place) {
    const TradePart& part = candidates.parts[place];
    const auto number = static_cast<std::int16_t>(place);
    if (part.reasons_of == CompactObligation::kWhole) {
        bool bans = false;
        for (const CatalogueClause* clause : part.clauses) {
            bans |= collect_clause(candidates, input, *clause, number);
        }
        return bans;
    }
    for (const CatalogueClause* clause : part.clauses) {
        (void)collect_clause(candidates, input, *clause, number, Of::kLines);
    }
    bool bans = false;
    for (const CatalogueClause* clause : part.of_enterprise) {
        bans |= collect_clause(candidates, input, *clause, number, Of::kEnterprise);
    }
    return bans;
}

// Whether the region's truck ban names the enterprise's trade, or one that its lines name.
bool is_banned_trade(const Candidates& candidates, const CollectInput& input) {
    const std::vector<std::string>& named = input.derive.rules.truck_ban.trades;
    if (named.empty()) return true;
    const auto is_named = [&named](const Trade* trade) {
        return trade != nullptr && std::ranges::find(named, trade->id) != named.end();
    };
    return is_named(input.kind.trade) ||
           std::ranges::any_of(candidates.parts, [&](const TradePart& part) {
               return is_named(trade_at(part.trade));
           });
}

// The region's ban is one for large goods users. Who lists no trucks is taken for one until he
// counts them.
void collect_truck_ban(Candidates& candidates, const CollectInput& input) {
    const Enterprise& row = input.derive.inventory.enterprises[input.enterprise];
    const auto counted = input.level.vehicles_per_day.find(row.id.text());
    const bool is_counted = counted != input.level.vehicles_per_day.end();
    if (is_counted && counted->second <= input.derive.rules.truck_ban.vehicles_per_day) return;
    candidates.is_large_user_unproved = !is_counted;
    add(candidates, input.derive, candidate_of(*input.level.truck_ban, ObligationOrigin::kRegion));
}

// What catalogue, class and region ask.
void collect_base(Candidates& candidates, const CollectInput& input) {
    switch (input.kind.treatment) {
        case Treatment::kUntouched:
            return;  // nothing forced
        case Treatment::kSelfDiscipline:
            collect_held_lines(candidates, input);
            return;
        case Treatment::kHeatDuty:
            add(candidates, input.derive,
                candidate_of(input.level.heat_duty, ObligationOrigin::kClass));
            return;
        case Treatment::kOrderDuty:
            add(candidates, input.derive,
                candidate_of(input.level.order_duty, ObligationOrigin::kClass));
            return;
        case Treatment::kAsGraded:
            break;
    }
    bool banned = candidates.own_ban;
    if (candidates.parts.empty()) {
        for (const CatalogueClause* clause : input.kind.clauses) {
            banned |= collect_clause(candidates, input, *clause, Candidate::kEveryPart);
        }
    }
    for (std::size_t i = 0; i < candidates.parts.size(); ++i) {
        banned |= collect_part(candidates, input, i);
    }
    if (input.level.truck_ban && !banned && is_banned_trade(candidates, input)) {
        collect_truck_ban(candidates, input);
    }
}

// Whether the window speaks of the lines of a trade; of those that name none (null), by any of the
// enterprise's.
bool covers_trade(const SeasonWindow& window, const CollectInput& input, const Trade* trade) {
    const Enterprise& row = input.derive.inventory.enterprises[input.enterprise];
    SeasonSubject subject;
    subject.enterprise = row.id;
    subject.region = row.region;
    subject.grade = input.kind.season_grade;
    subject.grade_as = input.kind.season_grade_as;
    subject.category = row.category;
    subject.exempt_class = row.exempt_class;
    const auto covers_one = [&](const Trade* one) {
        subject.trade = one == nullptr ? std::string_view() : one->id;
        return covers(window, subject, input.level.season_day);
    };
    if (trade != nullptr || input.kind.trades.empty()) return covers_one(trade);
    return std::ranges::any_of(input.kind.trades, covers_one);
}

void collect_season(Candidates& candidates, const CollectInput& input) {
    if (input.level.windows.empty()) return;
    const Enterprise& row = input.derive.inventory.enterprises[input.enterprise];
    if (input.kind.treatment == Treatment::kUntouched ||
        is_untouched(input.derive.rules, input.derive.inventory, row, input.level.season_day)) {
        return;
    }
    for (const std::int16_t index : input.level.windows) {
        const SeasonWindow& window = input.derive.season->windows[static_cast<std::size_t>(index)];
        Candidate candidate = candidate_of(window.measure, ObligationOrigin::kSeason);
        candidate.season = index;
        candidate.named = named_by(window.measure, input.level);
        if (candidates.parts.empty() || window.trades.empty()) {
            if (covers_trade(window, input, nullptr)) add(candidates, input.derive, candidate);
            continue;
        }
        for (std::size_t i = 0; i < candidates.parts.size(); ++i) {
            if (!covers_trade(window, input, trade_at(candidates.parts[i].trade))) continue;
            candidate.part = static_cast<std::int16_t>(i);
            add(candidates, input.derive, candidate);
        }
    }
}

LevelMeasures::Named named_in(const std::vector<std::string>& of, const LineWords& words) {
    LevelMeasures::Named named;
    for (const std::string& word : of) {
        const ProcessMask process = words.named(word);
        named.processes |= process;
        named.has_other_words |= process == 0;
    }
    return named;
}

void find_named(LevelMeasures& level, const DeriveInput& input) {
    const LineWords& words = input.catalogue.line_words();
    level.words = &words;
    for (const CatalogueClause& clause : input.catalogue.clauses()) {
        for (const rules::Measure& measure : clause.measures) {
            if (measure.of.empty()) continue;
            const LevelMeasures::Named named = named_in(measure.of, words);
            auto [known, fresh] = level.known_to.try_emplace(clause.trade, 0);
            if (fresh) known->second = words.spared_in(clause.trade);
            known->second |= named.processes;
            if (clause.colour == input.colour) level.named.emplace(&measure, named);
        }
    }
    for (const TreatmentReason& reason : input.catalogue.reasons().all()) {
        for (const rules::Measure& measure : measures_at(reason, input.colour)) {
            if (!measure.of.empty()) level.named.emplace(&measure, named_in(measure.of, words));
        }
    }
    for (const std::int16_t index : level.windows) {
        const auto& measure = input.season->windows[static_cast<std::size_t>(index)].measure;
        if (!measure.of.empty()) level.named.emplace(&measure, named_in(measure.of, words));
    }
}

// What the lines are, where a measure names processes.
void collect_processes(Candidates& candidates, const CollectInput& input) {
    const auto has_words = [](const Candidate& one) { return !one.measure->of.empty(); };
    candidates.words = input.level.words;
    if (std::ranges::none_of(candidates.all, has_words)) return;
    KnownLines own;
    KnownLines& known = input.known_lines == nullptr ? own : *input.known_lines;
    for (std::uint32_t l = input.rows.lines.first; l < input.rows.lines.end; ++l) {
        candidates.processes_of_line.push_back(
            known.processes_of(input.derive.inventory.lines[l], *input.level.words));
    }
}

}  // namespace

std::size_t KnownLines::Hash::operator()(const Key& key) const {
    constexpr std::size_t kOdd = 0x9E3779B97F4A7C15U;  // so that name and equipment do not cancel
    const std::hash<std::string_view> hash;
    return hash(key.first) * kOdd + hash(key.second);
}

ProcessMask KnownLines::processes_of(const Line& line, const LineWords& words) {
    const auto [known, fresh] = known_.try_emplace(Key{line.name, line.equipment}, 0);
    if (fresh) known->second = words.processes_of(line.name, line.equipment);
    return known->second;
}

LevelMeasures level_measures(const DeriveInput& input) {
    LevelMeasures level;
    level.self_discipline = measure_of(rules::Form::kSelfDiscipline);
    level.heat_duty = measure_of(rules::Form::kHeatDuty);
    level.order_duty = measure_of(rules::Form::kOrderDuty);
    const TruckBan& ban = input.rules.truck_ban;
    if (ban.from && input.colour >= *ban.from) {
        level.truck_ban = measure_of(rules::Form::kBanVehicles);
        level.truck_ban->stages = ban.stages;
        level.truck_ban->exempt = ban.exempt;
        const auto& passes = ban.passes[static_cast<std::size_t>(input.colour)];
        level.truck_ban->exempt.insert(level.truck_ban->exempt.end(), passes.begin(), passes.end());
        level.truck_ban->from_hour = ban.from_hour;
        level.truck_ban->to_hour = ban.to_hour;
        for (const OtherSource& user : input.inventory.other_sources) {
            if (user.source != Source::kMobile || user.enterprise.empty() || !user.size) continue;
            level.vehicles_per_day[user.enterprise] += *user.size;
        }
    }
    level.season_day = input.season_day.value_or(rules::day_of(input.from, input.zone));
    for (std::size_t i = 0; input.season != nullptr && i < input.season->windows.size(); ++i) {
        const SeasonWindow& window = input.season->windows[i];
        if (window.from <= level.season_day && level.season_day <= window.to) {
            level.windows.push_back(static_cast<std::int16_t>(i));
        }
    }
    find_named(level, input);
    return level;
}

Candidates collect(const CollectInput& input) {
    Candidates candidates;
    candidates.all.reserve(8);
    if (input.derive.to) {
        const auto length =
            std::chrono::ceil<std::chrono::hours>(*input.derive.to - input.derive.from);
        candidates.response_hours =
            static_cast<int>(std::clamp<std::int64_t>(length.count(), 0, INT_MAX));
    }
    split_by_trade(candidates, input);
    collect_own(candidates, input);
    collect_base(candidates, input);
    collect_reasons(candidates, input);
    collect_season(candidates, input);
    collect_processes(candidates, input);
    return candidates;
}

}  // namespace qk::plans
