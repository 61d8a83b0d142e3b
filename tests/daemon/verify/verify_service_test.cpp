#include "daemon/verify/verify_service.hpp"

#include <gtest/gtest.h>

#include "daemon/verify/case_rows.hpp"
#include "daemon/verify/verdict_rows.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/verify/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;
using rules::Compliance;
using rules::Instant;

double work(Instant end) {
    const int hour = rules::hour_of_day(end - 1s, rules::Zone{});
    return hour >= 6 && hour < 22 ? 300 : 21;
}
double stand(Instant) { return 21; }

// Fourteen days of normal work of both, an order to stop from Monday on.
class VerifyServiceTest : public testing::Test {
 protected:
    VerifyServiceTest() {
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 6h);
    }
    TickCounts tick_at(Instant now) {
        bureau_.clock().step(now);
        return bureau_.run(service_.tick());
    }
    std::vector<StoredVerdict> verdicts(const std::string& enterprise, bool all = false) {
        VerdictQuery query;
        query.enterprise = enterprise;
        query.all_versions = all;
        return bureau_.with_store(
            [&](SQLite::Database& db) { return list_verdicts(db, query, rules::Zone{}); });
    }
    std::vector<StoredCase> cases() {
        return bureau_.with_store([](SQLite::Database& db) { return list_cases(db, {}); });
    }
    ApiResponse call(Router& router, const std::string& method, const std::string& target,
                     const std::string& body = {}) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.body = body;
        request.authorization = "Bearer t";
        return bureau_.run(router.handle(request));
    }

    SmallBureau bureau_;
    VerifyService service_{bureau_.context()};
};

// Both are ordered to stop by the season, without a warning, for three days.
class VerifySeasonTest : public testing::Test {
 protected:
    VerifySeasonTest() {
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.order_stop(kMonday, kMonday + 72h, kMonday, "");
    }
    TickCounts run_day(int day) {
        const Instant from = kMonday + days{day};
        bureau_.put_readings("M1", from, from + 27h, stand);
        bureau_.put_readings("M2", from, from + 27h, work);
        bureau_.clock().step(from + 27h);
        return bureau_.run(service_.tick());
    }
    std::vector<StoredVerdict> verdicts(const std::string& enterprise) {
        VerdictQuery query;
        query.enterprise = enterprise;
        return bureau_.with_store(
            [&](SQLite::Database& db) { return list_verdicts(db, query, rules::Zone{}); });
    }
    std::vector<StoredCase> cases() {
        return bureau_.with_store([](SQLite::Database& db) { return list_cases(db, {}); });
    }
    void step(std::int64_t number, rules::CaseStep what) {
        CaseStepDone done;
        done.person = "inspector";
        done.note = "现场属实";
        if (what == rules::CaseStep::kConclude) done.conclusion = rules::Conclusion::kBreach;
        const auto taken = bureau_.with_store([&](SQLite::Database& db) {
            return take_step(db, number, what, done, bureau_.clock().now());
        });
        ASSERT_TRUE(taken) << rules::to_text(taken.error());
    }

    SmallBureau bureau_;
    VerifyService service_{bureau_.context()};
};

TEST_F(VerifySeasonTest, EachDayHasAVerdictOfItsOwnThatBecomesFinal) {
    for (int day = 0; day < 3; ++day) run_day(day);
    for (const char* enterprise : {"E1", "E2"}) {
        const auto found = verdicts(enterprise);
        ASSERT_EQ(found.size(), 3U) << enterprise;
        for (std::size_t day = 0; day < 3; ++day) {
            const rules::Span& window = found[day].verdict.window;
            EXPECT_EQ(window.from, kMonday + days{day});
            EXPECT_EQ(window.to, kMonday + days{day + 1});
            EXPECT_EQ(found[day].warning, "");
            EXPECT_TRUE(found[day].is_final);
            EXPECT_EQ(found[day].verdict.compliance,
                      enterprise[1] == '1' ? Compliance::kCompliant : Compliance::kBreach);
        }
    }
}

