// Goal: the API of warnings does for named people what the desk allows, once per Idempotency-Key,
// and says why it refuses. Method: calls through the Router.
#include <gtest/gtest.h>

#include "daemon/base/said.hpp"
#include "service_fixture.hpp"
#include "tests/daemon/cursor_walk.hpp"

namespace qk::daemon {
namespace {

std::string generation_of(const boost::json::value& warning) {
    return std::to_string(warning.at("generation").as_int64());
}

// A warning proposed by the officer and consulted on; answers it.
boost::json::value consulted(Services& services, const std::string& colour) {
    const auto made = services.call("zhang.wei", "POST", "/api/v1/warnings",
                                    R"({"colour":")" + colour + R"(","reason":"预报持续重污染"})");
    EXPECT_EQ(made.status, 200) << made.body;
    const auto warning = Services::json(made);
    const std::string path = "/api/v1/warnings/" + std::string(warning.at("id").as_string());
    const auto held =
        services.call("zhang.wei", "POST", path + "/consult",
                      R"({"participants":[{"name":"张伟","unit":"监测站"}],"reason":"一致同意",)"
                      R"("generation":)" +
                          generation_of(warning) + "}");
    EXPECT_EQ(held.status, 200) << held.body;
    return Services::json(held).at("warning");
}

std::string path_of(const boost::json::value& warning) {
    return "/api/v1/warnings/" + std::string(warning.at("id").as_string());
}

TEST(WarningApi, RolesAreCheckedByRoute) {
    Services services;
    const std::string body = R"({"colour":"yellow","reason":"r"})";
    EXPECT_EQ(services.call("", "POST", "/api/v1/warnings", body).status, 401);
    EXPECT_EQ(services.call("zhao.min", "POST", "/api/v1/warnings", body).status, 403);
    EXPECT_EQ(services.call("zhao.min", "GET", "/api/v1/warnings").status, 200);
}

TEST(WarningApi, AWrongBodyIsRefusedWithEveryFault) {
    Services services;
    const auto answer = services.call("zhang.wei", "POST", "/api/v1/warnings",
                                      R"({"colour":"pink","from":"soon","x":1})");
    EXPECT_EQ(answer.status, 422);
    EXPECT_GE(Services::json(answer).at("faults").as_array().size(), 4U) << answer.body;
    EXPECT_EQ(
        services.json(services.call("zhang.wei", "GET", "/api/v1/warnings")).at("total").as_int64(),
        0);
}

TEST(WarningApi, NobodyTakesPartWithoutANameAndNothingIsDecidedForABlankReason) {
    Services services;
    const auto made = services.call("zhang.wei", "POST", "/api/v1/warnings",
                                    R"({"colour":"yellow","reason":"预报持续重污染"})");
    ASSERT_EQ(made.status, 200) << made.body;
    const auto warning = Services::json(made);
    const auto consult = [&](const std::string& who, const std::string& reason) {
        return services.call("zhang.wei", "POST", path_of(warning) + "/consult",
                             R"({"participants":)" + who + R"(,"reason":")" + reason +
                                 R"(","generation":)" + generation_of(warning) + "}");
    };
    for (const char* who :
         {"[]", "[{}]", "[1]", R"([""])", R"([{"name":""}])", R"([{"name":" "}])",
          R"([{"name":"\u200b"}])", R"([{"name":7}])", R"([{"name":"张伟","unit":" "}])",
          R"([{"name":"张伟","unit":3}])", R"([{"name":"张伟"},{"unit":"监测站"}])"}) {
        const auto refused = consult(who, "一致同意");
        EXPECT_EQ(refused.status, 422) << who << refused.body;
    }
    for (const char* reason : {"", " ", "\\t", "　"}) {
        EXPECT_EQ(consult(R"([{"name":"张伟"}])", reason).status, 422) << reason;
    }
    EXPECT_EQ(consult(R"([{"name":"张伟","unit":""},{"name":"李娜"}])", "一致同意").status, 200);
}

TEST(WarningApi, ABodyOfADecisionIsShortAndAWrongOneOfNothingIsOfNothing) {
    Services all;
    for (const char* path :
         {"/api/v1/warnings", "/api/v1/warnings/W/changes", "/api/v1/warnings/W/consult",
          "/api/v1/warnings/W/sign", "/api/v1/floors", "/api/v1/prompts"}) {
        ApiRequest head;
        head.method = "POST";
        head.target = path;
        head.authorization = std::string(path).ends_with("sign") ? "Bearer token-of-li.na"
                                                                 : "Bearer token-of-zhang.wei";
        EXPECT_EQ(all.router.body_bytes_max(head), 256U << 10) << path;
    }
    // The body is read first, and the answer is what it was: there is no such warning.
    EXPECT_EQ(all.call("zhang.wei", "POST", "/api/v1/warnings/W/consult", "{}").status, 404);
}

