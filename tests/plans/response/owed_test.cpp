// Everyone owes what the text says: trades as wholes, lines by their words, the strictest of
// several trades, no exemption without evidence; and who emits and owes nothing is asked why.
#include <gmock/gmock.h>

#include "plans/response/open_questions.hpp"
#include "plans/response/season_obligations.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Action;
using rules::Colour;

DailyEmission kg(std::int64_t so2, std::int64_t nox, std::int64_t pm, std::int64_t vocs) {
    return grams(so2 * 1000, nox * 1000, pm * 1000, vocs * 1000);
}

// A line with a name of its own.
Line& named(InventoryBuilder& b, const char* id, const char* name, const char* equipment,
            DailyEmission emission) {
    Line& line = b.line(id, emission, equipment);
    line.name = name;
    return line;
}

InventoryBuilder steel_mill() {
    InventoryBuilder b;
    b.enterprise("A1", "长流程钢铁", "C");
    named(b, "1", "1#白灰窑", "套筒窑", kg(50, 80, 10, 0));
    named(b, "2", "2#白灰窑", "麦尔兹窑", kg(50, 80, 10, 0));
    named(b, "3", "链篦机-回转窑", "120万吨", kg(300, 400, 50, 0));
    named(b, "4", "带式焙烧机", "200万吨", kg(300, 400, 50, 0));
    named(b, "5", "1#竖炉", "10m²", kg(100, 100, 20, 0));
    return b;
}

rules::Faults questions_of(const Case& c) {
    return open_questions(c.inventory, built_in_catalogue(), c.rules, kZone);
}

TEST(Owed, ASteelMillWithOrdinaryNamesStopsItsKilnsAndPelletPlants) {
    Case c;
    c.inventory = steel_mill().inventory;
    // From the 121st hour two of the three pellet plants stand, and the plant chooses which: what
    // is sure is the kilns, the shaft kiln and one of the others.
    EXPECT_EQ(c.derive_at(Colour::kOrange).enterprises[0].reduction, kg(500, 660, 90, 0));
    EXPECT_EQ(c.derive_at(Colour::kRed).enterprises[0].reduction, kg(800, 1060, 140, 0));
    EXPECT_TRUE(questions_of(c).empty());
}

TEST(Owed, ALineOfANameThatNobodyKnowsIsAskedFor) {
    InventoryBuilder b = steel_mill();
    named(b, "6", "6号装置", "专用设备", kg(800, 0, 0, 0));
    Case c;
    c.inventory = b.inventory;
    EXPECT_TRUE(has_remark(
        c.derive_at(Colour::kOrange).remarks,
        "A1：生产线6（6号装置）每日排放二氧化硫800千克，橙色预警对此不承担任何措施，请说明理由"));
    const rules::Faults questions = questions_of(c);
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_EQ(questions[0].place.file, "lines.csv");
    c.inventory.lines.back().no_duty = "试验装置，全年停用（王工）";
    EXPECT_TRUE(questions_of(c).empty());
    EXPECT_TRUE(
        has_remark(c.derive_at(Colour::kOrange).remarks, "理由：试验装置，全年停用（王工）"));
}

TEST(Owed, AnEnterpriseOfWhichNoLineOwesAnythingIsOneQuestion) {
    InventoryBuilder b;
    b.enterprise("A1", "长流程钢铁", "C");
    named(b, "1", "一号", "设备", kg(500, 1, 0, 0));
    named(b, "2", "二号", "设备", kg(300, 0, 0, 0));
    Case c;
    c.inventory = b.inventory;
    const rules::Faults questions = questions_of(c);
    ASSERT_EQ(questions.size(), 1U);
    EXPECT_NE(questions[0].what.find("二氧化硫800千克"), std::string::npos) << questions[0].what;
    c.inventory.enterprises[0].no_duty_reason = "已停产拆除";
    c.inventory.enterprises[0].no_duty_by = "王工";
    EXPECT_TRUE(questions_of(c).empty());
}

TEST(Owed, AProcessThatTheTextLeavesAloneIsANoteAndNoQuestion) {
    InventoryBuilder b = steel_mill();
    named(b, "Z1", "1号转炉", "120t", kg(10, 50, 80, 0));
    Case c;
    c.inventory = b.inventory;
    EXPECT_TRUE(questions_of(c).empty());
    EXPECT_TRUE(has_remark(c.derive_at(Colour::kOrange).remarks, "行业目录了解该工序"));
}

TEST(Owed, APollutantThatTheMeasuresForgetIsAskedFor) {
    InventoryBuilder b;
    b.enterprise("E22", "火电", "C");
    b.line("P1", kg(0, 5, 5, 100));
    Case c;
    c.inventory = b.inventory;
    EXPECT_TRUE(has_remark(questions_of(c), "挥发性有机物100千克"));
}

