// Goal: the people file lets nobody in whom it does not name in full. Method: one entry, and what
// is wrong with it in turn.
#include <gmock/gmock.h>

#include "daemon/access/token.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

std::string entry(const std::string& roles, const std::string& more) {
    return "[[person]]\nid = \"li.na\"\nname = \"李娜\"\nroles = [" + roles +
           "]\ntoken_sha256 = \"" + token_hash("x") + "\"\n" + more;
}

TEST(People, ACountyOfficerHasACounty) {
    const auto refused = read_people(entry("\"county_officer\"", ""), "people.toml");
    ASSERT_FALSE(refused);
    EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("has no region"));
    EXPECT_TRUE(read_people(entry("\"county_officer\"", "region = \"411002\"\n"), "p").has_value());
    EXPECT_FALSE(read_people(entry("\"auditor\", \"county_officer\"", "region = \"\"\n"), "p"));
}

TEST(People, ARegionIsACodeAndCoversNoMoreThanItsPlace) {
    for (const char* wide :
         {"%", "_11002", "4", "41", "000000", "001100", "4110022", "41100a", " "}) {
        const std::string region = "region = \"" + std::string(wide) + "\"\n";
        EXPECT_FALSE(read_people(entry("\"county_officer\"", region), "p")) << wide;
        EXPECT_FALSE(read_people(entry("\"auditor\"", region), "p")) << wide;
    }
    EXPECT_TRUE(read_people(entry("\"auditor\"", "region = \"410000\"\n"), "p"));
}

TEST(People, NoAccountPassesForTheDaemonOrAnEnterprise) {
    for (const std::string taken : {"system", "enterprise:e1", "(public)"}) {
        std::string text = entry("\"duty_officer\"", "");
        text.replace(text.find("li.na"), 5, taken);
        const auto refused = read_people(text, "p");
        ASSERT_FALSE(refused) << taken;
        EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("would pass for somebody"));
    }
}

TEST(People, TheLastDayIsADateOrItsText) {
    for (const std::string day : {"2026-12-31", "\"2026-12-31\""}) {
        const auto people = read_people(entry("\"auditor\"", "expires = " + day + "\n"), "p");
        ASSERT_TRUE(people) << day;
        EXPECT_EQ(people->front().expires, rules::parse_day("2026-12-31"));
    }
    for (const std::string day :
         {"\"soon\"", "\"\"", "20261231", "2026-02-30", "\"2026-02-30\"", "true", "[2026]"}) {
        EXPECT_FALSE(read_people(entry("\"auditor\"", "expires = " + day + "\n"), "p")) << day;
    }
}

TEST(People, ANameHoldsNothingThatNobodySees) {
    std::string text = entry("\"auditor\"", "");
    const std::string key = "name = \"";
    text.insert(text.find(key) + key.size(), "\\u202E");
    const auto refused = read_people(text, "p");
    ASSERT_FALSE(refused);
    EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("第1个字符看不见（U+202E）"));
}

TEST(People, EveryFaultIsNamedAtOnceByItsKeyAndPlace) {
    const auto refused = read_people(
        "[[person]]\nid = 7\nroles = [\"boss\"]\npositions = [\"\"]\ntoken_sha256 = \"00\"\n"
        "nmae = \"李娜\"\n",
        "people.toml");
    ASSERT_FALSE(refused);
    const std::string said = rules::to_text(refused.error());
    for (const char* expected :
         {"people.toml:2:6: person[1].id: is the number 7", "person[1].name: is missing",
          "people.toml:3:9: person[1].roles: 'boss' is not a role",
          "person[1].positions: has an empty text", "people.toml:5:16: person[1].token_sha256",
          "people.toml:6:1: person[1].nmae: is not known here"}) {
        EXPECT_THAT(said, HasSubstr(expected));
    }
}

TEST(People, AnEntryThatIsNotAPersonIsRefused) {
    EXPECT_FALSE(read_people("person = \"li.na\"\n", "p"));
    EXPECT_FALSE(read_people("person = [\"li.na\"]\n", "p"));
    EXPECT_FALSE(read_people("[people]\nid = \"li.na\"\n", "p"));
    EXPECT_TRUE(read_people("", "p"));
}

TEST(People, TwoEntriesShareNeitherIdNorToken) {
    const std::string one = entry("\"auditor\"", "");
    const auto refused = read_people(one + one, "p");
    ASSERT_FALSE(refused);
    EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("'li.na' appears twice"));
    EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("another person's token"));
}

TEST(People, DisabledIsTrueOrFalse) {
    const auto people = read_people(entry("\"auditor\"", "disabled = true\n"), "p");
    ASSERT_TRUE(people);
    EXPECT_TRUE(people->front().disabled);
    EXPECT_FALSE(read_people(entry("\"auditor\"", "disabled = \"yes\"\n"), "p"));
}

