// Goal: the roster says who is on duty at any instant and when nobody is, and refuses what cannot
// be kept. Method: two days of shifts by hand.
#include "plans/roster/roster.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr rules::Zone kZone = rules::kBeijingTime;

rules::Instant at(std::string_view text) { return *rules::parse_instant(text, kZone); }

constexpr const char* kTwoDays = R"(
needs = ["duty_officer"]
[[shift]]
role = "duty_officer"
person = "zhang"
deputy = "wang"
phone = "1"
deputy_phone = "2"
from = "2026-12-01T08:00"
to = "2026-12-02T08:00"
[[shift]]
role = "duty_officer"
person = "wang"
from = "2026-12-02T10:00"
to = "2026-12-03T08:00"
[[absence]]
person = "zhang"
from = "2026-12-01T18:00"
to = "2026-12-01T20:00"
)";

std::vector<DutyPerson> people() {
    return {{"zhang", "张", {"duty_officer", "approver"}, ""},
            {"wang", "王", {"duty_officer"}, ""},
            {"li", "李", {"approver"}, ""}};
}

Roster read(std::string_view toml) {
    auto roster = read_roster(toml, "r.toml", kZone);
    EXPECT_TRUE(roster) << rules::to_text(roster.error());
    return roster ? *roster : Roster{};
}

Roster one_shift(std::string_view role, std::string_view person, std::string_view more = {}) {
    return read("[[shift]]\nrole = \"" + std::string(role) + "\"\nperson = \"" +
                std::string(person) + "\"\nfrom = \"2026-12-01\"\nto = \"2026-12-02\"\n" +
                std::string(more));
}

TEST(Roster, SaysWhoIsOnDutyFromTheFirstToBeforeTheLastInstant) {
    const Roster roster = read(kTwoDays);
    EXPECT_THAT(on_duty_at(roster, at("2026-12-01T07:59:59")), IsEmpty());
    const auto first = on_duty_at(roster, at("2026-12-01T08:00"));
    ASSERT_THAT(first, SizeIs(1));
    EXPECT_EQ(first[0].person, "zhang");
    EXPECT_EQ(first[0].phone, "1");
    EXPECT_EQ(first[0].deputy, "wang");
    EXPECT_FALSE(first[0].stands_in);
    EXPECT_EQ(first[0].until, at("2026-12-02T08:00"));
    EXPECT_THAT(on_duty_at(roster, at("2026-12-02T08:00")), IsEmpty());
}

TEST(Roster, TheDeputyStandsInWhileThePersonIsAwayAndHasNobodyBehind) {
    const auto away = on_duty_at(read(kTwoDays), at("2026-12-01T19:00"));
    ASSERT_THAT(away, SizeIs(1));
    EXPECT_EQ(away[0].person, "wang");
    EXPECT_EQ(away[0].phone, "2");
    EXPECT_TRUE(away[0].stands_in);
    EXPECT_EQ(away[0].deputy, "");
}

TEST(Roster, AStretchWithNobodyIsAGap) {
    const Roster roster = read(kTwoDays);
    const auto gaps = gaps_of(roster, {at("2026-12-01T08:00"), at("2026-12-03T08:00")});
    EXPECT_THAT(gaps, ElementsAre(RosterGap{"duty_officer",
                                            {at("2026-12-02T08:00"), at("2026-12-02T10:00")}}));
}

TEST(Roster, AnAbsenceWithoutADeputyThereIsAGap) {
    const Roster roster = read(std::string(kTwoDays) +
                               "[[absence]]\nperson = \"wang\"\nfrom = \"2026-12-01T19:00\"\nto = "
                               "\"2026-12-01T23:00\"\n");
    const auto gaps = gaps_of(roster, {at("2026-12-01T08:00"), at("2026-12-02T08:00")});
    EXPECT_THAT(gaps, ElementsAre(RosterGap{"duty_officer",
                                            {at("2026-12-01T19:00"), at("2026-12-01T20:00")}}));
}