TEST(Owed, AMakerOfWindTurbinesIsNoPowerPlantUntilAPersonSaysWhatItIs) {
    InventoryBuilder b;
    b.enterprise("E22", "风力发电机组制造", "C");
    named(b, "P1", "喷漆车间", "溶剂型", kg(0, 5, 5, 100));
    Case c;
    c.inventory = b.inventory;
    EXPECT_TRUE(
        has_remark(c.derive_at(Colour::kOrange).remarks, "行业“风力发电机组制造”不在目录中"));
    c.inventory.enterprises[0].trade_code = "industrial-coating";
    const DerivedObligations tied = c.derive_at(Colour::kOrange);
    EXPECT_FALSE(has_remark(tied.remarks, "不在目录中"));
    EXPECT_EQ(tied.enterprises[0].reduction.grams[3], 100'000);
    c.inventory.enterprises[0].trade_code = {};
    c.rules.trade_ties[trade_name_key("风力发电机组制造")] = "industrial-coating";
    EXPECT_EQ(c.derive_at(Colour::kOrange).enterprises[0].reduction.grams[3], 100'000);
}

TEST(Owed, ALineWithoutATradeFollowsTheStrictestOfAll) {
    InventoryBuilder b;
    b.enterprise("E17", "长流程钢铁;铸造", "C");
    named(b, "S1", "1号烧结机", "90m²", kg(500, 500, 100, 0));
    named(b, "Y1", "1号中频炉熔炼", "5t中频炉", kg(0, 5, 60, 30));
    Case c;
    c.inventory = b.inventory;
    const EnterpriseObligations duties = c.derive_at(Colour::kOrange).enterprises[0];
    EXPECT_EQ(duties.reduction, kg(500, 505, 160, 30));
    bool melting_stops = false;
    for (const rules::Obligation& one : duties.obligations) {
        melting_stops |= one.line == "Y1" && one.action == Action::kStopProcess;
    }
    EXPECT_TRUE(melting_stops) << "a foundry of grade C stops what emits";
}

TEST(Owed, WithoutEvidenceThereIsNoExemption) {
    InventoryBuilder b;
    b.enterprise("W1", "工业涂装", "D", Category::kWhitelist);
    b.line("P1", kg(0, 0, 1, 10));
    b.enterprise("W2", "工业涂装", "D");
    b.last().exempt_class = "whitelist";
    b.line("P1", kg(0, 0, 1, 10));
    Case c;
    c.inventory = b.inventory;
    c.inventory.has_evidence_column = true;
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_GT(c.derive_at(Colour::kRed).enterprises[i].reduction.grams[3], 0) << i;
    }
    const rules::Faults remarks = c.derive_at(Colour::kRed).remarks;
    EXPECT_TRUE(has_remark(remarks, "W1：企业类别“自主减排白名单”没有佐证，不予豁免"));
    EXPECT_TRUE(has_remark(remarks, "W2：豁免类别“whitelist”没有佐证，不予豁免"));
    for (Enterprise& one : c.inventory.enterprises) one.exempt_evidence = "豫环〔2026〕9号";
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(c.derive_at(Colour::kRed).enterprises[i].reduction, DailyEmission{}) << i;
    }
}

TEST(Owed, APackThatAsksForEvidenceIsObeyedWithoutTheColumn) {
    InventoryBuilder b;
    b.enterprise("W1", "工业涂装", "D", Category::kWhitelist);
    b.line("P1", kg(0, 0, 1, 10));
    Case c;
    c.inventory = b.inventory;
    EXPECT_EQ(c.derive_at(Colour::kRed).enterprises[0].reduction, DailyEmission{});
    c.rules.whitelist_evidence = true;
    EXPECT_GT(c.derive_at(Colour::kRed).enterprises[0].reduction.grams[3], 0);
}

SeasonPlan season_of(const std::string& more) {
    const auto read = read_season(
        "[[window]]\nid = \"w\"\nfrom = \"2016-11-15\"\nto = \"2017-03-15\"\n"
        "measure = { form = \"stop\" }\nsource = \"晋中2020\"\nkind = \"peak-shift\"\n" +
            more,
        "s.toml");
    EXPECT_TRUE(read.has_value()) << rules::to_text(read.error());
    return read.value();
}

// Whether the season stops the enterprise, said alike with and without a warning.
bool season_stops(const Case& c, std::size_t enterprise) {
    const rules::CivilDay day = *rules::parse_day("2016-12-17");
    bool alone = false;
    for (const SeasonObligation& duty :
         list_season_obligations(c.inventory, *c.season, c.rules, day, kZone)) {
        alone |= duty.enterprise == enterprise;
    }
    bool beside = false;
    const DerivedObligations duties = c.derive_at(Colour::kYellow);
    for (const rules::Obligation& one : duties.enterprises[enterprise].obligations) {
        beside |= has_reason(one.basis, "season") || has_reason(one.basis, "strictest");
    }
    EXPECT_EQ(alone, beside) << c.inventory.enterprises[enterprise].id.text();
    return alone;
}

