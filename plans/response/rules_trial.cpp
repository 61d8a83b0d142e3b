#include "plans/response/rules_trial.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/plan_difference.hpp"
#include "plans/response/response_plan.hpp"

namespace qk::plans {

namespace json = boost::json;

namespace {

ResponsePlan plan_by(const RulesTrialInput& input, const DutySources& sources,
                     rules::Colour colour) {
    const std::vector<rules::Segment> segments{{colour, true, input.from, std::nullopt}};
    const RegionRules& rules = sources.rules == nullptr ? input.rules : *sources.rules;
    PlanInput asked{input.inventory, sources.catalogue, rules, input.zone, segments, input.from};
    asked.issued_at = input.from;
    asked.season = input.season;
    asked.grade_changes = &sources.grade_changes;
    return make_response_plan(asked);
}

}  // namespace

json::value try_rules(const RulesTrialInput& input) {
    json::array levels;
    for (const rules::Colour colour : kResponseColours) {
        const ResponsePlan before = plan_by(input, input.before, colour);
        const ResponsePlan after = plan_by(input, input.after, colour);
        json::object level{{"level", json::string(rules::to_text(colour))}};
        level["before"] = summary_json(before);
        level["after"] = summary_json(after);
        level["difference"] = to_json(difference(terms_of(before), terms_of(after)));
        levels.push_back(std::move(level));
    }
    json::object trial{{"edition", input.inventory.edition},
                       {"from", rules::to_iso(input.from, input.zone)}};
    trial["levels"] = std::move(levels);
    return trial;
}

}  // namespace qk::plans
