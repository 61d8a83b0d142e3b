#include "plans/response/response_plan.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <cassert>
#include <map>

#include "plans/measures/region_rules.hpp"
#include "plans/response/going_on.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/response/season_obligations.hpp"
#include "plans/response/season_orders.hpp"
#include "rules/duty/continuity.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Colour;
using rules::Instant;
using rules::Obligation;
using rules::Segment;

using OwedBy = std::map<std::size_t, std::vector<Obligation>>;  // by index of the enterprise

// A part of a segment in which the season asks the same from beginning to end.
struct Piece {
    Colour colour;
    Instant from;
    std::optional<Instant> to;
    bool is_first = true;  // of its segment
};

// No warning lasts so long; what turns later is weighed by the plan that is made then.
constexpr std::chrono::days kSeasonAhead{30};

std::vector<Piece> pieces_of(const Segment& segment, const PlanInput& input) {
    std::vector<Piece> pieces{{segment.colour, segment.from, segment.to, true}};
    if (input.season == nullptr) return pieces;
    const Instant horizon = std::max(input.now, segment.from) + kSeasonAhead;
    for (const Instant turn :
         season_turns(*input.season, segment.from, std::min(segment.to.value_or(horizon), horizon),
                      input.zone)) {
        pieces.back().to = turn;
        pieces.push_back({segment.colour, turn, segment.to, false});
    }
    std::erase_if(pieces, [&](const Piece& piece) { return piece.to && *piece.to <= input.now; });
    return pieces;
}

// Ids are stable between revisions; where two segments or pieces owe the same thing, the later one
// says from which colour or day it is, so that all can stand in one document.
std::string id_in(const Piece& piece, bool is_first_segment, rules::Zone zone, std::string base) {
    rules::ObligationKey key{std::move(base), std::nullopt, std::nullopt};
    if (!is_first_segment) key.colour = piece.colour;
    if (!piece.is_first) key.day = rules::day_of(piece.from, zone);
    return rules::to_text(key);
}

// Clips the times to the piece; false: nothing of them falls into it.
bool is_within(Instant& from, std::optional<Instant>& to, const Piece& piece) {
    from = std::max(from, piece.from);
    if (piece.to) to = std::min(to.value_or(*piece.to), *piece.to);
    return !to || *to > from;
}

// The obligation as far as it falls into the piece; empty: not at all.
std::optional<Obligation> clipped(Obligation obligation, const Piece& piece) {
    if (!is_within(obligation.from, obligation.to, piece)) return std::nullopt;
    return obligation;
}

// The earlier obligation that `later` only goes on with, in the same words; null: none.
Obligation* earlier_part(std::vector<Obligation>& held, const Obligation& later) {
    const auto found = std::ranges::find_if(held, [&later](const Obligation& one) {
        return rules::continues(later, one) && one.detail == later.detail;
    });
    return found == held.end() ? nullptr : &*found;
}

// What an enterprise owes in a piece, beside what it owes before it.
void take_piece(std::vector<Obligation>& held, std::vector<Obligation> obligations,
                const Piece& piece, bool is_first_segment, rules::Zone zone) {
    for (Obligation& obligation : obligations) {
        auto taken = clipped(std::move(obligation), piece);
        if (!taken) continue;
        Obligation* earlier = piece.is_first ? nullptr : earlier_part(held, *taken);
        if (earlier != nullptr) {
            earlier->to = taken->to;
            continue;
        }
        taken->id = id_in(piece, is_first_segment, zone, std::move(taken->id));
        held.push_back(*std::move(taken));
    }
}

std::string measures_text(const std::map<rules::Action, std::size_t>& by_action,
                          std::size_t enterprises) {
    std::string text = fmt::format("纳入响应企业{}家", enterprises);
    for (const auto& [action, count] : by_action) {
        text += fmt::format("，{}{}项", rules::to_chinese(action), count);
    }
    return text;
}

std::map<rules::Action, std::size_t> count_actions(const PlanOutline& plan) {
    std::map<rules::Action, std::size_t> by_action;
    for (const PlanOutline::Owed& owed : plan.owed) ++by_action[owed.asked.action];
    return by_action;
}

// Of a plan, whose list is in the order of enterprises.
std::size_t count_enterprises(const PlanOutline& plan) {
    std::size_t count = 0;
    for (std::size_t i = 0; i < plan.owed.size(); ++i) {
        if (i == 0 || plan.owed[i].enterprise != plan.owed[i - 1].enterprise) ++count;
    }
    return count;
}

