#include "daemon/service/page_links.hpp"

#include <gtest/gtest.h>

#include "daemon/access/logins.hpp"
#include "daemon/access/token.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {
namespace {

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};

TEST(PageLinks, OneIsGoodForItsHoursAndOnlyItsHashIsKept) {
    Config config;
    config.http.public_url = "https://air.example";
    const NewPageLink made = new_page_link(config, "e1", "li.na", kNow);
    const std::string start = "https://air.example/e/#link=";
    ASSERT_TRUE(made.address.starts_with(start));
    const std::string secret = made.address.substr(start.size());
    EXPECT_EQ(secret.size(), kPageSecretDigits);
    EXPECT_EQ(made.stored.hash, token_hash(secret));
    EXPECT_EQ(made.stored.ends_at, kNow + std::chrono::hours{72});
    EXPECT_NE(new_page_link(config, "e1", "li.na", kNow).address, made.address);
}

TEST(PageLinks, ADrivenClockEndsNone) {
    Config config;
    config.clock_mode = ClockMode::kDriven;
    EXPECT_GT(new_page_link(config, "e1", "li.na", kNow).stored.ends_at,
              kNow + std::chrono::hours{24 * 365});
}

TEST(PageLinks, OneCountsOnceAndTheOldestOfTooManyGivesWay) {
    const auto store = Store::open(":memory:", StoreMode::kInline).value();
    store->transact_now([](Session& db) {
        for (int i = 0; i <= kPageLinksMax; ++i) {
            store_page_link(db, {"h" + std::to_string(i), "e1", "system",
                                 kNow + std::chrono::seconds{i}, kNow + std::chrono::hours{1}});
        }
        store_page_link(db, {"other", "e2", "system", kNow, kNow + std::chrono::hours{1}});
        EXPECT_FALSE(find_page_link(db, "h0"));
        ASSERT_TRUE(find_page_link(db, "h1"));
        EXPECT_EQ(find_page_link(db, "other")->enterprise, "e2");
        EXPECT_TRUE(erase_page_link(db, "h1"));
        EXPECT_FALSE(erase_page_link(db, "h1")) << "used";
        erase_ended_page_links(db, kNow + std::chrono::hours{1});
        EXPECT_FALSE(find_page_link(db, "other"));
    });
}

Login session_of(const std::string& person, ProofKind kind = ProofKind::kLink) {
    Login login;
    login.hash = token_hash(std::string(kTokenHexLength, 'a'));
    login.kind = kind;
    login.person = person;
    login.roles = {Role::kAddressee};
    login.made_at = kNow;
    login.used_at = kNow;
    login.ends_at = kNow + std::chrono::hours{24 * 7};
    return login;
}

TEST(PageLinks, TheTelephoneOfAPlantStaysInAndIsAnAddresseeOfNoCounty) {
    Logins logins;
    logins.set_secure(true);
    const std::string secret(kTokenHexLength, 'a');
    logins.put(session_of("enterprise:e1"));
    const std::string words = session_words("__Host-qingkong=" + secret, csrf_token_of(secret));
    const ShownLogin shown = logins.look(words, kNow + std::chrono::hours{100});
    ASSERT_TRUE(shown.person) << "not idle, though it was not used for four days";
    EXPECT_EQ(shown.person->id, "enterprise:e1");
    EXPECT_EQ(shown.person->roles, std::set<Role>{Role::kAddressee});
    EXPECT_FALSE(shown.person->region.empty());
    EXPECT_TRUE(shown.has_csrf_token);
    EXPECT_FALSE(logins.look(words, kNow + std::chrono::hours{24 * 7}).person);
}

TEST(PageLinks, AnEnterpriseHasNoTokenOfItsOwn) {
    Logins logins;
    logins.put(session_of("enterprise:e1", ProofKind::kOwnToken));
    EXPECT_FALSE(logins.look("Bearer " + std::string(kTokenHexLength, 'a'), kNow).person);
}

}  // namespace
}  // namespace qk::daemon