TEST(WarningApi, AReasonAsLongAsABookIsRefused) {
    Services services;
    const std::string body =
        R"({"colour":"yellow","reason":")" + std::string(kSaidTextBytesMax + 1, 'r') + R"("})";
    const auto answer = services.call("zhang.wei", "POST", "/api/v1/warnings", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_NE(answer.body.find("reason is 16385 bytes long"), std::string::npos) << answer.body;
}

TEST(WarningApi, ProposedConsultedAndSignedItIsInForce) {
    Services services;
    const auto warning = consulted(services, "yellow");
    const auto signed_by = services.call("li.na", "POST", path_of(warning) + "/sign",
                                         R"({"generation":)" + generation_of(warning) + "}");
    ASSERT_EQ(signed_by.status, 200) << signed_by.body;
    EXPECT_EQ(Services::json(signed_by).at("standing"), "in_force");
    const auto story =
        Services::json(services.call("zhao.min", "GET", path_of(warning) + "/explain"));
    EXPECT_TRUE(story.at("holds").as_bool());
    ASSERT_EQ(story.at("story").as_array().size(), 3U);
    EXPECT_EQ(story.at("story").at(2).at("person"), "li.na");
    EXPECT_EQ(story.at("story").at(2).at("role"), "director");
}

TEST(WarningApi, ARepeatedCommandGetsTheFirstAnswerAndChangesNothing) {
    Services services;
    const auto warning = consulted(services, "yellow");
    const std::string body = R"({"generation":)" + generation_of(warning) + "}";
    const auto first = services.call("li.na", "POST", path_of(warning) + "/sign", body, "key-1");
    const auto again = services.call("li.na", "POST", path_of(warning) + "/sign", body, "key-1");
    EXPECT_EQ(first.status, 200);
    EXPECT_EQ(again.status, 200);
    EXPECT_EQ(first.body, again.body);
    const auto other = services.call("li.na", "POST", path_of(warning) + "/reject",
                                     R"({"generation":9,"reason":"r"})", "key-1");
    EXPECT_EQ(other.status, 422);
    const auto without = services.call("li.na", "POST", path_of(warning) + "/sign", body);
    EXPECT_EQ(without.status, 409);
    EXPECT_EQ(Services::json(without).at("refusal"), "stale");
}

TEST(WarningApi, RedWantsTwoPersons) {
    Services services;
    const auto warning = consulted(services, "red");
    const auto first = services.call("li.na", "POST", path_of(warning) + "/sign",
                                     R"({"generation":)" + generation_of(warning) + "}");
    ASSERT_EQ(first.status, 200);
    const auto draft = Services::json(first);
    EXPECT_EQ(draft.at("standing"), "draft");
    const std::string body = R"({"generation":)" + generation_of(draft) + "}";
    const auto twice = services.call("li.na", "POST", path_of(warning) + "/sign", body);
    EXPECT_EQ(twice.status, 409);
    EXPECT_EQ(Services::json(twice).at("refusal"), "signed_already");
    const auto second = services.call("wang.fang", "POST", path_of(warning) + "/sign", body);
    EXPECT_EQ(Services::json(second).at("standing"), "in_force");
}

TEST(WarningApi, ANamedPositionLimitsWhatAnApproverMaySign) {
    Services services;
    Person deputy = Services::person("deputy", Role::kApprover);
    deputy.positions = {"chief"};
    services.router.set_people({Services::person("zhang.wei", Role::kDutyOfficer), deputy});
    const auto warning = consulted(services, "yellow");  // a director signs yellow
    const auto answer = services.call("deputy", "POST", path_of(warning) + "/sign",
                                      R"({"generation":)" + generation_of(warning) + "}");
    EXPECT_EQ(answer.status, 403);
    EXPECT_EQ(Services::json(answer).at("refusal"), "role_may_not_sign");
}

TEST(WarningApi, OneWarningAtATimeAndNoExerciseBesideIt) {
    Services services;
    (void)consulted(services, "yellow");
    const auto second = services.call("zhang.wei", "POST", "/api/v1/warnings",
                                      R"({"colour":"orange","reason":"r"})");
    EXPECT_EQ(second.status, 409);
    const auto exercise = services.call("zhang.wei", "POST", "/api/v1/warnings",
                                        R"({"colour":"orange","exercise":true,"reason":"r"})");
    EXPECT_EQ(exercise.status, 409);
}

TEST(WarningApi, APromptListsWhoHasFollowedAndWhoIsLate) {
    Services services;
    const auto made = services.call(
        "zhang.wei", "POST", "/api/v1/prompts",
        R"({"number":"HB-2026-3","zone":"2","colour":"orange","from":"2026-12-02T00:00:00+08:00",)"
        R"("deadline":"2026-12-01T20:00:00+08:00"})");
    ASSERT_EQ(made.status, 201) << made.body;
    EXPECT_EQ(Services::json(made).at("follow_up").as_array().size(),
              3U);  // the city and two counties
    EXPECT_EQ(Services::json(made).at("waiting").as_int64(), 3);
    const auto followed = services.call("zhang.wei", "POST", "/api/v1/prompts/HB-2026-3/follow",
                                        R"({"region":"999901","state":"followed"})");
    ASSERT_EQ(followed.status, 200) << followed.body;
    EXPECT_EQ(Services::json(followed).at("waiting").as_int64(), 2);
    Person county = Services::person("county", Role::kCountyOfficer);
    county.region = "999902";
    services.router.set_people({county, Services::person("zhao.min", Role::kAuditor)});
    const std::string path = "/api/v1/prompts/HB-2026-3/follow";
    EXPECT_EQ(
        services.call("county", "POST", path, R"({"region":"999901","state":"waiting"})").status,
        403);
    EXPECT_EQ(
        services.call("county", "POST", path, R"({"region":"999902","state":"waiting"})").status,
        200);
    EXPECT_FALSE(Services::json(followed).at("overdue").as_bool());
    (void)services.clock.step(hour_at(21));
    const auto late = services.call("zhao.min", "GET", "/api/v1/prompts/HB-2026-3");
    EXPECT_TRUE(Services::json(late).at("overdue").as_bool());
}

TEST(WarningApi, APromptWhoseNumberCouldNotStandInItsAddressIsRefused) {
    Services services;
    for (const char* number : {"京环/3", "..", ".", "a\\\\b", "a\\nb"}) {
        const auto made = services.call(
            "zhang.wei", "POST", "/api/v1/prompts",
            std::string(R"({"number":")") + number +
                R"(","zone":"2","colour":"orange","from":"2026-12-02T00:00:00+08:00",)"
                R"("deadline":"2026-12-01T20:00:00+08:00"})");
        EXPECT_EQ(made.status, 422) << number;
    }
}

