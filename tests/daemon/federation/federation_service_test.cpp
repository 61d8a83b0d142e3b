// Goal: what comes over the network is stored with its verdict before there is an answer, and what
// is not believed changes nothing and costs little. Method: documents made by hand, posted to the
// city.
#include "daemon/federation/federation_service.hpp"

#include <gmock/gmock.h>

#include "tests/daemon/federation/tiers_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::SizeIs;

class FederationServiceTest : public TiersFixture {
 protected:
    FederationServiceTest() { link.is_down = true; }

    // The province's prompt for the city, of this revision.
    plans::FederationDocument prompt(std::int64_t revision, rules::Colour colour) const {
        plans::PromptBody body;
        body.prompt.number = "P1";
        body.prompt.colour = colour;
        body.prompt.from = clock.now() + hours(10);
        body.prompt.deadline = clock.now() + hours(5);
        plans::FederationDocument document;
        document.id = "410000/prompt/P1";
        document.revision = revision;
        document.issuer_tier = plans::Tier::kProvince;
        document.issuer = "410000";
        document.addressee = "411000";
        document.issued_at = clock.now();
        document.effective = body.prompt.from;
        document.expires = clock.now() + hours(48);
        document.body = std::move(body);
        return document;
    }
    ApiResponse post(const plans::FederationDocument& document, char seed = 'p') {
        return city.post_document(plans::sign_federation(document, tier_key(seed)));
    }
    std::string verdict() { return first_text(city, "documents", "verdict"); }
    std::string colour() {
        return std::string(city.get("/api/v1/prompts/P1").at("colour").as_string());
    }
    static bool is_taken(const ApiResponse& answer) {
        const auto read = plans::read_federation(answer.body, "receipt");
        EXPECT_TRUE(read) << answer.body;
        return read && std::get<plans::DeliveryBody>(read->body).is_taken;
    }
};

TEST_F(FederationServiceTest, ANewerRevisionReplacesAndAnOlderOneIsRefusedWithAReceipt) {
    EXPECT_TRUE(is_taken(post(prompt(2, rules::Colour::kOrange))));
    EXPECT_TRUE(is_taken(post(prompt(3, rules::Colour::kRed))));
    EXPECT_EQ(colour(), "red");
    const ApiResponse older = post(prompt(1, rules::Colour::kYellow));
    EXPECT_EQ(older.status, 200);
    EXPECT_FALSE(is_taken(older));
    EXPECT_EQ(verdict(), "older");
    EXPECT_EQ(colour(), "red");
}

TEST_F(FederationServiceTest, ADocumentPlayedAgainGetsTheSameReceiptAndChangesNothing) {
    const std::string text =
        plans::sign_federation(prompt(1, rules::Colour::kOrange), tier_key('p'));
    const ApiResponse first = city.post_document(text);
    EXPECT_TRUE(is_taken(first));
    move(minutes(3));
    EXPECT_EQ(city.post_document(text).body, first.body);
    EXPECT_EQ(city.count("SELECT count(*) FROM federation_documents"), 1);
    EXPECT_EQ(city.assessed(), 1);
    move(hours(72));
    EXPECT_EQ(city.post_document(text).body, first.body) << "also after it has expired";
}

TEST_F(FederationServiceTest, TheSameRevisionWithAnotherContentIsRefused) {
    EXPECT_TRUE(is_taken(post(prompt(1, rules::Colour::kOrange))));
    EXPECT_FALSE(is_taken(post(prompt(1, rules::Colour::kRed))));
    EXPECT_EQ(verdict(), "conflict");
    EXPECT_EQ(colour(), "orange");
}

TEST_F(FederationServiceTest, SignedAgainByTheNextKeyItIsTheSameDocument) {
    city.trust(trust_line(province_place(), 'p') + trust_line(province_place(), 'n'));
    plans::FederationDocument document = prompt(1, rules::Colour::kOrange);
    EXPECT_TRUE(is_taken(post(document)));
    move(minutes(1));
    document.issued_at = clock.now();
    EXPECT_TRUE(is_taken(post(document, 'n')));
    EXPECT_EQ(verdict(), "repeated");
    EXPECT_EQ(city.assessed(), 1);
}

TEST_F(FederationServiceTest, WhatNobodyProvesIsKeptCountedAndAnsweredWithoutAReceipt) {
    EXPECT_EQ(post(prompt(1, rules::Colour::kRed), 'x').status, 403);
    EXPECT_EQ(verdict(), "unknown_key");
    EXPECT_EQ(city.post_document("{}").status, 422);
    EXPECT_EQ(verdict(), "malformed");
    EXPECT_EQ(city.post_document(std::string("\xff\x00{", 3)).status, 422);
    EXPECT_EQ(first_text(city, "documents", "receipt"), "");
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 0);
    EXPECT_EQ(city.counted(Counter::kFederationNotTaken), 3U);
    EXPECT_EQ(city.count("SELECT count(*) FROM audit WHERE action LIKE 'federation%'"), 0)
        << "a stranger does not fill the audit log";
}

