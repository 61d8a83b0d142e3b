#include "sim/model/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "tests/sim/play.hpp"

namespace qk::sim {
namespace {

using rules::Instant;
using std::chrono::hours;
using std::chrono::minutes;
using test::all;
using test::kStart;
using test::Play;
using test::small_inventory;
using test::stop_order;

TEST(World, WhoObeysKeepsEveryQuarterAndSigns) {
    const Play play(Behaviour::kObeys);
    EXPECT_EQ(play.second_day(), DayTruth::kKept);
    EXPECT_EQ(play.receipts_of("received"), 1);
    EXPECT_EQ(play.receipts_of("accepted"), 1);
    EXPECT_EQ(play.receipts_of("executing"), 1);
}

TEST(World, WhoIsSlowStillKeepsTheObligation) {
    EXPECT_EQ(Play(Behaviour::kSlow).second_day(), DayTruth::kKept);
}

TEST(World, WhoRefusesBreaksTheWholeDayAndSaysSo) {
    const Play play(Behaviour::kRefuses);
    EXPECT_EQ(play.second_day(), DayTruth::kWholeDay);
    EXPECT_EQ(play.receipts_of("refused"), 1);
    EXPECT_EQ(play.receipts_of("accepted"), 0);
}

TEST(World, WhoCutsTooLittleBreaksTheWholeDay) {
    EXPECT_EQ(Play(Behaviour::kOverCap).second_day(), DayTruth::kWholeDay);
}

TEST(World, WhoRunsAtNightBreaksPartOfTheDay) {
    EXPECT_EQ(Play(Behaviour::kNightRunner).second_day(), DayTruth::kPartly);
}

TEST(World, WhoCutsTheMetersHidesWhatTheyDo) {
    const Play play(Behaviour::kMeterCutter);
    EXPECT_EQ(play.second_day(), DayTruth::kHidden);
    const auto last_meter = std::find_if(play.sent.rbegin(), play.sent.rend(), [](const auto& m) {
        return m.topic.find("/meter/") != std::string::npos;
    });
    ASSERT_NE(last_meter, play.sent.rend());
    EXPECT_NE(last_meter->payload.find("\"kw\":0.00"), std::string::npos);
}

TEST(World, WhoIsSilentSaysNothingAtAll) { EXPECT_TRUE(Play(Behaviour::kSilent).sent.empty()); }

TEST(World, AnOlderRevisionIsRefusedAndARepeatIsAnsweredAgain) {
    World world(small_inventory(), all(Behaviour::kObeys));
    world.trust({test::bureau_key().public_key_hex()});
    const auto& plants = world.inventory();
    EXPECT_TRUE(world.deliver(0, stop_order(plants, 0, 2), kStart).accepted);
    EXPECT_NE(world.deliver(0, stop_order(plants, 0, 1), kStart).refused, "");
    const auto count = [&](Instant now) {
        int receipts = 0;
        for (const Outgoing& message : world.step(now)) receipts += message.is_receipt;
        return receipts;
    };
    EXPECT_EQ(count(kStart), 1);
    EXPECT_EQ(count(kStart + minutes{15}) + count(kStart + hours{1}), 2);
    EXPECT_EQ(world.deliver(0, stop_order(plants, 0, 2), kStart + hours{2}).refused, "");
    EXPECT_EQ(count(kStart + hours{2}), 3);
}

TEST(World, ADocumentThatIsNotSignedOrNotOursIsRefused) {
    World world(small_inventory(), all(Behaviour::kObeys));
    world.trust({test::bureau_key().public_key_hex()});
    std::string text = stop_order(world.inventory(), 0);
    EXPECT_NE(world.deliver(1, text, kStart).refused, "");
    text.replace(text.find("\"revision\":1"), 12, "\"revision\":9");
    EXPECT_NE(world.deliver(0, text, kStart).refused, "");
}

TEST(World, AnOrderOfAnotherKeyIsRefusedHoweverHighItsRevision) {
    World world(small_inventory(), all(Behaviour::kObeys));
    const auto& plants = world.inventory();
    const auto ours = stop_order(plants, 0);
    EXPECT_NE(world.deliver(0, ours, kStart).refused, "");  // nothing is trusted yet
    world.trust({test::bureau_key().public_key_hex()});
    EXPECT_TRUE(world.deliver(0, ours, kStart).accepted);
    const auto stranger = plans::SigningKey::from_seed(std::string(32, 'x')).value();
    const auto forged = plans::signed_again(
        *plans::parse_json(stop_order(plants, 0, 1001, true), "order"), stranger);
    const Delivery delivery = world.deliver(0, forged, kStart + hours{1});
    EXPECT_FALSE(delivery.accepted);
    EXPECT_TRUE(delivery.is_key_unknown);
    EXPECT_EQ(world.held_revision(0), 1);
    // The bureau's next revision is taken after it.
    EXPECT_TRUE(world.deliver(0, stop_order(plants, 0, 2), kStart + hours{2}).accepted);
    // And the successor, once the succession has been read, with the same revision again.
    const auto next = plans::SigningKey::from_seed(std::string(32, 'y')).value();
    const auto again =
        plans::signed_again(*plans::parse_json(stop_order(plants, 0, 2), "order"), next);
    EXPECT_NE(world.deliver(0, again, kStart + hours{3}).refused, "");
    world.trust({test::bureau_key().public_key_hex(), next.public_key_hex()});
    EXPECT_EQ(world.deliver(0, again, kStart + hours{3}).refused, "");
}

TEST(World, TheTotalMeterIsTheSumOfItsPartsAndTheOffice) {
    World world(small_inventory(), all(Behaviour::kObeys));
    world.trust({test::bureau_key().public_key_hex()});
    std::map<std::string, double> kw;
    for (const Outgoing& message : world.step(kStart + hours{10})) {
        if (message.enterprise != 0 || message.is_receipt) continue;
        const auto json = plans::parse_json(message.payload, "m");
        if (!json || !json->is_array()) continue;
        kw[message.topic] = plans::number_or(json->as_array().back(), "kw", 0);
    }
    double parts = 0;
    double total = 0;
    for (const auto& [topic, value] : kw) (topic.back() == 'S' ? total : parts) += value;
    EXPECT_GT(kw.size(), 2U);
    EXPECT_NEAR(total, parts + 18, 0.02 * total + 3);
}

TEST(World, WhatANewRevisionRepeatsIsNotRampedDownAgain) {
    World world(small_inventory(), all(Behaviour::kObeys));
    world.trust({test::bureau_key().public_key_hex()});
    const auto& plants = world.inventory();
    const auto kw_of_first_line = [&](rules::Instant now) {
        for (const Outgoing& message : world.step(now)) {
            if (message.topic != world.topic_of(0, "meter/" + plants.enterprises[0].id + "-P1")) {
                continue;
            }
            const auto json = plans::parse_json(message.payload, "m");
            return plans::number_or(json->as_array().back(), "kw", 0);
        }
        return -1.0;
    };
    EXPECT_TRUE(world.deliver(0, stop_order(plants, 0), kStart - hours{1}).accepted);
    for (auto now = kStart; now < kStart + hours{10}; now += minutes{15}) kw_of_first_line(now);
    const double standing = kw_of_first_line(kStart + hours{10});
    const auto again = stop_order(plants, 0, 2, false, kStart + hours{10});
    EXPECT_TRUE(world.deliver(0, again, kStart + hours{10}).accepted);
    for (int quarter = 1; quarter < 4; ++quarter) {
        kw_of_first_line(kStart + hours{10} + quarter * minutes{15});
    }
    EXPECT_LT(kw_of_first_line(kStart + hours{11}), 1.3 * standing);
}

TEST(World, AfterTheLiftProductionIsNormalAgain) {
    World world(small_inventory(), all(Behaviour::kObeys));
    world.trust({test::bureau_key().public_key_hex()});
    const auto& plants = world.inventory();
    EXPECT_TRUE(world.deliver(0, stop_order(plants, 0), kStart).accepted);
    EXPECT_TRUE(world.deliver(0, stop_order(plants, 0, 2, true), kStart + hours{5}).accepted);
    EXPECT_FALSE(world.step(kStart + hours{8}).empty());
    EXPECT_TRUE(world.truth().empty());
}

TEST(World, TheSameDeliveriesGiveTheSameMessages) {
    const Play once(Behaviour::kNightRunner);
    const Play again(Behaviour::kNightRunner);
    ASSERT_EQ(once.sent.size(), again.sent.size());
    for (std::size_t i = 0; i < once.sent.size(); ++i) {
        EXPECT_EQ(once.sent[i].payload, again.sent[i].payload);
    }
}

}  // namespace
}  // namespace qk::sim
