#include "daemon/packs/own_rules_step.hpp"

#include <boost/json/object.hpp>

#include "daemon/api/api.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "rules/base/number.hpp"

namespace qk::daemon {

namespace json = boost::json;

std::int64_t rules_number_in(const Call& call) {
    return rules::parse_whole(call.parameter("number"), 1, rules::kWholeMost).value_or(0);
}

void note_rules_step(Session& db, const Call& call, std::string kind, const RuleStep& step,
                     const std::string& name) {
    json::object data{{"number", step.number}, {"name", name}, {"person", step.person}};
    append_event(db, step.at, kind, data);
    if (!step.why.empty()) data["reason"] = step.why;
    append_audit(db, {step.at, step.person, call.request.remote, std::move(kind),
                      std::to_string(step.number), data});
}

ApiResponse answer_rules_step(const RuleStep& step, const std::string& name) {
    return answer_json(
        json::object{{"number", step.number}, {"name", name}, {"person", step.person}});
}

}  // namespace qk::daemon
