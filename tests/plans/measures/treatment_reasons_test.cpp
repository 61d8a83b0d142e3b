// Goal: reasons that tighten or relax are data with a source, known by every spelling of theirs,
// and a bureau's own stand beside ours or in their place. Method: the shipped catalogue and own
// files.
#include "plans/measures/treatment_reasons.hpp"

#include <gmock/gmock.h>

#include "plans/measures/catalogue.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::IsNull;
using testing::NotNull;

const TreatmentReasons& shipped() { return built_in_catalogue().reasons(); }

std::string faults_of(const std::string& toml) {
    const auto read = read_catalogue("source = \"本市\"\n" + toml, "own.toml");
    std::string text;
    if (read) return text;
    for (const rules::Fault& fault : read.error()) text += rules::to_text(fault) + "\n";
    return text;
}

constexpr const char* kOwn = R"([[reason]]
id = "ring-road"
name = "三环以内"
english = "inside the third ring road"
effect = "tighten"
)";

TEST(TreatmentReasons, EveryShippedOneHasItsSourceAndOwnsUpToASampleAmount) {
    EXPECT_GE(shipped().all().size(), 8U);
    for (const TreatmentReason& reason : shipped().all()) {
        EXPECT_FALSE(reason.source.empty()) << reason.id;
        EXPECT_FALSE(reason.english.empty()) << reason.id;
        EXPECT_EQ(reason.effect_certainty, rules::Certainty::kSample)
            << reason.id << ": no text that was read says by how much";
        EXPECT_THAT(reason.effect_source, HasSubstr("样例")) << reason.id;
        EXPECT_EQ(reason.not_above, reason.relaxes ? "B" : "") << reason.id;
    }
}

TEST(TreatmentReasons, AReasonIsKnownByIdNameAndWordHoweverItIsSpelt) {
    for (const char* written : {"restricted-class", "限制类工艺装备", "限制类", " 限制类 "}) {
        const TreatmentReason* found = shipped().find(written);
        ASSERT_THAT(found, NotNull()) << written;
        EXPECT_EQ(found->id, "restricted-class");
    }
    EXPECT_EQ(shipped().find("rto"), shipped().find("ＲＴＯ"));
    EXPECT_THAT(shipped().find("rto"), NotNull());
    EXPECT_THAT(shipped().find("限制"), IsNull()) << "a part of a word is no word";
    EXPECT_THAT(shipped().names(), HasSubstr("限制类工艺装备 (restricted-class)"));
}

TEST(TreatmentReasons, ABureausOwnStandBesideOursOrInTheirPlace) {
    const auto own = read_catalogue(
        std::string("source = \"本市通知\"\ncertainty = \"secondary\"\n") + kOwn +
            "orange = { do = [{ form = \"limit_load\", ratio = 0.3 }] }\n"
            "[[reason]]\nid = \"untreated\"\nname = \"未治理企业\"\nenglish = \"untreated\"\n"
            "effect = \"tighten\"\ngrades_by = 2\n",
        "own.toml");
    ASSERT_TRUE(own.has_value()) << rules::to_text(own.error());
    Catalogue all = built_in_catalogue();
    all.replace_by(*own);
    const TreatmentReason* ring = all.reasons().find("三环以内");
    ASSERT_THAT(ring, NotNull());
    EXPECT_EQ(ring->source, "本市通知");
    EXPECT_EQ(ring->certainty, rules::Certainty::kSecondary);
    EXPECT_TRUE(measures_at(*ring, rules::Colour::kYellow).empty());
    ASSERT_EQ(measures_at(*ring, rules::Colour::kOrange).size(), 1U);
    EXPECT_EQ(measures_at(*ring, rules::Colour::kOrange)[0].ratio, 0.3);
    EXPECT_TRUE(measures_at(*ring, rules::Colour::kBlue).empty());
    EXPECT_EQ(all.reasons().find("untreated")->grades_by, 2);
    EXPECT_THAT(all.reasons().find("未治理"), IsNull()) << "its words went with it";
    EXPECT_THAT(all.reasons().find("限制类"), NotNull());
    EXPECT_EQ(built_in_catalogue().reasons().find("untreated")->grades_by, 0);
}

