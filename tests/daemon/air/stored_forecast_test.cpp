// Goal: a decision sees, of every source, member and kind, the latest revision that speaks of its
// region, whatever shape the document had and whatever was known of it beside its bytes. Method:
// documents go in through the intake and come out through forecasts_seen().
#include "daemon/air/stored_forecast.hpp"

#include <fmt/format.h>

#include "daemon/air/air_intake.hpp"
#include "daemon/api/upload_reader.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

plans::RegionPack city() {
    plans::RegionPack pack;
    pack.id = "city";
    pack.name = "某市";
    pack.region_code = "110000";
    pack.sub_regions = {{"110105", "某区", ""}};
    return pack;
}

// Hourly PM2.5 of the shape of open services, without region, source or issue; the clock of the
// fixture stands at 2015-12-08T00:00+08:00.
std::string service_json(int hours, double pm25, const std::string& column = "pm2_5") {
    std::string times;
    std::string values;
    for (int hour = 0; hour < hours; ++hour) {
        times += fmt::format("{}\"2015-12-{:02}T{:02}:00\"", hour == 0 ? "" : ",", 8 + hour / 24,
                             hour % 24);
        values += fmt::format("{}{}", hour == 0 ? "" : ",", pm25);
    }
    return fmt::format(R"({{"latitude":40,"longitude":116.4,"utc_offset_seconds":28800,)"
                       R"("hourly":{{"time":[{}],"{}":[{}]}}}})",
                       times, column, values);
}

std::string daily_csv(const std::string& region, int aqi, int days) {
    std::string csv = "region,date,aqi\n";
    for (int day = 0; day < days; ++day) {
        csv += fmt::format("{},2015-12-{:02},{}\n", region, 8 + day, aqi);
    }
    return csv;
}

class StoredForecastTest : public ContextFixture {
 protected:
    StoredForecastTest() {
        pack_ = std::make_shared<plans::RegionPack>(city());
        context_.pack = pack_;
    }

    AirDocument document(const std::string& bytes, const std::string& source) {
        AirDocument made;
        made.file = "body";
        made.source = source;
        made.issued_at = clock_.now();
        made.person = "feed";
        made.bytes = bytes;
        return made;
    }
    TakenAir take(AirDocument document) {
        auto taken = wait(air_.take_forecast(std::move(document)));
        EXPECT_TRUE(taken.has_value()) << rules::to_text(taken.error());
        return taken ? *taken : TakenAir{};
    }
    TakenAir take(const std::string& bytes, const std::string& source) {
        return take(document(bytes, source));
    }
    SeenForecasts seen(int revisions = 1) {
        const ForecastQuestion question{clock_.now(), clock_.now() - std::chrono::hours{240},
                                        revisions};
        return transact([&](Session& db) { return forecasts_seen(db, *pack_, question); });
    }
    std::vector<std::string> names(int revisions = 1) {
        std::vector<std::string> all;
        for (const SeenForecast& one : seen(revisions).forecasts) {
            all.push_back(one.name + (one.earlier == 0 ? "" : fmt::format("-{}", one.earlier)));
        }
        return all;
    }

    std::shared_ptr<plans::RegionPack> pack_;
    AirIntake air_{context_, upload_reader_of_caller()};
};

using Names = std::vector<std::string>;

TEST_F(StoredForecastTest, OneWhoseRowIsDamagedIsNamedAndTheOthersAreSeen) {
    take(daily_csv("110000", 180, 3), "whole");
    take(daily_csv("110000", 190, 3), "damaged");
    ASSERT_EQ(names(), (Names{"damaged", "whole"}));
    for (const std::string column : {"given", "regions"}) {
        for (const std::string text : {"garbage", "", "[1]"}) {
            if (column == "given" && text == "[1]") continue;  // a document, so it can be read
            transact([&](Session& db) {
                return db.exec("UPDATE forecasts SET " + column + " = ? WHERE source = 'damaged'",
                               text);
            });
            EXPECT_EQ(names(), (Names{"whole"})) << column << " " << text;
            ASSERT_EQ(seen().unreadable.size(), 1U) << column << " " << text;
            EXPECT_EQ(number_of_unreadable(seen().unreadable.front()), "2");
        }
        transact([&](Session& db) {
            return db.exec("UPDATE forecasts SET " + column + " = ? WHERE source = 'damaged'",
                           column == "given" ? "{}" : "[\"110000\"]");
        });
    }
    transact([](Session& db) {
        return db.exec("UPDATE forecasts SET members = 'garbage' WHERE source = 'damaged'");
    });
    EXPECT_EQ(names(), (Names{"damaged", "whole"})) << "what it holds stands in its text";
}

