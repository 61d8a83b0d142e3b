// The season's daily decision: begins on the first day, goes on unchanged, ends after the last, and
// deciding twice changes nothing.
#include "plans/response/season_orders.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans {
namespace {

using namespace testing;

rules::CivilDay day(const char* text) { return *rules::parse_day(text); }

using rules::Instant;
using std::chrono::hours;
using std::chrono::minutes;

constexpr const char* kWinter = R"([[window]]
id = "clinker"
kind = "peak-shift"
from = "2016-11-15"
to = "2016-11-30"
trades = ["cement"]
measure = { form = "stop" }
source = "豫工信〔2016〕1号"
certainty = "sample"
)";
constexpr const char* kLimit = R"([[window]]
id = "limit"
kind = "seasonal"
from = "2016-11-10"
to = "2016-12-10"
trades = ["cement"]
measure = { form = "limit_load", ratio = 0.3 }
source = "市政府通知"
certainty = "secondary"
)";

class SeasonOrders : public ::testing::Test {
 protected:
    SeasonOrders() {
        InventoryBuilder b;
        b.enterprise("E1", "水泥熟料", "B");
        b.line("K1", grams(1000, 1000, 1000, 1000));
        b.enterprise("E2", "铸造", "C");
        b.line("F1", grams(1000, 1000, 1000, 1000));
        inventory_ = b.inventory;
        inventory_.edition = "2016";
        use(kWinter);
    }
    void use(const std::string& toml) { season_ = *read_season(toml, "season.toml"); }

    [[nodiscard]] SeasonOrderInput input(Instant now) const {
        return {inventory_, season_, rules_, now, kZone, &changes_};
    }
    std::vector<OrderDocument> decide(Instant now) {
        auto documents = season_orders(input(now), present_);
        // As they come back from where they are stored.
        for (OrderDocument& document : documents) {
            document = *order_from_json(to_json(document, kZone), kZone);
            present_.insert_or_assign(document.enterprise, document);
        }
        return documents;
    }
    [[nodiscard]] static Instant midnight(const char* of) {
        return rules::start_of(day(of), kZone);
    }

    Inventory inventory_;
    SeasonPlan season_;
    RegionRules rules_ = national_sample_rules();
    PresentOrders present_;
    std::vector<GradeChange> changes_;
};

// The cement works keep out of the window as long as they hold an A.
class SeasonOrdersByGrade : public SeasonOrders {
 protected:
    SeasonOrdersByGrade() {
        rules_.grade_change = GradeChangeRule::kNewGrade;
        use(std::string(kWinter) + "except_grades = [\"A\"]\n");
        grade("A");
    }
    void grade(const char* name) { inventory_.enterprises[0].grade.name = name; }
    void change(const char* to, const char* from) {
        changes_.push_back({"E1", Grade{to}, day(from), "豫环〔2016〕7号", "省厅"});
    }
};

TEST_F(SeasonOrders, TheFirstDayBringsAnOrderWithoutWarningOrColour) {
    EXPECT_TRUE(decide(midnight("2016-11-15") - minutes{1}).empty());
    const auto documents = decide(midnight("2016-11-15"));
    ASSERT_EQ(documents.size(), 1U);
    const OrderDocument& order = documents[0];
    EXPECT_EQ(order.enterprise, "E1");
    EXPECT_EQ(order.order, "season/E1");
    EXPECT_EQ(order.revision, 1);
    EXPECT_TRUE(order.warning.empty());
    EXPECT_FALSE(order.colour.has_value());
    EXPECT_EQ(order.effective_from, midnight("2016-11-15"));
    EXPECT_EQ(order.effective_to, midnight("2016-12-01"));
    EXPECT_EQ(order.legal_basis, "错峰生产：豫工信〔2016〕1号（样例，使用前请确认）");
    ASSERT_EQ(order.obligations.size(), 1U);
    EXPECT_EQ(order.obligations[0].id, "E1/K1/stop/clinker");
    EXPECT_EQ(order.obligations[0].from, midnight("2016-11-15"));
    EXPECT_EQ(to_json(order, kZone).at("warning"), nullptr);
}

