// Goal: a session opens what its account may do, until it ends, and only with what a browser of
// another site cannot send. Method: logins put by hand, time given.
#include "daemon/access/logins.hpp"

#include <gmock/gmock.h>

#include "daemon/access/token.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr rules::Instant kStart{std::chrono::seconds{1'449'504'000}};
const std::string kSecret(kTokenHexLength, 'a');

class LoginsTest : public testing::Test {
 protected:
    LoginsTest() {
        Person person;
        person.id = "li.na";
        person.name = "李娜";
        person.roles = {Role::kApprover, Role::kAuditor};
        people_ = {person};
        logins_.set_people(people_);
        logins_.set_idle(hours{1});
        logins_.put(login(kSecret, ProofKind::kSession));
    }
    static Login login(const std::string& secret, ProofKind kind) {
        Login made;
        made.hash = token_hash(secret);
        made.kind = kind;
        made.person = "li.na";
        made.has_second_factor = true;
        made.made_at = kStart;
        made.used_at = kStart;
        made.ends_at = kStart + hours{24};
        return made;
    }
    ShownLogin by_cookie(const std::string& secret, rules::Instant now,
                         const std::string& csrf = {}) {
        return logins_.look(session_words("theme=dark; qingkong=" + secret, csrf), now);
    }

    std::vector<Person> people_;
    Logins logins_;
};

TEST_F(LoginsTest, ACookieIsItsPerson) {
    const ShownLogin shown = by_cookie(kSecret, kStart);
    ASSERT_TRUE(shown.person);
    EXPECT_EQ(shown.person->id, "li.na");
    EXPECT_EQ(shown.person->roles, people_[0].roles);
    EXPECT_EQ(to_text(shown.proof),
              "session:" + token_hash(kSecret).substr(0, kProofMarkDigits) + "+totp");
    EXPECT_TRUE(shown.is_by_cookie);
    EXPECT_FALSE(by_cookie(std::string(kTokenHexLength, 'b'), kStart).person);
    EXPECT_FALSE(by_cookie("", kStart).person);
}

TEST_F(LoginsTest, TheTokenAgainstForgedRequestsIsOfThisSessionAlone) {
    EXPECT_FALSE(by_cookie(kSecret, kStart).has_csrf_token);
    EXPECT_FALSE(by_cookie(kSecret, kStart, kSecret).has_csrf_token);
    EXPECT_FALSE(by_cookie(kSecret, kStart, csrf_token_of(std::string(64, 'b'))).has_csrf_token);
    EXPECT_TRUE(by_cookie(kSecret, kStart, csrf_token_of(kSecret)).has_csrf_token);
}

TEST_F(LoginsTest, ASessionThatIsNotUsedEnds) {
    EXPECT_TRUE(by_cookie(kSecret, kStart + minutes{59}).person);
    EXPECT_TRUE(by_cookie(kSecret, kStart + minutes{118}).person) << "it was used meanwhile";
    EXPECT_FALSE(by_cookie(kSecret, kStart + minutes{178}).person);
}

TEST_F(LoginsTest, ASessionEndsHoweverMuchItIsUsed) {
    for (int i = 0; i < 25; ++i) EXPECT_TRUE(by_cookie(kSecret, kStart + minutes{59} * i).person);
    EXPECT_TRUE(by_cookie(kSecret, kStart + hours{24} - minutes{1}).person);
    EXPECT_FALSE(by_cookie(kSecret, kStart + hours{24}).person);
    EXPECT_THAT(logins_.take_ended(kStart + hours{24}), testing::SizeIs(1));
    EXPECT_EQ(logins_.find(token_hash(kSecret)), nullptr);
}

TEST_F(LoginsTest, WhoHasLeftOrChangedIsHeldAsTheyAre) {
    people_[0].roles = {Role::kAuditor};
    logins_.set_people(people_);
    EXPECT_EQ(by_cookie(kSecret, kStart).person->roles, std::set<Role>{Role::kAuditor});
    logins_.set_people({});
    EXPECT_FALSE(by_cookie(kSecret, kStart).person);
    EXPECT_THAT(logins_.callers(), testing::IsEmpty());
}

TEST_F(LoginsTest, TheRouterFindsALoginByItsHashAsItFindsAToken) {
    const std::vector<Person> callers = logins_.callers();
    ASSERT_THAT(callers, testing::SizeIs(2));
    EXPECT_EQ(callers[0], people_[0]);
    EXPECT_EQ(callers[1].id, "li.na");
    EXPECT_EQ(callers[1].token_sha256, token_hash(kSecret));
}

