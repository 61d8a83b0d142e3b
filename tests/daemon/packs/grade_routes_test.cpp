// Goal: a grade that changes beside the edition counts from its day, on the paper and by the names
// that stand with it, until an edition has it printed. Method: the routes over one database.
#include "daemon/packs/grade_routes.hpp"

#include <gmock/gmock.h>

#include "daemon/packs/grade_rows.hpp"
#include "plans/response/plan_draft.hpp"
#include "tests/daemon/packs/own_rules_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

class GradeRoutesTest : public OwnRulesFixture {
 protected:
    GradeRoutesTest() {
        use_pack("new-grade");
        add_grade_routes(router_, context_);
    }
    static boost::json::object wanted(const std::string& csv) {
        return {{"csv", "enterprise,grade,from\n" + csv},
                {"paper", "许环〔2015〕88号"},
                {"decided_by", "市生态环境局"}};
    }
    std::vector<plans::GradeChange> beside() {
        return transact([this](Session& db) {
            return grade_changes_beside(db, context_.inventories.current()->edition,
                                        context_.pack->zone);
        });
    }
    void put(const std::string& csv) {
        const auto answer = call("chen.yu", "POST", "/api/v1/grades", wanted(csv));
        ASSERT_EQ(answer.status, 201) << answer.body;
        const auto number = json_of(answer).at("number").as_int64();
        const std::string path = "/api/v1/grades/" + std::to_string(number) + "/confirm";
        ASSERT_EQ(call("li.na", "POST", path).status, 200);
    }
};

// The test starts on 8 December 2015, 00:00 in China.
TEST_F(GradeRoutesTest, AChangedGradeCountsFromItsDay) {
    put("e1,C,2015-12-09\n");
    EXPECT_THAT(owed_by("e1", beside()), ElementsAre("limit_load 20"));
    move_to(kTestStart + hours{24});
    EXPECT_THAT(owed_by("e1", beside()), ElementsAre("stop 100"));
    const auto shown = json_of(call("zhang.wei", "GET", "/api/v1/grades/in-force"));
    EXPECT_TRUE(shown.at("counts").as_bool());
    const auto& change = shown.at("changes").as_array().at(0);
    EXPECT_EQ(change.at("source").as_string(), "许环〔2015〕88号");
    EXPECT_EQ(change.at("decided_by").as_string(), "市生态环境局");
}

TEST_F(GradeRoutesTest, WhereThePackKeepsTheEditionsGradesNothingChanges) {
    use_pack("edition");
    put("e1,C,2015-12-08\n");
    EXPECT_THAT(owed_by("e1", beside()), ElementsAre("limit_load 20"));
    EXPECT_FALSE(
        json_of(call("zhang.wei", "GET", "/api/v1/grades/in-force")).at("counts").as_bool());
}

TEST_F(GradeRoutesTest, NothingCountsBeforeAnotherPersonHasConfirmed) {
    ASSERT_EQ(call("chen.yu", "POST", "/api/v1/grades", wanted("e1,C,2015-12-08\n")).status, 201);
    EXPECT_THAT(beside(), IsEmpty());
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/grades/1/confirm").status, 403);
    EXPECT_EQ(call("zhang.wei", "POST", "/api/v1/grades/1/confirm").status, 403);
    EXPECT_THAT(beside(), IsEmpty());
    EXPECT_EQ(call("liu.yang", "POST", "/api/v1/grades/1/confirm").status, 200);
    EXPECT_EQ(beside().size(), 1U);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='grades.confirmed' AND "
                    "person='liu.yang'"),
              1);
}

TEST_F(GradeRoutesTest, TheReasonOfADutyNamesThePaperAndWhoDecided) {
    put("e1,C,2015-12-08\n");
    plans::PlanQuestion question{context_.inventories.current(),
                                 context_.pack,
                                 nullptr,
                                 {{rules::Colour::kOrange, true, clock_.now(), std::nullopt}},
                                 clock_.now()};
    question.grade_changes = beside();
    const plans::ResponsePlan plan = plans::derive_plan(question);
    bool is_named = false;
    for (const rules::Reason& reason : plan.owed.at(0).obligations.at(0).basis) {
        is_named = is_named || (reason.kind == "grade" && reason.source == "许环〔2015〕88号" &&
                                reason.text.find("市生态环境局决定") != std::string::npos);
    }
    EXPECT_TRUE(is_named);
}

