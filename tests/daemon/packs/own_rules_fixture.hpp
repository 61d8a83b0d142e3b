// The bureau's own rules over HTTP as its people call them, over the two cement works of
// context_fixture.hpp.
#pragma once

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {

class OwnRulesFixture : public ContextFixture {
 protected:
    OwnRulesFixture() {
        Person county = person("sun.li", Role::kAdmin);
        county.region = "110105";
        router_.set_people({person("chen.yu", Role::kAdmin), county,
                            person("zhang.wei", Role::kDutyOfficer),
                            person("liu.yang", Role::kAdmin), person("li.na", Role::kApprover)});
    }
    static Person person(const std::string& id, Role role) {
        Person made;
        made.id = id;
        made.roles = {role};
        made.token_sha256 = token_hash(id);
        return made;
    }
    void use_pack(const std::string& after_edition) {
        plans::RegionPack pack = plans::built_in_pack("xuchang").value();
        pack.grades.after_edition = after_edition;
        context_.pack = std::make_shared<const plans::RegionPack>(std::move(pack));
    }
    ApiResponse call(const std::string& who, const std::string& method, const std::string& target,
                     const boost::json::value& body = nullptr) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.authorization = "Bearer " + who;
        request.content_type = "application/json";
        if (!body.is_null()) request.body = plans::to_text(body);
        const ApiResponse answer = wait(router_.handle(std::move(request)));
        run();
        return answer;
    }
    static boost::json::value json_of(const ApiResponse& answer) {
        return plans::parse_json(answer.body, "answer").value();
    }
    // What e1 (B, one kiln) owes at orange from now on, as "action ratio".
    std::vector<std::string> owed_by(const std::string& enterprise,
                                     const std::vector<plans::GradeChange>& changes) {
        plans::PlanQuestion question{context_.inventories.current(),
                                     context_.pack,
                                     nullptr,
                                     {{rules::Colour::kOrange, true, clock_.now(), std::nullopt}},
                                     clock_.now()};
        question.catalogue = context_.catalogue;
        question.grade_changes = changes;
        std::vector<std::string> owed;
        const plans::ResponsePlan plan = plans::derive_plan(question);
        for (const auto& one : plan.owed) {
            if (one.id != enterprise) continue;
            for (const rules::Obligation& duty : one.obligations) {
                if (duty.action == rules::Action::kBanVehicles) continue;
                owed.push_back(std::string(rules::to_text(duty.action)) + " " +
                               std::to_string(static_cast<int>(duty.ratio * 100 + 0.5)));
            }
        }
        return owed;
    }

    Router router_;
};

}  // namespace qk::daemon
