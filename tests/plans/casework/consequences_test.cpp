#include "plans/casework/consequences.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plans/packs/region_pack.hpp"

namespace qk::plans {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

rules::CivilDay day(std::string_view text) { return *rules::parse_day(text); }
std::vector<std::string> ids(const std::vector<ProposedConsequence>& proposed) {
    std::vector<std::string> all;
    for (const ProposedConsequence& one : proposed) all.push_back(one.what.id);
    return all;
}
Consequence made(std::string id, std::string when, int years = 0) {
    Consequence one;
    one.id = std::move(id);
    one.when = {std::move(when)};
    one.years = years;
    return one;
}

TEST(Consequences, OnlyWhatFitsTheConclusionIsProposed) {
    const std::vector<Consequence> all{made("a", "breach"), made("b", "wrong_inventory"),
                                       made("c", "recheck_failed")};
    ConsequenceQuestion question{Conclusion::kBreach, false, day("2026-12-01"), day("2026-12-05")};
    EXPECT_THAT(ids(proposed_consequences(all, question)), ElementsAre("a"));
    question.has_failed_recheck = true;
    EXPECT_THAT(ids(proposed_consequences(all, question)), ElementsAre("a", "c"));
    question = {Conclusion::kJustified, false, day("2026-12-01"), day("2026-12-05")};
    EXPECT_THAT(proposed_consequences(all, question), IsEmpty());
    question.conclusion.reset();
    EXPECT_THAT(proposed_consequences(all, question), IsEmpty());
}

TEST(Consequences, TheTimeBarEndsOnTheSameDayYearsLater) {
    const std::vector<Consequence> all{made("a", "breach", 2)};
    ConsequenceQuestion question{Conclusion::kBreach, false, day("2026-12-01"), day("2028-12-01")};
    const auto proposed = proposed_consequences(all, question);
    ASSERT_EQ(proposed.size(), 1U);
    EXPECT_EQ(proposed[0].until, day("2028-12-01"));
    question.today = day("2028-12-02");
    EXPECT_THAT(proposed_consequences(all, question), IsEmpty());
    question = {Conclusion::kBreach, false, day("2024-02-29"), day("2024-03-01")};
    EXPECT_EQ(proposed_consequences(all, question)[0].until, day("2026-02-28"));
}

TEST(Consequences, TheClauseOfTheDayOfTheOffenceCounts) {
    Consequence old = made("old", "breach");
    old.to = day("2026-08-15");
    Consequence code = made("code", "breach");
    code.from = day("2026-08-15");
    ConsequenceQuestion question{Conclusion::kBreach, false, day("2026-08-14"), day("2026-09-01")};
    EXPECT_THAT(ids(proposed_consequences({old, code}, question)), ElementsAre("old"));
    question.offence = day("2026-08-15");
    EXPECT_THAT(ids(proposed_consequences({old, code}, question)), ElementsAre("code"));
}

TEST(Consequences, TheShippedOnesAreSamplesAndReachEveryPack) {
    for (const std::string& id : built_in_pack_ids()) {
        const auto all = consequences_of(built_in_pack(id).value());
        EXPECT_FALSE(all.empty()) << id;
        for (const Consequence& one : all) EXPECT_TRUE(one.is_sample) << one.id;
    }
}

constexpr const char* kChild = R"(
id = "child"
tier = "county"
parent = "xuchang"
name = "某县"
region_code = "411002"
[publication]
issuer = "某县"
source = "x"
certainty = "sample"
[[consequence]]
id = "grade-lowered"
kind = "downgrade"
when = ["breach"]
text = "本县的规定"
clause = "县规定第三条"
source = "县文件"
)";

TEST(Consequences, AChildsOwnTextGoesBeforeItsParents) {
    const auto pack = read_pack(kChild, "child.toml");
    ASSERT_TRUE(pack) << rules::to_text(pack.error());
    const auto all = consequences_of(*pack);
    const auto own = std::ranges::find(all, "grade-lowered", &Consequence::id);
    ASSERT_NE(own, all.end());
    EXPECT_EQ(own->clause, "县规定第三条");
    EXPECT_FALSE(own->is_sample);
    EXPECT_EQ(std::ranges::count(all, "grade-lowered", &Consequence::id), 1);
}

TEST(Consequences, AWrongOneIsAFaultOfThePack) {
    std::string text = kChild;
    text.replace(text.find("[\"breach\"]"), 10, "[\"broken\"]");
    EXPECT_FALSE(read_pack(text, "child.toml"));
    text = std::string(kChild) + "years = 2\n";
    EXPECT_FALSE(read_pack(text, "child.toml")) << "no time bar is named";
    text = std::string(kChild) + "penalty = 5\n";
    EXPECT_FALSE(read_pack(text, "child.toml"));
}

}  // namespace
}  // namespace qk::plans
