// qingkongctl plan diff: what changes between two levels, two inventory editions, or with a floor
// proposal.
#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
#include <map>
#include <utility>

#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/response/floor_proposal.hpp"
#include "plans/response/plan_difference.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

std::string joined(const std::vector<std::string>& texts) {
    std::string all;
    for (const std::string& text : texts) all += (all.empty() ? "" : " ") + text;
    return all;
}

// One enterprise in both plans.
struct EnterpriseChange {
    std::string name;
    const plans::ResponsePlan::Owed* was = nullptr;
    const plans::ResponsePlan::Owed* is = nullptr;
    std::vector<std::string> added;    // sentences of obligations that only the later plan has
    std::vector<std::string> dropped;  // and only the earlier one

    [[nodiscard]] plans::DailyEmission before() const { return reduction_of(was); }
    [[nodiscard]] plans::DailyEmission after() const { return reduction_of(is); }
    [[nodiscard]] bool is_none() const {
        return added.empty() && dropped.empty() && before() == after();
    }

 private:
    static plans::DailyEmission reduction_of(const plans::ResponsePlan::Owed* owed) {
        return owed == nullptr ? plans::DailyEmission{} : owed->reduction;
    }
};
using ChangesById = std::map<std::string, EnterpriseChange>;

struct Edition {
    plans::Inventory inventory;
    plans::ResponsePlan plan;
};

bool binds(const plans::ResponsePlan::Owed* owed) {
    return owed != nullptr &&
           std::ranges::any_of(owed->obligations, [](const rules::Obligation& one) {
               return one.action != rules::Action::kSelfDiscipline;
           });
}

// More and less are told by the reduction; what changes without it is "other".
std::string_view kind_of(const EnterpriseChange& change) {
    if (!binds(change.was) && binds(change.is)) return "new";
    if (binds(change.was) && !binds(change.is)) return "gone";
    bool more = false;
    bool less = false;
    for (std::size_t e = 0; e < plans::kEmissionCount; ++e) {
        more = more || change.after().grams[e] > change.before().grams[e];
        less = less || change.after().grams[e] < change.before().grams[e];
    }
    if (more == less) return "other";
    return more ? "more" : "less";
}

// Every enterprise of either edition.
ChangesById changes_between(const Edition& before, const Edition& after) {
    ChangesById all;
    for (const Edition* edition : {&before, &after}) {
        for (const plans::Enterprise& one : edition->inventory.enterprises) {
            all[one.id].name = one.name;
        }
    }
    for (const auto& owed : before.plan.owed) all[owed.id].was = &owed;
    for (const auto& owed : after.plan.owed) all[owed.id].is = &owed;
    const auto difference =
        plans::difference(plans::terms_of(before.plan), plans::terms_of(after.plan));
    for (const plans::TermsChange& change : difference.changes) {
        if (change.after) all[change.after->enterprise].added.push_back(change.after->detail);
        if (change.before) all[change.before->enterprise].dropped.push_back(change.before->detail);
    }
    return all;
}

plans::DailyEmission sum_of(const plans::ResponsePlan& plan) {
    plans::DailyEmission sum;
    for (const auto& owed : plan.owed) sum += owed.reduction;
    return sum;
}

json::array floors_json(const std::vector<plans::FloorAnswer>& floors) {
    json::array array;
    for (const plans::FloorAnswer& floor : floors) array.emplace_back(plans::to_json(floor));
    return array;
}

json::value answer_of(const Edition& before, const Edition& after, const ChangesById& changes) {
    json::array list;
    for (const auto& [id, change] : changes) {
        if (change.is_none()) continue;
        list.emplace_back(
            json::object{{"enterprise", id},
                         {"name", change.name},
                         {"change", kind_of(change)},
                         {"before", plans::to_json(change.before())},
                         {"after", plans::to_json(change.after())},
                         {"added", json::array(change.added.begin(), change.added.end())},
                         {"dropped", json::array(change.dropped.begin(), change.dropped.end())}});
    }
    return json::object{{"same", changes.size() - list.size()},
                        {"before", plans::to_json(sum_of(before.plan))},
                        {"after", plans::to_json(sum_of(after.plan))},
                        {"floors_before", floors_json(before.plan.floors)},
                        {"floors_after", floors_json(after.plan.floors)},
                        {"changes", std::move(list)}};
}

