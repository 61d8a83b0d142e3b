// Goal: what one tier signs, the next puts on record once, proves and answers, whatever happens on
// the way. Method: three daemons in one process, with the link cut, bent and slow, and the daemons
// ended at bad moments.
#include <gmock/gmock.h>

#include "tests/daemon/federation/tiers_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kNumber = "YH2015-3";
const std::string kPrompts = "/api/v1/prompts";

class FederationTest : public TiersFixture {
 protected:
    void record_prompt() {
        ASSERT_EQ(province.call("POST", kPrompts, prompt_body(kNumber)).status, 201);
        run();
    }
    int follow(TierDaemon& tier, const std::string& region, const std::string& state) {
        const std::string body =
            R"({"region":")" + region + R"(","state":")" + state + R"(","note":"已启动"})";
        const int status =
            tier.call("POST", kPrompts + "/" + std::string(kNumber) + "/follow", body).status;
        run();
        return status;
    }
};

TEST_F(FederationTest, APromptGoesFromTheProvinceToTheCityAndOnToTheCounty) {
    record_prompt();
    const auto at_city = city.get(kPrompts + "/" + kNumber);
    EXPECT_EQ(at_city.at("colour").as_string(), "orange");
    EXPECT_EQ(at_city.at("source").as_string(),
              "省 河南省厅（410000），密钥 " + tier_key('p').key_id() + " 验签");
    EXPECT_EQ(at_city.at("recorded_by").as_string(), at_city.at("source").as_string());
    EXPECT_EQ(county.get(kPrompts + "/" + kNumber).at("source").as_string(),
              "市 许昌市局（411000），密钥 " + tier_key('c').key_id() + " 验签");
    EXPECT_EQ(first_text(province, "sendings", "standing"), "delivered");
    EXPECT_EQ(first_text(city, "documents", "verdict"), "taken");
    EXPECT_EQ(city.assessed(), 1);
    EXPECT_GT(city.count("SELECT count(*) FROM audit WHERE action = 'federation.received'"), 0);
    EXPECT_EQ(province.counted(Counter::kFederationSent), 1U);
    EXPECT_EQ(city.counted(Counter::kFederationTaken), 1U);
}

TEST_F(FederationTest, TheReceiptProvesTheDeliveryToAnybodyWithTheTrustList) {
    record_prompt();
    const std::string receipt = first_text(province, "sendings", "receipt");
    const std::string document = first_text(province, "sendings", "document");
    EXPECT_EQ(first_text(city, "documents", "document"), document) << "kept as it was signed";
    EXPECT_EQ(first_text(city, "documents", "receipt"), receipt);
    const auto trust = trust_in(all_tiers());
    const auto verdict = plans::check_federation(receipt, {.trust = *trust, .now = clock.now()});
    ASSERT_EQ(verdict.refusal, plans::FederationRefusal::kNone) << verdict.why;
    const auto& body = std::get<plans::DeliveryBody>(verdict.document->body);
    EXPECT_TRUE(body.is_taken);
    EXPECT_EQ(verdict.document->issuer, "411000");
    EXPECT_EQ(body.digest, first_text(province, "sendings", "digest"));
}

TEST_F(FederationTest, ACountysFollowUpGoesUpAndClosesItsPlaceAtTheCity) {
    record_prompt();
    EXPECT_EQ(follow_up_of(city, kNumber, "411002").at("state").as_string(), "waiting");
    EXPECT_EQ(follow(county, "411002", "followed"), 200);
    const auto at_city = follow_up_of(city, kNumber, "411002");
    EXPECT_EQ(at_city.at("state").as_string(), "followed");
    EXPECT_EQ(at_city.at("note").as_string(), "已启动");
    EXPECT_FALSE(at_city.at("late").as_bool());
    EXPECT_THAT(std::string(at_city.at("by").as_string()), HasSubstr("县 魏都分局（411002）"));
    EXPECT_EQ(follow_up_of(province, kNumber, "411000").at("state").as_string(), "waiting")
        << "a county does not answer for its city";
    EXPECT_EQ(follow(city, "411000", "refused"), 200);
    EXPECT_EQ(follow_up_of(province, kNumber, "411000").at("state").as_string(), "refused");
    EXPECT_EQ(follow(city, "411000", "followed"), 200);
    EXPECT_EQ(follow_up_of(province, kNumber, "411000").at("state").as_string(), "followed");
}