TEST_F(SeasonOrders, DecidingAgainChangesNothingOnAnyDayOfTheWindow) {
    decide(midnight("2016-11-15"));
    for (int later = 0; later < 15; ++later) {
        EXPECT_TRUE(decide(midnight("2016-11-15") + hours{24 * later + 1}).empty()) << later;
    }
}

TEST_F(SeasonOrders, TheNightAfterTheLastDayEndsIt) {
    decide(midnight("2016-11-15"));
    EXPECT_TRUE(decide(midnight("2016-12-01") - minutes{1}).empty());
    const auto documents = decide(midnight("2016-12-01"));
    ASSERT_EQ(documents.size(), 1U);
    EXPECT_EQ(documents[0].revision, 2);
    EXPECT_EQ(documents[0].order, "season/E1");
    EXPECT_TRUE(documents[0].obligations.empty());
    EXPECT_EQ(documents[0].effective_from, midnight("2016-12-01"));
    EXPECT_TRUE(decide(midnight("2016-12-02")).empty());
}

TEST_F(SeasonOrders, MidnightIsThatOfTheRegionsZone) {
    const rules::Zone west{std::chrono::hours{-5}};
    const Instant theirs = rules::start_of(day("2016-11-15"), west);
    const SeasonOrderInput before{inventory_, season_, rules_, theirs - minutes{1}, west};
    const SeasonOrderInput at{inventory_, season_, rules_, theirs, west};
    EXPECT_TRUE(season_orders(before, {}).empty());
    EXPECT_EQ(season_orders(at, {}).size(), 1U);
}

TEST_F(SeasonOrders, ALateOrderBindsFromWhenItIsIssued) {
    const Instant late = midnight("2016-11-20") + hours{10};
    EXPECT_EQ(decide(late)[0].obligations[0].from, late);
    EXPECT_TRUE(decide(late + hours{20}).empty());
    EXPECT_EQ(present_.at("E1").obligations[0].from, late);
}

TEST_F(SeasonOrders, ALineThatCannotStopAtOnceIsGrantedItsRampOnce) {
    inventory_.lines[0].uninterruptible = true;
    inventory_.lines[0].ramp_down_hours = 12;
    const rules::Obligation duty = decide(midnight("2016-11-15"))[0].obligations[0];
    EXPECT_EQ(std::get<rules::LineStands>(duty.check).ramp_down, hours{12});
    EXPECT_NE(duty.detail.find("12小时内到位"), std::string::npos) << duty.detail;
    EXPECT_TRUE(decide(midnight("2016-11-16")).empty());
}

TEST_F(SeasonOrders, AfterALiftItGoesOnFromThenAndALineThatStandsGetsNoRamp) {
    inventory_.lines[0].uninterruptible = true;
    inventory_.lines[0].ramp_down_hours = 12;
    decide(midnight("2016-11-15"));
    OrderDocument& order = present_.at("E1");
    order.order = "W1/E1";
    order.warning = "W1";
    order.colour = rules::Colour::kRed;
    order.revision = 2;
    order.obligations[0].id = "E1/K1/stop";
    order.obligations[0].to.reset();
    const Instant lift = midnight("2016-11-18") + hours{9};
    const auto documents = decide(lift);
    ASSERT_EQ(documents.size(), 1U);
    EXPECT_EQ(documents[0].revision, 3);
    EXPECT_TRUE(documents[0].warning.empty());
    const rules::Obligation& duty = documents[0].obligations[0];
    EXPECT_EQ(duty.from, lift);
    EXPECT_EQ(std::get<rules::LineStands>(duty.check).ramp_down, minutes{0});
    EXPECT_EQ(duty.detail.find("12小时"), std::string::npos);
    EXPECT_TRUE(decide(lift + hours{24}).empty());
    ASSERT_EQ(decide(midnight("2016-12-01")).size(), 1U);
    EXPECT_TRUE(present_.at("E1").obligations.empty());
}

