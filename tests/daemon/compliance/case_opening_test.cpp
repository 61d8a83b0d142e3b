#include "daemon/compliance/case_opening.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/compliance/verify_service.hpp"
#include "daemon/store/audit.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;
using plans::CaseKind;
using plans::CaseState;
using rules::Instant;

double work(Instant end) {
    const int hour = rules::hour_of_day(end - 1s, rules::kBeijingTime);
    return hour >= 6 && hour < 22 ? 300 : 21;
}
double stand(Instant) { return 21; }

class CaseOpeningTest : public testing::TestWithParam<StoreMode> {
 protected:
    CaseOpeningTest() {
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.order_stop(kMonday, kMonday + 72h, kMonday - 6h);
    }
    void tick_at(Instant now) {
        bureau_.clock().step(now);
        (void)bureau_.run(service_.tick());
    }
    // As intake does with every reading.
    void hear(const std::string& meter, Instant from, Instant to) {
        bureau_.put_readings(meter, from, to, stand);
        bureau_.with_store([&](Session& db) {
            db.exec("INSERT OR REPLACE INTO meter_state(meter, t_end, arrived) VALUES(?, ?, ?)",
                    meter, to, to);
            return true;
        });
    }
    std::vector<StoredCase> cases() {
        return bureau_.with_store([](Session& db) { return list_cases(db, {}); });
    }

    SmallBureau bureau_{GetParam()};
    VerifyService service_{bureau_.context()};
};
QK_IN_BOTH_STORE_MODES(CaseOpeningTest);

TEST_P(CaseOpeningTest, ACaseAboutDataClosesItselfWhenTheMeterIsHeardAgainAndOpensWhenNot) {
    hear("M1", kMonday, kMonday + 24h);
    tick_at(kMonday + 24h);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].standing.kind, CaseKind::kDataQuality);
    EXPECT_EQ(cases()[0].enterprise, "E2");
    // Half an hour is not yet back; the gap of a day stays for good.
    hear("M1", kMonday + 24h, kMonday + 30h);
    hear("M2", kMonday + 26h, kMonday + 26h + 30min);
    tick_at(kMonday + 26h + 30min);
    EXPECT_EQ(cases()[0].standing.state, CaseState::kLead);
    hear("M2", kMonday + 26h + 30min, kMonday + 30h);
    tick_at(kMonday + 30h);
    ASSERT_EQ(cases().size(), 1U);
    EXPECT_EQ(cases()[0].standing.state, CaseState::kClosed);
    EXPECT_FALSE(cases()[0].standing.conclusion);
    // Silent again.
    hear("M1", kMonday + 30h, kMonday + 40h);
    tick_at(kMonday + 40h);
    ASSERT_EQ(cases().size(), 1U) << "one for a meter and warning";
    EXPECT_EQ(cases()[0].standing.state, CaseState::kLead);
    std::vector<std::string> steps;
    const auto number = cases()[0].number;
    const auto rows =
        bureau_.with_store([number](Session& db) { return steps_of_case(db, number); });
    for (const CaseStepRow& row : rows) steps.push_back(row.step);
    EXPECT_THAT(steps, testing::ElementsAre("opened", "data_returned", "reopened"));
}

TEST_P(CaseOpeningTest, LateReadingsThatFillTheGapCloseItToo) {
    hear("M1", kMonday, kMonday + 24h);
    tick_at(kMonday + 24h);
    ASSERT_EQ(cases().size(), 1U);
    hear("M2", kMonday, kMonday + 26h);
    bureau_.with_store([](Session& db) {  // all of it came now
        db.exec("UPDATE readings SET arrived = ? WHERE meter = 'M2' AND t_end > ?", kMonday + 26h,
                kMonday);
        return true;
    });
    hear("M1", kMonday + 24h, kMonday + 26h);
    tick_at(kMonday + 26h);
    EXPECT_EQ(cases()[0].standing.state, CaseState::kClosed);
    const auto entries = bureau_.with_store([](Session& db) {
        AuditQuery query;
        query.subject = "1";
        return audit_entries(db, query);
    });
    ASSERT_EQ(entries.size(), 1U);
    EXPECT_EQ(entries[0].entry.action, "case.data_returned");
    EXPECT_EQ(entries[0].entry.person, "system");
}

TEST_P(CaseOpeningTest, AMeterThatLostAnHourAndIsHeardIsNobodysWork) {
    hear("M1", kMonday, kMonday + 24h);
    hear("M2", kMonday, kMonday + 8h);
    hear("M2", kMonday + 16h, kMonday + 24h);
    tick_at(kMonday + 24h);
    EXPECT_TRUE(cases().empty());
}

}  // namespace
}  // namespace qk::daemon