TEST_F(GradeRoutesTest, TryingShowsTheDifferenceAndStoresNothing) {
    boost::json::object body = wanted("e1,C,2015-12-20\n");
    body["only_try"] = true;
    const auto answer = call("chen.yu", "POST", "/api/v1/grades", body);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto value = json_of(answer);
    const auto& trial = value.at("trial");
    EXPECT_EQ(trial.at("from").as_string(), "2015-12-20T00:00:00+08:00");
    const auto& orange = trial.at("levels").as_array().at(1);
    EXPECT_GT(orange.at("difference").at("added").as_int64() +
                  orange.at("difference").at("changed").as_int64(),
              0);
    EXPECT_EQ(count("SELECT count(*) FROM grade_papers"), 0);
}

TEST_F(GradeRoutesTest, ANewEditionEndsTheChangesThatAreOlderThanIt) {
    put("e1,C,2015-12-08\ne2,D,2016-01-01\n");
    move_to(kTestStart + hours{48});
    InventoryFiles files = two_enterprises();
    files["meters.csv"] += "m2,e2,L1,production,100,5\n";
    ASSERT_TRUE(inventories_.take_now(files, "city", clock_.now()).has_value());
    const auto left = beside();
    ASSERT_EQ(left.size(), 1U) << "the one of a day after the edition";
    EXPECT_EQ(left[0].enterprise, "e2");
    put("e1,C,2015-12-08\n");
    EXPECT_EQ(beside().size(), 2U) << "entered after the edition";
}

TEST_F(GradeRoutesTest, EveryFaultIsToldAtOnce) {
    boost::json::object body = wanted("e9,C,2015-12-08\ne1,Q,soon\n");
    body.erase("paper");
    const auto answer = call("chen.yu", "POST", "/api/v1/grades", body);
    EXPECT_EQ(answer.status, 422);
    for (const char* said : {"paper is missing", "'e9'", "'Q'", "grades.csv:3"}) {
        EXPECT_NE(answer.body.find(said), std::string::npos) << said << " in " << answer.body;
    }
    const auto twice =
        call("chen.yu", "POST", "/api/v1/grades", wanted("e1,C,2015-12-08\ne1,D,2015-12-08\n"));
    EXPECT_EQ(twice.status, 422);
    EXPECT_NE(twice.body.find("changed twice"), std::string::npos) << twice.body;
    EXPECT_EQ(count("SELECT count(*) FROM grade_changes"), 0);
}

TEST_F(GradeRoutesTest, WhatDoesNotCountYetCanBeTakenBack) {
    const boost::json::object why{{"reason", "复议"}};
    put("e1,C,2015-12-20\n");
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/grades/1/withdraw", why).status, 200);
    EXPECT_THAT(beside(), IsEmpty());
    put("e1,C,2015-12-08\n");
    EXPECT_EQ(call("chen.yu", "POST", "/api/v1/grades/2/withdraw", why).status, 409);
    EXPECT_EQ(beside().size(), 1U);
}

TEST_F(GradeRoutesTest, ACountysPeopleSeeTheirOwnEnterprisesOnly) {
    put("e1,C,2015-12-08\ne2,D,2015-12-08\n");
    const auto shown = json_of(call("sun.li", "GET", "/api/v1/grades/1"));
    ASSERT_EQ(shown.at("changes").as_array().size(), 1U);
    EXPECT_EQ(shown.at("changes").as_array().at(0).at("enterprise").as_string(), "e1");
    EXPECT_FALSE(shown.as_object().contains("trial"));
    EXPECT_EQ(call("sun.li", "POST", "/api/v1/grades", wanted("e1,C,2015-12-08\n")).status, 403);
}

}  // namespace
}  // namespace qk::daemon