TEST_F(SeasonOrders, AWindowOfOneTradeSpeaksOfTheLinesOfThatTrade) {
    inventory_.enterprises[0].industry = "水泥;铸造";
    inventory_.enterprises[1].industry = "家具;水泥";
    inventory_.lines[0].industry = "铸造";
    const auto documents = decide(midnight("2016-11-15"));
    ASSERT_EQ(documents.size(), 1U);
    EXPECT_EQ(documents[0].enterprise, "E2");
}

TEST_F(SeasonOrders, AnEditionThatAsksTheSameWritesToNobody) {
    decide(midnight("2016-11-15"));
    inventory_.edition = "2016-2";
    inventory_.enterprises[0].row = 77;
    EXPECT_TRUE(decide(midnight("2016-11-16")).empty());
    EXPECT_EQ(present_.at("E1").edition, "2016");
}

TEST_F(SeasonOrders, AnEditionThatAsksSomethingElseWritesToWhomItConcerns) {
    decide(midnight("2016-11-15"));
    season_.windows[0].trades = {"foundry"};
    const Instant now = midnight("2016-11-16") + hours{9};
    const auto documents = decide(now);
    ASSERT_EQ(documents.size(), 2U);
    EXPECT_EQ(documents[0].enterprise, "E2");
    EXPECT_EQ(documents[0].obligations[0].from, now);
    EXPECT_EQ(documents[1].enterprise, "E1");
    EXPECT_TRUE(documents[1].obligations.empty());
}

TEST_F(SeasonOrders, AnEnterpriseThatLeftTheInventoryIsLetGo) {
    decide(midnight("2016-11-15"));
    inventory_.enterprises.erase(inventory_.enterprises.begin());
    inventory_.lines.erase(inventory_.lines.begin());
    const auto documents = decide(midnight("2016-11-16"));
    ASSERT_EQ(documents.size(), 1U);
    EXPECT_EQ(documents[0].enterprise, "E1");
    EXPECT_TRUE(documents[0].obligations.empty());
}

TEST_F(SeasonOrders, OfTwoWindowsOnALineBothStandAndSayWhichBinds) {
    use(std::string(kLimit) + kWinter);
    decide(midnight("2016-11-10"));
    const auto documents = decide(midnight("2016-11-15"));
    ASSERT_EQ(documents.size(), 1U);
    ASSERT_EQ(documents[0].obligations.size(), 2U);
    for (const rules::Obligation& duty : documents[0].obligations) {
        EXPECT_EQ(duty.basis.back().text, "从严执行：错峰生产“clinker”严于季节性调控“limit”");
    }
    EXPECT_EQ(
        documents[0].legal_basis,
        "季节性调控：市政府通知（据二手文本）；错峰生产：豫工信〔2016〕1号（样例，使用前请确认）");
    const auto after = decide(midnight("2016-12-01"));
    ASSERT_EQ(after.size(), 1U);
    EXPECT_EQ(after[0].obligations.size(), 1U);
}

TEST_F(SeasonOrders, WhatADrillAsksIsNoSeasonAndARealOrderTakesItsPlace) {
    OrderDocument exercise;
    exercise.order = "D1/E2";
    exercise.enterprise = "E2";
    exercise.warning = "D1";
    exercise.exercise = true;
    exercise.revision = 1;
    exercise.obligations.emplace_back();
    present_["E2"] = exercise;
    exercise.order = "D1/E1";
    exercise.enterprise = "E1";
    present_["E1"] = exercise;
    const auto documents = decide(midnight("2016-11-15"));
    ASSERT_EQ(documents.size(), 1U);
    EXPECT_EQ(documents[0].enterprise, "E1");
    EXPECT_FALSE(documents[0].exercise);
    EXPECT_EQ(documents[0].revision, 2);
}