// What the season asks while no segment of the warning does: before the first one, and after the
// lift (错峰生产不因解除预警而终止).
OwedBy season_alone(const PlanInput& input) {
    const SeasonOrderInput season{input.inventory, *input.season, input.rules,
                                  input.now,       input.zone,    input.grade_changes};
    if (!input.segments.empty()) return season_until(season, input.segments.front().from);
    OwedBy owed;
    for (SeasonObligation& duty : list_season_obligations(
             input.inventory, *input.season, input.rules, rules::day_of(input.now, input.zone),
             input.zone, input.grade_changes)) {
        owed[duty.enterprise].push_back(std::move(duty.obligation));
    }
    return owed;
}

// As a warning's timeline has them: in order of time, none reaching into the next.
bool follow_one_another(const std::vector<Segment>& segments) {
    return std::ranges::adjacent_find(segments, [](const Segment& one, const Segment& next) {
               return !one.to || *one.to > next.from;
           }) == segments.end();
}

// A piece with what everybody owes in it.
struct DerivedPiece {
    Piece piece;
    ObligationTable table;
    bool is_first_segment = true;
    bool goes_on = false;  // in the segment of the piece before
};

// The last one's floors and reductions are the plan's.
std::vector<DerivedPiece> derive_pieces(const PlanInput& input) {
    std::vector<DerivedPiece> all;
    const auto rows = std::make_shared<const std::vector<EnterpriseRows>>(rows_of(input.inventory));
    for (const Segment& segment : input.segments) {
        bool goes_on = false;
        for (const Piece& piece : pieces_of(segment, input)) {
            DeriveInput of{input.inventory, input.catalogue, input.rules, segment.colour,
                           segment.from,    segment.to,      input.zone};
            of.issued_at = input.issued_at;
            of.season = input.season;
            of.season_day = rules::day_of(piece.from, input.zone);
            of.grade_changes = input.grade_changes;
            of.season_holds_down = false;
            all.push_back(
                {piece, derive_table(of, rows), &segment == &input.segments.front(), goes_on});
            goes_on = true;
        }
    }
    return all;
}

OwedBy owed_in_silence(const PlanInput& input) {
    const bool is_silent = input.segments.empty() || input.segments.front().from > input.now;
    return is_silent && input.season != nullptr ? season_alone(input) : OwedBy{};
}

using ObligationsOf = std::vector<Obligation> (ObligationTable::*)(std::size_t) const;

// `obligations`: with their reasons or without.
void take_pieces(std::vector<Obligation>& held, const std::vector<DerivedPiece>& pieces,
                 std::size_t enterprise, rules::Zone zone, ObligationsOf obligations) {
    for (const DerivedPiece& one : pieces) {
        if (one.table.duty_count(enterprise) == 0) continue;
        take_piece(held, (one.table.*obligations)(enterprise), one.piece, one.is_first_segment,
                   zone);
    }
}

// Whether no turn of the season within a segment changes what the enterprise owes.
bool is_steady(const std::vector<DerivedPiece>& pieces, std::size_t enterprise) {
    for (std::size_t i = 1; i < pieces.size(); ++i) {
        if (pieces[i].goes_on && !pieces[i].table.owes_the_same(pieces[i - 1].table, enterprise)) {
            return false;
        }
    }
    return true;
}

// Of such an enterprise each segment is one piece, and words are not needed to see what goes on.
void outline_steady(std::vector<PlanOutline::Owed>& owed, const std::vector<DerivedPiece>& pieces,
                    std::size_t enterprise) {
    for (std::size_t i = 0; i < pieces.size();) {
        std::size_t end = i + 1;
        while (end < pieces.size() && pieces[end].goes_on) ++end;
        Piece whole = pieces[i].piece;
        whole.to = pieces[end - 1].piece.to;
        for (ObligationTable::Terms& one : pieces[i].table.terms(enterprise)) {
            if (!is_within(one.from, one.to, whole)) continue;
            one.id.resize(rules::base_of(one.id).size());
            owed.push_back({enterprise, std::move(one.id), one.asked});
        }
        i = end;
    }
}

void outline_words(std::vector<PlanOutline::Owed>& owed, const std::vector<Obligation>& held,
                   std::size_t enterprise) {
    for (const Obligation& one : held) {
        owed.push_back({enterprise, std::string(rules::base_of(one.id)), rules::asked_of(one)});
    }
}

}  // namespace

std::string legal_basis_text(const RegionPack& pack, rules::Instant now) {
    std::string text;
    for (const LegalBasis& basis : legal_basis_on(pack, rules::day_of(now, pack.zone))) {
        if (!text.empty()) text += "；";
        text += basis.text;
    }
    return text;
}

