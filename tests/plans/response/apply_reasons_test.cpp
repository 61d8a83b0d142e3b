// Goal: a restricted plant owes more, one with good treatment less where the text allows it, and
// nobody by a word, a document that is missing or against a floor. Method: hand-worked plants.
#include "plans/response/apply_reasons.hpp"

#include <gmock/gmock.h>

#include <cmath>

#include "plans/response/open_questions.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans {
namespace {

using namespace qk::plans::testing;
using rules::Colour;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TreatmentReason tightening(const std::string& id, int grades) {
    TreatmentReason reason;
    reason.id = id;
    reason.name = id;
    reason.english = id;
    reason.grades_by = grades;
    return reason;
}
TreatmentReason relaxing(const std::string& id, int grades) {
    TreatmentReason reason = tightening(id, grades);
    reason.relaxes = true;
    reason.not_above = "B";
    return reason;
}

// The grade by which a C (or another) is treated because of these.
std::string grade_of(const std::vector<TreatmentReason>& reasons, const std::string& grade = "C",
                     Colour colour = Colour::kOrange) {
    NamedReasons named;
    for (const TreatmentReason& one : reasons) named.push_back({one.id, "文件", &one});
    return apply_reasons(named, {grade, "cement", colour}).grade;
}

TEST(ApplyReasons, TheStrictestOfSeveralCountsAndTheyDoNotAddUp) {
    EXPECT_EQ(grade_of({tightening("a", 1)}, "A"), "B");
    EXPECT_EQ(grade_of({tightening("a", 1), tightening("b", 2), tightening("c", 1)}, "A"), "C");
    EXPECT_EQ(grade_of({tightening("a", 3)}, "C"), "D") << "nothing is below D";
    EXPECT_EQ(grade_of({tightening("a", 1)}, "non-leading"), "D");
    EXPECT_EQ(grade_of({tightening("a", 1)}, "ungraded"), "ungraded");
}

TEST(ApplyReasons, ARelaxationEndsWhereItsTextEnds) {
    EXPECT_EQ(grade_of({relaxing("a", 1)}, "C"), "B");
    EXPECT_EQ(grade_of({relaxing("a", 2)}, "C"), "B") << "not above B";
    EXPECT_EQ(grade_of({relaxing("a", 1)}, "B"), "B");
    EXPECT_EQ(grade_of({relaxing("a", 1)}, "non-leading"), "non-leading");
    EXPECT_EQ(grade_of({relaxing("a", 1)}, "ungraded"), "ungraded");
    EXPECT_EQ(grade_of({relaxing("a", 2), relaxing("b", 1)}, "D"), "C") << "the one that does less";
    TreatmentReason to_orange = relaxing("a", 1);
    to_orange.up_to = Colour::kOrange;
    EXPECT_EQ(grade_of({to_orange}, "C", Colour::kRed), "C");
    EXPECT_EQ(grade_of({to_orange}, "C", Colour::kOrange), "B");
}

TEST(ApplyReasons, WhatTightensPrecedesUnlessTheTextSaysOtherwise) {
    TreatmentReason over = relaxing("rto", 1);
    EXPECT_EQ(grade_of({over, tightening("a", 1)}), "D");
    over.over = {"a"};
    EXPECT_EQ(grade_of({over, tightening("a", 1)}), "B");
    EXPECT_EQ(grade_of({over, tightening("a", 1), tightening("b", 1)}), "D")
        << "it says nothing of b";
    EXPECT_EQ(grade_of({over, relaxing("other", 1), tightening("a", 1)}), "B");
}

TEST(ApplyReasons, EachThatDoesNotCountSaysWhy) {
    TreatmentReason glass = tightening("glass", 1);
    glass.trades = {"glass"};
    TreatmentReason of_b = tightening("of-b", 1);
    of_b.grades = {"B"};
    TreatmentReason rto = relaxing("rto", 1);
    const NamedReasons named{
        {"glass", "", &glass}, {"of-b", "", &of_b}, {"rto", "", &rto}, {"什么", "", nullptr}};
    const AppliedReasons applied = apply_reasons(named, {"C", "cement", Colour::kOrange});
    EXPECT_EQ(applied.grade, "C");
    EXPECT_THAT(applied.outcomes,
                ElementsAre(ReasonOutcome::kOtherTrade, ReasonOutcome::kOtherGrade,
                            ReasonOutcome::kNoEvidence, ReasonOutcome::kUnknown));
    TreatmentReasons known;
    known.put(glass);
    const NotCounted unknown = not_counted_text(named[3], ReasonOutcome::kUnknown, known);
    EXPECT_THAT(unknown.what, HasSubstr("什么"));
    EXPECT_THAT(unknown.cure, HasSubstr("glass (glass)"));
    for (const ReasonOutcome outcome : applied.outcomes) {
        EXPECT_FALSE(not_counted_text(named[0], outcome, known).what.empty());
    }
}

TEST(ApplyReasons, ACellIsReadInOrderWithItsDocuments) {
    NamedReasons named;
    add_named(named, built_in_catalogue().reasons(), "限制类; RTO ;", ";豫环验〔2025〕3号");
    ASSERT_EQ(named.size(), 2U);
    EXPECT_EQ(named[1].written, "RTO");
    EXPECT_EQ(named[1].evidence, "豫环验〔2025〕3号");
    NamedReasons many;
    add_named(many, built_in_catalogue().reasons(), std::string(99, ';') + "限制类", "");
    EXPECT_THAT(many, IsEmpty()) << "behind the twentieth nothing is read";
}

// ---- in a plan ----

// A cement works of two kilns that emit 600 and 400 kg of NOx, in a region that emits 2 t of each.
Case plant(const std::string& grade) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥", grade);
    b.line("K1", grams(600'000, 600'000, 600'000, 0));
    b.line("K2", grams(400'000, 400'000, 400'000, 0));
    b.area(Source::kIndustry, grams(2'000'000, 2'000'000, 2'000'000, 0));
    Case c;
    c.inventory = b.inventory;
    c.rules.floors = {};
    return c;
}
Enterprise& works(Case& c) { return c.inventory.enterprises[0]; }

std::vector<std::string> owed(const Case& c, Colour colour = Colour::kOrange) {
    std::vector<std::string> all;
    const DerivedObligations derived = c.derive_at(colour);
    for (const rules::Obligation& one : derived.enterprises[0].obligations) {
        if (one.action == rules::Action::kBanVehicles) continue;
        all.push_back(one.line + " " + std::string(rules::to_text(one.action)) + " " +
                      std::to_string(std::lround(one.ratio * 100)));
    }
    return all;
}

TEST(ReasonsInAPlan, ARestrictedPlantIsTreatedOneGradeStricterAndEachObligationSaysSo) {
    Case c = plant("B");
    EXPECT_THAT(owed(c), ElementsAre("K1 limit_load 20", "K2 limit_load 20"));
    works(c).reasons = "限制类";
    EXPECT_THAT(owed(c), ElementsAre("K1 stop 100", "K2 stop 100"));
    const DerivedObligations derived = c.derive_at(Colour::kOrange);
    for (const rules::Obligation& one : derived.enterprises[0].obligations) {
        const auto reason = std::ranges::find(one.basis, "reason", &rules::Reason::kind);
        ASSERT_NE(reason, one.basis.end()) << one.id;
        EXPECT_THAT(reason->text, HasSubstr("加严理由：限制类工艺装备，由B级改按C级执行"));
        EXPECT_THAT(reason->text, HasSubstr("样例"));
        EXPECT_THAT(reason->english, HasSubstr("treated as C instead of B"));
        EXPECT_THAT(reason->source, HasSubstr("restricted-class；东政〔2019〕8号第20条"));
    }
    EXPECT_EQ(derived.enterprises[0].reduction, grams(1'000'000, 1'000'000, 1'000'000, 0));
}

TEST(ReasonsInAPlan, AReasonOfOneLineTouchesThatLineAlone) {
    Case c = plant("B");
    c.inventory.lines[1].reasons = "限制类";
    EXPECT_THAT(owed(c), ElementsAre("K1 limit_load 20", "K2 stop 100"));
    // 20 % of 600 kg and all of 400 kg.
    EXPECT_EQ(c.derive_at(Colour::kOrange).enterprises[0].reduction,
              grams(520'000, 520'000, 520'000, 0));
    works(c).grade.name = "A";
    EXPECT_THAT(owed(c), ElementsAre("K2 limit_load 20")) << "held to a B, beside a free line";
}

// The texts of the reasons that tighten, as the first obligation has them.
std::vector<std::string> tightened_by(const Case& c) {
    std::vector<std::string> texts;
    const DerivedObligations derived = c.derive_at(Colour::kOrange);
    for (const rules::Reason& one : derived.enterprises[0].obligations.at(0).basis) {
        if (one.kind == "reason") texts.push_back(one.text);
    }
    return texts;
}

TEST(ReasonsInAPlan, OfTwoReasonsForTheSameMoveOneMovesAndBothAreNamed) {
    Case c = plant("B");
    works(c).reasons = "限制类;敏感点";
    const std::vector<std::string> texts = tightened_by(c);
    ASSERT_EQ(texts.size(), 2U);
    EXPECT_THAT(texts[0], HasSubstr("限制类工艺装备，由B级改按C级执行"));
    EXPECT_THAT(texts[1], HasSubstr("邻近居民区等敏感点，与“限制类工艺装备”不叠加"));
    EXPECT_THAT(texts[1], ::testing::Not(HasSubstr("改按")));
    works(c).reasons = "限制类";
    c.inventory.lines[0].reasons = "敏感点";
    EXPECT_EQ(tightened_by(c).size(), 2U) << "one of the plant, one of the line";
}

TEST(ReasonsInAPlan, WhatTwoReasonsAskOfTheSameIsAskedOnce) {
    Case c = plant("B");
    std::vector<TreatmentReason> own = c.catalogue.reasons().all();
    for (const char* id : {"one", "two"}) {
        TreatmentReason reason = tightening(id, 0);
        rules::Measure ban;
        ban.form = rules::Form::kVehicleShare;
        ban.ratio = 0.5;
        for (auto& at_level : reason.at_level) at_level = {ban};
        own.push_back(reason);
    }
    c.catalogue.add_reasons(own);
    works(c).reasons = "one;two";
    const DerivedObligations derived = c.derive_at(Colour::kOrange);
    std::size_t found = 0;
    for (const rules::Obligation& duty : derived.enterprises[0].obligations) {
        if (duty.ratio == 0.5 || duty.detail.find("车次压减50%") != std::string::npos) ++found;
    }
    EXPECT_EQ(found, 1U);
    EXPECT_EQ(tightened_by(c).size(), 2U);
}

std::size_t bans(const Case& c) {
    const DerivedObligations derived = c.derive_at(Colour::kOrange);
    return static_cast<std::size_t>(std::ranges::count(derived.enterprises[0].obligations,
                                                       rules::Action::kBanVehicles,
                                                       &rules::Obligation::action));
}

TEST(ReasonsInAPlan, AReasonOfOneLineBringsNoTruckBanToThePlant) {
    Case c = plant("A");
    c.rules.truck_ban.from.reset();
    ASSERT_EQ(bans(c), 0U);
    c.inventory.lines[1].reasons = "限制类";
    EXPECT_THAT(owed(c), ElementsAre("K2 limit_load 20"));
    EXPECT_EQ(bans(c), 0U) << "the plant is an A as before";
    works(c).reasons = "限制类";
    EXPECT_EQ(bans(c), 1U) << "held to a B as a whole, its trucks are too";
}

TEST(ReasonsInAPlan, WhatItsOwnGradeAsksOfThePlantStaysWhereEveryLineHasAReason) {
    Case c = plant("B");
    c.rules.truck_ban.from.reset();
    ASSERT_EQ(bans(c), 1U);
    for (Line& line : c.inventory.lines) line.reasons = "限制类";
    EXPECT_THAT(owed(c), ElementsAre("K1 stop 100", "K2 stop 100"));
    EXPECT_EQ(bans(c), 1U);
}

TEST(ReasonsInAPlan, AWordThatNobodyKnowsTakesNoLimitOffALine) {
    InventoryBuilder b;
    b.enterprise("P1", "火电", "A");
    b.line("U1", grams(60'000, 60'000, 60'000, 0));
    Case c;
    c.inventory = b.inventory;
    c.rules.floors = {};
    const std::vector<std::string> limits = owed(c);
    EXPECT_THAT(limits, ::testing::SizeIs(3)) << "what the text asks of A itself";
    c.inventory.lines[0].reasons = "什么";
    EXPECT_EQ(owed(c), limits);
}

TEST(ReasonsInAPlan, AShareOfSomeLinesNamesThoseLinesOnly) {
    Case c = plant("B");
    InventoryBuilder b{c.inventory};
    b.line("K3", grams(100'000, 0, 0, 0));
    c.inventory = b.inventory;
    c.inventory.lines[1].reasons = "限制类";
    c.inventory.lines[2].reasons = "限制类";
    // C at yellow: half of the two restricted kilns stands; the other owes nothing as a B.
    const DerivedObligations derived = c.derive_at(Colour::kYellow);
    const auto& all = derived.enterprises[0].obligations;
    const auto share = std::ranges::find(all, rules::Action::kStop, &rules::Obligation::action);
    ASSERT_NE(share, all.end());
    const auto* check = std::get_if<rules::ShareStands>(&share->check);
    ASSERT_NE(check, nullptr);
    EXPECT_THAT(check->lines, ElementsAre("K2", "K3"));
}

TEST(ReasonsInAPlan, HundredsOfReasonsOfLinesAreToldApart) {
    constexpr std::size_t kParts = 200;  // more than a byte counts
    InventoryBuilder b;
    b.enterprise("E1", "水泥", "B");
    for (std::size_t i = 0; i < 2 * kParts; ++i) {
        Line& line = b.line("K" + std::to_string(i), grams(1'000, 0, 0, 0));
        line.reasons = "限制类";
        line.reason_evidence = "文件" + std::to_string(i / 2);
    }
    Case c;
    c.inventory = b.inventory;
    c.rules.floors = {};
    const DerivedObligations derived = c.derive_at(Colour::kYellow);  // C: half of the lines
    std::size_t shares = 0;
    for (const rules::Obligation& one : derived.enterprises[0].obligations) {
        const auto* share = std::get_if<rules::ShareStands>(&one.check);
        if (share == nullptr) continue;
        ++shares;
        EXPECT_THAT(share->lines, ::testing::SizeIs(2)) << one.id;
    }
    EXPECT_EQ(shares, kParts);
}

TEST(ReasonsInAPlan, LeastMeasuresOfAReasonBindBesideTheGradesAndOverAnOwnPlan) {
    Case c = plant("B");
    const auto own = read_catalogue(
        "source = \"本市\"\n[[reason]]\nid = \"ring\"\nname = \"三环以内\"\nenglish = \"inside\"\n"
        "effect = \"tighten\"\norange = { do = [{ form = \"limit_load\", ratio = 0.3 }] }\n",
        "own.toml");
    c.catalogue.replace_by(own.value());
    works(c).reasons = "三环以内";
    EXPECT_THAT(owed(c), ElementsAre("K1 limit_load 30", "K2 limit_load 30"));
    EXPECT_THAT(owed(c, Colour::kRed), ElementsAre("K1 stop 100", "K2 stop 100"))
        << "a B's own stop is stricter";
    InventoryBuilder b{c.inventory};
    b.own("", Colour::kOrange, rules::Action::kLimitLoad, 0.1);
    c.inventory = b.inventory;
    EXPECT_THAT(owed(c), ElementsAre("K1 limit_load 30", "K2 limit_load 30"));
}

TEST(ReasonsInAPlan, ARelaxationWithoutADocumentDoesNotCountAndIsAFinding) {
    InventoryBuilder b;
    b.enterprise("P1", "工业涂装", "C");
    b.line("L1", grams(0, 0, 0, 60'000));
    Case c;
    c.inventory = b.inventory;
    c.rules.floors = {};
    works(c).reasons = "RTO;什么";
    EXPECT_THAT(owed(c), ElementsAre("L1 stop_process 100"));
    const auto findings = [&c] {
        return reason_findings(c.inventory, c.catalogue, c.rules, rules::kBeijingTime);
    };
    const rules::Faults found = findings();
    EXPECT_EQ(found.size(), 2U);
    EXPECT_TRUE(has_remark(found, "没有依据，不予放宽"));
    EXPECT_TRUE(has_remark(found, "限制类工艺装备 (restricted-class)"))
        << "what would be right is listed";
    works(c).reason_evidence = "汴环验〔2025〕3号";
    EXPECT_THAT(owed(c), ElementsAre("L1 limit_load 20"));
    EXPECT_EQ(findings().size(), 1U) << "the word that nobody knows";
}

TEST(ReasonsInAPlan, NoRelaxationGoesBelowWhatTheFloorsDemand) {
    InventoryBuilder b;
    b.enterprise("P1", "工业涂装", "C");
    b.line("L1", grams(0, 0, 0, 60'000));
    b.area(Source::kIndustry, grams(0, 0, 0, 100'000));
    Case c;
    c.inventory = b.inventory;
    works(c).reasons = "RTO";
    works(c).reason_evidence = "汴环验〔2025〕3号";
    // Relaxed, 20 % of 60 kg are 12 of 100 kg, and orange demands 20.
    EXPECT_THAT(owed(c), ElementsAre("L1 stop_process 100"));
    EXPECT_TRUE(has_remark(c.derive_at(Colour::kOrange).remarks, "达不到下限"));
    c.inventory.area_emissions[0].emission = grams(0, 0, 0, 60'000);
    EXPECT_THAT(owed(c), ElementsAre("L1 limit_load 20")) << "12 of 60 kg are what is demanded";
}

TEST(ReasonsInAPlan, FloorsAreAskedToOfALineThatIsRelaxedInTheLesserOfTwoTrades) {
    InventoryBuilder b;
    b.enterprise("P1", "水泥;工业涂装", "C");
    b.line("L1", grams(0, 0, 0, 60'000));
    b.area(Source::kIndustry, grams(0, 0, 0, 600'000));
    Case c;
    c.inventory = b.inventory;
    c.inventory.lines[0].reasons = "RTO";
    c.inventory.lines[0].reason_evidence = "汴环验〔2025〕3号";
    EXPECT_TRUE(has_remark(c.derive_at(Colour::kOrange).remarks, "达不到下限"));
    c.rules.floors = {};
    EXPECT_FALSE(has_remark(c.derive_at(Colour::kOrange).remarks, "放宽理由"));
}

TEST(ReasonsInAPlan, ALimitOfThePermitStaysWhateverRelaxes) {
    InventoryBuilder b;
    b.enterprise("P1", "工业涂装", "C");
    b.line("L1", grams(0, 0, 0, 60'000));
    OwnMeasure& permit = b.own("L1", Colour::kOrange, rules::Action::kLimitEmission, 0);
    permit.extra = {{"permit_limit", "yes"}, {"factor", "vocs"}, {"kg_per_d", "30"}};
    Case c;
    c.inventory = b.inventory;
    c.rules.floors = {};
    works(c).reasons = "RTO";
    works(c).reason_evidence = "汴环验〔2025〕3号";
    EXPECT_THAT(owed(c),
                ::testing::UnorderedElementsAre("L1 limit_load 20", "L1 limit_emission 0"));
}

TEST(ReasonsInAPlan, WhoIsSparedIsNotTightened) {
    Case c = plant("C");
    works(c).category = Category::kLivelihood;
    works(c).reasons = "限制类";
    EXPECT_THAT(owed(c), IsEmpty());
    EXPECT_TRUE(has_remark(c.derive_at(Colour::kOrange).remarks, "该类别不按绩效分级管控"));
}

TEST(ReasonsInAPlan, AReasonOfOneTradeLeavesTheLinesOfTheOtherAlone) {
    Case c = plant("B");
    works(c).industry = "水泥;铸造";
    c.inventory.lines[0].industry = "水泥";
    c.inventory.lines[1].industry = "铸造";
    const auto own = read_catalogue(
        "source = \"本市\"\n[[reason]]\nid = \"f\"\nname = \"铸造集群\"\nenglish = \"cluster\"\n"
        "effect = \"tighten\"\ntrades = [\"foundry\"]\n"
        "yellow = { do = [{ form = \"limit_load\", ratio = 0.4 }] }\n",
        "own.toml");
    c.catalogue.replace_by(own.value());
    works(c).reasons = "铸造集群";
    // A B of cement owes nothing on its kiln at yellow, a B of foundries 20 %.
    EXPECT_THAT(owed(c, Colour::kYellow), ElementsAre("K2 limit_load 40"));
}

TEST(ReasonsInAPlan, AnObligationSaysNothingOfAReasonOfAnotherTrade) {
    Case c = plant("B");
    works(c).industry = "水泥;铸造";
    c.inventory.lines[0].industry = "水泥";
    c.inventory.lines[1].industry = "铸造";
    const auto own = read_catalogue(
        "source = \"本市\"\n[[reason]]\nid = \"f\"\nname = \"铸造集群\"\nenglish = \"cluster\"\n"
        "effect = \"tighten\"\ntrades = [\"foundry\"]\ngrades_by = 2\n",
        "own.toml");
    c.catalogue.replace_by(own.value());
    works(c).reasons = "铸造集群";
    const DerivedObligations derived = c.derive_at(Colour::kOrange);
    for (const rules::Obligation& one : derived.enterprises[0].obligations) {
        if (one.line.empty()) continue;
        EXPECT_EQ(has_reason(one.basis, "reason"), one.line == "K2") << one.id;
    }
    EXPECT_THAT(owed(c), ElementsAre("K1 limit_load 20", "K2 stop 100"));
}

}  // namespace
}  // namespace qk::plans