TEST(WarningApi, ATimeBeyondEveryCalendarIsRefusedAndHarmsNoLaterDecision) {
    Services services;
    for (const char* field : {"from", "expected_to", "lapses_at"}) {
        const auto far =
            services.call("zhang.wei", "POST", "/api/v1/warnings",
                          std::string(R"({"colour":"orange","exercise":true,"reason":"r",")") +
                              field + R"(":"9999-12-31T23:59:59Z"})");
        EXPECT_EQ(far.status, 422) << field;
    }
    const auto floor = services.call(
        "zhang.wei", "POST", "/api/v1/floors",
        R"({"document":"d","colour":"yellow","from":"2026-12-02","to":"9999-12-31T23:59:59Z"})");
    EXPECT_EQ(floor.status, 422);
    (void)consulted(services, "yellow");
}

TEST(WarningApi, PromptsOfOneSecondAreWalkedByCursorOneAfterAnother) {
    Services services;
    const auto record = [&](const std::string& number) {
        const auto made = services.call(
            "zhang.wei", "POST", "/api/v1/prompts",
            R"({"number":")" + number +
                R"(","zone":"2","colour":"orange","from":"2026-12-02T00:00:00+08:00",)"
                R"("deadline":"2026-12-01T20:00:00+08:00"})");
        EXPECT_EQ(made.status, 201) << made.body;
    };
    for (const char* number : {"B", "A", "C"}) record(number);
    (void)services.clock.step(hour_at(10));
    record("D");
    const auto get = [&](const std::string& target) {
        return services.call("zhao.min", "GET", target);
    };
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/prompts?"), 4U);
}

TEST(WarningApi, WarningsAreWalkedByCursor) {
    Services services;
    for (const char* exercise : {"true", "false"}) {
        const auto made = services.call(
            "zhang.wei", "POST", "/api/v1/warnings",
            R"({"colour":"orange","reason":"预报","exercise":)" + std::string(exercise) + "}");
        EXPECT_LT(made.status, 300) << made.body;
    }
    const auto get = [&](const std::string& target) {
        return services.call("zhao.min", "GET", target);
    };
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/warnings?"), 2U);
    EXPECT_EQ(walk_by_cursor(get, "/api/v1/warnings?exercise=true&"), 1U);
}

TEST(WarningApi, APreviewComparesWithThePlanInForce) {
    Services services;
    const auto warning = consulted(services, "yellow");
    (void)services.call("li.na", "POST", path_of(warning) + "/sign",
                        R"({"generation":)" + generation_of(warning) + "}");
    const auto preview =
        services.call("zhao.min", "POST", path_of(warning) + "/preview", R"({"colour":"red"})");
    ASSERT_EQ(preview.status, 200) << preview.body;
    EXPECT_EQ(Services::json(preview).at("plan").at("colour"), "red");
    EXPECT_EQ(Services::json(preview).at("in_force").at("colour"), "yellow");
}

