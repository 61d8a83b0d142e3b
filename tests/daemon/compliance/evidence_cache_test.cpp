// What is read bit by bit is what reading everything at once gives.
#include "daemon/compliance/evidence_cache.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

class EvidenceCacheTest : public testing::Test {
 protected:
    EvidenceCacheTest() {
        inventory_ = *bureau_.context().inventories.current();
        inventory_.outlets.push_back({});
        inventory_.outlets.back().id = "S1";
        inventory_.outlets.back().enterprise = "E1";
        inventory_.outlets.back().line = "L1";
        bureau_.put_readings("M1", kMonday - days{14}, kMonday, [](auto) { return 300.0; });
    }
    // An hour of everything, as it arrives with its end.
    void put_hour(rules::Instant from) {
        const rules::Instant to = from + hours{1};
        bureau_.put_readings("M1", from, to, [](auto) { return 21.0; });
        bureau_.with_store([&](Session& db) {
            Statement stack(db,
                            "INSERT INTO stack_readings(t_end, outlet, factor, mg_per_m3, "
                            "flow, arrived, valid) VALUES(?1,'S1',?2,5,100,?1,1)");
            for (const char* factor : {"so2", "nox"}) {
                stack.run(to, factor);
            }
            db.exec(
                "INSERT INTO gate_passages(t, enterprise, plate, direction, "
                "emission_standard, kind, arrived) "
                "VALUES(?1,'E1','京A1','in','国四','',?2)",
                from + minutes{7}, to);
            return 0;
        });
    }
    void refresh(EvidenceCache& cache, rules::Instant now, EvidenceStart start = kMonday) {
        const EvidenceSetting setting{inventory_, parameters_, rules::kBeijingTime, now};
        const EvidenceStarts starts{{"E1", start}};
        bureau_.with_store([&](Session& db) {
            cache.refresh(db, setting, starts);
            return 0;
        });
    }

    SmallBureau bureau_;
    plans::Inventory inventory_;
    rules::JudgingParameters parameters_;
};

TEST_F(EvidenceCacheTest, WhatIsReadHourByHourIsWhatIsReadAtOnce) {
    EvidenceCache by_hour;
    for (int hour = 0; hour < 30; ++hour) {
        put_hour(kMonday + hours{hour});
        refresh(by_hour, kMonday + hours{hour + 1});
        EXPECT_TRUE(by_hour.has_news("E1"));
    }
    EvidenceCache at_once;
    refresh(at_once, kMonday + hours{30});
    const rules::Evidence* bits = by_hour.find("E1");
    const rules::Evidence* whole = at_once.find("E1");
    ASSERT_NE(bits, nullptr);
    ASSERT_NE(whole, nullptr);
    EXPECT_EQ(bits->meters.at(0).series.readings, whole->meters.at(0).series.readings);
    ASSERT_EQ(whole->stacks.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(bits->stacks.at(i).factor, whole->stacks[i].factor);
        EXPECT_EQ(bits->stacks.at(i).readings, whole->stacks[i].readings);
        EXPECT_EQ(whole->stacks[i].readings.size(), 30U);
    }
    EXPECT_EQ(bits->passages, whole->passages);
    EXPECT_EQ(whole->passages.size(), 30U);
}

TEST_F(EvidenceCacheTest, InASeasonTheDaysGoByAndTheBaselineStays) {
    bureau_.put_readings("M1", kMonday - days{10}, kMonday, [](rules::Instant) { return 300.0; });
    EvidenceCache by_day;
    for (int day = 0; day < 3; ++day) {
        for (int hour = 0; hour < 24; ++hour) put_hour(kMonday + hours{24 * day + hour});
        refresh(by_day, kMonday + hours{24 * day + 24}, {kMonday + hours{24 * day}, kMonday});
    }
    EvidenceCache restarted;
    refresh(restarted, kMonday + hours{72}, {kMonday + hours{48}, kMonday});
    const rules::Evidence* bits = by_day.find("E1");
    const rules::Evidence* whole = restarted.find("E1");
    ASSERT_NE(bits, nullptr);
    ASSERT_NE(whole, nullptr);
    EXPECT_EQ(bits->meters.at(0).series.readings, whole->meters.at(0).series.readings);
    // A day and the thirteen hours before it.
    EXPECT_LE(by_day.readings(), 4 * (24 + 13) * bits->meters.size());
    for (const rules::Evidence* evidence : {bits, whole}) {
        const auto normal =
            evidence->meters.at(0).baseline.kw_at(kMonday + hours{60}, rules::kBeijingTime);
        ASSERT_TRUE(normal.has_value());
        EXPECT_NEAR(*normal, 300, 1);
    }
    for (const rules::Evidence* evidence : {bits, whole}) {
        const auto& passages = evidence->passages;
        EXPECT_EQ(std::count_if(passages.begin(), passages.end(),
                                [](const auto& one) { return one.at >= kMonday + hours{48}; }),
                  24);
        // With those of the days before, that say what is usual at the gate.
        EXPECT_EQ(passages.size(), 72U);
    }
}