TEST_F(VerifySeasonTest, DaysOfOneSeasonAreOneCaseUntilItIsClosed) {
    run_day(0);
    run_day(1);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].enterprise, "E2");
    EXPECT_EQ(cases()[0].verdict, verdicts("E2")[1].number);
    const std::int64_t number = cases()[0].number;
    step(number, rules::CaseStep::kConclude);
    step(number, rules::CaseStep::kClose);
    EXPECT_EQ(run_day(2).cases, 1U);
    EXPECT_EQ(cases().size(), 2U);
}

TEST_F(VerifySeasonTest, ARestartJudgesTheDayAgainstTheSameBaseline) {
    run_day(0);
    run_day(1);
    VerifyService again(bureau_.context());
    const Instant from = kMonday + days{2};
    bureau_.put_readings("M1", from, from + 12h, stand);
    bureau_.put_readings("M2", from, from + 12h, work);
    bureau_.clock().step(from + 12h);
    EXPECT_EQ(bureau_.run(again.tick()).judged, 2U);
    ASSERT_EQ(verdicts("E2").size(), 3U);
    ASSERT_TRUE(verdicts("E2")[2].verdict.baseline.has_value());
    EXPECT_EQ(verdicts("E2")[2].verdict.baseline->method,
              verdicts("E2")[1].verdict.baseline->method);
    EXPECT_EQ(verdicts("E2")[2].verdict.compliance, Compliance::kBreach);
}

TEST_F(VerifyServiceTest, TheObeyingAreCompliantAndTheOthersLeadToACase) {
    bureau_.put_readings("M1", kMonday, kMonday + 24h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 24h, work);
    const TickCounts counts = tick_at(kMonday + 24h);
    EXPECT_EQ(counts.judged, 2U);
    EXPECT_EQ(counts.cases, 1U);
    ASSERT_EQ(verdicts("E1").size(), 1U);
    EXPECT_EQ(verdicts("E1")[0].verdict.compliance, Compliance::kCompliant);
    EXPECT_EQ(verdicts("E2")[0].verdict.compliance, Compliance::kBreach);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].enterprise, "E2");
    EXPECT_EQ(cases()[0].kind, "lead");
}

TEST_F(VerifyServiceTest, WhileNothingChangesTheVersionIsExtended) {
    bureau_.put_readings("M1", kMonday, kMonday + 12h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 12h, stand);
    tick_at(kMonday + 12h);
    bureau_.put_readings("M1", kMonday + 12h, kMonday + 20h, stand);
    bureau_.put_readings("M2", kMonday + 12h, kMonday + 20h, work);
    const TickCounts counts = tick_at(kMonday + 20h);
    EXPECT_EQ(counts.changed, 1U);
    ASSERT_EQ(verdicts("E1", true).size(), 1U);
    EXPECT_EQ(verdicts("E1")[0].verdict.window.to, kMonday + 20h);
    const auto both = verdicts("E2", true);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].verdict.compliance, Compliance::kCompliant);
    EXPECT_FALSE(both[0].is_latest);
    EXPECT_EQ(both[1].verdict.compliance, Compliance::kBreach);
    EXPECT_EQ(both[1].version, 2);
}

TEST_F(VerifyServiceTest, AClosedWindowIsFinalAndNotJudgedAgain) {
    bureau_.put_readings("M1", kMonday, kMonday + 48h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 48h, stand);
    tick_at(kMonday + 48h);
    EXPECT_FALSE(verdicts("E1")[0].is_final);
    tick_at(kMonday + 48h + kSettle);
    EXPECT_TRUE(verdicts("E1")[0].is_final);
    EXPECT_EQ(verdicts("E1")[0].verdict.window, (rules::Span{kMonday, kMonday + 48h}));
    EXPECT_EQ(tick_at(kMonday + 60h).judged, 0U);
}

