#include "daemon/compliance/series_view.hpp"

#include <gtest/gtest.h>

#include "daemon/service/inventory_registry.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;

std::vector<SeriesView> views(SmallBureau& bureau, const std::vector<std::string>& meters) {
    const auto inventory = bureau.context().inventories.current();
    const rules::JudgingParameters parameters;
    return bureau.with_store([&](Session& db) {
        return load_series_views(db, {*inventory, parameters, rules::kBeijingTime}, meters,
                                 {kMonday, kMonday + 6h});
    });
}

TEST(SeriesView, OfOneMeterHasItsReadingsAndNobodyElses) {
    SmallBureau bureau;
    bureau.put_readings("M1", kMonday - 24h, kMonday + 6h, [](rules::Instant) { return 100.0; });
    bureau.put_readings("M2", kMonday - 24h, kMonday + 12h, [](rules::Instant) { return 200.0; });
    const auto found = views(bureau, {"M1"});
    ASSERT_EQ(found.size(), 1U);
    ASSERT_EQ(found[0].series.readings.size(), 24U);
    EXPECT_EQ(found[0].series.readings.front().end, kMonday + 15min);
    EXPECT_EQ(found[0].series.readings.back().end, kMonday + 6h);
    for (const rules::PowerReading& reading : found[0].series.readings) {
        EXPECT_EQ(reading.kw, 100.0);
    }
}

TEST(SeriesView, NobodyReportedIsAnEmptySeriesBesideTheRatedPower) {
    SmallBureau bureau;
    const auto found = views(bureau, {"M1"});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_TRUE(found[0].series.readings.empty());
    EXPECT_EQ(found[0].baseline_method, "rated-power");
    EXPECT_FALSE(found[0].baseline.empty());
}

TEST(SeriesView, ShowsTheDutiesOfItsOwnEnterpriseOnly) {
    SmallBureau bureau;
    bureau.order_stop(kMonday + 1h, kMonday + 4h, kMonday);
    bureau.put_readings("M1", kMonday - 24h, kMonday + 6h, [](rules::Instant) { return 100.0; });
    const auto found = views(bureau, {"M1"});
    ASSERT_EQ(found[0].windows.size(), 1U);
    EXPECT_EQ(found[0].windows[0].obligation.enterprise, "E1");
    EXPECT_EQ(views(bureau, {"M1", "M2"})[1].windows[0].obligation.enterprise, "E2");
    EXPECT_TRUE(views(bureau, {"no such meter"}).empty());
}

}  // namespace
}  // namespace qk::daemon