TEST_F(EvidenceCacheTest, WhatArrivesLateFindsItsPlaceAndARepeatIsNoNews) {
    EvidenceCache cache;
    put_hour(kMonday);
    put_hour(kMonday + hours{2});
    refresh(cache, kMonday + hours{3});
    refresh(cache, kMonday + hours{3} + minutes{10});
    EXPECT_FALSE(cache.has_news("E1"));
    put_hour(kMonday + hours{1});
    bureau_.with_store([&](Session& db) {
        Statement late(db, "UPDATE readings SET arrived = ?1 WHERE t_end > ?2 AND t_end <= ?3",
                       kMonday + hours{3} + minutes{12}, kMonday + hours{1}, kMonday + hours{2});
        return late.run();
    });
    refresh(cache, kMonday + hours{4});
    EXPECT_TRUE(cache.has_news("E1"));
    const auto& readings = cache.find("E1")->meters.at(0).series.readings;
    EXPECT_TRUE(std::is_sorted(readings.begin(), readings.end(),
                               [](const auto& a, const auto& b) { return a.end < b.end; }));
    EXPECT_EQ(readings.back().end, kMonday + hours{3});
    EXPECT_EQ(std::count_if(readings.begin(), readings.end(),
                            [](const auto& reading) { return reading.end > kMonday; }),
              12);
}

// Three plants, of which so many send in the second hour.
std::vector<rules::Span> unheard_with(SmallBureau& bureau, plans::Inventory inventory,
                                      const rules::JudgingParameters& parameters, int plants,
                                      int heard) {
    EvidenceStarts starts;
    inventory.meters.clear();
    for (int i = 1; i <= plants; ++i) {
        plans::Meter meter;
        meter.enterprise = "P" + std::to_string(i);
        meter.id = meter.enterprise + "-M";
        meter.line = "L1";
        const auto put = [&](int from, int to) {
            bureau.put_readings(meter.id, kMonday + hours{from}, kMonday + hours{to},
                                [](auto) { return 21.0; });
        };
        put(0, 1);
        if (i <= heard) put(1, 2);
        put(2, 3);
        inventory.meters.push_back(meter);
        starts.emplace(meter.enterprise, kMonday);
    }
    EvidenceCache cache;
    const EvidenceSetting setting{inventory, parameters, rules::kBeijingTime, kMonday + hours{3}};
    bureau.with_store([&](Session& db) {
        cache.refresh(db, setting, starts);
        return 0;
    });
    return cache.unheard({kMonday, kMonday + hours{3}});
}

TEST_F(EvidenceCacheTest, AnHourInWhichHardlyAnybodyWasHeardIsTheRegions) {
    const rules::Span second{kMonday + hours{1}, kMonday + hours{2}};
    EXPECT_EQ(unheard_with(bureau_, inventory_, parameters_, 4, 1), std::vector{second});
}

TEST_F(EvidenceCacheTest, AnHourInWhichMostWereHeardIsNot) {
    EXPECT_TRUE(unheard_with(bureau_, inventory_, parameters_, 4, 3).empty());
}

TEST_F(EvidenceCacheTest, OfTwoPlantsNobodyCanSayWhatTheOthersDid) {
    const rules::Span all{kMonday, kMonday + hours{3}};
    EXPECT_EQ(unheard_with(bureau_, inventory_, parameters_, 2, 2), std::vector{all});
}

}  // namespace
}  // namespace qk::daemon
