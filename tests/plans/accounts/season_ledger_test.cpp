// What is known of the days of a season's duty: entries of people first, then verdicts that cover a
// whole day; nobody is kept or guilty by ignorance.
#include "plans/accounts/season_ledger.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans {
namespace {

using namespace testing;

rules::CivilDay day(const char* text) { return *rules::parse_day(text); }

using rules::Compliance;
using std::chrono::hours;

class SeasonLedger : public ::testing::Test {
 protected:
    SeasonLedger() {
        window_.id = "clinker";
        window_.from = day("2016-11-15");
        window_.to = day("2016-11-20");
    }
    void judged(const char* from, int length_hours, Compliance compliance, bool is_own = true) {
        const rules::Instant start = rules::start_of(day(from), kZone);
        evidence_.judged.push_back({{start, start + hours{length_hours}}, compliance, is_own});
    }
    void enter(const char* of, SeasonEntryKind kind) {
        evidence_.entries.push_back({day(of), kind});
    }
    [[nodiscard]] SeasonDebt debt(const char* as_of = "2016-11-17") const {
        return debt_of(window_, record_from(window_, evidence_, day(as_of), kZone), day(as_of));
    }

    SeasonWindow window_;
    SeasonEvidence evidence_;
};

TEST_F(SeasonLedger, WithoutAnythingKnownADayIsNeitherKeptNorOwed) {
    EXPECT_EQ(debt().owed_days, 3);
    EXPECT_EQ(debt().unknown_days, 3);
    EXPECT_EQ(debt().debt_days, 0);
    EXPECT_EQ(debt().text, "错峰生产：应停3天，已停0天，3天无法判断，补停0天，尚欠0天。");
}

TEST_F(SeasonLedger, AComplianceOverTheWholeDayKeepsIt) {
    judged("2016-11-15", 24, Compliance::kCompliant);
    judged("2016-11-16", 23, Compliance::kCompliant);
    EXPECT_EQ(debt().kept_days, 1);
    EXPECT_EQ(debt().unknown_days, 2);
    // The warning that ruled from then on asked at least as much, and that was kept too.
    evidence_.judged.push_back({{rules::start_of(day("2016-11-16"), kZone) + hours{23},
                                 rules::start_of(day("2016-11-18"), kZone)},
                                Compliance::kCompliant,
                                false});
    EXPECT_EQ(debt().kept_days, 3);
}

TEST_F(SeasonLedger, ABreachOfTheDayMissesItAndWhatCannotBeToldDoesNot) {
    judged("2016-11-15", 24, Compliance::kBreach);
    judged("2016-11-16", 24, Compliance::kCannotTell);
    judged("2016-11-17", 24, Compliance::kBreachSuspected);
    EXPECT_EQ(debt().debt_days, 1);
    EXPECT_EQ(debt().unknown_days, 2);
    EXPECT_EQ(debt().kept_days, 0);
}

TEST_F(SeasonLedger, ABreachOfALongWarningSaysNothingOfASingleDay) {
    judged("2016-11-15", 72, Compliance::kBreach, false);
    EXPECT_EQ(debt().debt_days, 0);
    EXPECT_EQ(debt().unknown_days, 3);
}

TEST_F(SeasonLedger, WhatAPersonEnteredDecidesAndTheLastEntryCounts) {
    judged("2016-11-15", 24, Compliance::kBreach);
    judged("2016-11-16", 24, Compliance::kCompliant);
    enter("2016-11-15", SeasonEntryKind::kStood);
    enter("2016-11-16", SeasonEntryKind::kRan);
    EXPECT_EQ(debt().kept_days, 1);
    EXPECT_EQ(debt().debt_days, 1);
    enter("2016-11-16", SeasonEntryKind::kWithdrawn);
    EXPECT_EQ(debt().kept_days, 2);
    enter("2016-11-15", SeasonEntryKind::kRan);
    EXPECT_EQ(debt().kept_days, 1);
}

TEST_F(SeasonLedger, DaysMadeUpOutsideTheWindowPayTheDebt) {
    for (const char* of : {"2016-11-15", "2016-11-16"}) enter(of, SeasonEntryKind::kRan);
    enter("2017-04-01", SeasonEntryKind::kMadeUp);
    EXPECT_EQ(debt("2016-12-01").debt_days, 2);
    EXPECT_EQ(debt("2017-04-01").debt_days, 1);
    EXPECT_EQ(debt("2017-04-01").made_up_days, 1);
    enter("2017-04-01", SeasonEntryKind::kWithdrawn);
    EXPECT_EQ(debt("2017-04-01").debt_days, 2);
}

TEST_F(SeasonLedger, ADayBeforeTheWindowBeganPaysNothing) {
    enter("2016-11-15", SeasonEntryKind::kRan);
    enter("2016-11-01", SeasonEntryKind::kMadeUp);
    EXPECT_EQ(debt("2016-12-01").debt_days, 1);
    EXPECT_EQ(debt("2016-12-01").made_up_days, 0);
}

TEST_F(SeasonLedger, ADayPaysOneDebtOnly) {
    SeasonWindow later;
    later.id = "clinker-2";
    later.from = day("2016-12-01");
    later.to = day("2016-12-10");
    SeasonRecord of_first{"clinker", "E1", "K1", {}, {day("2016-12-05"), day("2016-12-20")}};
    SeasonRecord of_later{"clinker-2", "E1", "K1", {}, {day("2016-12-20"), day("2016-12-21")}};
    const auto entered_first = of_first.made_up;
    pay_once(of_first, window_, {{&later, of_later.made_up}});
    EXPECT_EQ(of_first.made_up, std::vector{day("2016-12-20")})
        << "the later window asked for the 5th";
    pay_once(of_later, later, {{&window_, entered_first}});
    EXPECT_EQ(of_later.made_up, std::vector{day("2016-12-21")}) << "the older debt is paid first";
}

TEST_F(SeasonLedger, WhatTheWholeEnterpriseOwesEachOfItsLinesOwes) {
    EXPECT_TRUE(is_same_plant("K1", ""));
    EXPECT_TRUE(is_same_plant("", "K1"));
    EXPECT_TRUE(is_same_plant("K1", "K1"));
    EXPECT_FALSE(is_same_plant("K1", "K2"));
}

TEST_F(SeasonLedger, TheEntryCarriesItsOwnColumnForTheUnknown) {
    const auto json = to_json(debt()).as_object();
    EXPECT_EQ(json.at("unknown_days").as_int64(), 3);
    EXPECT_EQ(json.at("debt_days").as_int64(), 0);
}

TEST(SeasonEntries, HaveWordsOfTheirOwn) {
    for (const char* word : {"stood", "ran", "made_up", "withdrawn"}) {
        EXPECT_EQ(to_text(parse_season_entry(word).value()), word);
    }
    EXPECT_FALSE(parse_season_entry("slept").has_value());
}

// The window of 6 days spares grade A.
class LedgerByGrade : public SeasonLedger {
 protected:
    LedgerByGrade() {
        InventoryBuilder b;
        b.enterprise("E1", "水泥", "A");
        b.line("K1", grams(1, 1, 1, 1));
        inventory_ = b.inventory;
        window_.except_grades = {"A"};
        window_.measure.form = rules::Form::kStop;
        season_.windows = {window_};
        rules_.grade_change = GradeChangeRule::kNewGrade;
    }
    void change(const char* to, const char* from) {
        changes_.push_back({"E1", Grade{to}, day(from), "", ""});
    }
    [[nodiscard]] std::vector<SeasonDebt> ledger(const std::vector<SeasonRecord>& records) const {
        return season_ledger(inventory_, season_, rules_, records, day("2016-12-01"), &changes_);
    }

