#include "sim/model/behaviour.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "tests/sim/play.hpp"

namespace qk::sim {
namespace {

using rules::Instant;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using test::kStart;
using test::Ordered;
using test::Play;

struct Row {
    Behaviour behaviour;
    DayTruth stop;  // of the second day, where every line has to stand
};

// What inspectors would find in the plant on the second day, whatever the meters say.
constexpr Row kTruths[] = {
    {Behaviour::kObeys, DayTruth::kKept},
    {Behaviour::kSlow, DayTruth::kKept},
    {Behaviour::kLate, DayTruth::kKept},
    {Behaviour::kNightRunner, DayTruth::kPartly},
    {Behaviour::kMeterCutter, DayTruth::kHidden},
    {Behaviour::kTreatmentOff, DayTruth::kKept},
    {Behaviour::kRefuses, DayTruth::kWholeDay},
    {Behaviour::kOverCap, DayTruth::kWholeDay},
    {Behaviour::kSignsAndRuns, DayTruth::kWholeDay},
    {Behaviour::kRestartsEarly, DayTruth::kWholeDay},
    {Behaviour::kBursts, DayTruth::kPartly},
    {Behaviour::kCreeps, DayTruth::kWholeDay},
    {Behaviour::kNightOverCap, DayTruth::kPartly},
    {Behaviour::kMovesLoad, DayTruth::kKept},
    {Behaviour::kRaisesBase, DayTruth::kKept},
    {Behaviour::kScaledMeter, DayTruth::kWholeDay},
    {Behaviour::kFlatMeter, DayTruth::kHidden},
    {Behaviour::kReplayedMeter, DayTruth::kHidden},
    {Behaviour::kCopiedDay, DayTruth::kHidden},
    {Behaviour::kPastMeter, DayTruth::kHidden},
    {Behaviour::kOwnGenerator, DayTruth::kHidden},
    {Behaviour::kSilentMeters, DayTruth::kKept},
};

TEST(Behaviour, EachIsNamedOnceInBothLanguages) {
    std::set<std::string_view> english;
    std::set<std::string_view> chinese;
    for (const Behaviour behaviour : kBehaviours) {
        EXPECT_TRUE(english.insert(to_text(behaviour)).second) << to_text(behaviour);
        EXPECT_TRUE(chinese.insert(to_chinese(behaviour)).second) << to_chinese(behaviour);
    }
}

TEST(Behaviour, TheTruthOfAStopIsWhatThePlantDid) {
    WorldOptions one_of_each{.zone = rules::kBeijingTime};
    for (const Row& row : kTruths) {
        if (row.behaviour == Behaviour::kObeys) continue;
        one_of_each.shares[static_cast<std::size_t>(row.behaviour)] = 0.01;
    }
    World world(test::small_inventory(90), one_of_each);
    world.trust({test::bureau_key().public_key_hex()});
    const std::size_t count = world.inventory().enterprises.size();
    for (std::size_t i = 0; i < count; ++i) {
        world.deliver(i, test::stop_order(world.inventory(), i), kStart - hours{6});
    }
    for (Instant now = kStart - hours{6}; now <= kStart + days{2}; now += minutes{15}) {
        (void)world.step(now);
    }
    const rules::CivilDay second = rules::day_of(kStart + days{1}, rules::kBeijingTime);
    for (const Row& row : kTruths) {
        std::size_t who = 0;
        while (who < count && world.behaviour_of(who) != row.behaviour) ++who;
        ASSERT_LT(who, count) << to_text(row.behaviour);
        const std::string stop = world.inventory().enterprises[who].id + "//stop";
        EXPECT_EQ(to_text(world.truth().at({stop, second}).truth()), to_text(row.stop))
            << to_text(row.behaviour);
    }
}

TEST(Behaviour, AMeterThatShowsAThirdStillShowsThatItRuns) {
    const double shown = Play(Behaviour::kScaledMeter).shown_kw("-P1", 1).value();
    const double real = Play(Behaviour::kSignsAndRuns).shown_kw("-P1", 1).value();
    EXPECT_LT(shown, 0.5 * real);
    EXPECT_GT(shown, 0.2 * real);
}

TEST(Behaviour, MetersFallSilentWithTheOrderAndComeBackWithTheStandingLoad) {
    const Play play(Behaviour::kSilentMeters);
    EXPECT_FALSE(play.shown_kw("-P1", 0));
    EXPECT_TRUE(play.shown_kw("-P1", 1));
    EXPECT_EQ(play.count_of_day(0).truth(), DayTruth::kHidden);
}

TEST(Behaviour, PastTheLinesMeterTheTotalOneShowsTheLoad) {
    const Play past(Behaviour::kPastMeter);
    const Play own(Behaviour::kOwnGenerator);
    EXPECT_GT(past.shown_kw("-S", 1).value(), 3 * own.shown_kw("-S", 1).value());
    EXPECT_NEAR(past.shown_kw("-P1", 1).value(), own.shown_kw("-P1", 1).value(), 1);
}

TEST(Behaviour, LoadIsMovedToTheLineThatNoOrderNames) {
    const Play moved(Behaviour::kMovesLoad, Ordered::kCapOfFirstLine);
    const Play kept(Behaviour::kObeys, Ordered::kCapOfFirstLine);
    EXPECT_EQ(moved.second_day(), DayTruth::kKept);
    EXPECT_GT(moved.count_of_day(1).moved, 0);
    EXPECT_EQ(kept.count_of_day(1).moved, 0);
}

TEST(Behaviour, ACutFromARaisedBaseIsBrokenInTruth) {
    World world(test::small_inventory(), test::all(Behaviour::kRaisesBase));
    world.trust({test::bureau_key().public_key_hex()});
    const plans::Inventory& inventory = world.inventory();
    (void)world.history({kStart - days{21}, kStart - hours{6}});
    for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
        world.deliver(i, test::cap_order(inventory, i, ""), kStart - hours{6});
    }
    for (Instant now = kStart - hours{6}; now <= kStart + days{2}; now += minutes{15}) {
        (void)world.step(now);
    }
    const auto broken = std::ranges::count_if(world.truth(), [](const auto& entry) {
        return entry.second.truth() == DayTruth::kWholeDay;
    });
    EXPECT_GT(broken, 0);
}

TEST(Behaviour, TreatmentThatIsOffIsSeenUnlessItsMeterIsFaked) {
    const auto seen = [](Behaviour behaviour) {
        const Play play(behaviour, Ordered::kCapOfFirstLine);
        return std::pair{play.count_of_day(1).treatment_off > 0,
                         play.count_of_day(1).treatment_off_seen > 0};
    };
    EXPECT_EQ(seen(Behaviour::kObeys), (std::pair{false, false}));
    EXPECT_EQ(seen(Behaviour::kTreatmentOff), (std::pair{true, true}));
    EXPECT_EQ(seen(Behaviour::kTreatmentNight), (std::pair{true, true}));
    EXPECT_EQ(seen(Behaviour::kTreatmentIdles), (std::pair{true, false}));
    EXPECT_EQ(seen(Behaviour::kTreatmentFaked), (std::pair{true, false}));
    EXPECT_EQ(seen(Behaviour::kFlatStack), (std::pair{true, true}));
}

}  // namespace
}  // namespace qk::sim
