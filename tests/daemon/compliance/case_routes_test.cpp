#include "daemon/compliance/case_routes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "daemon/store/audit.hpp"
#include "plans/casework/site_check.hpp"
#include "plans/text/base64.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using namespace std::chrono;
using testing::HasSubstr;

const std::string kPhoto = "\xFF\xD8\xFF\xE0 a kiln";

// E2 works through its stop from Monday on, and case 1 comes of it.
class CaseRoutesTest : public testing::TestWithParam<StoreMode> {
 protected:
    CaseRoutesTest() {
        const auto load = [](rules::Instant end) {
            const int hour = rules::hour_of_day(end - 1s, rules::kBeijingTime);
            return hour >= 6 && hour < 22 ? 300.0 : 21.0;
        };
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, load);
        }
        bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 6h);
        bureau_.put_readings("M1", kMonday, kMonday + 24h, [](rules::Instant) { return 21; });
        bureau_.put_readings("M2", kMonday, kMonday + 24h, load);
        bureau_.clock().step(kMonday + 24h);
        (void)bureau_.run(service_.tick());
        add_case_routes(router_, bureau_.context());
        std::vector<Person> people;
        for (const char* id : {"li", "wang", "chen"}) {
            Person person;
            person.id = id;
            person.roles = {Role::kInspector};
            person.token_sha256 = token_hash(id);
            people.push_back(person);
        }
        router_.set_people(people);
    }
    ApiResponse call(const std::string& who, const std::string& method, const std::string& target,
                     const json::value& body = json::object{}) {
        ApiRequest request;
        request.method = method;
        request.target = "/api/v1/cases/" + target;
        if (method == "POST") request.body = plans::to_text(body);
        request.authorization = "Bearer " + who;
        return bureau_.run(router_.handle(request));
    }
    int post(const std::string& who, const std::string& step, const json::value& body) {
        last_ = call(who, "POST", "1/" + step, body);
        return last_.status;
    }
    std::int64_t file(const json::object& body) {
        const ApiResponse answer = call("li", "POST", "1/files", body);
        EXPECT_EQ(answer.status, 201) << answer.body;
        return plans::parse_json(answer.body, "file").value().at("number").as_int64();
    }
    std::int64_t photo(const std::string& bytes = kPhoto) {
        return file({{"name", "kiln.jpg"},
                     {"base64", plans::base64_of(bytes)},
                     {"sha256", plans::sha256_hex(bytes)},
                     {"taken_at", "2015-12-08T00:00:00+08:00"},
                     {"longitude", 116.5},
                     {"latitude", 39.9},
                     {"datum", "cgcs2000"}});
    }
    static json::object check(std::int64_t photo_number) {
        json::object checklist;
        for (const plans::CheckItem& item : plans::check_items()) {
            if (!item.is_optional) checklist[item.id] = json::object{{"result", "ok"}};
        }
        return {{"at", "2015-12-08T00:00:00+08:00"},
                {"persons", json::array{"李", "赵"}},
                {"checklist", checklist},
                {"files", json::array{photo_number}}};
    }
    json::value shown(const std::string& who = "li") {
        return plans::parse_json(call(who, "GET", "1").body, "case").value();
    }
    std::string state() { return plans::string_or(shown(), "state"); }
    // Up to a conclusion of a breach by wang, after a check by li.
    void conclude() {
        ASSERT_EQ(post("wang", "site-check", json::object{{"inspectors", json::array{"李"}}}), 200);
        ASSERT_EQ(post("li", "check", check(photo())), 200) << last_.body;
        ASSERT_EQ(post("wang", "conclusion", {{"conclusion", "breach"}, {"note", "窑在烧"}}), 200)
            << last_.body;
    }

    SmallBureau bureau_{GetParam()};
    VerifyService service_{bureau_.context()};
    Router router_;
    ApiResponse last_;
};
QK_IN_BOTH_STORE_MODES(CaseRoutesTest);