Table rows_of(const ChangesById& changes) {
    Table rows{{"enterprise", "name", "change", "so2_kg_d", "nox_kg_d", "pm_kg_d", "vocs_kg_d",
                "added", "dropped"},
               {}};
    for (const auto& [id, change] : changes) {
        if (change.is_none()) continue;
        std::vector<std::string> row{id, change.name, std::string(kind_of(change))};
        for (std::size_t e = 0; e < plans::kEmissionCount; ++e) {
            const auto more = change.after().grams[e] - change.before().grams[e];
            row.push_back(fmt::format("{:+.3f}", static_cast<double>(more) / 1000));
        }
        row.push_back(joined(change.added));
        row.push_back(joined(change.dropped));
        rows.rows.push_back(std::move(row));
    }
    return rows;
}

// The later plan's inventory: with the floor proposal of its level written in, where asked.
plans::Inventory later_inventory(PlanInputs& inputs, plans::Inventory inventory,
                                 rules::Colour colour, std::optional<rules::Instant> from,
                                 bool proposal) {
    if (!proposal) return inventory;
    std::swap(inputs.inventory, inventory);
    const plans::DeriveInput input = derive_input(inputs, colour, from);
    plans::Inventory draft =
        plans::with_proposal(inputs.inventory, plans::propose(input, plans::derive_table(input)));
    std::swap(inputs.inventory, inventory);
    return draft;
}

// The plan that a signature would bring about: the colour from then on, nothing known of the end.
plans::ResponsePlan plan_at(const PlanInputs& inputs, rules::Colour colour,
                            std::optional<rules::Instant> from) {
    const plans::DeriveInput of = derive_input(inputs, colour, from);
    const std::vector<rules::Segment> segments{{colour, true, of.from, std::nullopt}};
    return plans::make_response_plan({of.inventory, of.catalogue, of.rules, of.zone, segments,
                                      of.from, std::nullopt, of.season, of.grade_changes});
}

int diff(const Call& call) {
    const std::vector<std::string>& paths = call.texts("inventory");
    if (paths.empty() || paths.size() > 2) {
        std::cerr << call.command() << ": " << paths.size() << " times --inventory: one or two\n";
        return kBadUsage;
    }
    auto inputs = load_plan_inputs(call, paths.front());
    auto later = inputs ? inventory_at(paths.back()) : std::nullopt;
    if (!inputs || !later) return kBadUsage;
    const auto from_level = colour_in(call, "from-level");
    const auto to_level = call.has("to-level") ? colour_in(call, "to-level") : from_level;
    const auto at = instant_in(call, "at", inputs->zone);
    if (!from_level || !to_level || !at) return kBadUsage;

    Edition before;
    before.plan = plan_at(*inputs, *from_level, *at);
    Edition after;
    after.inventory =
        later_inventory(*inputs, *std::move(later), *to_level, *at, call.has("proposal"));
    before.inventory = std::exchange(inputs->inventory, after.inventory);
    after.plan = plan_at(*inputs, *to_level, *at);
    const ChangesById changes = changes_between(before, after);
    print(std::cout, format_of(call), answer_of(before, after, changes), rows_of(changes));
    return kHolds;
}

}  // namespace

Command plan_command() {
    return {
        .name = "plan",
        .what = {"减排方案之间的差异", "what changes between two plans"},
        .commands =
            {{.name = "diff",
              .what = {"两个级别之间、两版清单之间，或采纳补足建议前后的差异",
                       "between two levels, two inventory editions, or with a floor proposal"},
              .options = joined(
                  {{option("inventory", "PATH",
                           {"清单；给两次为前后两版", "one edition, or the earlier and the later"})
                        .each()
                        .required(),
                    option("from-level", "yellow|orange|red",
                           {"原方案的级别", "level of the earlier plan"})
                        .required(),
                    option(
                        "to-level", "yellow|orange|red",
                        {"新方案的级别；默认不变", "level of the later plan; default: the same"}),
                    flag("proposal", {"新方案采纳该级别的补足建议",
                                      "the later plan is the floor proposal of its level"}),
                    start_option()},
                   plan_options(),
                   {format_option()}}),
              .examples = {"qingkongctl plan diff --inventory packaging/sample/inventory "
                           "--from-level yellow "
                           "--to-level red"},
              .run = diff}},
    };
}

}  // namespace qk::ctl