TEST_F(SeasonOrders, UntilASignedWarningBeginsTheSeasonGoesOnAndOpens) {
    const Instant now = midnight("2016-11-14") + hours{18};
    const auto owed = season_until(input(now), midnight("2016-11-16"));
    ASSERT_EQ(owed.size(), 1U);
    EXPECT_EQ(owed.at(0)[0].from, midnight("2016-11-15"));
    EXPECT_EQ(owed.at(0)[0].to, midnight("2016-11-16"));
    EXPECT_TRUE(season_until(input(now), midnight("2016-11-15")).empty());
}

TEST_F(SeasonOrders, WindowsTurnAtTheMidnightsOfTheirEnds) {
    use(std::string(kLimit) + kWinter);
    const std::vector<Instant> wanted{midnight("2016-11-15"), midnight("2016-12-01")};
    EXPECT_EQ(season_turns(season_, midnight("2016-11-10"), midnight("2016-12-11"), kZone), wanted);
}

TEST_F(SeasonOrdersByGrade, WhoFallsFromAToCIsStoppedFromThatDayOnTheChangesPaper) {
    change("C", "2016-11-20");
    EXPECT_TRUE(decide(midnight("2016-11-15")).empty());
    EXPECT_TRUE(decide(midnight("2016-11-20") - minutes{1}).empty());
    const auto documents = decide(midnight("2016-11-20"));
    ASSERT_EQ(documents.size(), 1U);
    ASSERT_EQ(documents[0].obligations.size(), 1U);
    const rules::Obligation& stop = documents[0].obligations[0];
    EXPECT_EQ(stop.from, midnight("2016-11-20"));
    EXPECT_EQ(stop.to, midnight("2016-12-01"));
    const auto reason = std::ranges::find(stop.basis, "grade", &rules::Reason::kind);
    ASSERT_NE(reason, stop.basis.end());
    EXPECT_EQ(reason->source, "豫环〔2016〕7号");
    EXPECT_NE(reason->text.find("自2016-11-20起，省厅决定"), std::string::npos) << reason->text;
    EXPECT_TRUE(decide(midnight("2016-11-21")).empty());
}

TEST_F(SeasonOrdersByGrade, WhoRisesIsLetGoFromThatDay) {
    grade("C");
    change("A", "2016-11-20");
    ASSERT_EQ(decide(midnight("2016-11-15")).size(), 1U);
    const auto documents = decide(midnight("2016-11-20"));
    ASSERT_EQ(documents.size(), 1U);
    EXPECT_TRUE(documents[0].obligations.empty());
}

TEST_F(SeasonOrdersByGrade, WhereThePackKeepsTheEditionsGradesNothingChanges) {
    rules_.grade_change = GradeChangeRule::kEdition;
    change("C", "2016-11-16");
    EXPECT_TRUE(decide(midnight("2016-11-20")).empty());
}

TEST_F(SeasonOrdersByGrade, AnEditionThatPrintsTheGradeWritesToNobodyAgain) {
    change("C", "2016-11-16");
    ASSERT_EQ(decide(midnight("2016-11-16")).size(), 1U);
    changes_.clear();
    grade("C");
    EXPECT_TRUE(decide(midnight("2016-11-18")).empty());
}

TEST_F(SeasonOrdersByGrade, BeforeASignedWarningBeginsEachDayHasItsGrade) {
    change("C", "2016-11-18");
    change("A", "2016-11-20");
    change("D", "2016-11-22");
    const auto owed =
        season_until(input(midnight("2016-11-16") + hours{6}), midnight("2016-11-25"));
    ASSERT_EQ(owed.size(), 1U);
    const std::vector<rules::Obligation>& all = owed.at(0);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].from, midnight("2016-11-18"));
    EXPECT_EQ(all[0].to, midnight("2016-11-20"));
    EXPECT_EQ(all[1].from, midnight("2016-11-22"));
    EXPECT_EQ(all[1].to, midnight("2016-11-25"));
    EXPECT_NE(all[0].id, all[1].id) << "both stand in one document";
}

}  // namespace
}  // namespace qk::plans