ResponsePlan make_response_plan(const PlanInput& input) {
    assert(follow_one_another(input.segments));
    ResponsePlan plan;
    plan.edition = input.inventory.edition;
    plan.segments = input.segments;
    if (!input.segments.empty()) plan.colour = input.segments.back().colour;
    OwedBy owed = owed_in_silence(input);
    const std::vector<DerivedPiece> pieces = derive_pieces(input);
    const ObligationTable* table = pieces.empty() ? nullptr : &pieces.back().table;
    if (table != nullptr) {
        plan.floors = table->floors();
        plan.remarks = table->remark_count();
        for (std::size_t i = 0; i < table->size(); ++i) {
            take_pieces(owed[i], pieces, i, input.zone, &ObligationTable::obligations);
        }
    }
    for (auto& [enterprise, obligations] : owed) {
        if (obligations.empty()) continue;
        ResponsePlan::Owed& one = plan.owed.emplace_back();
        one.enterprise = enterprise;
        one.id = input.inventory.enterprises[enterprise].id;
        one.obligations = std::move(obligations);
        if (table != nullptr) one.reduction = table->reduction(enterprise);
    }
    return plan;
}

PlanOutline outline_plan(const PlanInput& input) {
    assert(follow_one_another(input.segments));
    PlanOutline plan;
    plan.edition = input.inventory.edition;
    if (!input.segments.empty()) plan.colour = input.segments.back().colour;
    OwedBy silent = owed_in_silence(input);
    const std::vector<DerivedPiece> pieces = derive_pieces(input);
    if (!pieces.empty()) {
        plan.floors = pieces.back().table.floors();
        plan.remarks = pieces.back().table.remark_count();
    }
    plan.owed.reserve(input.inventory.lines.size() + input.inventory.enterprises.size());
    for (std::size_t i = 0; i < input.inventory.enterprises.size(); ++i) {
        const auto before = silent.find(i);
        std::vector<Obligation> held;
        if (before != silent.end()) held = std::move(before->second);
        if (is_steady(pieces, i)) {
            outline_words(plan.owed, held, i);
            outline_steady(plan.owed, pieces, i);
        } else {
            take_pieces(held, pieces, i, input.zone, &ObligationTable::obligations_without_basis);
            outline_words(plan.owed, held, i);
        }
    }
    return plan;
}

PlanOutline outline_of(const ResponsePlan& plan) {
    PlanOutline outline{plan.edition, plan.colour, {}, plan.floors, plan.remarks};
    for (const ResponsePlan::Owed& one : plan.owed) {
        outline_words(outline.owed, one.obligations, one.enterprise);
    }
    return outline;
}

std::vector<OrderDocument> documents_of(const ResponsePlan& plan, const Inventory& inventory,
                                        const OrderFacts& facts) {
    std::vector<OrderDocument> documents;
    const std::string basis = legal_basis_text(facts.pack, facts.now);
    for (const ResponsePlan::Owed& owed : plan.owed) {
        OrderDocument document;
        document.order = facts.warning + "/" + owed.id;
        document.region = inventory.enterprises[owed.enterprise].region;
        document.enterprise = owed.id;
        document.warning = facts.warning;
        document.exercise = facts.exercise;
        document.edition = plan.edition;
        document.legal_basis = basis;
        document.effective_from = facts.now;
        if (!plan.segments.empty()) {
            document.colour = plan.segments.front().colour;
            document.effective_from = plan.segments.front().from;
            document.effective_to = plan.segments.back().to;
        }
        HeldOrder held;
        if (facts.held) held = facts.held(owed.id);
        document.obligations = go_on(owed.obligations, held, facts.pack.zone);
        documents.push_back(std::move(document));
    }
    return documents;
}

json::value to_json(const ResponsePlan& plan) {
    json::object owed;
    for (const ResponsePlan::Owed& one : plan.owed) {
        json::array list;
        for (const Obligation& obligation : one.obligations) {
            list.emplace_back(json::array{
                obligation.id, json::string(rules::to_text(obligation.action)), obligation.ratio});
        }
        owed[one.id] = std::move(list);
    }
    return json::object{{"edition", plan.edition}, {"owed", std::move(owed)}};
}

json::value summary_json(const ResponsePlan& plan) { return summary_json(outline_of(plan)); }

json::value summary_json(const PlanOutline& plan) {
    const std::size_t enterprises = count_enterprises(plan);
    const auto by_action = count_actions(plan);
    std::size_t obligations = 0;
    json::object actions;
    for (const auto& [action, count] : by_action) {
        actions[rules::to_text(action)] = count;
        obligations += count;
    }
    json::array floors;
    bool met = true;
    for (const FloorAnswer& floor : plan.floors) {
        floors.emplace_back(to_json(floor));
        met = met && floor.met;
    }
    return json::object{
        {"colour", plan.colour ? json::value(json::string(rules::to_text(*plan.colour)))
                               : json::value(nullptr)},
        {"edition", plan.edition},
        {"enterprises", enterprises},
        {"obligations", obligations},
        {"actions", std::move(actions)},
        {"floors", std::move(floors)},
        {"floors_met", met},
        {"remarks", plan.remarks},
        {"measures_zh", enterprises == 0 ? std::string() : measures_text(by_action, enterprises)}};
}

}  // namespace qk::plans