TEST_F(LoginsTest, WordsOfASessionAreThoseOfOneCookie) {
    EXPECT_EQ(session_words("a=1; qingkong=x", "t"), "PlainSession x t");
    EXPECT_EQ(session_words("qingkong=x; __Host-qingkong=y", "t"), "Session y t");
    EXPECT_EQ(session_words("qingkong=x", ""), "PlainSession x ");
    EXPECT_EQ(session_words("a=1", "t"), "");
    EXPECT_EQ(session_words("", ""), "");
    EXPECT_EQ(cookie_in("Session y t"), "y");
    EXPECT_EQ(cookie_in("PlainSession x "), "x");
    EXPECT_EQ(cookie_in("Bearer x"), "");
    EXPECT_EQ(cookie_in(""), "");
}

TEST_F(LoginsTest, ABearerTokenIsNotACookieNorTheReverse) {
    const std::string own(kTokenHexLength, 'c');
    Login token = login(own, ProofKind::kOwnToken);
    token.roles = {Role::kAuditor, Role::kAdmin};
    token.reads_only = true;
    logins_.put(token);
    EXPECT_FALSE(by_cookie(own, kStart).person);
    EXPECT_FALSE(logins_.look("Bearer " + kSecret, kStart).person);
    const ShownLogin shown = logins_.look("Bearer " + own, kStart);
    ASSERT_TRUE(shown.person);
    EXPECT_EQ(shown.person->roles, std::set<Role>{Role::kAuditor})
        << "none that the person has not";
    EXPECT_TRUE(shown.reads_only);
    EXPECT_FALSE(shown.is_by_cookie);
}

TEST_F(LoginsTest, ATokenDoesNotEndByRest) {
    const std::string own(kTokenHexLength, 'c');
    Login token = login(own, ProofKind::kOwnToken);
    token.roles = {Role::kAuditor};
    logins_.put(token);
    EXPECT_TRUE(logins_.look("Bearer " + own, kStart + hours{23}).person);
    EXPECT_FALSE(logins_.look("Bearer " + own, kStart + hours{24}).person);
}

TEST_F(LoginsTest, BehindTlsOnlyTheCookieOfTheHostIsTaken) {
    logins_.set_secure(true);
    EXPECT_FALSE(by_cookie(kSecret, kStart).person);
    EXPECT_TRUE(logins_.look(session_words("__Host-qingkong=" + kSecret, ""), kStart).person);
}

TEST_F(LoginsTest, TwoCookiesOfTheNameAreNone) {
    EXPECT_EQ(cookie_value("a=1; qingkong=x; b=2", "qingkong"), "x");
    EXPECT_EQ(cookie_value("qingkong=x", "qingkong"), "x");
    EXPECT_EQ(cookie_value("xqingkong=x; qingkong2=y", "qingkong"), "");
    EXPECT_EQ(cookie_value("qingkong=x; qingkong=y", "qingkong"), "");
    EXPECT_EQ(cookie_value("", "qingkong"), "");
    EXPECT_EQ(cookie_value(";;=;qingkong", "qingkong"), "");
}

TEST_F(LoginsTest, UseIsWrittenNowAndThen) {
    (void)by_cookie(kSecret, kStart + minutes{1});
    EXPECT_THAT(logins_.take_uses(), testing::IsEmpty());
    (void)by_cookie(kSecret, kStart + minutes{6});
    (void)by_cookie(kSecret, kStart + minutes{7});
    const auto uses = logins_.take_uses();
    ASSERT_THAT(uses, testing::SizeIs(1));
    EXPECT_EQ(uses[0].used_at, kStart + minutes{7});
    EXPECT_THAT(logins_.take_uses(), testing::IsEmpty());
}

TEST_F(LoginsTest, TheOldestOfTooManyIsKnown) {
    EXPECT_FALSE(logins_.oldest_over("li.na", true, 2));
    Login newer = login(std::string(kTokenHexLength, 'd'), ProofKind::kLink);
    newer.used_at = kStart + minutes{1};
    logins_.put(newer);
    ASSERT_TRUE(logins_.oldest_over("li.na", true, 2));
    EXPECT_EQ(logins_.oldest_over("li.na", true, 2)->hash, token_hash(kSecret));
    EXPECT_TRUE(logins_.end(token_hash(kSecret)));
    EXPECT_FALSE(logins_.end(token_hash(kSecret)));
    EXPECT_THAT(logins_.list("li.na", true), testing::SizeIs(1));
}

}  // namespace
}  // namespace qk::daemon
