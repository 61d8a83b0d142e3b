#include "daemon/warning/response.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <map>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/season_duties.hpp"
#include "plans/response/season_orders.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using rules::Colour;
using rules::Instant;
using rules::Obligation;
using rules::Segment;

using OwedBy = std::map<std::size_t, std::vector<Obligation>>;

// A part of a stretch in which the season asks the same from beginning to end.
struct Piece {
    Colour colour;
    Instant from;
    std::optional<Instant> to;
    bool is_first = true;  // of its stretch
};

// No warning lasts so long; what turns later is weighed by the plan that is made then.
constexpr std::chrono::days kSeasonAhead{30};

std::vector<Piece> pieces_of(const Segment& segment, const PlanInput& input) {
    std::vector<Piece> pieces{{segment.colour, segment.from, segment.to, true}};
    if (input.season == nullptr) return pieces;
    const Instant horizon = std::max(input.now, segment.from) + kSeasonAhead;
    for (const Instant turn :
         plans::season_turns(*input.season, segment.from,
                             std::min(segment.to.value_or(horizon), horizon), input.pack.zone)) {
        pieces.back().to = turn;
        pieces.push_back({segment.colour, turn, segment.to, false});
    }
    std::erase_if(pieces, [&](const Piece& piece) { return piece.to && *piece.to <= input.now; });
    return pieces;
}

// Obligation ids are stable between revisions; where two stretches or pieces owe the same thing,
// the later one says from which colour or day it is, so that all can stand in one document.
std::string mark_of(const Piece& piece, bool is_first_stretch, rules::Zone zone) {
    std::string mark;
    if (!is_first_stretch) mark += fmt::format("@{}", rules::to_text(piece.colour));
    if (!piece.is_first) {
        mark += fmt::format("@{}", rules::to_iso(rules::day_of(piece.from, zone)));
    }
    return mark;
}

// Whether `later` only goes on with what the earlier obligation asks.
bool goes_on(const Obligation& earlier, const Obligation& later, const std::string& base) {
    const bool is_same_id =
        earlier.id == base || (earlier.id.starts_with(base) && earlier.id[base.size()] == '@');
    return is_same_id && earlier.to == later.from && earlier.ratio == later.ratio &&
           earlier.detail == later.detail && earlier.verified_by == later.verified_by &&
           earlier.check == later.check;
}

void take_piece(OwedBy& owed, const plans::DerivedDuties& duties, const Piece& piece,
                const std::string& mark) {
    for (const plans::EnterpriseDuties& duty : duties.enterprises) {
        std::vector<Obligation>& held = owed[duty.enterprise];
        for (const Obligation& obligation : duty.obligations) {
            Obligation taken = obligation;
            taken.from = std::max(taken.from, piece.from);
            if (piece.to) taken.to = std::min(taken.to.value_or(*piece.to), *piece.to);
            if (taken.to && *taken.to <= taken.from) continue;
            const auto earlier =
                piece.is_first ? held.end()
                               : std::find_if(held.begin(), held.end(), [&](const Obligation& one) {
                                     return goes_on(one, taken, obligation.id);
                                 });
            if (earlier != held.end()) {
                earlier->to = taken.to;
                continue;
            }
            taken.id += mark;
            held.push_back(std::move(taken));
        }
    }
    std::erase_if(owed, [](const auto& entry) { return entry.second.empty(); });
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

// "enterprise/obligation" -> what it is, for comparing two plans.
std::map<std::string, std::string> flat(const json::value& plan) {
    std::map<std::string, std::string> all;
    if (!plan.is_object()) return all;
    const json::value* owed = plan.get_object().if_contains("owed");
    if (owed == nullptr || !owed->is_object()) return all;
    for (const auto& [enterprise, list] : owed->get_object()) {
        for (const json::value& item : list.as_array()) {
            const json::array& entry = item.as_array();
            std::string id(entry[0].as_string());
            if (const auto at = id.find('@'); at != std::string::npos) id.resize(at);
            all[id] = fmt::format("{} {}", std::string_view(entry[1].as_string()),
                                  entry[2].to_number<double>());
        }
    }
    return all;
}

// What the season asks while no stretch of the warning does: before the first one, and after the
// lift (错峰生产不因解除预警而终止).
void take_season(OwedBy& owed, const PlanInput& input, const plans::RegionRules& rules) {
    const plans::SeasonOrderInput season{input.inventory, *input.season, rules, input.now,
                                         input.pack.zone};
    if (!input.segments.empty()) {
        owed = plans::season_until(season, input.segments.front().from);
        return;
    }
    for (plans::SeasonDuty& duty :
         plans::list_season_duties(input.inventory, *input.season, rules,
                                   rules::day_of(input.now, input.pack.zone), input.pack.zone)) {
        owed[duty.enterprise].push_back(std::move(duty.obligation));
    }
}

void take_segments(OwedBy& owed, const PlanInput& input, const plans::RegionRules& rules,
                   ResponsePlan& plan) {
    for (const Segment& segment : input.segments) {
        const bool is_first_stretch = &segment == &input.segments.front();
        for (const Piece& piece : pieces_of(segment, input)) {
            plans::DeriveInput derive{input.inventory, plans::built_in_catalogue(),
                                      rules,           segment.colour,
                                      segment.from,    segment.to,
                                      input.pack.zone};
            derive.issued_at = input.now;
            derive.season = input.season;
            derive.season_day = rules::day_of(piece.from, input.pack.zone);
            plans::DerivedDuties duties = plans::derive(derive);
            take_piece(owed, duties, piece, mark_of(piece, is_first_stretch, input.pack.zone));
            plan.floors = std::move(duties.floors);
            plan.remarks = duties.remarks.size();
        }
        plan.colour = segment.colour;
    }
}

}  // namespace