TEST(TreatmentReasons, WhatHasNoEffectOrTwoMeaningsIsRefusedWithEveryFault) {
    EXPECT_THAT(faults_of(kOwn), HasSubstr("the reason has no effect"));
    const std::string wrong =
        faults_of(std::string(kOwn) +
                  "grades_by = 9\ntrades = [\"cafe\"]\ngrades = [\"Q\"]\nwords = [\"甲;乙\"]\n"
                  "[[reason]]\nid = \"ring-road\"\nname = \"三环以内\"\nenglish = \"x\"\neffect = "
                  "\"both\"\n");
    for (const char* said : {"grades_by", "'cafe'", "'Q'", "cannot stand in a list",
                             "is given twice", "tighten or relax"}) {
        EXPECT_THAT(wrong, HasSubstr(said));
    }
    EXPECT_THAT(faults_of(std::string(kOwn) + "grades_by = 1\nnot_above = \"B\"\n"),
                HasSubstr("not_above"))
        << "what only a relaxation says is refused in one that tightens";
    EXPECT_THAT(faults_of(std::string(kOwn) + "grades_by = 1\n[[reason]]\nid = \"other\"\n"
                                              "name = \"三环以内\"\nenglish = \"x\"\n"
                                              "effect = \"tighten\"\ngrades_by = 1\n"),
                HasSubstr("is a word of 'ring-road' too"));
}

TEST(TreatmentReasons, ABranchIsOfItsTrade) {
    TreatmentReason reason;
    EXPECT_TRUE(speaks_of_trade(reason, ""));
    reason.trades = {"cement"};
    EXPECT_TRUE(speaks_of_trade(reason, "cement.grinding"));
    EXPECT_FALSE(speaks_of_trade(reason, "glass"));
    EXPECT_FALSE(speaks_of_trade(reason, ""));
}

TEST(TreatmentReasons, AWordOfAShippedReasonMeansTheBureausOwnAndThatIsSaid) {
    rules::Faults remarks;
    const auto own = read_catalogue(std::string("source = \"本市\"\n") + kOwn +
                                        "grades_by = 2\nwords = [\"市区\", \"限制类\"]\n",
                                    "own.toml", &remarks);
    ASSERT_TRUE(own.has_value()) << rules::to_text(own.error());
    ASSERT_EQ(remarks.size(), 1U);
    EXPECT_EQ(remarks[0].severity, rules::Severity::kWarning);
    EXPECT_EQ(remarks[0].place.file, "own.toml");
    EXPECT_EQ(remarks[0].place.line, 8);
    EXPECT_THAT(remarks[0].what, HasSubstr("'restricted-class'"));
    Catalogue all = built_in_catalogue();
    all.replace_by(*own);
    EXPECT_EQ(all.reasons().find("限制类")->id, "ring-road");
    EXPECT_EQ(all.reasons().find("限制类工艺装备")->id, "restricted-class");
}

TEST(TreatmentReasons, WhoSaysAShippedReasonAnewMayKeepItsWords) {
    rules::Faults remarks;
    const auto own = read_catalogue(
        "source = \"本市\"\n[[reason]]\nid = \"restricted-class\"\nname = \"限制类工艺装备\"\n"
        "english = \"restricted\"\nwords = [\"限制类\"]\neffect = \"tighten\"\ngrades_by = 2\n",
        "own.toml", &remarks);
    ASSERT_TRUE(own.has_value());
    EXPECT_TRUE(remarks.empty());
}

TEST(TreatmentReasons, AHundredOfTheBureausOwnStandBesideOurs) {
    std::string toml = "source = \"本市\"\n";
    for (int i = 0; i < 100; ++i) {
        toml += "[[reason]]\nid = \"r" + std::to_string(i) + "\"\nname = \"理由" +
                std::to_string(i) + "\"\nenglish = \"r\"\neffect = \"tighten\"\ngrades_by = 1\n";
    }
    const auto own = read_catalogue(toml, "own.toml");
    ASSERT_TRUE(own.has_value());
    Catalogue all = built_in_catalogue();
    all.replace_by(*own);
    EXPECT_THAT(all.reasons().find("理由99"), NotNull()) << "none is lost without a word";
}

}  // namespace
}  // namespace qk::plans