TEST_F(FederationTest, AFloorGoesDownAndBindsThere) {
    ASSERT_EQ(province.call("POST", "/api/v1/floors", floor_body()).status, 201);
    run();
    for (TierDaemon* tier : {&city, &county}) {
        const auto floors = tier->items("/api/v1/floors");
        ASSERT_THAT(floors, SizeIs(1));
        EXPECT_EQ(floors[0].at("document").as_string(), "豫环函9号");
        EXPECT_THAT(std::string(floors[0].at("source").as_string()), HasSubstr("验签"));
    }
}

TEST_F(FederationTest, AnAnswerThatIsLostIsAskedForAgainAndChangesNothing) {
    link.loses_answers = true;
    record_prompt();
    EXPECT_EQ(first_text(province, "sendings", "standing"), "waiting");
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 1);
    link.loses_answers = false;
    move(minutes(2));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "delivered");
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 1);
    EXPECT_EQ(city.count("SELECT count(*) FROM federation_documents"), 1);
    EXPECT_EQ(city.assessed(), 1);
}

TEST_F(FederationTest, APeerThatIsDownGetsEverythingInOnePieceLater) {
    link.is_down = true;
    record_prompt();
    ASSERT_EQ(province.call("POST", "/api/v1/floors", floor_body()).status, 201);
    move(hours(1));
    EXPECT_LT(link.attempts, 30) << "with longer and longer pauses";
    EXPECT_GT(link.attempts, 5);
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 0);
    EXPECT_THAT(
        std::string(province.get("/api/v1/federation").at("peers").at(0).at("answer").as_string()),
        HasSubstr("connect"));
    link.is_down = false;
    move(minutes(11));
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 1);
    EXPECT_EQ(city.count("SELECT count(*) FROM floors_from_above"), 1);
    EXPECT_EQ(province.count("SELECT count(*) FROM federation_sendings WHERE standing = "
                             "'delivered'"),
              2);
}

TEST_F(FederationTest, WhatExpiresWhileAPeerIsDownIsNotSentAnyMore) {
    link.is_down = true;
    record_prompt();
    move(hours(24 * 5));
    link.is_down = false;
    move(minutes(11));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "closed");
    EXPECT_EQ(first_text(province, "sendings", "closed_why"), "expired");
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 0);
}

TEST_F(FederationTest, ADaemonThatEndsAtAnyMomentLosesAndDoublesNothing) {
    link.is_down = true;
    record_prompt();
    province.begin('p');  // ends while it waits
    link.is_down = false;
    link.loses_answers = true;
    move(minutes(11));
    province.begin('p');  // ends between the delivery and its receipt
    city.begin('c');
    link.loses_answers = false;
    move(minutes(11));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "delivered");
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 1);
    EXPECT_EQ(county.count("SELECT count(*) FROM prompts"), 1);
    EXPECT_EQ(city.count("SELECT count(*) FROM prompt_follow_up"), 2);
}

TEST_F(FederationTest, AKeyThatIsReplacedSignsWhatStillWaits) {
    link.is_down = true;
    record_prompt();
    province.begin('n');
    link.is_down = false;
    move(minutes(11));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "waiting");
    EXPECT_THAT(first_text(province, "sendings", "answer"), HasSubstr("403"));
    EXPECT_EQ(first_text(city, "documents", "verdict"), "unknown_key");
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 0);
    city.trust(trust_line(province_place(), 'p', "to = \"2015-12-08\"\n") +
               trust_line(province_place(), 'n') + trust_line(county_place(), 'q'));
    move(minutes(11));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "delivered");
    EXPECT_THAT(std::string(city.get(kPrompts + "/" + kNumber).at("source").as_string()),
                HasSubstr(tier_key('n').key_id()));
}