TEST_F(FederationServiceTest, ARevokedKeyIsRefusedAsSoonAsTheListSaysSo) {
    city.trust(
        trust_line(province_place(), 'p', "revoked = \"2015-12-08T00:00\"\nreason = \"遗失\"\n"));
    EXPECT_EQ(post(prompt(1, rules::Colour::kRed)).status, 403);
    EXPECT_EQ(verdict(), "revoked_key");
}

TEST_F(FederationServiceTest, WhoseClockIsAheadComesAgain) {
    plans::FederationDocument early = prompt(1, rules::Colour::kOrange);
    early.issued_at = clock.now() + minutes(6);
    const std::string text = plans::sign_federation(early, tier_key('p'));
    EXPECT_EQ(city.post_document(text).status, 409);
    move(minutes(2));
    EXPECT_TRUE(is_taken(city.post_document(text)));
}

TEST_F(FederationServiceTest, AFollowUpOfAPromptThatIsNotOnRecordIsRefused) {
    plans::FederationDocument document;
    document.id = "411002/follow_up/P9";
    document.issuer_tier = plans::Tier::kCounty;
    document.issuer = "411002";
    document.addressee = "411000";
    document.issued_at = clock.now();
    document.body = plans::FollowUpBody{"P9", "411002", "followed", "", clock.now()};
    const rules::Span life = plans::life_of(document.body, clock.now());
    document.effective = life.from;
    document.expires = life.to;
    EXPECT_FALSE(is_taken(post(document, 'q')));
    EXPECT_EQ(verdict(), "no_such");
}

TEST_F(FederationServiceTest, AFloodThatProvesNothingKeepsNobodyOutAndStaysSmall) {
    city.configure([](FederationConfig& config) {
        config.refused_per_minute = 5;
        config.refused_kept = 3;
    });
    int told_later = 0;
    for (int i = 0; i < 20; ++i) {
        const ApiResponse answer = city.post_document("garbage " + std::to_string(i));
        told_later += answer.status == 429 ? 1 : 0;
    }
    EXPECT_EQ(told_later, 15);
    EXPECT_EQ(city.counted(Counter::kFederationComeAgain), 15U);
    EXPECT_EQ(city.count("SELECT count(*) FROM federation_documents"), 3);
    EXPECT_TRUE(is_taken(post(prompt(1, rules::Colour::kOrange))));
    move(minutes(1));
    EXPECT_EQ(city.post_document("garbage").status, 422) << "a new minute";
}

TEST_F(FederationServiceTest, OneIssuerIsHeldToItsRate) {
    city.configure([](FederationConfig& config) { config.documents_per_minute = 2; });
    EXPECT_EQ(post(prompt(1, rules::Colour::kYellow)).status, 200);
    EXPECT_EQ(post(prompt(2, rules::Colour::kOrange)).status, 200);
    const ApiResponse third = post(prompt(3, rules::Colour::kRed));
    EXPECT_EQ(third.status, 429);
    EXPECT_EQ(colour(), "orange");
    move(minutes(1));
    EXPECT_EQ(post(prompt(3, rules::Colour::kRed)).status, 200) << "nothing is lost";
}

TEST_F(FederationServiceTest, WhereItIsOffNothingIsTaken) {
    city.configure([](FederationConfig& config) { config.enabled = false; });
    EXPECT_EQ(post(prompt(1, rules::Colour::kRed)).status, 404);
    EXPECT_EQ(city.count("SELECT count(*) FROM federation_documents"), 0);
}

TEST_F(FederationServiceTest, TheTrustListIsShownWithWhatIsWrongWithIt) {
    city.trust(trust_line(province_place(), 'p', "to = \"2015-12-20\"\n"));
    const auto shown = city.get("/api/v1/federation");
    EXPECT_TRUE(shown.at("enabled").as_bool());
    EXPECT_THAT(shown.at("peers").as_array(), SizeIs(2));
    EXPECT_THAT(shown.at("keys").as_array(), SizeIs(1));
    EXPECT_THAT(std::string(shown.at("findings").at(0).as_string()), HasSubstr("within 30 days"));
}

TEST_F(FederationServiceTest, ListsAreReadPageByPageAndOneByItsNumber) {
    for (int i = 0; i < 3; ++i) (void)city.post_document("x" + std::to_string(i));
    const auto page = city.get("/api/v1/federation/documents?per_page=2");
    EXPECT_THAT(page.at("items").as_array(), SizeIs(2));
    EXPECT_EQ(page.at("total").as_int64(), 3);
    EXPECT_THAT(city.items("/api/v1/federation/documents?number=2"), SizeIs(1));
    EXPECT_THAT(city.items("/api/v1/federation/documents?number=99"), SizeIs(0));
    EXPECT_THAT(city.items("/api/v1/federation/sendings?number=1"), SizeIs(0));
}

}  // namespace
}  // namespace qk::daemon