std::string legal_basis_text(const plans::RegionPack& pack, rules::Instant now) {
    std::string text;
    for (const plans::LegalBasis& basis :
         plans::legal_basis_on(pack, rules::day_of(now, pack.zone))) {
        if (!text.empty()) text += "；";
        text += basis.text;
    }
    return text;
}

ResponsePlan make_response_plan(const PlanInput& input) {
    ResponsePlan plan;
    plan.edition = input.inventory.edition;
    plan.segments = input.segments;
    const plans::RegionRules rules = plans::from_pack(input.pack);
    OwedBy owed;
    const bool is_silent = input.segments.empty() || input.segments.front().from > input.now;
    if (is_silent && input.season != nullptr) take_season(owed, input, rules);
    take_segments(owed, input, rules, plan);
    for (auto& [enterprise, obligations] : owed) {
        plan.enterprise_ids.push_back(input.inventory.enterprises[enterprise].id);
        plan.owed.push_back({enterprise, std::move(obligations)});
    }
    return plan;
}

std::vector<plans::OrderDocument> documents_of(const ResponsePlan& plan,
                                               const plans::Inventory& inventory,
                                               const OrderFacts& facts) {
    std::vector<plans::OrderDocument> documents;
    const std::string basis = legal_basis_text(facts.pack, facts.now);
    for (const ResponsePlan::Owed& owed : plan.owed) {
        const plans::Enterprise& enterprise = inventory.enterprises[owed.enterprise];
        plans::OrderDocument document;
        document.order = facts.warning + "/" + enterprise.id;
        document.region = enterprise.region;
        document.enterprise = enterprise.id;
        document.warning = facts.warning;
        if (!plan.segments.empty()) document.colour = plan.segments.front().colour;
        document.exercise = facts.exercise;
        document.edition = plan.edition;
        document.legal_basis = basis;
        document.effective_from = facts.now;
        if (!plan.segments.empty()) document.effective_from = plan.segments.front().from;
        if (!plan.segments.empty()) document.effective_to = plan.segments.back().to;
        document.obligations = owed.obligations;
        documents.push_back(std::move(document));
    }
    return documents;
}

json::value to_json(const ResponsePlan& plan) {
    json::object owed;
    for (std::size_t i = 0; i < plan.owed.size(); ++i) {
        json::array list;
        for (const Obligation& obligation : plan.owed[i].obligations) {
            list.emplace_back(json::array{
                obligation.id, json::string(rules::to_text(obligation.action)), obligation.ratio});
        }
        owed[plan.enterprise_ids[i]] = std::move(list);
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
    for (const plans::FloorAnswer& floor : plan.floors) {
        floors.emplace_back(plans::to_json(floor));
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

json::value difference_json(const json::value& before, const json::value& after) {
    const auto old_duties = flat(before);
    const auto new_duties = flat(after);
    std::size_t added = 0;
    std::size_t removed = 0;
    std::size_t changed = 0;
    std::size_t unchanged = 0;
    json::array examples;
    const auto show = [&examples](std::string_view what, const std::string& id,
                                  const std::string& was, const std::string& is) {
        if (examples.size() >= kDifferencesShownMax) return;
        examples.emplace_back(
            json::object{{"what", what}, {"obligation", id}, {"before", was}, {"after", is}});
    };
    for (const auto& [id, is] : new_duties) {
        const auto was = old_duties.find(id);
        if (was == old_duties.end()) {
            ++added;
            show("added", id, "", is);
        } else if (was->second != is) {
            ++changed;
            show("changed", id, was->second, is);
        } else {
            ++unchanged;
        }
    }
    for (const auto& [id, was] : old_duties) {
        if (new_duties.contains(id)) continue;
        ++removed;
        show("removed", id, was, "");
    }
    return json::object{{"added", added},
                        {"removed", removed},
                        {"changed", changed},
                        {"unchanged", unchanged},
                        {"examples", std::move(examples)}};
}

}  // namespace qk::daemon
