#include "daemon/readings/meter_watch.hpp"

#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::minutes;

class MeterWatchTest : public ContextFixture {
 protected:
    void heard(const std::string& meter, rules::Instant t) {
        transact([&](Session& db) {
            db.exec(
                "INSERT INTO meter_state(meter, t_end, arrived) VALUES(?1, ?2, "
                "?2) ON CONFLICT(meter) DO UPDATE SET t_end = excluded.t_end",
                meter, t);
            return 0;
        });
    }
    std::vector<SilentMeter> silent(const std::string& stem = "") {
        const auto inventory = inventories_.current();
        return transact([&](Session& db) {
            return silent_meters(db, *inventory, clock_.now() - minutes{120}, stem);
        });
    }
    double gauge() { return metrics_.value(Gauge::kMetersSilent); }
};

TEST_F(MeterWatchTest, AMeterIsSilentWhenNothingCameForTooLongOrEver) {
    ASSERT_EQ(silent().size(), 1U);
    EXPECT_EQ(silent()[0].meter, "m1");
    EXPECT_FALSE(silent()[0].last.has_value());
    heard("m1", kTestStart - minutes{120});
    EXPECT_TRUE(silent().empty());
    heard("m1", kTestStart - minutes{121});
    ASSERT_EQ(silent().size(), 1U);
    EXPECT_EQ(silent()[0].last, kTestStart - minutes{121});
    EXPECT_EQ(silent("110105").size(), 1U);
    EXPECT_TRUE(silent("110106").empty()) << "of another county";
}

TEST_F(MeterWatchTest, MoreOfThemAreAnEvent) {
    heard("m1", kTestStart);
    MeterWatch watch(context_);
    watch.start(tasks_);
    run();
    EXPECT_EQ(gauge(), 0);
    move_to(kTestStart + minutes{130});
    EXPECT_EQ(gauge(), 1);
    move_to(kTestStart + minutes{300});
    EXPECT_EQ(count("SELECT count(*) FROM events WHERE kind = 'meters-silent'"), 1);
    heard("m1", clock_.now());
    move_to(clock_.now() + kMeterWatchEvery);
    EXPECT_EQ(gauge(), 0);
}

}  // namespace
}  // namespace qk::daemon
