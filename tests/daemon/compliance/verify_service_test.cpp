#include "daemon/compliance/verify_service.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "daemon/api/api.hpp"
#include "daemon/compliance/case_desk.hpp"
#include "daemon/compliance/case_routes.hpp"
#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/report_service.hpp"
#include "daemon/compliance/verdict_rows.hpp"
#include "daemon/orders/receipts.hpp"
#include "daemon/store/signing_keys.hpp"
#include "plans/decision/verdict_evidence.hpp"
#include "plans/evidence/evidence_page.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;
using rules::Compliance;
using rules::Instant;

double work(Instant end) {
    const int hour = rules::hour_of_day(end - 1s, rules::kBeijingTime);
    return hour >= 6 && hour < 22 ? 300 : 21;
}
double stand(Instant) { return 21; }

// Fourteen days of normal work of both, an order to stop from Monday on.
class VerifyServiceTest : public testing::TestWithParam<StoreMode> {
 protected:
    VerifyServiceTest() {
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 6h);
    }
    PassCounts tick_at(Instant now) {
        bureau_.clock().step(now);
        return bureau_.run(service_.tick());
    }
    std::vector<StoredVerdict> verdicts(const std::string& enterprise, bool all = false) {
        VerdictQuery query;
        query.enterprise = enterprise;
        query.all_versions = all;
        return bureau_.with_store(
            [&](Session& db) { return list_verdicts(db, query, rules::kBeijingTime); });
    }
    std::vector<StoredCase> cases() {
        return bureau_.with_store([](Session& db) { return list_cases(db, {}); });
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

    SmallBureau bureau_{GetParam()};
    VerifyService service_{bureau_.context()};
};
QK_IN_BOTH_STORE_MODES(VerifyServiceTest);

// Both are ordered to stop by the season, without a warning, for three days.
class VerifySeasonTest : public testing::TestWithParam<StoreMode> {
 protected:
    VerifySeasonTest() {
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.order_stop(kMonday, kMonday + 72h, kMonday, "");
    }
    PassCounts run_day(int day) {
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
            [&](Session& db) { return list_verdicts(db, query, rules::kBeijingTime); });
    }
    std::vector<StoredCase> cases() {
        return bureau_.with_store([](Session& db) { return list_cases(db, {}); });
    }
    void step(std::int64_t number, plans::CaseAct act, const std::string& person) {
        CaseStepGiven given;
        given.asked = {act, person, plans::Conclusion::kJustified, true};
        const auto taken = bureau_.with_store([&](Session& db) {
            return take_case_step(db, load_case(db, number).value(), given,
                                  {"", bureau_.clock().now()}, {true, rules::kBeijingTime, {}});
        });
        ASSERT_TRUE(taken) << rules::to_text(taken.error());
    }

    SmallBureau bureau_{GetParam()};
    VerifyService service_{bureau_.context()};
};
QK_IN_BOTH_STORE_MODES(VerifySeasonTest);

TEST_P(VerifySeasonTest, EachDayHasAVerdictOfItsOwnThatBecomesFinal) {
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

TEST_P(VerifySeasonTest, AListGoesOnBehindAVerdictWhateverWasJudgedMeanwhile) {
    for (int day = 0; day < 3; ++day) run_day(day);
    VerdictQuery query;
    const auto list = [&] {
        return bureau_.with_store(
            [&](Session& db) { return list_verdicts(db, query, rules::kBeijingTime); });
    };
    const auto all = list();
    ASSERT_EQ(all.size(), 6U);
    for (std::size_t i = 0; i < all.size(); ++i) {
        query.after = {all[i].enterprise, all[i].verdict.obligation, all[i].window_from,
                       all[i].version};
        const auto rest = list();
        ASSERT_EQ(rest.size(), all.size() - i - 1);
        if (!rest.empty()) {
            EXPECT_EQ(rest.front().number, all[i + 1].number);
        }
    }
}

TEST_P(VerifySeasonTest, DaysOfOneSeasonAreOneCaseUntilItIsClosed) {
    run_day(0);
    run_day(1);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].enterprise, "E2");
    EXPECT_EQ(cases()[0].verdict, verdicts("E2")[1].number);
    const std::int64_t number = cases()[0].number;
    step(number, plans::CaseAct::kSend, "wang");
    step(number, plans::CaseAct::kCheck, "li");
    step(number, plans::CaseAct::kConclude, "wang");
    step(number, plans::CaseAct::kClose, "wang");
    EXPECT_EQ(run_day(2).cases, 1U);
    EXPECT_EQ(cases().size(), 2U);
}