TEST_F(FederationTest, ADocumentThatWasBentOnTheWayIsKeptAndChangesNothing) {
    link.bend = [](std::string& text) {
        const std::string orange = R"("colour":"orange")";
        if (const auto at = text.find(orange); at != std::string::npos) {
            text.replace(at, orange.size(), R"("colour":"yellow")");
        }
    };
    record_prompt();
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 0);
    EXPECT_EQ(first_text(city, "documents", "verdict"), "bad_signature");
    EXPECT_FALSE(city.items("/api/v1/federation/documents")[0].at("proved").as_bool());
    EXPECT_EQ(city.counted(Counter::kFederationNotTaken), 1U);
    EXPECT_EQ(first_text(province, "sendings", "standing"), "waiting");
    link.bend = nullptr;
    move(minutes(11));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "delivered");
}

TEST_F(FederationTest, ABentReceiptProvesNoDelivery) {
    link.bend_answer = [](PeerLink::PeerReply& reply) {
        const auto at = reply.body.find("true");
        if (at != std::string::npos) reply.body.replace(at, 4, "fals");
    };
    record_prompt();
    EXPECT_EQ(first_text(province, "sendings", "standing"), "waiting");
    EXPECT_THAT(first_text(province, "sendings", "answer"), HasSubstr("proves nothing"));
    link.bend_answer = nullptr;
    move(minutes(11));
    EXPECT_EQ(first_text(province, "sendings", "standing"), "delivered");
}

TEST_F(FederationTest, APromptThatAPersonHasEnteredBecomesTheOneThatIsProved) {
    ASSERT_EQ(city.call("POST", kPrompts, prompt_body(kNumber, "yellow")).status, 201);
    run();
    record_prompt();
    const auto prompt = city.get(kPrompts + "/" + kNumber);
    EXPECT_EQ(prompt.at("colour").as_string(), "orange");
    EXPECT_THAT(std::string(prompt.at("source").as_string()), HasSubstr("河南省厅"));
    EXPECT_EQ(county.get(kPrompts + "/" + kNumber).at("colour").as_string(), "orange")
        << "what had gone on already is replaced";
}

TEST_F(FederationTest, APeerThatIsAddedLaterGetsWhatStillHolds) {
    province.configure([](FederationConfig& config) { config.peers.clear(); });
    province.begin('p');
    record_prompt();
    EXPECT_EQ(province.count("SELECT count(*) FROM federation_sendings"), 0);
    province.configure([](FederationConfig& config) {
        FederationPeer peer;
        peer.name = "许昌市局";
        peer.region = "411000";
        peer.url = url_of("411000");
        config.peers.push_back(std::move(peer));
    });
    province.begin('p');
    run();
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 1);
}

TEST_F(FederationTest, ManyThatWaitForOnePeerAreTold) {
    province.configure([](FederationConfig& config) { config.waiting_most = 2; });
    link.is_down = true;
    for (int i = 0; i < 4; ++i) {
        ASSERT_EQ(province.call("POST", kPrompts, prompt_body("P" + std::to_string(i))).status,
                  201);
    }
    move(hours(1));
    EXPECT_EQ(province.counted(Counter::kFederationQueuesLong), 1U);
    EXPECT_TRUE(std::ranges::any_of(province.log_lines, [](const std::string& line) {
        return line.find("FEDERATION_QUEUE_LONG") != std::string::npos;
    }));
    link.is_down = false;
    move(minutes(11));
    EXPECT_EQ(city.count("SELECT count(*) FROM prompts"), 4) << "nothing of it is lost";
}

}  // namespace
}  // namespace qk::daemon