    Inventory inventory_;
    SeasonPlan season_;
    RegionRules rules_ = national_sample_rules();
    std::vector<GradeChange> changes_;
};

TEST_F(LedgerByGrade, OnlyTheDaysOfAGradeThatIsCoveredAreOwed) {
    EXPECT_TRUE(ledger({}).empty()) << "an A owes nothing";
    change("C", "2016-11-18");
    // The 15th was kept without being asked, of the three that are owed the 18th.
    const SeasonRecord record{"clinker", "E1", "K1", {day("2016-11-15"), day("2016-11-18")}, {}};
    const auto all = ledger({record});
    ASSERT_EQ(all.size(), 1U);
    EXPECT_EQ(all[0].owed_days, 3);
    EXPECT_EQ(all[0].kept_days, 1);
    EXPECT_EQ(all[0].debt_days, 2);
}

TEST_F(LedgerByGrade, AGradeThatComesAndGoesIsCountedByDay) {
    change("C", "2016-11-16");
    change("A", "2016-11-17");
    change("D", "2016-11-20");
    EXPECT_EQ(ledger({}).at(0).owed_days, 2);
    rules_.grade_change = GradeChangeRule::kEdition;
    EXPECT_TRUE(ledger({}).empty());
}

TEST_F(LedgerByGrade, ADayThatAnotherWindowDidNotAskForPaysItsDebt) {
    SeasonRecord record{"earlier", "E1", "K1", {}, {day("2016-11-16"), day("2016-11-19")}};
    SeasonWindow earlier;
    earlier.id = "earlier";
    earlier.from = earlier.to = day("2016-11-01");
    pay_once(record, earlier, {{&window_, {}, {day("2016-11-15"), day("2016-11-16")}}});
    EXPECT_EQ(record.made_up, std::vector{day("2016-11-16")});
}

}  // namespace
}  // namespace qk::plans