TEST_F(StoredForecastTest, AServicesDocumentThatNamesNothingIsSeenAsOurs) {
    take(service_json(72, 180), "service");
    const SeenForecasts found = seen();
    EXPECT_TRUE(found.unreadable.empty());
    ASSERT_EQ(found.forecasts.size(), 1U);
    EXPECT_EQ(found.forecasts[0].name, "service");
    ASSERT_EQ(found.forecasts[0].hourly.size(), 1U);
    EXPECT_EQ(found.forecasts[0].hourly[0].region, "110000");
    EXPECT_EQ(found.forecasts[0].hourly[0].hours.size(), 72U);
}

TEST_F(StoredForecastTest, MembersThatArriveApartAreSeenBesideEachOther) {
    for (const char* member : {"m1", "m2", "m3"}) {
        AirDocument one = document(service_json(72, 100), "ensemble");
        one.member = member;
        EXPECT_EQ(take(one).new_revisions, 1U) << "the same bytes, another member";
    }
    EXPECT_EQ(names(), (Names{"ensemble/m1", "ensemble/m2", "ensemble/m3"}));
    AirDocument again = document(service_json(72, 100), "ensemble");
    again.member = "m2";
    EXPECT_EQ(take(again).new_revisions, 0U);
}

TEST_F(StoredForecastTest, ColumnsOfAnEnsembleAreItsMembers) {
    std::string both = service_json(72, 100, "pm2_5_member01");
    const std::string second = service_json(72, 200, "pm2_5_member02");
    both.insert(both.size() - 2,
                "," + second.substr(second.find("\"pm2_5_member02\""),
                                    second.rfind("]") + 1 - second.find("\"pm2_5_member02\"")));
    take(both, "service");
    EXPECT_EQ(names(), (Names{"service/member01", "service/member02"}));
    EXPECT_EQ(seen().forecasts[1].hourly[0].hours[0][0].value().millionths, 200'000'000);
}

TEST_F(StoredForecastTest, AFineForecastDoesNotHideAnOutlookOfTheSameSource) {
    take(daily_csv("110000", 120, 10), "station");
    move_to(clock_.now() + std::chrono::hours{6});
    take(daily_csv("110000", 160, 3), "station");
    EXPECT_EQ(names(), (Names{"station（72小时）", "station（潜势）"}));
}

TEST_F(StoredForecastTest, RevisionsFollowEachOtherAndOneOfTheSameIssueReplacesTheOther) {
    take(daily_csv("110000", 120, 3), "station");
    take(daily_csv("110000", 130, 3), "station");
    move_to(clock_.now() + std::chrono::hours{6});
    take(daily_csv("110000", 140, 3), "station");
    EXPECT_EQ(names(), (Names{"station"}));
    EXPECT_EQ(names(3), (Names{"station", "station-1"}));
    EXPECT_EQ(seen(3).forecasts[1].daily[0].days[0].high, 130);
}

TEST_F(StoredForecastTest, AForecastOfACountyOrAnotherCityIsNotTakenForOurs) {
    EXPECT_FALSE(take(daily_csv("110105", 300, 3), "county").warnings.empty());
    EXPECT_FALSE(take(daily_csv("某区", 300, 3), "named").warnings.empty());
    EXPECT_FALSE(take(daily_csv("120000", 300, 3), "other").warnings.empty());
    EXPECT_TRUE(seen().forecasts.empty());
    EXPECT_TRUE(take(daily_csv("某市", 300, 3), "ours").warnings.empty());
    EXPECT_EQ(names(), (Names{"ours"}));
}

TEST_F(StoredForecastTest, PlacesGivenByCoordinatesAreFoundAgainAfterThePointsHaveChanged) {
    Config config;
    config.journal_folder.clear();
    config.forecast_points = {{"110000", 40, 116.4}, {"120000", 39.1, 117.2}};
    rebuild(std::move(config));
    take(service_json(72, 180), "service");
    Config moved;
    moved.journal_folder.clear();
    moved.forecast_points = {{"110000", 10, 10}};
    rebuild(std::move(moved));
    EXPECT_EQ(names(), (Names{"service"}));
}

TEST_F(StoredForecastTest, WhatNoLongerReadsIsSaidNotSkippedInSilence) {
    take(daily_csv("110000", 120, 3), "station");
    transact([](Session& db) { db.exec("UPDATE forecasts SET bytes = X'7B'"); });
    const SeenForecasts found = seen();
    EXPECT_TRUE(found.forecasts.empty());
    ASSERT_EQ(found.unreadable.size(), 1U);
    EXPECT_NE(found.unreadable[0].find("station"), std::string::npos);
    const auto number = count("SELECT number FROM forecasts");
    EXPECT_EQ(number_of_unreadable(found.unreadable[0]), std::to_string(number));
    for (const char* other : {"", "已存的第1次预报无法读取", "a：已存的第1次"}) {
        EXPECT_EQ(number_of_unreadable(other), "") << other;
    }
}

}  // namespace
}  // namespace qk::daemon
