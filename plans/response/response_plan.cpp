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

// The obligation as far as it falls into the piece; empty: not at all.
std::optional<Obligation> clipped(Obligation obligation, const Piece& piece) {
    obligation.from = std::max(obligation.from, piece.from);
    if (piece.to) obligation.to = std::min(obligation.to.value_or(*piece.to), *piece.to);
    if (obligation.to && *obligation.to <= obligation.from) return std::nullopt;
    return obligation;
}

// The earlier obligation that `later` only goes on with, in the same words; null: none.
Obligation* earlier_part(std::vector<Obligation>& held, const Obligation& later) {
    const auto found = std::ranges::find_if(held, [&later](const Obligation& one) {
        return rules::continues(later, one) && one.detail == later.detail;
    });
    return found == held.end() ? nullptr : &*found;
}

void take_piece(OwedBy& owed, const ObligationTable& table, const Piece& piece,
                bool is_first_segment, rules::Zone zone) {
    for (std::size_t i = 0; i < table.size(); ++i) {
        if (table.duty_count(i) == 0) continue;
        std::vector<Obligation>& held = owed[i];
        for (Obligation& obligation : table.obligations(i)) {
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
}

std::string measures_text(const std::map<rules::Action, std::size_t>& by_action,
                          std::size_t enterprises) {
    std::string text = fmt::format("纳入响应企业{}家", enterprises);
    for (const auto& [action, count] : by_action) {
        text += fmt::format("，{}{}项", rules::to_chinese(action), count);
    }
    return text;
}

std::map<rules::Action, std::size_t> count_actions(const ResponsePlan& plan) {
    std::map<rules::Action, std::size_t> by_action;
    for (const ResponsePlan::Owed& owed : plan.owed) {
        for (const Obligation& obligation : owed.obligations) ++by_action[obligation.action];
    }
    return by_action;
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

// What all pieces owe, and the last one's table, whose floors and reductions are the plan's.
std::optional<ObligationTable> take_segments(OwedBy& owed, const PlanInput& input) {
    std::optional<ObligationTable> table;
    const auto rows = std::make_shared<const std::vector<EnterpriseRows>>(rows_of(input.inventory));
    for (const Segment& segment : input.segments) {
        for (const Piece& piece : pieces_of(segment, input)) {
            DeriveInput of{input.inventory, input.catalogue, input.rules, segment.colour,
                           segment.from,    segment.to,      input.zone};
            of.issued_at = input.issued_at;
            of.season = input.season;
            of.season_day = rules::day_of(piece.from, input.zone);
            of.grade_changes = input.grade_changes;
            of.season_holds_down = false;
            table.emplace(derive_table(of, rows));
            take_piece(owed, *table, piece, &segment == &input.segments.front(), input.zone);
        }
    }
    return table;
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
    OwedBy owed;
    const bool is_silent = input.segments.empty() || input.segments.front().from > input.now;
    if (is_silent && input.season != nullptr) owed = season_alone(input);
    const std::optional<ObligationTable> table = take_segments(owed, input);
    if (table) {
        plan.floors = table->floors();
        plan.remarks = table->remarks().size();
    }
    for (auto& [enterprise, obligations] : owed) {
        if (obligations.empty()) continue;
        ResponsePlan::Owed& one = plan.owed.emplace_back();
        one.enterprise = enterprise;
        one.id = input.inventory.enterprises[enterprise].id;
        one.obligations = std::move(obligations);
        if (table) one.reduction = table->reduction(enterprise);
    }
    return plan;
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

json::value summary_json(const ResponsePlan& plan) {
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
        {"enterprises", plan.owed.size()},
        {"obligations", obligations},
        {"actions", std::move(actions)},
        {"floors", std::move(floors)},
        {"floors_met", met},
        {"remarks", plan.remarks},
        {"measures_zh",
         plan.owed.empty() ? std::string() : measures_text(by_action, plan.owed.size())}};
}

}  // namespace qk::plans