TEST_P(VerifySeasonTest, ARestartJudgesTheDayAgainstTheSameBaseline) {
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

TEST_P(VerifyServiceTest, TheObeyingAreCompliantAndTheOthersLeadToACase) {
    bureau_.put_readings("M1", kMonday, kMonday + 24h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 24h, work);
    const PassCounts counts = tick_at(kMonday + 24h);
    EXPECT_EQ(counts.judged, 2U);
    EXPECT_EQ(counts.cases, 1U);
    ASSERT_EQ(verdicts("E1").size(), 1U);
    EXPECT_EQ(verdicts("E1")[0].verdict.compliance, Compliance::kCompliant);
    EXPECT_EQ(verdicts("E2")[0].verdict.compliance, Compliance::kBreach);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].enterprise, "E2");
    EXPECT_EQ(cases()[0].standing.kind, plans::CaseKind::kLead);
}

// The broker is away from before a stop with immediate effect until it comes back at 13:00; both go
// on working meanwhile, one stops at once when it can know, the other does not.
TEST_P(VerifyServiceTest, NobodyIsAccusedOfWhatCouldNotBeKnown) {
    bureau_.stop_publishing();
    const Instant ordered = kMonday + 8h + 45min;
    bureau_.order_stop(ordered, kMonday + 48h, ordered, "w2");
    bureau_.put_readings("M1", kMonday, kMonday + 13h, work);
    bureau_.put_readings("M2", kMonday, kMonday + 40h, work);
    tick_at(kMonday + 12h);
    const auto of_second = [&](const std::string& enterprise) {
        auto found = verdicts(enterprise);
        std::erase_if(found, [](const StoredVerdict& one) { return one.warning != "w2"; });
        return found;
    };
    ASSERT_EQ(of_second("E1").size(), 1U);
    EXPECT_EQ(of_second("E1")[0].verdict.compliance, Compliance::kCannotTell);
    EXPECT_EQ(of_second("E1")[0].verdict.findings.at(0).kind, rules::FindingKind::kOrderNotKnown);
    const auto calls = [&] {
        return bureau_.with_store([](Session& db) { return count_phone_list(db); });
    };
    EXPECT_EQ(calls(), 2U) << "somebody has to tell them";
    bureau_.publish(kMonday + 13h);
    bureau_.put_readings("M1", kMonday + 13h, kMonday + 40h, stand);
    tick_at(kMonday + 40h);
    EXPECT_EQ(of_second("E1")[0].verdict.compliance, Compliance::kCompliant);
    EXPECT_EQ(of_second("E1")[0].verdict.window.from, kMonday + 13h);
    EXPECT_EQ(of_second("E2")[0].verdict.compliance, Compliance::kBreach);
    EXPECT_EQ(of_second("E2")[0].verdict.delivery->published_at, kMonday + 13h);
}

TEST_P(VerifyServiceTest, ACallOnRecordLetsItCountBeforeTheBrokerIsBack) {
    bureau_.stop_publishing();
    const Instant ordered = kMonday + 9h;
    bureau_.order_stop(ordered, kMonday + 48h, ordered, "w2");
    bureau_.put_readings("M2", kMonday, kMonday + 20h, work);
    bureau_.with_store([&](Session& db) {
        Receipt receipt;
        receipt.order = "w2/E2";
        receipt.revision = load_order(db, "E2")->revision;
        receipt.state = ReceiptState::kReceived;
        receipt.at = kMonday + 10h;
        ReceiptOrigin origin;
        origin.enterprise = "E2";
        origin.channel = "phone";
        origin.person = "zhang.wei";
        origin.arrived = kMonday + 11h;
        return take_receipt(db, receipt, origin);
    });
    tick_at(kMonday + 20h);
    const auto found = verdicts("E2");
    ASSERT_FALSE(found.empty());
    EXPECT_EQ(found.back().verdict.compliance, Compliance::kBreach);
    EXPECT_EQ(found.back().verdict.window.from, kMonday + 10h);
    EXPECT_EQ(found.back().verdict.delivery->telephoned_at, kMonday + 10h);
}