TEST_P(CaseRoutesTest, ACaseGoesToItsEndThroughAnAppealThatChangesTheConclusion) {
    conclude();
    const std::int64_t paper =
        file({{"name", "陈述申辩书.txt"}, {"base64", plans::base64_of("接错线")}});
    ASSERT_EQ(post("wang", "statement",
                   {{"by", "王强"}, {"note", "电表接错线"}, {"files", json::array{paper}}}),
              200)
        << last_.body;
    EXPECT_EQ(state(), "stated");
    EXPECT_EQ(post("wang", "decision", {{"conclusion", "meter_fault"}, {"note", "采纳"}}), 409)
        << "the conclusion was wang's";
    ASSERT_EQ(post("chen", "decision", {{"conclusion", "meter_fault"}, {"note", "采纳"}}), 200);
    EXPECT_EQ(plans::string_or(shown(), "conclusion"), "meter_fault");
    EXPECT_EQ(post("chen", "close", {{"note", "x"}}), 409) << "the meter is still wrong";
    ASSERT_EQ(
        post("chen", "rectification", {{"due", "2015-12-10T18:00:00+08:00"}, {"note", "更换电表"}}),
        200)
        << last_.body;
    ASSERT_EQ(post("wang", "rectified", {{"note", "已更换"}}), 200);
    json::object again = check(photo(kPhoto + " again"));
    again["passed"] = true;
    ASSERT_EQ(post("li", "recheck", again), 200) << last_.body;
    EXPECT_EQ(post("li", "close", {{"note", "x"}}), 409) << "li alone checked again";
    ASSERT_EQ(post("wang", "close", {{"note", "整改到位"}}), 200);
    const json::value story = shown();
    EXPECT_EQ(plans::string_or(story, "state"), "closed");
    std::vector<std::string> steps;
    for (const json::value& one : story.at("steps").as_array()) {
        steps.push_back(plans::string_or(one, "step"));
    }
    EXPECT_THAT(steps,
                testing::ElementsAre("opened", "site_check", "check", "conclusion", "statement",
                                     "decision", "rectification", "rectified", "recheck", "close"));
    EXPECT_EQ(plans::string_or(story.at("delivery"), "by"), "publication");
    EXPECT_TRUE(story.at("next").as_array().empty());
}

TEST_P(CaseRoutesTest, NobodyConcludesWithoutACheckNorWhoCheckedAlone) {
    const json::object breach{{"conclusion", "breach"}, {"note", "窑在烧"}};
    EXPECT_EQ(post("li", "conclusion", breach), 409);
    EXPECT_THAT(last_.body, HasSubstr("未经现场核查不得作出结论"));
    ASSERT_EQ(post("li", "site-check", json::object{}), 200);
    EXPECT_EQ(post("li", "conclusion", breach), 409);
    ASSERT_EQ(post("li", "check", check(photo())), 200) << last_.body;
    EXPECT_EQ(post("li", "conclusion", breach), 409);
    EXPECT_THAT(last_.body, HasSubstr("四眼原则"));
    EXPECT_EQ(post("wang", "conclusion", {{"note", "看过"}}), 422);
    EXPECT_EQ(post("wang", "conclusion", breach), 200);
    EXPECT_EQ(post("wang", "conclusion", breach), 409) << "once";
}

TEST_P(CaseRoutesTest, ACheckWithoutAPhotoOfTimeAndPlaceIsRefusedAndChangesNothing) {
    ASSERT_EQ(post("li", "site-check", json::object{}), 200);
    json::object bare = check(photo());
    bare["files"] = json::array{};
    EXPECT_EQ(post("li", "check", bare), 409);
    bare["files"] =
        json::array{file({{"name", "a.jpg"}, {"base64", plans::base64_of(kPhoto + "b")}})};
    EXPECT_EQ(post("li", "check", bare), 409) << "nobody knows where that was";
    bare["files"] = json::array{99};
    EXPECT_EQ(post("li", "check", bare), 409);
    bare = check(1);
    bare.erase("persons");
    EXPECT_EQ(post("li", "check", bare), 422);
    EXPECT_EQ(state(), "site_check");
    EXPECT_EQ(shown().at("steps").as_array().size(), 2U);
}