TEST(Roster, ARoleThatIsNeverFilledIsOneGap) {
    const Roster roster = one_shift("duty_officer", "zhang");
    const auto gaps = gaps_of(roster, {at("2026-12-01"), at("2026-12-02")});
    EXPECT_THAT(gaps, ElementsAre(RosterGap{"approver", {at("2026-12-01"), at("2026-12-02")}}))
        << "a roster that says no needs needs a duty officer and an approver";
}

TEST(Roster, WhoIsUnknownOrWithoutTheRoleIsRefusedByLine) {
    const auto unknown = check_roster(one_shift("duty_officer", "zhao"), people());
    ASSERT_THAT(unknown, SizeIs(1));
    EXPECT_THAT(unknown[0].what, HasSubstr("zhao"));
    EXPECT_EQ(unknown[0].place.line, 1);
    const auto without = check_roster(one_shift("duty_officer", "li"), people());
    ASSERT_THAT(without, SizeIs(1));
    EXPECT_THAT(without[0].what, HasSubstr("duty_officer"));
    EXPECT_THAT(check_roster(one_shift("approver", "li"), people()), IsEmpty());
}

TEST(Roster, ADeputyIsHeldAgainstTheSameAndIsSomebodyElse) {
    EXPECT_THAT(check_roster(one_shift("duty_officer", "zhang", "deputy = \"li\"\n"), people()),
                SizeIs(1));
    EXPECT_THAT(check_roster(one_shift("duty_officer", "zhang", "deputy = \"zhang\"\n"), people()),
                SizeIs(1));
    EXPECT_THAT(check_roster(one_shift("duty_officer", "zhang", "deputy = \"wang\"\n"), people()),
                IsEmpty());
}

TEST(Roster, OnePersonTwiceInARoleIsRefusedAndInBothDeskRolesIsWarnedOf) {
    Roster roster = one_shift("duty_officer", "zhang");
    roster.shifts.push_back(roster.shifts[0]);
    const auto twice = check_roster(roster, people());
    ASSERT_THAT(twice, SizeIs(1));
    EXPECT_TRUE(rules::has_errors(twice));
    roster.shifts[1].role = "approver";
    const auto both = check_roster(roster, people());
    ASSERT_THAT(both, SizeIs(1));
    EXPECT_FALSE(rules::has_errors(both));
    roster.shifts[1].span = {roster.shifts[0].span.to,
                             roster.shifts[0].span.to + std::chrono::hours{1}};
    EXPECT_THAT(check_roster(roster, people()), IsEmpty()) << "one after the other is no overlap";
}

TEST(Roster, ATextIsRefusedWithEveryFault) {
    const auto wrong = read_roster(
        "[[shift]]\nrole = \"duty_officer\"\nfrom = \"noon\"\nto = \"2026-12-01\"\nshift = 1\n"
        "[[shift]]\nrole = \"a\"\nperson = \"b\"\nfrom = \"2026-12-02\"\nto = \"2026-12-01\"\n",
        "r.toml", kZone);
    ASSERT_FALSE(wrong);
    const std::string text = rules::to_text(wrong.error());
    for (const char* part : {"person", "'noon' is not a time", "shift[1].shift", "shift[2].to"}) {
        EXPECT_THAT(text, HasSubstr(part));
    }
}

TEST(Roster, ASpreadsheetIsReadInBothLanguages) {
    for (const char* head : {"role,person,from,to,deputy,phone", "角色,值班人,起,止,替班人,电话"}) {
        const auto roster = read_roster_csv(
            std::string(head) + "\nduty_officer,zhang,2026-12-01 08:00,2026-12-02 08:00,wang,1\n",
            "r.csv", kZone);
        ASSERT_TRUE(roster) << rules::to_text(roster.error());
        ASSERT_THAT(roster->shifts, SizeIs(1));
        EXPECT_EQ(roster->shifts[0].deputy, "wang");
        EXPECT_EQ(roster->shifts[0].span.from, at("2026-12-01T08:00"));
        EXPECT_THAT(roster->needs, ElementsAre("duty_officer", "approver"));
    }
    const auto wrong =
        read_roster_csv("role,person,from,to\na,b,2026-12-02,2026-12-01\n", "r.csv", kZone);
    ASSERT_FALSE(wrong);
    EXPECT_EQ(wrong.error()[0].place.line, 2);
}

}  // namespace
}  // namespace qk::plans