TEST_P(VerifyServiceTest, WhileNothingChangesTheVersionIsExtended) {
    bureau_.put_readings("M1", kMonday, kMonday + 12h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 12h, stand);
    tick_at(kMonday + 12h);
    bureau_.put_readings("M1", kMonday + 12h, kMonday + 20h, stand);
    bureau_.put_readings("M2", kMonday + 12h, kMonday + 20h, work);
    const PassCounts counts = tick_at(kMonday + 20h);
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

TEST_P(VerifyServiceTest, AClosedWindowIsFinalAndNotJudgedAgain) {
    bureau_.put_readings("M1", kMonday, kMonday + 48h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 48h, stand);
    tick_at(kMonday + 48h);
    EXPECT_FALSE(verdicts("E1")[0].is_final);
    tick_at(kMonday + 48h + kSettle);
    EXPECT_TRUE(verdicts("E1")[0].is_final);
    EXPECT_EQ(verdicts("E1")[0].verdict.window, (rules::Span{kMonday, kMonday + 48h}));
    EXPECT_EQ(tick_at(kMonday + 60h).judged, 0U);
}

TEST_P(VerifyServiceTest, LateReadingsMakeANewVersionWhenJudgedAgain) {
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

TEST_P(VerifyServiceTest, SilenceOpensACaseOfItsOwn) {
    bureau_.put_readings("M1", kMonday, kMonday + 30h, stand);
    tick_at(kMonday + 24h);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].standing.kind, plans::CaseKind::kDataQuality);
    EXPECT_EQ(cases()[0].enterprise, "E2");
    tick_at(kMonday + 30h);
    EXPECT_EQ(cases().size(), 1U);
}

// More windows than one transaction takes, and everybody who may ask for a pass asks at once.
TEST_P(VerifyServiceTest, WhoeverAsksAtOnceIsAnsweredWithoutGettingInEachOthersWay) {
    constexpr int kCopies = 300;
    bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 5h, "w1", kCopies);
    bureau_.put_readings("M1", kMonday, kMonday + 24h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 24h, work);
    bureau_.clock().step(kMonday + 24h);
    ReportService reports(bureau_.context(), service_);
    std::vector<boost::asio::awaitable<PassCounts>> passes;
    for (int i = 0; i < 20; ++i) {
        passes.push_back(service_.tick());
        passes.push_back(service_.rejudge("w1"));
        passes.push_back(service_.rejudge("w2"));
    }
    for (const PassCounts& counts : bureau_.run_together(std::move(passes))) {
        EXPECT_TRUE(counts.windows == 2U * kCopies || counts.windows == 0U) << counts.windows;
        EXPECT_EQ(counts.judged, counts.windows);
    }
    for (const char* enterprise : {"E1", "E2"}) {
        const auto found = verdicts(enterprise, true);
        EXPECT_EQ(found.size(), 100U) << "a page of them";
        for (const StoredVerdict& one : found) EXPECT_EQ(one.version, 1) << "judged once";
    }
    EXPECT_EQ(
        bureau_.with_store([](Session& db) { return db.count("SELECT count(*) FROM verdicts"); }),
        2 * kCopies);
}