TEST(WarningApi, TheSituationShowsTheAssessmentAndItsInputs) {
    Services services;
    services.desk.forecast(8, {100, 160, 170, 100, 90, 80, 80});
    const auto answer = services.call("zhao.min", "GET", "/api/v1/situation");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto situation = Services::json(answer);
    EXPECT_EQ(situation.at("assessment").at("finding"), "propose");
    EXPECT_EQ(situation.at("outlooks").as_array().size(), 1U);
    const auto& chances = situation.at("chances").as_array();
    ASSERT_GE(chances.size(), 3U) << "how likely each level is, from today on";
    EXPECT_EQ(chances[0].at("at_least").at("yellow").to_number<double>(), 0);
    EXPECT_EQ(chances[1].at("at_least").at("yellow").to_number<double>(), 1);
    EXPECT_EQ(chances[1].at("at_least").at("red").to_number<double>(), 0);
}

// People of a county, of the city, and of the province above it.
void set_tiers(Services& services) {
    Person county = Services::person("county", Role::kDutyOfficer);
    county.region = "999901";
    county.roles.insert(Role::kCountyOfficer);
    county.roles.insert(Role::kApprover);
    Person province = Services::person("province", Role::kDutyOfficer);
    province.region = "990000";
    services.router.set_people(
        {county, province, Services::person("zhang.wei", Role::kDutyOfficer)});
}

TEST(WarningApi, WhoIsOfACountyDecidesNothingOfTheCityAndFollowsForHisOwnCountyOnly) {
    Services services;
    set_tiers(services);
    const std::string start = R"({"colour":"yellow","reason":"r"})";
    const auto refused = services.call("county", "POST", "/api/v1/warnings", start);
    EXPECT_EQ(refused.status, 403);
    EXPECT_NE(refused.body.find("辖区"), std::string::npos);
    const std::string prompt =
        R"({"number":"P-1","zone":"二区","colour":"orange","from":"2026-12-02T00:00:00+08:00",)"
        R"("deadline":"2026-12-01T20:00:00+08:00"})";
    EXPECT_EQ(services.call("county", "POST", "/api/v1/prompts", prompt).status, 403);
    EXPECT_EQ(services.call("province", "POST", "/api/v1/prompts", prompt).status, 201);
    const auto follow = [&](const std::string& who, const std::string& region) {
        return services
            .call(who, "POST", "/api/v1/prompts/P-1/follow",
                  R"({"region":")" + region + R"(","state":"followed"})")
            .status;
    };
    EXPECT_EQ(follow("county", "999902"), 403);
    EXPECT_EQ(follow("county", "999900"), 403) << "a county does not answer for its city";
    EXPECT_EQ(follow("county", "999901"), 200);
    EXPECT_EQ(follow("zhang.wei", "999902"), 200);
    EXPECT_EQ(services.call("county", "GET", "/api/v1/prompts/P-1").status, 200);
}

TEST(WarningApi, ThisRegionHasFollowedAPromptOnceAWarningOfItsColourRuns) {
    Services services;
    const auto prompt = [&services](const char* number, const char* colour) {
        const std::string body = std::string(R"({"number":")") + number +
                                 R"(","zone":"二区","colour":")" + colour +
                                 R"(","from":"2026-12-02T00:00:00+08:00",)"
                                 R"("deadline":"2026-12-01T20:00:00+08:00"})";
        EXPECT_EQ(services.call("zhang.wei", "POST", "/api/v1/prompts", body).status, 201);
    };
    const auto own_state = [&services](const char* number) {
        const auto answer =
            services.call("zhao.min", "GET", std::string("/api/v1/prompts/") + number);
        const auto places = Services::json(answer).at("follow_up").as_array();
        return std::string(places.at(0).at("state").as_string());
    };
    prompt("P-1", "yellow");
    prompt("P-2", "orange");
    const auto warning = consulted(services, "yellow");
    EXPECT_EQ(own_state("P-1"), "waiting") << "nobody has signed yet";
    (void)services.call("li.na", "POST", path_of(warning) + "/sign",
                        R"({"generation":)" + generation_of(warning) + "}");
    EXPECT_EQ(own_state("P-1"), "followed");
    EXPECT_EQ(own_state("P-2"), "waiting");
    prompt("P-3", "yellow");
    EXPECT_EQ(own_state("P-3"), "followed") << "it was running already";
}

TEST(WarningApi, WhoIsOfTheProvinceMayActInItsCity) {
    Services services;
    set_tiers(services);
    const auto made = services.call("province", "POST", "/api/v1/warnings",
                                    R"({"colour":"yellow","reason":"省级要求"})");
    EXPECT_LT(made.status, 300) << made.body;
}

}  // namespace
}  // namespace qk::daemon
