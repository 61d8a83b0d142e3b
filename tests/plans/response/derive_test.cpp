// Plans worked out by hand for twelve enterprises of mixed trades, grades and classes, equal to the
// gram, and what must hold for any inventory.
#include "plans/response/derive.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <map>

#include "plans/text/json.hpp"
#include "rules/duty/continuity.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Action;
using rules::Colour;
using rules::VerifiedBy;

// Emission of each line in grams a day; the expectations below are worked out from these.
Case twelve() {
    InventoryBuilder b;
    b.enterprise("E01", "水泥熟料", "B");
    b.line("K1", grams(100'500, 800'250, 60'125, 10'000)).uninterruptible = true;
    b.last();
    b.inventory.lines.back().ramp_down_hours = 8;
    b.meter("K1", rules::MeterRole::kProduction);
    b.enterprise("E02", "水泥", "C");
    b.line("K1", grams(50'000, 400'000, 30'001, 5'000));
    b.line("K2", grams(70'000, 500'000, 40'000, 7'000));
    b.enterprise("E03", "cement", "D");
    b.line("K1", grams(33'333, 111'111, 22'222, 1'001));
    b.enterprise("E04", "平板玻璃", "B");
    b.line("F1", grams(20'005, 300'000, 15'000, 0));
    b.enterprise("E05", "玻璃", "C");
    b.line("F1", grams(20'003, 300'000, 15'000, 0));
    b.enterprise("E06", "浮法玻璃", "D");
    b.line("F1", grams(20'000, 300'000, 15'000, 0));
    b.enterprise("E07", "水泥熟料", "A");
    b.line("K1", grams(90'000, 700'000, 50'000, 9'000));
    b.enterprise("E08", "集中供热", "C", Category::kLivelihood);
    b.line("B1", grams(40'000, 60'000, 8'000, 0));
    b.enterprise("E09", "家具", "ungraded", Category::kWhitelist);
    b.line("P1", grams(0, 0, 1'000, 12'000));
    b.enterprise("E10", "长流程钢铁", "C");
    b.line("S1", grams(500'000, 900'000, 300'000, 0), "烧结机");
    b.line("H1", grams(100'000, 100'000, 200'000, 0), "高炉");
    b.line("H2", grams(80'000, 90'000, 160'000, 0), "高炉");
    b.line("R1", grams(60'000, 70'000, 80'000, 0), "轧机");
    b.enterprise("E11", "水泥熟料", "C");  // with a plan of its own at orange
    b.line("K1", grams(10'000, 20'000, 30'000, 40'000));
    b.line("K2", grams(10'000, 20'000, 30'000, 40'000));
    b.own("K1", Colour::kOrange, Action::kLimitLoad, 0.3);
    b.enterprise("E12", "铸造", "B");
    b.line("L1", grams(3'000, 4'000, 50'000, 20'000));
    b.line("L2", grams(1'000, 1'000, 10'000, 5'000)).idle = true;
    Case c;
    c.inventory = b.inventory;
    return c;
}

struct Expected {
    const char* enterprise;
    DailyEmission yellow;
    DailyEmission orange;
    DailyEmission red;
};

const std::vector<Expected>& worked_by_hand() {
    static const std::vector<Expected> table{
        // Clinker B: trucks only; 20 % of 100.5, 800.25, 60.125, 10 kg; stop.
        {"E01", grams(0, 0, 0, 0), grams(20'100, 160'050, 12'025, 2'000),
         grams(100'500, 800'250, 60'125, 10'000)},
        // Clinker C: one of both kilns, and the enterprise may choose the smaller one.
        {"E02", grams(50'000, 400'000, 30'001, 5'000), grams(120'000, 900'000, 70'001, 12'000),
         grams(120'000, 900'000, 70'001, 12'000)},
        // Clinker D: stop at every level.
        {"E03", grams(33'333, 111'111, 22'222, 1'001), grams(33'333, 111'111, 22'222, 1'001),
         grams(33'333, 111'111, 22'222, 1'001)},
        // Glass B: nothing, 10 %, 10 %; 20.005 x 0.1 = 2.0005 kg, a tie, to even 2.000.
        {"E04", grams(0, 0, 0, 0), grams(2'000, 30'000, 1'500, 0), grams(2'000, 30'000, 1'500, 0)},
        // Glass C: nothing, 20 %, 20 %; 20.003 x 0.2 = 4.0006 kg, rounded to 4.001.
        {"E05", grams(0, 0, 0, 0), grams(4'001, 60'000, 3'000, 0), grams(4'001, 60'000, 3'000, 0)},
        // Glass D: 30 % at every level.
        {"E06", grams(6'000, 90'000, 4'500, 0), grams(6'000, 90'000, 4'500, 0),
         grams(6'000, 90'000, 4'500, 0)},
        // Grade A, livelihood, white list: nothing is counted.
        {"E07", grams(0, 0, 0, 0), grams(0, 0, 0, 0), grams(0, 0, 0, 0)},
        {"E08", grams(0, 0, 0, 0), grams(0, 0, 0, 0), grams(0, 0, 0, 0)},
        {"E09", grams(0, 0, 0, 0), grams(0, 0, 0, 0), grams(0, 0, 0, 0)},
        // Steel C: yellow half of the sinter, 250, 450, 150. Orange: the sinter stops, but after
        // 120
        // hours only half of it, and of the two blast furnaces the smaller one may be chosen: 250 +
        // 80, 450 + 90, 150 + 160. Red stops the sinter to the end; the rolling mill runs on.
        {"E10", grams(250'000, 450'000, 150'000, 0), grams(330'000, 540'000, 310'000, 0),
         grams(580'000, 990'000, 460'000, 0)},
        // Clinker C with its own plan at orange: K1 30 % = 3, 6, 9, 12 and K2 by the catalogue,
        // stop.
        {"E11", grams(10'000, 20'000, 30'000, 40'000), grams(13'000, 26'000, 39'000, 52'000),
         grams(20'000, 40'000, 60'000, 80'000)},
        // Foundry B: 20 % of L1, then L1 stops; L2 is idle and counts nothing.
        {"E12", grams(600, 800, 10'000, 4'000), grams(3'000, 4'000, 50'000, 20'000),
         grams(3'000, 4'000, 50'000, 20'000)},
    };
    return table;
}

TEST(Derive, TwelveEnterprisesEqualTheHandCalculationToTheGram) {
    const Case c = twelve();
    for (const Colour colour : kResponseColours) {
        const DerivedObligations duties = c.derive_at(colour);
        ASSERT_EQ(duties.enterprises.size(), worked_by_hand().size());
        for (std::size_t i = 0; i < worked_by_hand().size(); ++i) {
            const Expected& expected = worked_by_hand()[i];
            const DailyEmission& wanted = colour == Colour::kYellow   ? expected.yellow
                                          : colour == Colour::kOrange ? expected.orange
                                                                      : expected.red;
            EXPECT_EQ(duties.enterprises[i].reduction.grams, wanted.grams)
                << expected.enterprise << " " << rules::to_text(colour);
        }
    }
}

TEST(Derive, EveryObligationCarriesItsChainOfReasons) {
    const Case c = twelve();
    for (const Colour colour : kResponseColours) {
        for (const EnterpriseObligations& duties : c.derive_at(colour).enterprises) {
            for (const char* kind : {"inventory", "class", "grade", "level"}) {
                EXPECT_TRUE(has_reason(duties.reasons, kind)) << kind;
            }
            for (const rules::Obligation& o : duties.obligations) {
                EXPECT_TRUE(has_reason(o.basis, "catalogue") || has_reason(o.basis, "own-plan") ||
                            has_reason(o.basis, "class") || has_reason(o.basis, "region"))
                    << o.id;
                EXPECT_FALSE(o.detail.empty()) << o.id;
            }
        }
    }
}

TEST(Derive, OnlyALivelihoodEnterpriseOwesNothingAtAll) {
    const Case c = twelve();
    const DerivedObligations duties = c.derive_at(Colour::kRed);
    for (const EnterpriseObligations& one : duties.enterprises) {
        EXPECT_EQ(one.obligations.empty(), c.inventory.enterprises[one.enterprise].id == "E08");
    }
    EXPECT_EQ(duties.enterprises[6].obligations[0].action, Action::kSelfDiscipline);
    EXPECT_EQ(duties.enterprises[8].obligations[0].action, Action::kSelfDiscipline);
}

TEST(Derive, AnOwnMeasureStandsInThePlaceOfTheCatalogueOnItsLineOnly) {
    const DerivedObligations duties = twelve().derive_at(Colour::kOrange);
    const auto& own = duties.enterprises[10].obligations;
    ASSERT_EQ(own.size(), 3u);  // K1 limited, K2 stopped, trucks banned
    EXPECT_EQ(own[0].id, "E11/K1/limit_load");
    EXPECT_EQ(own[0].detail, "一厂一策");
    EXPECT_TRUE(has_reason(own[0].basis, "own-plan"));
    EXPECT_EQ(own[1].id, "E11/K2/stop");
    EXPECT_TRUE(has_reason(own[1].basis, "catalogue"));
    EXPECT_EQ(own[2].action, Action::kBanVehicles);
    EXPECT_TRUE(has_remark(duties.remarks, "E11：一厂一策的减排量低于"));
}

TEST(Derive, WhatPowerCannotShowIsSeenOnSiteAndSaidSo) {
    const DerivedObligations duties = twelve().derive_at(Colour::kOrange);
    EXPECT_EQ(duties.enterprises[0].obligations[0].verified_by, VerifiedBy::kPower);
    EXPECT_EQ(duties.enterprises[0].obligations[1].verified_by, VerifiedBy::kGate);
    EXPECT_EQ(duties.enterprises[1].obligations[0].verified_by, VerifiedBy::kSiteCheck);
    EXPECT_TRUE(has_remark(duties.remarks, "E02：没有生产用电表"));
}

TEST(Derive, AnEmissionLimitIsShownByAStackThatReportsTheFactor) {
    InventoryBuilder b;
    b.enterprise("E1", "火电", "B");
    b.line("B1", grams(1, 1, 1, 1));
    b.outlet("B1", {"SO2", "a21002"});
    Case c;
    c.inventory = b.inventory;
    const auto duties = c.derive_at(Colour::kYellow).enterprises[0].obligations;
    ASSERT_EQ(duties.size(), 3u);
    EXPECT_EQ(duties[0].verified_by, VerifiedBy::kStack);
    EXPECT_EQ(duties[1].verified_by, VerifiedBy::kStack);
    EXPECT_EQ(duties[2].verified_by, VerifiedBy::kSiteCheck);  // no dust monitor
    EXPECT_EQ(std::get<rules::EmissionAtMost>(duties[0].check).mg_per_m3, 35);
    EXPECT_EQ(duties[1].id, "E1/B1/limit_emission/2");
}

TEST(Derive, ALineThatCannotStopAtOnceIsGrantedTheRampItHadNoNoticeFor) {
    Case c = twelve();
    const auto grant = [&c] {
        const auto duties = c.derive_at(Colour::kRed).enterprises[0].obligations;
        return std::get<rules::LineStands>(duties[0].check);
    };
    EXPECT_EQ(grant().ramp_down, std::chrono::hours{8});  // notice unknown
    EXPECT_TRUE(grant().keep_hot);
    c.issued_at = at("2016-12-16T15:00:00+08:00");  // five of eight hours ahead
    EXPECT_EQ(grant().ramp_down, std::chrono::hours{3});
    c.issued_at = at("2016-12-15T20:00:00+08:00");
    EXPECT_EQ(grant().ramp_down, std::chrono::minutes{0});
    const auto duties = c.derive_at(Colour::kRed).enterprises[0].obligations;
    EXPECT_NE(duties[0].detail.find("最迟于12月16日12时开始降负荷"), std::string::npos)
        << duties[0].detail;
}

TEST(Derive, ElapsedHoursSplitADutyInTwo) {
    const auto duties = twelve().derive_at(Colour::kOrange).enterprises[9].obligations;
    ASSERT_EQ(duties.size(), 4u);
    EXPECT_EQ(duties[3].action, Action::kBanVehicles);
    EXPECT_EQ(duties[0].id, "E10/S1/stop");
    EXPECT_EQ(duties[0].to, at("2016-12-21T20:00:00+08:00"));  // 120 h later
    EXPECT_EQ(duties[1].id, "E10/S1/stop/2");
    EXPECT_EQ(duties[1].from, at("2016-12-21T20:00:00+08:00"));
    EXPECT_EQ(duties[1].ratio, 0.5);
    EXPECT_EQ(duties[2].id, "E10//stop");  // half of the blast furnaces
    const auto share = std::get<rules::ShareStands>(duties[2].check);
    EXPECT_EQ(share.lines, (std::vector<std::string>{"H1", "H2"}));
}

TEST(Derive, AnUnknownTradeIsNamedAndGetsTheDefaultSample) {
    InventoryBuilder b;
    b.enterprise("E1", "月球采矿", "C");
    b.line("L1", grams(100, 100, 100, 100));
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    EXPECT_EQ(duties.enterprises[0].reduction.grams, grams(100, 100, 100, 100).grams);
    EXPECT_TRUE(has_remark(duties.remarks, "行业“月球采矿”不在目录中，1家企业"));
    EXPECT_TRUE(has_remark(duties.remarks, "目录“行业不明”在本级别为样例，1家企业"));
}

TEST(Derive, AnUnknownGradeIsTreatedLikeTheLowestAndNamed) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "七星");
    b.line("L1", grams(100, 100, 100, 100));
    b.enterprise("E2", "水泥熟料", "ungraded");
    b.line("L1", grams(100, 100, 100, 100));
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kYellow);
    EXPECT_EQ(duties.enterprises[0].reduction, duties.enterprises[1].reduction);
    EXPECT_TRUE(has_remark(duties.remarks, "绩效级别“七星”"));
    EXPECT_FALSE(has_remark(duties.remarks, "绩效级别“ungraded”"));
}

TEST(Derive, OfSeveralTradesTheOneThatAsksMostDecides) {
    InventoryBuilder b;
    b.enterprise("E1", "平板玻璃;水泥熟料", "C");
    b.line("L1", grams(1000, 1000, 1000, 1000));
    Case c;
    c.inventory = b.inventory;
    EXPECT_EQ(c.derive_at(Colour::kOrange).enterprises[0].reduction.grams[0], 1000);
}

// What one line of one trade is cut, as the measure for those of several trades.
std::int64_t cut_alone(const std::string& trade, Colour colour) {
    InventoryBuilder b;
    b.enterprise("E1", trade, "C");
    b.line("L1", grams(1'000'000, 0, 0, 0));
    Case c;
    c.inventory = b.inventory;
    return c.derive_at(colour).enterprises[0].reduction.grams[0];
}

TEST(Derive, ALineThatNamesItsTradeGetsThatTradesClause) {
    InventoryBuilder b;
    b.enterprise("E1", "平板玻璃;水泥熟料", "C");
    b.line("L1", grams(1'000'000, 0, 0, 0)).industry = "平板玻璃";
    b.line("L2", grams(1'000'000, 0, 0, 0)).industry = "水泥熟料";
    b.line("L3", grams(1'000'000, 0, 0, 0));                        // follows the strictest
    b.line("L4", grams(1'000'000, 0, 0, 0)).industry = "包装印刷";  // none of the enterprise's
    Case c;
    c.inventory = b.inventory;
    const EnterpriseObligations duties = c.derive_at(Colour::kOrange).enterprises[0];
    const std::int64_t glass = cut_alone("平板玻璃", Colour::kOrange);
    const std::int64_t clinker = cut_alone("水泥熟料", Colour::kOrange);
    ASSERT_LT(glass, clinker);
    EXPECT_EQ(duties.lines[0].reduction.grams[0], glass);
    for (const std::size_t line : {1U, 2U, 3U}) {
        EXPECT_EQ(duties.lines[line].reduction.grams[0], clinker);
    }
    for (const rules::Obligation& obligation : duties.obligations) {
        if (obligation.line.empty()) continue;
        const bool is_named = obligation.line == "L1" || obligation.line == "L2";
        EXPECT_EQ(obligation.basis[1].text.find("未注明") == std::string::npos, is_named);
        const auto is_catalogue = [](const rules::Reason& r) { return r.kind == "catalogue"; };
        const auto reason = std::ranges::find_if(obligation.basis, is_catalogue);
        ASSERT_NE(reason, obligation.basis.end());
        const std::string_view trade = obligation.line == "L1" ? "glass" : "cement";
        EXPECT_NE(reason->source.find(trade), std::string::npos) << reason->source;
    }
}

TEST(Derive, AShareOfTheLinesOfOneTradeNamesThoseLinesOnly) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料;包装印刷", "B");
    for (const char* id : {"K1", "K2"}) b.line(id, grams(1000, 0, 0, 0)).industry = "水泥熟料";
    for (const char* id : {"P1", "P2"}) b.line(id, grams(1000, 0, 0, 0)).industry = "包装印刷";
    Case c;
    c.inventory = b.inventory;
    for (const Colour colour : kResponseColours) {
        const DerivedObligations duties = c.derive_at(colour);
        for (const rules::Obligation& one : duties.enterprises[0].obligations) {
            const auto* share = std::get_if<rules::ShareStands>(&one.check);
            if (share == nullptr) continue;
            ASSERT_EQ(share->lines.size(), 2U) << one.detail;
            EXPECT_EQ(share->lines[0][0], share->lines[1][0]) << one.detail;
        }
    }
}

TEST(Derive, ASeasonOfOneTradeBindsOnlyTheLinesOfThatTrade) {
    InventoryBuilder b;
    b.enterprise("E1", "平板玻璃;水泥熟料", "A");
    b.line("G", grams(1000, 0, 0, 0)).industry = "平板玻璃";
    b.line("K", grams(1000, 0, 0, 0)).industry = "水泥熟料";
    Case c;
    c.inventory = b.inventory;
    SeasonWindow window;
    window.id = "peak";
    window.from = *rules::parse_day("2016-11-15");
    window.to = *rules::parse_day("2017-03-15");
    window.trades = {std::string(find_trade("水泥熟料")->id)};
    window.measure.form = rules::Form::kStop;
    window.measure.ratio = 1;
    c.season = SeasonPlan{{window}};
    const EnterpriseObligations duties = c.derive_at(Colour::kYellow).enterprises[0];
    EXPECT_LT(duties.lines[0].reduction.grams[0], 1000);
    EXPECT_EQ(duties.lines[1].reduction.grams[0], 1000);
}

TEST(Derive, AnExemptClassHoldsUpToItsCeilingAndItsLastDay) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "D");
    b.last().exempt_class = "绿色环保引领企业";
    b.last().exempt_evidence = "豫环文〔2016〕1号";
    b.last().exempt_until = rules::parse_day("2016-12-31");
    b.line("L1", grams(1000, 0, 0, 0));
    Case c;
    c.inventory = b.inventory;
    const auto cut = [&c](Colour colour) {
        return c.derive_at(colour).enterprises[0].reduction.grams[0];
    };
    EXPECT_EQ(cut(Colour::kOrange), 0);
    EXPECT_EQ(cut(Colour::kRed), 1000);  // exempt at orange and below
    c.inventory.enterprises[0].exempt_until = rules::parse_day("2016-12-01");
    EXPECT_EQ(cut(Colour::kOrange), 1000);
    EXPECT_TRUE(has_remark(c.derive_at(Colour::kOrange).remarks, "已过有效期"));
}

TEST(Derive, AGradeChangedAfterTheEditionCountsOnlyWhereTheRegionSaysSo) {
    Case c = twelve();
    c.changes = {{"E02", {"D"}, *rules::parse_day("2016-12-01"), "豫环办〔2016〕9号"},
                 {"E02", {"A"}, *rules::parse_day("2017-01-01"), "later"}};
    EXPECT_EQ(c.derive_at(Colour::kYellow).enterprises[1].reduction.grams[0], 50'000);
    c.rules.grade_change = GradeChangeRule::kNewGrade;
    const DerivedObligations changed = c.derive_at(Colour::kYellow);
    EXPECT_EQ(changed.enterprises[1].reduction.grams[0], 120'000);
    EXPECT_TRUE(has_remark(changed.remarks, "级别变更为D"));
}

TEST(Derive, AnEnterpriseWithoutLinesOwesAsAWholeAndCutsNothing) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "D");
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kRed);
    EXPECT_EQ(duties.enterprises[0].obligations[0].id, "E1//stop");
    EXPECT_EQ(duties.enterprises[0].reduction, DailyEmission{});
    EXPECT_TRUE(has_remark(duties.remarks, "清单没有生产线"));
}

TEST(Derive, AnOwnMeasureOfALineTheInventoryHasNotIsNamed) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "A");
    b.line("L1", grams(1000, 0, 0, 0));
    b.own("L9", Colour::kRed, Action::kStop, 1);
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kRed);
    EXPECT_TRUE(has_remark(duties.remarks, "生产线“L9”不在清单中"));
    EXPECT_EQ(duties.enterprises[0].reduction, DailyEmission{});
}

TEST(Derive, TwoMeasuresOnOneLineDoNotAddUp) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C");
    b.line("L1", grams(1000, 1000, 1000, 1000));
    b.own("", Colour::kOrange, Action::kLimitLoad, 0.3);
    b.own("L1", Colour::kOrange, Action::kLimitEmission, 0.4);
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    EXPECT_EQ(duties.enterprises[0].reduction.grams, grams(400, 400, 400, 400).grams);
    // Each is checked by its instrument, and the catalogue's truck ban stays.
    EXPECT_EQ(duties.enterprises[0].obligations.size(), 3u);
}

TEST(Derive, TheSameInputGivesTheSameBytes) {
    const Case c = twelve();
    const auto print = [&c] {
        std::string all;
        const DerivedObligations duties = c.derive_at(Colour::kOrange);
        for (const EnterpriseObligations& one : duties.enterprises) {
            all += to_text(to_json(one, c.inventory, kZone));
        }
        return all;
    };
    EXPECT_EQ(print(), print());
}

Case any_inventory() {
    const std::vector<std::string> trades{"水泥熟料", "平板玻璃", "长流程钢铁", "焦化",
                                          "铸造",     "家具",     "月球采矿",   ""};
    const std::vector<std::string> grades{"A", "B", "B-", "C", "D", "ungraded", "leading", "七星"};
    InventoryBuilder b;
    const int count = *rc::gen::inRange(0, 12);
    for (int e = 0; e < count; ++e) {
        b.enterprise("E" + std::to_string(e), *rc::gen::elementOf(trades),
                     *rc::gen::elementOf(grades), static_cast<Category>(*rc::gen::inRange(0, 4)));
        const int lines = *rc::gen::inRange(0, 4);
        for (int l = 0; l < lines; ++l) {
            const auto any = [] { return std::int64_t{*rc::gen::inRange(0, 1'000'000)}; };
            Line& line = b.line("L" + std::to_string(l), grams(any(), any(), any(), any()),
                                *rc::gen::element<std::string>("烧结机", "高炉", "焦炉", "窑"));
            line.idle = *rc::gen::inRange(0, 4) == 0;
        }
    }
    Case c;
    c.inventory = b.inventory;
    return c;
}

RC_GTEST_PROP(Derive, RaisingTheLevelNeverLowersACatalogueReduction, ()) {
    const Case c = any_inventory();
    const DerivedObligations yellow = c.derive_at(Colour::kYellow);
    const DerivedObligations orange = c.derive_at(Colour::kOrange);
    const DerivedObligations red = c.derive_at(Colour::kRed);
    for (std::size_t i = 0; i < c.inventory.enterprises.size(); ++i) {
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            RC_ASSERT(yellow.enterprises[i].reduction.grams[e] <=
                      orange.enterprises[i].reduction.grams[e]);
            RC_ASSERT(orange.enterprises[i].reduction.grams[e] <=
                      red.enterprises[i].reduction.grams[e]);
        }
    }
}

RC_GTEST_PROP(Derive, EveryEnterpriseIsAnsweredAndNoLineIsCutByMoreThanItEmits, ()) {
    const Case c = any_inventory();
    const auto colour = static_cast<Colour>(*rc::gen::inRange(0, 4));
    const DerivedObligations duties = c.derive_at(colour);
    RC_ASSERT(duties.enterprises.size() == c.inventory.enterprises.size());
    std::vector<DailyEmission> running(c.inventory.enterprises.size());
    for (const Line& line : c.inventory.lines) {
        if (!line.idle) running[std::stoul(line.enterprise.substr(1))] += line.emission;
    }
    for (const EnterpriseObligations& one : duties.enterprises) {
        RC_ASSERT(!one.reasons.empty());
        const bool livelihood =
            c.inventory.enterprises[one.enterprise].category == Category::kLivelihood;
        RC_ASSERT(one.obligations.empty() == livelihood);
        for (std::size_t e = 0; e < kEmissionCount; ++e) {
            RC_ASSERT(one.reduction.grams[e] <= running[one.enterprise].grams[e]);
        }
    }
    RC_ASSERT(duties.floors.size() == kEmissionCount);
}

TEST(Derive, ATruckBanBesideMeasuresOfSingleLinesLeavesTheOtherLinesToTheCatalogue) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "D");
    b.line("L1", grams(1000, 1000, 1000, 1000));
    b.line("L2", grams(1000, 1000, 1000, 1000));
    b.own("L1", Colour::kYellow, rules::Action::kLimitLoad, 0.3);
    b.own("", Colour::kYellow, rules::Action::kBanVehicles, 0);
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kYellow);
    EXPECT_EQ(duties.enterprises[0].reduction.grams[0], 1300);
    ASSERT_EQ(duties.enterprises[0].lines.size(), 2u);
    EXPECT_EQ(duties.enterprises[0].lines[0].reduction.grams[0], 300);
    EXPECT_EQ(duties.enterprises[0].lines[1].line, "L2");
    EXPECT_EQ(duties.enterprises[0].lines[1].reduction.grams[0], 1000);
}

TEST(Derive, AStopOfHalfTheLinesCountsWhatIsCutWhicheverHalfItIs) {
    InventoryBuilder b;
    b.enterprise("E1", "家具", "C");
    b.line("L1", grams(0, 10, 20, 300));
    b.line("L2", grams(0, 30, 40, 100));
    b.own("", Colour::kRed, rules::Action::kStop, 0.5);
    Case c;
    c.inventory = b.inventory;
    EXPECT_EQ(c.derive_at(Colour::kRed).enterprises[0].reduction, grams(0, 10, 20, 100));
}

TEST(Derive, AShareOfTheLinesLeavesWhatIsAskedOfEachOfThem) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C");
    for (const std::int64_t so2 : {100, 300}) {
        const std::string id = "K" + std::to_string(so2);
        b.line(id, grams(so2, 0, 0, 0));
        b.own(id, Colour::kYellow, Action::kLimitLoad, 0.3).extra["tighten"] = "yes";
    }
    Case c;
    c.inventory = b.inventory;
    const EnterpriseObligations duties = c.derive_at(Colour::kYellow).enterprises[0];
    const auto of = [&](Action action) {
        return std::ranges::count(duties.obligations, action, &rules::Obligation::action);
    };
    EXPECT_EQ(of(Action::kLimitLoad), 2);
    EXPECT_EQ(of(Action::kStop), 1);
    EXPECT_EQ(duties.reduction.grams[0], 190);  // 100, and 30 % of the one that may run
}

TEST(Derive, TheFloorsCountThePhaseInWhichTheEnterpriseCutsLeast) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C");
    b.line("L1", grams(1000, 1000, 1000, 1000));
    b.own("", Colour::kOrange, Action::kStop, 1).extra["until_hours"] = "48";
    OwnMeasure& later = b.own("", Colour::kOrange, Action::kLimitLoad, 0.3);
    later.extra["after_hours"] = "48";
    Case c;
    c.inventory = b.inventory;
    DeriveInput input = c.input(Colour::kOrange);
    EXPECT_EQ(derive(input).enterprises[0].reduction.grams[0], 300);
    input.to = input.from + std::chrono::hours{48};  // over before the second phase begins
    EXPECT_EQ(derive(input).enterprises[0].reduction.grams[0], 1000);
}

bool bans_trucks(const EnterpriseObligations& duties) {
    return std::ranges::any_of(duties.obligations, [](const rules::Obligation& one) {
        return one.action == Action::kBanVehicles;
    });
}

TEST(Derive, LargeGoodsUsersOfEveryTradeBanTrucksFromOrange) {
    InventoryBuilder b;
    for (const char* trade : {"长流程钢铁", "焦化", "平板玻璃", "砖瓦窑", "石灰窑", "铸造"}) {
        b.enterprise("E" + std::to_string(b.inventory.enterprises.size()), trade, "B");
        b.line("L1", grams(1000, 1000, 1000, 1000));
    }
    b.enterprise("A1", "焦化", "A");
    b.line("L1", grams(1000, 1000, 1000, 1000));
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations yellow = c.derive_at(Colour::kYellow);
    const DerivedObligations orange = c.derive_at(Colour::kOrange);
    for (std::size_t i = 0; i < 6; ++i) {
        EXPECT_FALSE(bans_trucks(yellow.enterprises[i])) << i;
        ASSERT_TRUE(bans_trucks(orange.enterprises[i])) << i;
        const rules::Obligation& ban = orange.enterprises[i].obligations.back();
        EXPECT_EQ(ban.verified_by, VerifiedBy::kGate);
        EXPECT_NE(ban.detail.find("民生保障"), std::string::npos) << ban.detail;
        EXPECT_TRUE(has_reason(ban.basis, "region"));
    }
    EXPECT_FALSE(bans_trucks(orange.enterprises[6])) << "decides for itself";
    EXPECT_TRUE(has_remark(orange.remarks, "6家企业未登记日车流量"));
}

TEST(Derive, WhoHasFewTrucksIsNoLargeGoodsUser) {
    InventoryBuilder b;
    for (const char* id : {"E1", "E2"}) {
        b.enterprise(id, "焦化", "B");
        b.line("L1", grams(1000, 1000, 1000, 1000));
        OtherSource user;
        user.source = Source::kMobile;
        user.enterprise = id;
        user.size = b.last().id == "E1" ? 10 : 11;
        b.inventory.other_sources.push_back(user);
    }
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    EXPECT_FALSE(bans_trucks(duties.enterprises[0]));
    EXPECT_TRUE(bans_trucks(duties.enterprises[1]));
    EXPECT_FALSE(has_remark(duties.remarks, "未登记日车流量"));
}

TEST(Derive, ThePassesOfTheLevelAndTheHoursStandInTheBan) {
    InventoryBuilder b;
    b.enterprise("E1", "焦化", "B");
    b.line("L1", grams(1000, 1000, 1000, 1000));
    Case c;
    c.inventory = b.inventory;
    c.rules.truck_ban.passes[static_cast<std::size_t>(Colour::kOrange)] = {"橙警通行证"};
    c.rules.truck_ban.from_hour = 7;
    c.rules.truck_ban.to_hour = 21;
    const auto ban_at = [&c](Colour colour) {
        const auto duties = c.derive_at(colour).enterprises[0].obligations;
        return std::get<rules::NoVehicles>(duties.back().check);
    };
    EXPECT_EQ(ban_at(Colour::kOrange).exempt.back(), "橙警通行证");
    EXPECT_EQ(ban_at(Colour::kOrange).from_hour, 7);
    EXPECT_EQ(ban_at(Colour::kOrange).to_hour, 21);
    EXPECT_NE(ban_at(Colour::kRed).exempt.back(), "橙警通行证");
}

TEST(Derive, AnAllLinesOwnPlanReplacesTheCutsOfTheCatalogueAndNothingElse) {
    InventoryBuilder b;
    b.enterprise("G1", "水泥熟料", "C");
    b.line("K1", grams(1000, 1000, 1000, 1000));
    b.line("K2", grams(1000, 1000, 1000, 1000));
    b.own("", Colour::kOrange, Action::kLimitLoad, 0.2);
    b.enterprise("G2", "火电", "C");
    b.line("U1", grams(1000, 1000, 1000, 0));
    b.own("", Colour::kOrange, Action::kLimitLoad, 0.2);
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    EXPECT_TRUE(bans_trucks(duties.enterprises[0]));
    EXPECT_EQ(duties.enterprises[0].reduction.grams[0], 400) << "its own cut, not the stop";
    EXPECT_TRUE(has_remark(duties.remarks, "G1：一厂一策代替行业目录的停产"));
    const auto is_limit = [](const rules::Obligation& one) {
        return one.action == Action::kLimitEmission;
    };
    EXPECT_EQ(std::ranges::count_if(duties.enterprises[1].obligations, is_limit), 3)
        << "the limits of the stack stay";
}

TEST(Derive, CokingTimeGoesByTheHeightOfTheOven) {
    InventoryBuilder b;
    b.enterprise("E1", "长流程钢铁", "B");
    b.line("C1", grams(100, 100, 100, 100), "6m顶装焦炉");
    b.line("C2", grams(100, 100, 100, 100), "4.3m捣固焦炉");
    b.line("C3", grams(100, 100, 100, 100), "焦炉");
    b.line("C4", grams(100, 100, 100, 100), "焦炉").oven_height_cm = 763;
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    std::map<std::string, double> hours;
    for (const rules::Obligation& one : duties.enterprises[0].obligations) {
        const auto* cycle = std::get_if<rules::CycleAtLeast>(&one.check);
        if (cycle == nullptr) continue;
        EXPECT_TRUE(hours.emplace(one.line, cycle->hours).second) << one.line << " has two";
    }
    EXPECT_EQ(hours,
              (std::map<std::string, double>{{"C1", 28}, {"C2", 36}, {"C3", 36}, {"C4", 28}}));
    EXPECT_TRUE(has_remark(duties.remarks, "生产线C3未注明炭化室高度"));
    EXPECT_FALSE(has_remark(duties.remarks, "生产线C2未注明"));
}

TEST(Derive, ABoilerOnHeatDutyIsNotToldToComeDown) {
    InventoryBuilder b;
    b.enterprise("G6", "集中供热", "C");
    b.last().exempt_class = "heating";
    b.last().exempt_evidence = "x";
    Line& boiler = b.line("H1", grams(50, 50, 5, 0));
    boiler.uninterruptible = true;
    boiler.ramp_down_hours = 4;
    Case c;
    c.inventory = b.inventory;
    c.rules.exempt.push_back({"heating", Colour::kRed, Treatment::kHeatDuty, true});
    const auto duties = c.derive_at(Colour::kOrange).enterprises[0].obligations;
    ASSERT_EQ(duties.size(), 1u);
    EXPECT_NE(duties[0].detail.find("以热定产"), std::string::npos);
    EXPECT_EQ(duties[0].detail.find("不可骤停"), std::string::npos) << duties[0].detail;
    // Paper says what the class is, never its key.
    std::string basis;
    for (const rules::Reason& one : duties[0].basis) basis += one.text + "\n";
    EXPECT_NE(basis.find("豁免类别“供暖（以热定产）”"), std::string::npos) << basis;
    EXPECT_EQ(basis.find("heating"), std::string::npos) << basis;
}

TEST(Derive, ALineThatEmitsSolventsStandsAndOneThatEmitsNoneIsLimited) {
    InventoryBuilder b;
    b.enterprise("E11", "家具", "C");
    b.line("P1", grams(0, 0, 1'000, 20'000));
    b.meter("P1", rules::MeterRole::kProduction);
    b.line("W1", grams(0, 0, 5'000, 0));
    b.line("B1", grams(9'000, 9'000, 1'000, 1'000));  // a boiler that burns some solvent
    Case c;
    c.inventory = b.inventory;
    const auto all = c.derive_at(Colour::kOrange).enterprises[0];
    std::map<std::string, std::vector<Action>> owed;
    for (const rules::Obligation& one : all.obligations) owed[one.line].push_back(one.action);
    EXPECT_EQ(owed["P1"], std::vector<Action>{Action::kStopProcess}) << "no limit beside a stop";
    EXPECT_EQ(owed["W1"], std::vector<Action>{Action::kLimitLoad});
    EXPECT_EQ(owed["B1"], (std::vector<Action>{Action::kStopProcess, Action::kLimitLoad}));
    const rules::Obligation& paint = all.obligations.front();
    EXPECT_EQ(paint.verified_by, VerifiedBy::kPower);
    EXPECT_TRUE(std::holds_alternative<rules::LineStands>(paint.check));
    EXPECT_EQ(all.reduction, grams(4'500, 4'500, 4'000, 21'000));
}

TEST(Derive, AMinimumLoadIsTheLeastAndNotTheLimit) {
    InventoryBuilder b;
    b.enterprise("G5", "平板玻璃", "D");
    b.line("F1", grams(100'000, 100'000, 10'000, 0));
    OwnMeasure& own = b.own("F1", Colour::kOrange, Action::kLimitLoad, 0.3);
    own.extra = {{"form", "minimum_load"}, {"baseline", "lowest-day-last-year"}};
    Case c;
    c.inventory = b.inventory;
    const auto first = [&c] {
        const auto duties = c.derive_at(Colour::kOrange).enterprises[0];
        return std::pair(duties.obligations.at(0), duties.reduction.grams[0]);
    };
    auto [limit, cut] = first();
    EXPECT_EQ(std::get<rules::LoadAtMost>(limit.check),
              (rules::LoadAtMost{0.3, std::chrono::minutes{0}, "", "lowest-day-last-year"}));
    EXPECT_EQ(cut, 30'000);
    c.inventory.lines[0].minimum_load_permille = 800;  // known, and higher
    std::tie(limit, cut) = first();
    EXPECT_NEAR(std::get<rules::LoadAtMost>(limit.check).cut, 0.2, 1e-9);
    EXPECT_NEAR(limit.ratio, 0.2, 1e-9);
    EXPECT_EQ(std::get<rules::LoadAtMost>(limit.check).minimum, "");
    EXPECT_EQ(cut, 20'000);
}

TEST(Derive, ALimitNeverAsksALineForLessThanItsLeastSafeLoad) {
    InventoryBuilder b;
    b.enterprise("G6", "平板玻璃", "D");  // the guide: 30 % at every level
    b.line("F1", grams(100'000, 100'000, 10'000, 0)).minimum_load_permille = 800;
    b.line("F2", grams(100'000, 100'000, 10'000, 0));
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations all = c.derive_at(Colour::kOrange);
    const EnterpriseObligations& owed = all.enterprises[0];
    const rules::Obligation& held = owed.obligations.at(0);
    ASSERT_EQ(held.line, "F1");
    EXPECT_EQ(held.ratio, 0.2);
    EXPECT_EQ(std::get<rules::LoadAtMost>(held.check).cut, 0.2);
    EXPECT_NE(held.detail.find("最低安全负荷80%"), std::string::npos) << held.detail;
    EXPECT_TRUE(has_reason(held.basis, "least-load"));
    EXPECT_EQ(owed.obligations.at(1).ratio, 0.3) << "the other line owes what the text says";
    EXPECT_FALSE(has_reason(owed.obligations.at(1).basis, "least-load"));
    EXPECT_EQ(owed.reduction.grams[0], 20'000 + 30'000) << "only what is guaranteed counts";
    EXPECT_TRUE(has_remark(all.remarks, "lines.csv:2"));
    EXPECT_TRUE(has_remark(all.remarks, "限产只能到20%"));
}

TEST(Derive, AnOwnPlanForEveryLineIsBoundOnEachByItsOwnLeastLoad) {
    InventoryBuilder b;
    b.enterprise("G7", "平板玻璃", "C");
    b.line("F1", grams(100'000, 0, 0, 0)).minimum_load_permille = 900;
    b.line("F2", grams(100'000, 0, 0, 0)).minimum_load_permille = 750;
    b.own("", Colour::kOrange, Action::kLimitLoad, 0.5);
    Case c;
    c.inventory = b.inventory;
    const auto owed = c.derive_at(Colour::kOrange).enterprises[0];
    EXPECT_EQ(owed.obligations.at(0).ratio, 0.1);
    EXPECT_EQ(owed.obligations.at(1).ratio, 0.25);
    // The plan's own sentence says 50 %, so what is asked stands behind it.
    EXPECT_NE(owed.obligations.at(0).detail.find("按10%执行"), std::string::npos);
    EXPECT_EQ(owed.reduction.grams[0], 10'000 + 25'000);
}

TEST(Derive, AMeasureOfALineThatIsNotThereGoesNoLowerThanTheMostFlexibleOne) {
    InventoryBuilder b;
    b.enterprise("G8", "平板玻璃", "A");
    b.line("F1", grams(100'000, 0, 0, 0)).minimum_load_permille = 900;
    b.line("F2", grams(100'000, 0, 0, 0)).minimum_load_permille = 750;
    b.own("F9", Colour::kOrange, Action::kLimitLoad, 0.5);  // told to the plant as a whole
    Case c;
    c.inventory = b.inventory;
    const auto owed = c.derive_at(Colour::kOrange).enterprises[0];
    const auto limit =
        std::ranges::find(owed.obligations, Action::kLimitLoad, &rules::Obligation::action);
    ASSERT_NE(limit, owed.obligations.end());
    EXPECT_EQ(limit->line, "");
    EXPECT_EQ(limit->ratio, 0.25);
}

TEST(Derive, AStopOfALineStaysAStopWhateverItsLeastLoad) {
    InventoryBuilder b;
    b.enterprise("B1", "砖瓦窑", "D");
    b.line("K1", grams(100'000, 0, 0, 0)).minimum_load_permille = 800;
    Case c;
    c.inventory = b.inventory;
    const rules::Obligation stop = c.derive_at(Colour::kRed).enterprises[0].obligations.at(0);
    EXPECT_EQ(stop.action, Action::kStop);
    EXPECT_EQ(stop.ratio, 1);
}

TEST(Derive, ALimitOfThePermitBindsWhateverTheGradeAndReplacesNothing) {
    InventoryBuilder b;
    for (const char* grade : {"A", "C"}) {
        b.enterprise(std::string("E") + grade, "水泥熟料", grade);
        b.last().permit = "PX1";
        b.line("K1", grams(1000, 1000, 1000, 1000));
        b.outlet("K1", {"NOx"});
        OwnMeasure& limit = b.own("", Colour::kOrange, Action::kLimitEmission, 0);
        limit.detail = "";
        limit.extra = {{"permit_limit", "yes"}, {"factor", "nox"}, {"mg_per_m3", "50"}};
        limit.extra["outlet"] = b.inventory.outlets.back().id.str();
    }
    Case c;
    c.inventory = b.inventory;
    const DerivedObligations duties = c.derive_at(Colour::kOrange);
    for (const EnterpriseObligations& one : duties.enterprises) {
        const auto limit =
            std::ranges::find(one.obligations, Action::kLimitEmission, &rules::Obligation::action);
        ASSERT_NE(limit, one.obligations.end());
        const auto check = std::get<rules::EmissionAtMost>(limit->check);
        EXPECT_EQ(check.mg_per_m3, 50);
        EXPECT_EQ(check.outlet, c.inventory.outlets[one.enterprise].id.str());
        EXPECT_EQ(limit->verified_by, VerifiedBy::kStack);
        EXPECT_TRUE(has_reason(limit->basis, "permit"));
    }
    EXPECT_EQ(duties.enterprises[1].obligations.size(), 3u) << "limit, stop and trucks";
    EXPECT_EQ(duties.enterprises[1].reduction.grams[0], 1000);
    EXPECT_FALSE(has_remark(duties.remarks, "一厂一策"));
    EXPECT_FALSE(has_remark(c.derive_at(Colour::kYellow).remarks, "排口"));
}

TEST(Derive, AKilnThatStandsByPeakShiftComesDownNoSecondTime) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "C");
    Line& kiln = b.line("K1", grams(1000, 0, 0, 0));
    kiln.uninterruptible = true;
    kiln.ramp_down_hours = 48;
    Case c;
    c.inventory = b.inventory;
    SeasonWindow window;
    window.id = "peak";
    window.from = *rules::parse_day("2016-11-15");
    window.to = *rules::parse_day("2017-03-15");
    window.measure.form = rules::Form::kStop;
    c.season = SeasonPlan{{window}};
    const auto ramp = [&c] {
        const auto duties = c.derive_at(Colour::kOrange).enterprises[0].obligations;
        return std::pair(rules::granted_ramp(duties.at(0).check), duties.at(0).detail);
    };
    EXPECT_EQ(ramp().first, std::chrono::hours{0});
    EXPECT_EQ(ramp().second.find("不可骤停"), std::string::npos) << ramp().second;
    c.season->windows[0].from = *rules::parse_day("2016-12-16");  // begun the same day
    EXPECT_EQ(ramp().first, std::chrono::hours{48});
}

TEST(Derive, GradeChangesAreReadOrRefusedWhole) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", "B");
    const auto read = read_grade_changes("enterprise,grade,from,source\nE1,C(暂停),2016-12-01,文\n",
                                         "g.csv", b.inventory);
    ASSERT_TRUE(read.has_value()) << rules::to_text(read.error());
    EXPECT_EQ((*read)[0].grade.name, "D");
    const auto refused =
        read_grade_changes("enterprise,grade,from\nE9,Q,soon\n", "g.csv", b.inventory);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().size(), 3u);
}

}  // namespace
}  // namespace qk::plans::testing