TEST_P(CaseRoutesTest, AFileThatChangedOnTheWayIsRefused) {
    json::object body{{"name", "a.jpg"},
                      {"base64", plans::base64_of(kPhoto)},
                      {"sha256", plans::sha256_hex("other bytes")}};
    EXPECT_EQ(call("li", "POST", "1/files", body).status, 422);
    body["sha256"] = plans::sha256_hex(kPhoto);
    EXPECT_EQ(call("li", "POST", "1/files", body).status, 201);
    EXPECT_EQ(call("li", "POST", "1/files", body).status, 201) << "the same once more";
    EXPECT_EQ(shown().at("files").as_array().size(), 1U);
    EXPECT_EQ(call("wang", "GET", "1/files/1").body, kPhoto);
    EXPECT_EQ(call("wang", "GET", "1/files/2").status, 404);
    body["name"] = "a.exe";
    body["base64"] = plans::base64_of("MZ");
    body.erase("sha256");
    EXPECT_EQ(call("li", "POST", "1/files", body).status, 422);
    EXPECT_EQ(call("li", "POST", "7/files", body).status, 422);
}

TEST_P(CaseRoutesTest, AStatementNeedsItsPaper) {
    conclude();
    EXPECT_EQ(post("wang", "statement", {{"by", "王强"}, {"note", "不认"}}), 422);
    EXPECT_EQ(post("wang", "statement", {{"note", "不认"}, {"files", json::array{1}}}), 422);
    EXPECT_EQ(state(), "concluded");
}

TEST_P(CaseRoutesTest, ARecheckThatFailsSetsANewDate) {
    conclude();
    ASSERT_EQ(
        post("wang", "rectification", {{"due", "2015-12-10T18:00:00+08:00"}, {"note", "停窑"}}),
        200);
    json::object again = check(1);
    again["passed"] = false;
    EXPECT_EQ(post("li", "recheck", again), 422) << "by when?";
    again["due"] = "2015-12-12T18:00:00+08:00";
    ASSERT_EQ(post("li", "recheck", again), 200) << last_.body;
    EXPECT_EQ(state(), "rectifying");
    EXPECT_EQ(plans::string_or(shown(), "due_at"), "2015-12-12T18:00:00+08:00");
}

TEST_P(CaseRoutesTest, EveryStepIsInTheAuditLogWithTheHashesOfItsFiles) {
    conclude();
    const auto entries = bureau_.with_store([](Session& db) {
        AuditQuery query;
        query.subject = "1";
        return audit_entries(db, query);
    });
    std::vector<std::string> actions;
    for (const NumberedAuditEntry& one : entries) actions.push_back(one.entry.action);
    EXPECT_THAT(actions, testing::ElementsAre("case.conclusion", "case.check", "case.file",
                                              "case.site_check"));
    EXPECT_THAT(plans::to_text(entries[1].entry.detail), HasSubstr(plans::sha256_hex(kPhoto)));
    EXPECT_THAT(plans::to_text(entries[1].entry.detail), HasSubstr("李"));
}

TEST_P(CaseRoutesTest, WhatIsNotThereOrNotKnownIsSaid) {
    EXPECT_EQ(call("li", "GET", "99").status, 404);
    EXPECT_EQ(call("li", "POST", "99/close", {{"note", "x"}}).status, 404);
    EXPECT_EQ(post("li", "close", {{"note", "x"}, {"other", 1}}), 422);
    EXPECT_EQ(post("li", "withdrawal", {{"note", "x"}}), 409) << "it is suspected still";
}

}  // namespace
}  // namespace qk::daemon