TEST_F(VerifyServiceTest, LateReadingsMakeANewVersionWhenJudgedAgain) {
    bureau_.put_readings("M1", kMonday, kMonday + 48h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 10h, stand);
    tick_at(kMonday + 48h + kSettle);
    EXPECT_EQ(verdicts("E2")[0].verdict.compliance, Compliance::kCannotTell);
    bureau_.put_readings("M2", kMonday + 10h, kMonday + 48h, work);
    bureau_.clock().step(kMonday + 80h);
    bureau_.run(service_.rejudge("w1"));
    const auto both = verdicts("E2", true);
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[1].verdict.compliance, Compliance::kBreach);
    EXPECT_TRUE(both[1].is_final);
}

TEST_F(VerifyServiceTest, SilenceOpensACaseOfItsOwn) {
    bureau_.put_readings("M1", kMonday, kMonday + 30h, stand);
    tick_at(kMonday + 24h);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].kind, "data_quality");
    EXPECT_EQ(cases()[0].enterprise, "E2");
    tick_at(kMonday + 30h);
    EXPECT_EQ(cases().size(), 1U);
}

TEST_F(VerifyServiceTest, PeopleCarryACaseToItsEnd) {
    bureau_.put_readings("M1", kMonday, kMonday + 24h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 24h, work);
    tick_at(kMonday + 24h);
    Router router;
    service_.add_routes(router);
    Person inspector;
    inspector.id = "li";
    inspector.roles = {Role::kInspector};
    inspector.token_sha256 = "e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8";
    router.set_people({inspector});
    EXPECT_EQ(call(router, "POST", "/api/v1/cases/1/close", R"({"note":"x"})").status, 409);
    EXPECT_EQ(call(router, "POST", "/api/v1/cases/1/site-check").status, 200);
    EXPECT_EQ(call(router, "POST", "/api/v1/cases/1/conclusion", R"({"note":"看过"})").status, 400);
    EXPECT_EQ(call(router, "POST", "/api/v1/cases/1/conclusion",
                   R"({"conclusion":"breach","note":"窑在烧"})")
                  .status,
              200);
    EXPECT_EQ(call(router, "POST", "/api/v1/cases/1/statement", R"({"note":"认"})").status, 200);
    EXPECT_EQ(call(router, "POST", "/api/v1/cases/1/close", R"({"note":"办结"})").status, 200);
    const auto story = plans::parse_json(call(router, "GET", "/api/v1/cases/1").body, "case");
    ASSERT_TRUE(story);
    EXPECT_EQ(plans::string_or(*story, "state"), "closed");
    EXPECT_EQ(plans::string_or(*story, "conclusion"), "breach");
    EXPECT_EQ(story->at("steps").as_array().size(), 5U);
    EXPECT_EQ(call(router, "GET", "/api/v1/cases/99").status, 404);
}

TEST_F(VerifyServiceTest, TheCurveOfAMeterComesWithItsCap) {
    bureau_.put_readings("M1", kMonday, kMonday + 24h, stand);
    bureau_.clock().step(kMonday + 24h);
    Router router;
    service_.add_routes(router);
    Person auditor;
    auditor.id = "wu";
    auditor.roles = {Role::kAuditor};
    auditor.token_sha256 = "e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8";
    router.set_people({auditor});
    const auto answer = call(router, "GET",
                             "/api/v1/meters/M1/series?from=2015-12-06T20:00:00Z&to="
                             "2015-12-07T00:00:00Z");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto view = plans::parse_json(answer.body, "series").value();
    EXPECT_EQ(view.at("readings").as_array().size(), 16U);
    EXPECT_EQ(view.at("baseline").as_array().size(), 16U);
    EXPECT_EQ(view.at("cap").as_array().size(), 16U);
    EXPECT_EQ(call(router, "GET", "/api/v1/meters/none/series").status, 404);
    EXPECT_EQ(call(router, "GET", "/api/v1/meters/M1/series?from=x").status, 400);
}

}  // namespace
}  // namespace qk::daemon