TEST(Owed, EveryGradeCanBeNamedInASeason) {
    InventoryBuilder b;
    for (const char* grade : {"A", "B", "B-", "C", "leading", "non-leading", "ungraded", "D"}) {
        b.enterprise(grade, "水泥", grade).line("K", kg(1, 1, 1, 0));
    }
    Case c;
    c.inventory = b.inventory;
    const auto stopped = [&c] {
        std::string all;
        for (std::size_t i = 0; i < c.inventory.enterprises.size(); ++i) {
            if (season_stops(c, i)) all += c.inventory.enterprises[i].id + " ";
        }
        return all;
    };
    c.season = season_of(
        "trades = [\"cement\"]\nexcept_grades = [\"A+\",\"A\",\"引领性\",\"B\",\"B-\"]\n");
    EXPECT_EQ(stopped(), "C non-leading ungraded D ");
    c.season = season_of("trades = [\"cement\"]\ngrades = [\"非引领性\"]\n");
    EXPECT_EQ(stopped(), "non-leading ");
    c.season = season_of("trades = [\"cement\"]\ngrades = [\"ungraded\"]\n");
    EXPECT_EQ(stopped(), "ungraded ");
    c.season = season_of("trades = [\"cement\"]\ngrades = [\"D\"]\n");
    EXPECT_EQ(stopped(), "ungraded D ") << "who is not graded is treated like D";
}

TEST(Owed, LivelihoodIsTouchedByNoSeasonAndClassesCanBeExcepted) {
    InventoryBuilder b;
    b.enterprise("L", "水泥", "C", Category::kLivelihood).line("K", kg(1, 1, 1, 0));
    b.enterprise("S", "水泥", "C", Category::kSmall).line("K", kg(1, 1, 1, 0));
    Case c;
    c.inventory = b.inventory;
    c.season = season_of("trades = [\"cement\"]\n");
    EXPECT_FALSE(season_stops(c, 0));
    EXPECT_TRUE(season_stops(c, 1));
    c.season = season_of("trades = [\"cement\"]\nexcept_classes = [\"小微\"]\n");
    EXPECT_FALSE(season_stops(c, 1));
}

TEST(Owed, WordsOfTheBureauReachTheSeasonToo) {
    InventoryBuilder b;
    b.enterprise("A1", "石灰窑", "C");
    named(b, "1", "一号老窑", "设备", kg(50, 80, 10, 0));
    Case c;
    c.inventory = b.inventory;
    c.season = season_of("enterprises = [\"A1\"]\n");
    c.season->windows[0].measure.of = {"石灰窑"};
    const rules::CivilDay day = *rules::parse_day("2016-12-17");
    EXPECT_TRUE(list_season_obligations(c.inventory, *c.season, c.rules, day, kZone).empty());
    const auto mine = read_catalogue(
        "source = \"本市叫法\"\n[[process]]\nid = \"lime-kiln\"\nwords = [\"老窑\"]\n", "c.toml");
    Catalogue all = built_in_catalogue();
    all.replace_by(mine.value());
    c.rules.line_words = all.own_line_words();
    EXPECT_EQ(list_season_obligations(c.inventory, *c.season, c.rules, day, kZone).size(), 1U);
    const SeasonTarget target = season_targets(c.inventory, *c.season, c.rules, day).at(0);
    EXPECT_EQ(target.line, 0U);
}

TEST(Owed, ACategoryWithoutADocumentIsAskedFor) {
    InventoryBuilder b;
    b.enterprise("W1", "工业涂装", "D", Category::kWhitelist);
    b.line("P1", kg(0, 0, 1, 10));
    b.enterprise("W2", "工业涂装", "D", Category::kWhitelist);
    b.last().exempt_evidence = "名单第5号";
    Case c;
    c.inventory = b.inventory;
    const rules::Faults asked = missing_evidence(c.inventory, built_in_catalogue(), c.rules, kZone);
    ASSERT_EQ(asked.size(), 1U);
    EXPECT_NE(asked[0].what.find("W1：企业类别“自主减排白名单”没有佐证"), std::string::npos)
        << asked[0].what;
    EXPECT_EQ(asked[0].place.line, 2);
}

TEST(Owed, ThePaperFigureOfALineReachesWhatItsMetersMustShow) {
    InventoryBuilder b;
    b.enterprise("A1", "水泥熟料", "B").line("K", kg(1, 1, 1, 0)).baseline_kwh_d = 120'000;
    Case c;
    c.inventory = b.inventory;
    int limits = 0;
    for (const Colour colour : {Colour::kYellow, Colour::kOrange, Colour::kRed}) {
        const DerivedObligations duties = c.derive_at(colour);
        for (const rules::Obligation& one : duties.enterprises[0].obligations) {
            const auto* limit = std::get_if<rules::LoadAtMost>(&one.check);
            if (limit == nullptr || limit->baseline != "smallest-of-eia-permit-last-year") continue;
            EXPECT_EQ(limit->baseline_kwh_d, 120'000);
            ++limits;
        }
    }
    EXPECT_GT(limits, 0);
}

}  // namespace
}  // namespace qk::plans::testing
