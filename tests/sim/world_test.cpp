#include "sim/model/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plans/inventory/read_inventory.hpp"
#include "plans/response/order.hpp"
#include "plans/text/json.hpp"
#include "sim/model/region.hpp"

namespace qk::sim {
namespace {

using rules::Instant;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

const rules::Zone kZone{};
const Instant kStart = *rules::parse_instant("2015-12-07 00:00", kZone);  // a Monday

plans::Inventory inventory() {
    std::vector<plans::NamedTable> tables;
    for (TableText& table : make_region({3, 40})) {
        tables.push_back({std::move(table.name), std::move(table.text)});
    }
    return *plans::read_inventory(std::move(tables), "示例").inventory;
}

WorldOptions all(Behaviour behaviour) {
    WorldOptions options;
    options.shares[static_cast<std::size_t>(behaviour)] = behaviour == Behaviour::kObeys ? 0 : 1;
    return options;
}

// A signed order to an enterprise: every line stands from kStart for three days.
std::string stop_order(const plans::Inventory& inventory, std::size_t enterprise,
                       std::int64_t revision = 1, bool is_lifted = false) {
    plans::OrderDocument order;
    order.order = "W1/" + inventory.enterprises[enterprise].id;
    order.revision = revision;
    order.region = inventory.enterprises[enterprise].region;
    order.enterprise = inventory.enterprises[enterprise].id;
    order.warning = "W1";
    order.issued_at = kStart - hours{6} + minutes{revision};
    order.effective_from = kStart;
    if (!is_lifted) {
        order.colour = rules::Colour::kRed;
        rules::Obligation stop;
        stop.id = order.enterprise + "//stop";
        stop.enterprise = order.enterprise;
        stop.action = rules::Action::kStop;
        stop.ratio = 1;
        stop.from = kStart;
        stop.to = kStart + days{3};
        stop.verified_by = rules::VerifiedBy::kPower;
        stop.check = rules::LineStands{hours{2}, false};
        order.obligations.push_back(stop);
    }
    const auto key = plans::SigningKey::from_seed("0123456789abcdef0123456789abcdef");
    return plans::signed_text(order, *key, kZone);
}

// The enterprise that shows a behaviour, and a week with a stop order in it.
struct Play {
    World world;
    std::size_t who = 0;
    std::vector<Outgoing> sent;

    explicit Play(Behaviour behaviour) : world(inventory(), all(behaviour)) {
        while (world.behaviour_of(who) != behaviour) ++who;
        EXPECT_TRUE(
            world.deliver(who, stop_order(world.inventory(), who), kStart - hours{6}).accepted);
        for (Instant now = kStart - hours{6}; now <= kStart + days{2}; now += minutes{15}) {
            for (Outgoing& message : world.step(now)) {
                if (message.enterprise == who) sent.push_back(std::move(message));
            }
        }
    }
    DayTruth second_day() const {
        const auto day = rules::day_of(kStart + days{1}, kZone);
        return world.truth().at({world.inventory().enterprises[who].id + "//stop", day}).truth();
    }
    int receipts_of(const std::string& state) const {
        int count = 0;
        for (const Outgoing& message : sent) {
            count += message.is_receipt &&
                     message.payload.find("\"" + state + "\"") != std::string::npos;
        }
        return count;
    }
};

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
    World world(inventory(), all(Behaviour::kObeys));
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
    World world(inventory(), all(Behaviour::kObeys));
    std::string text = stop_order(world.inventory(), 0);
    EXPECT_NE(world.deliver(1, text, kStart).refused, "");
    text.replace(text.find("\"revision\":1"), 12, "\"revision\":9");
    EXPECT_NE(world.deliver(0, text, kStart).refused, "");
}

TEST(World, TheTotalMeterIsTheSumOfItsPartsAndTheOffice) {
    World world(inventory(), all(Behaviour::kObeys));
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

TEST(World, AfterTheLiftProductionIsNormalAgain) {
    World world(inventory(), all(Behaviour::kObeys));
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
