// Enrolling, rotating and revoking, as values.
#include "daemon/broker/enrolment.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qk::broker {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

const std::set<std::string> kReserved = {"qingkong"};

PasswordSource counted() {
    return [count = 0]() mutable { return "password-" + std::to_string(++count); };
}

TEST(Enrolment, EachGetsAPasswordOfItsOwnAndTheUsersOnlyItsHash) {
    const auto made = enrol({}, kReserved, {{"e1", "甲厂"}, {"e2", "乙厂"}}, counted());
    ASSERT_TRUE(made) << rules::to_text(made.error());
    ASSERT_THAT(made->letters, SizeIs(2));
    EXPECT_EQ(made->letters[0].name, "甲厂");
    EXPECT_NE(made->letters[0].password, made->letters[1].password);
    for (const Letter& letter : made->letters) {
        EXPECT_TRUE(is_password_of(made->users.at(letter.user), letter.password));
        EXPECT_THAT(made->users.at(letter.user), testing::Not(HasSubstr(letter.password)));
    }
}

TEST(Enrolment, WhoIsEnrolledAlreadyKeepsThePassword) {
    const Users before = {{"e1", password_hash("old")}};
    const auto made = enrol(before, kReserved, {{"e1", ""}, {"e2", ""}}, counted());
    ASSERT_TRUE(made);
    EXPECT_EQ(made->users.at("e1"), before.at("e1"));
    EXPECT_THAT(made->left_alone, ElementsAre("e1"));
    EXPECT_THAT(made->letters, SizeIs(1));
}

TEST(Enrolment, ARotationVoidsTheOldPasswordAndEnrolsNobody) {
    const Users before = {{"e1", password_hash("old")}};
    const auto made = rotate(before, kReserved, {{"e1", ""}, {"e2", ""}}, counted());
    ASSERT_TRUE(made);
    EXPECT_FALSE(is_password_of(made->users.at("e1"), "old"));
    EXPECT_TRUE(is_password_of(made->users.at("e1"), "password-1"));
    EXPECT_THAT(made->left_alone, ElementsAre("e2"));
    EXPECT_FALSE(made->users.contains("e2"));
}

TEST(Enrolment, WhoIsRevokedIsNoUserAnyMore) {
    const Users before = {{"e1", password_hash("a")}, {"e2", password_hash("b")}};
    const auto made = revoke(before, kReserved, {"e1", "e3"});
    ASSERT_TRUE(made);
    EXPECT_FALSE(made->users.contains("e1"));
    EXPECT_TRUE(made->users.contains("e2"));
    EXPECT_THAT(made->left_alone, ElementsAre("e3"));
    EXPECT_THAT(made->letters, IsEmpty());
}

TEST(Enrolment, TheDaemonsUserIsNeverAnEnterprises) {
    const Users before = {{"qingkong", password_hash("a")}};
    EXPECT_FALSE(enrol(before, kReserved, {{"qingkong", ""}}));
    EXPECT_FALSE(rotate(before, kReserved, {{"qingkong", ""}}));
    EXPECT_FALSE(revoke(before, kReserved, {"qingkong"}));
    EXPECT_THAT(enrolled_beside(before, kReserved, {}), IsEmpty());
}

TEST(Enrolment, ABadNameRefusesTheWholeListAndEachIsNamed) {
    const auto made = enrol({}, kReserved, {{"e1", ""}, {"a/b", ""}, {"#", ""}, {"e1", ""}});
    ASSERT_FALSE(made);
    const std::string said = rules::to_text(made.error());
    for (const char* name : {"'a/b'", "'#'", "'e1' 重复"}) EXPECT_THAT(said, HasSubstr(name));
}

TEST(Enrolment, WhoHasLeftTheInventoryIsFound) {
    const Users users = {{"e1", ""}, {"e2", ""}, {"qingkong", ""}};
    EXPECT_THAT(enrolled_beside(users, kReserved, {{"e1", ""}}), ElementsAre("e2"));
}

}  // namespace
}  // namespace qk::broker