TEST_P(VerifyServiceTest, TheEvidenceOfAVerdictProvesItselfAndSaysToWhomItWasGiven) {
    bureau_.put_readings("M1", kMonday, kMonday + 24h, stand);
    bureau_.put_readings("M2", kMonday, kMonday + 24h, work);
    tick_at(kMonday + 24h);
    bureau_.with_store([&](Session& db) {
        add_key(db, bureau_.context().signing_key.public_key_hex(), std::nullopt,
                kMonday - days{1});
        return true;
    });
    Router router;
    service_.add_routes(router);
    add_case_routes(router, bureau_.context());
    Person inspector;
    inspector.id = "li";
    inspector.roles = {Role::kInspector};
    inspector.token_sha256 = "e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8";
    router.set_people({inspector});
    const auto found = verdicts("E2");
    ASSERT_FALSE(found.empty());
    const std::string path =
        "/api/v1/verdicts/" + std::to_string(found.back().number) + "/evidence";
    ASSERT_EQ(call(router, "POST", "/api/v1/cases/1/site-check").status, 200);
    const ApiResponse answer = call(router, "GET", path);
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto page = plans::read_evidence_page(answer.body);
    ASSERT_TRUE(page);
    EXPECT_TRUE(page->link.holds) << page->link.why;
    plans::EvidenceCheck check({}, {});
    plans::VerdictEvidence judged;
    check.let_others_take([&judged](std::string_view kind, const boost::json::value& value) {
        return judged.take(kind, value);
    });
    std::istringstream lines(page->package);
    for (std::string line; std::getline(lines, line);) ASSERT_TRUE(check.take(line + "\n"));
    std::string said;
    auto links = check.finish();
    const auto more = judged.finish();
    links.insert(links.end(), more.begin(), more.end());
    for (const plans::EvidenceLink& link : links) {
        EXPECT_TRUE(link.holds) << link.what << ": " << link.why;
        said += link.what + ": " + link.why + "\n";
    }
    EXPECT_NE(said.find("case.site_check"), std::string::npos) << said;
    EXPECT_NE(said.find("evidence.give"), std::string::npos) << said;
    EXPECT_NE(said.find("order w1/E2"), std::string::npos) << said;
    EXPECT_NE(said.find("computed again from the readings"), std::string::npos) << said;
    EXPECT_EQ(page->package.find("E1/"), std::string::npos) << "it speaks of nobody else";
    EXPECT_EQ(call(router, "GET", "/api/v1/verdicts/0/evidence").status, 404);
    EXPECT_EQ(call(router, "GET", "/api/v1/verdicts/x/evidence").status, 404);
}

TEST_P(VerifyServiceTest, TheCurveOfAMeterComesWithItsCap) {
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
    EXPECT_EQ(call(router, "GET", "/api/v1/meters/M1/series?from=x").status, 422);
}

// What is settled is not looked at again, and its plant's look-back is not read for it: neither on
// the next day nor by the next process.
TEST_P(VerifyServiceTest, AWindowThatNoInstrumentShowsIsSettledByItsLastWord) {
    const Instant short_end = kMonday + 48h + 30min;
    bureau_.order_stop(kMonday + 48h, short_end, kMonday + 47h, "w2");
    EXPECT_GT(tick_at(short_end + 1h).windows, 0U);
    EXPECT_GT(tick_at(short_end + 3h).windows, 0U);
    EXPECT_EQ(tick_at(short_end + 27h).windows, 0U);
    VerifyService restarted(bureau_.context());
    bureau_.clock().step(short_end + 28h);
    EXPECT_EQ(bureau_.run(restarted.tick()).windows, 0U);
}

TEST_P(VerifyServiceTest, AnHourThatOnlyTheWallClockKnowsIsNotJudged) {
    const Instant now = kMonday + 13h;
    bureau_.put_readings("M1", kMonday, now - 1h, stand);
    ClockWatch& watch = *bureau_.context().clock_watch;
    watch.start({}, now - 1h, now.time_since_epoch());
    ASSERT_TRUE(watch.look(now, now.time_since_epoch()));
    tick_at(now);
    const auto found = verdicts("E1");
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].verdict.window.to, now - 1h);
    EXPECT_EQ(found[0].verdict.compliance, Compliance::kCompliant) << found[0].verdict.text;
}

}  // namespace
}  // namespace qk::daemon