TEST(People, WhoHoldsTheRolesOfTwoPersonsIsNamed) {
    Person person;
    person.id = "zhao.min";
    person.roles = {Role::kDutyOfficer, Role::kApprover};
    EXPECT_THAT(people_who_may_act_alone({person}), SizeIs(1));
    person.roles = {Role::kFeed, Role::kApprover};
    EXPECT_THAT(people_who_may_act_alone({person}), SizeIs(1));
    person.disabled = true;
    EXPECT_THAT(people_who_may_act_alone({person}), SizeIs(0));
    person.disabled = false;
    person.roles = {Role::kAuditor, Role::kApprover};
    EXPECT_THAT(people_who_may_act_alone({person}), SizeIs(0));
}

TEST(People, ANameAndAPositionStandOnOneLine) {
    std::string text = entry("\"auditor\"", "positions = [\"director\\n\"]\n");
    const auto refused = read_people(text, "p");
    ASSERT_FALSE(refused);
    EXPECT_THAT(rules::to_text(refused.error()), HasSubstr("positions: 第9个字符看不见（U+000A）"));
    text = entry("\"auditor\"", "");
    const std::string key = "name = \"";
    text.insert(text.find(key) + key.size(), "\\t");
    EXPECT_FALSE(read_people(text, "p"));
}

TEST(People, AnAccountThatCouldNewlyActAloneIsRefusedAndOneThatCouldBeforeIsNot) {
    const auto officer = read_people(entry("\"duty_officer\"", ""), "p").value();
    const auto both = read_people(entry("\"duty_officer\", \"approver\"", ""), "p").value();
    const auto why = [](const std::vector<Person>& running, const std::vector<Person>& wanted) {
        return rules::to_text(newly_alone(running, wanted, "people.toml"));
    };
    EXPECT_THAT(why(officer, both), HasSubstr("people.toml:1:1: 规则包已关闭四眼原则"));
    EXPECT_THAT(why(officer, both), HasSubstr("'li.na' is duty_officer and approver"));
    EXPECT_EQ(why(both, both), "");
    EXPECT_EQ(why(both, officer), "");
    const rules::Instant now{std::chrono::seconds{1'450'000'000}};
    EXPECT_EQ(people_refused(officer, both, "p", now, true).size(), 0U) << "the pack refuses it";
    EXPECT_EQ(people_refused(officer, both, "p", now, false).size(), 1U);
    EXPECT_EQ(people_refused(officer, {}, "p", now, true).size(), 1U) << "everybody locked out";
}

TEST(People, AStartWithNobodyWhoCouldActSaysWhyAndOneWithAnAdministratorSaysNothing) {
    const rules::Instant now{std::chrono::seconds{1'450'000'000}};  // 2015-12-13
    const auto said = [now](const std::string& roles, const std::string& more) {
        return nobody_can_act(read_people(entry(roles, more), "p").value(), now);
    };
    EXPECT_THAT(nobody_can_act({}, now), HasSubstr("没有任何账号"));
    EXPECT_THAT(said("\"admin\"", "disabled = true\n"), HasSubstr("全部停用或过期"));
    EXPECT_THAT(said("\"admin\"", "expires = 2015-12-01\n"), HasSubstr("disabled or expired"));
    EXPECT_THAT(said("\"duty_officer\"", ""), HasSubstr("nobody can administrate"));
    EXPECT_EQ(said("\"admin\"", ""), "");
}

TEST(People, WithNobodyLeftWhoCanAdministrateAReloadIsRefused) {
    const rules::Instant now{std::chrono::seconds{1'450'000'000}};  // 2015-12-13
    const auto admin = read_people(entry("\"admin\"", ""), "p").value();
    const auto officer = read_people(entry("\"duty_officer\"", ""), "p").value();
    const auto gone = read_people(entry("\"admin\"", "expires = 2015-12-01\n"), "p").value();
    const auto disabled = read_people(entry("\"admin\"", "disabled = true\n"), "p").value();
    const auto why = [now](const std::vector<Person>& running, const std::vector<Person>& wanted) {
        return rules::to_text(locked_out(running, wanted, "people.toml", now));
    };
    EXPECT_THAT(why(admin, {}), HasSubstr("people.toml:1:1: 没有任何可用账号"));
    EXPECT_THAT(why(admin, {}), HasSubstr("everybody would be locked out"));
    EXPECT_THAT(why(admin, gone), HasSubstr("li.na 已停用或过期"));
    EXPECT_THAT(why(admin, disabled), HasSubstr("li.na 已停用或过期"));
    EXPECT_THAT(why(admin, officer), HasSubstr("nobody could administrate"));
    EXPECT_THAT(why(officer, {}), HasSubstr("everybody would be locked out"));
    EXPECT_EQ(why(admin, admin), "");
    EXPECT_EQ(why(officer, officer), "");  // where nobody did, nobody is missed
    EXPECT_EQ(why(disabled, officer), "");
    EXPECT_EQ(why({}, {}), "");
}

}  // namespace
}  // namespace qk::daemon
