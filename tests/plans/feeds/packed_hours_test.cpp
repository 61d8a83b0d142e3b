#include "plans/feeds/packed_hours.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>

#include "plans/feeds/hourly_csv.hpp"

namespace qk::plans {
namespace {

using rules::Concentration;
using rules::HourlyConcentrations;

HourlyConcentrations any_values(std::mt19937& random) {
    HourlyConcentrations values;
    for (Concentration& value : values) {
        const std::int64_t digits = static_cast<std::int64_t>(random() % 2000) - 20;
        switch (random() % 6) {
            case 0:
                break;  // missing
            case 1:
                value = Concentration(rules::Decimal{digits * 1'000'000});
                break;
            case 2:
                value = Concentration(rules::Decimal{digits * 100'000});
                break;
            case 3:
                value = Concentration(rules::Decimal{digits});
                break;
            case 4:
                value = Concentration(rules::Decimal{digits * 500'000'000'000});
                break;
            default:
                value = Concentration(rules::Decimal{0});
        }
    }
    return values;
}

TEST(PackedHours, GivesBackWhatWasPutInWhateverTheOrder) {
    for (unsigned seed = 0; seed < 40; ++seed) {
        std::mt19937 random(seed);
        const std::size_t lines = seed % 2 == 0 ? 1 : 6;
        PackedHours packed(lines);
        std::map<std::int64_t, std::pair<HourlyConcentrations, std::vector<int>>> plain;
        std::int64_t hour = -1000;
        for (int i = 0; i < 3000; ++i) {
            hour =
                random() % 20 == 0 ? static_cast<std::int64_t>(random() % 5000) - 2500 : hour + 1;
            const PackedHours::Hour is = packed.at(hour);
            auto& kept = plain[hour];
            kept.second.resize(lines, 0);
            ASSERT_EQ(is.values, kept.first) << "seed " << seed << " hour " << hour;
            ASSERT_EQ(std::vector<int>(is.lines.begin(), is.lines.end()), kept.second);
            kept.first = is.values = any_values(random);
            const std::size_t place = random() % lines;
            kept.second[place] = is.lines[place] = static_cast<int>(random() % 3'000'000);
        }
        const std::int64_t first = plain.begin()->first;
        const std::int64_t last = plain.rbegin()->first;
        std::vector<HourlyConcentrations> hours(static_cast<std::size_t>(last - first + 1));
        packed.unpack(first, hours);
        for (std::int64_t at = first; at <= last; ++at) {
            const auto known = plain.find(at);
            const HourlyConcentrations expected =
                known == plain.end() ? HourlyConcentrations{} : known->second.first;
            ASSERT_EQ(hours[static_cast<std::size_t>(at - first)], expected)
                << "seed " << seed << " hour " << at;
        }
    }
}

TEST(PackedHours, TakesAFifthOfTheSpaceOfASeries) {
    PackedHours packed(1);
    std::mt19937 random(7);
    constexpr std::int64_t kHours = 20'000;
    for (std::int64_t hour = 0; hour < kHours; ++hour) {
        const PackedHours::Hour is = packed.at(hour);
        const auto put = [&](rules::Pollutant pollutant, unsigned below, std::int64_t unit) {
            is.values[static_cast<std::size_t>(pollutant)] =
                Concentration(rules::Decimal{static_cast<std::int64_t>(random() % below) * unit});
        };
        put(rules::Pollutant::kPm25, 500, 1'000'000);
        put(rules::Pollutant::kPm10, 600, 1'000'000);
        put(rules::Pollutant::kSo2, 80, 1'000'000);
        put(rules::Pollutant::kNo2, 150, 1'000'000);
        put(rules::Pollutant::kCo, 60, 100'000);
        put(rules::Pollutant::kO3, 240, 1'000'000);
        is.lines[0] = static_cast<int>(hour) + 2;
    }
    EXPECT_LT(packed.bytes() * 4, kHours * sizeof(HourlyConcentrations));
}

constexpr HourlyCsvOptions kPlain{.zone = rules::kBeijingTime};

NextBytes pieces_of(const std::string& text, std::size_t size) {
    return [&text, size, at = std::size_t{0}](std::span<char> into) mutable {
        const std::size_t taken = std::min({size, into.size(), text.size() - at});
        text.copy(into.data(), taken, at);
        at += taken;
        return taken;
    };
}

std::string shown(const HourlyFeed& feed) {
    std::string text = rules::to_text(feed.warnings);
    for (const rules::HourlySeries& series : feed.regions) {
        text += series.region + " " + rules::to_iso(series.first, rules::kBeijingTime) + "\n";
        for (const HourlyConcentrations& hour : series.hours) {
            for (const Concentration value : hour) {
                text += value.is_missing() ? "-;" : rules::to_text(value.value()) + ";";
            }
            text += "\n";
        }
    }
    return text;
}

std::string shown(const rules::Result<HourlyFeed>& feed) {
    return feed ? shown(*feed) : rules::to_text(feed.error());
}

// Whatever a piece ends in (a quote, a character, a line's end), the answer is that of the whole.
TEST(HourlyPieces, ReadTheSameAsTheWholeWhereverTheyEnd) {
    const std::vector<std::string> texts{
        "region,time,pm25\n甲,2020-01-01 08:00,5\r\n乙,2020-01-01 08:00,7.5\n"
        "甲,2020-01-01 09:00,\n",
        "\xEF\xBB\xBFsep=;\nregion;time;pm25;so2\n\"甲;\"\"一\"\"\";2020-01-01 08:00;5;-0.5\n\n",
        "一张表\n\nregion,time,pm25\r甲,2020-01-01 08:00,5\r乙,2020-01-01 08:30,x\r\r",
        "region,time,pm25\n甲,2020-01-01 08:00,5\n甲,2020-01-01 08:00,5\n甲,2020-01-01 08:00,6\n",
        "region,time,pm25\n\"甲,2020-01-01 08:00,5\n乙,2020-01-01 09:00,5\n",
        "region,time,pm25\n\"甲\"x,2020-01-01 08:00,5\n乙,2020-01-01,1,2,3\n",
        "city,time,parameter,value,unit\n甲,2020-01-01T08:00:00+08:00,pm25,5,µg/m³\n"
        "甲,2020-01-01T08:00:00+08:00,co,1,mg/m³\n",
        "date,hour,type,甲,乙\n20200101,8,PM2.5,5,6\n20200101,9,PM2.5,5,6\n",
        "no table at all",
        "",
        "region,time,pm25\n甲,1960-01-01 08:00,5\n甲,2020-01-01 08:00,5\n",
    };
    for (const std::string& text : texts) {
        const std::string whole = shown(read_hourly_csv(text, "a.csv", kPlain));
        for (std::size_t size = 1; size <= text.size() + 1; ++size) {
            auto feed = read_hourly_pieces(pieces_of(text, size), "a.csv", kPlain);
            ASSERT_TRUE(feed) << text;
            const std::string pieces =
                *feed ? shown(laid_out(**std::move(feed))) : rules::to_text(feed->error());
            ASSERT_EQ(pieces, whole) << "pieces of " << size << " bytes of\n" << text;
            const auto laid = read_hourly_feed(pieces_of(text, size), "a.csv", kPlain);
            ASSERT_TRUE(laid) << text;
            ASSERT_EQ(shown(*laid), whole) << "pieces of " << size << " bytes of\n" << text;
        }
    }
}

// The first lines are read together, for the shape of the table: what is behind them comes in
// pieces.
TEST(HourlyPieces, ReadTheSameBehindTheFirstLinesToo) {
    const rules::Instant first = *rules::parse_instant("2020-01-01", rules::kBeijingTime);
    const auto rows = [first](int from, int to) {
        std::string text;
        for (int hour = from; hour < to; ++hour) {
            text += "甲," + rules::to_iso(first + std::chrono::hours{hour}, rules::kBeijingTime) +
                    "," + std::to_string(hour) + (hour % 3 == 0 ? "\r\n" : "\n");
        }
        return text;
    };
    for (const std::string middle : {
             "",
             "\r\r\n\n\"乙\"\"\r\n丙\",2020-01-01 08:00,5\r",
             "\"乙\" ,\"2020-01-01 08:00\",\"5\"\r\n",
             "\"乙,2020-01-01 08:00,5\n丙,2020-01-01 08:00,6\n",
             "\"乙\"x,2020-01-01 08:00,5\n丙,2020-01-01 08:00,6\n",
             "甲,2020-01-01 08:00,5\n甲,2020-01-01 09:00,9\n",
             "乙,2020-01-01 08:00\n乙,2020-01-01 08:00,5,6\n乙,2020-01-01 08:00,5,,,\n",
             "乙,\"2020-01-01 08:00,5",
         }) {
        const std::string text = "region,time,pm25\n" + rows(0, 80) + middle + rows(80, 90);
        const std::string whole = shown(read_hourly_csv(text, "a.csv", kPlain));
        for (std::size_t size = 1; size < 150; ++size) {
            auto feed = read_hourly_pieces(pieces_of(text, size), "a.csv", kPlain);
            ASSERT_TRUE(feed) << text;
            const std::string pieces =
                *feed ? shown(laid_out(**std::move(feed))) : rules::to_text(feed->error());
            ASSERT_EQ(pieces, whole) << "pieces of " << size << " bytes of\n" << text;
            const auto laid = read_hourly_feed(pieces_of(text, size), "a.csv", kPlain);
            ASSERT_TRUE(laid) << text;
            ASSERT_EQ(shown(*laid), whole) << "pieces of " << size << " bytes of\n" << text;
        }
    }
}

TEST(HourlyPieces, LeaveToTheWholeWhatIsNotUtf8) {
    const std::string gb18030 = "region,time,pm25\n\xB1\xB1\xBE\xA9,2020-01-01 08:00,5\n";
    const std::string cut = "region,time,pm25\n甲,2020-01-01 08:00,5\n\xE4\xB8";
    const std::string wide("r\0e\0g\0i\0o\0n\0,\0t\0i\0m\0e\0\n\0", 24);
    for (const std::string& text : {gb18030, cut, wide}) {
        for (const std::size_t size : {1U, 2U, 7U, 1000U}) {
            EXPECT_FALSE(read_hourly_pieces(pieces_of(text, size), "a.csv", kPlain));
        }
    }
    EXPECT_TRUE(read_hourly_csv(gb18030, "a.csv", kPlain));
}

TEST(HourlyPieces, SayAllFaultsOfATableThatIsLongerThanAPiece) {
    std::string text = "region,time,pm25\n";
    const rules::Instant first = *rules::parse_instant("2000-01-01", rules::kBeijingTime);
    for (int hour = 0; hour < 60'000; ++hour) {
        text += "甲," + rules::to_iso(first + std::chrono::hours{hour}, rules::kBeijingTime) +
                (hour % 20'000 == 19'999 ? ",bad\n" : ",5\n");
    }
    const auto feed = read_hourly_pieces(pieces_of(text, 100'000), "a.csv", kPlain);
    ASSERT_TRUE(feed);
    ASSERT_FALSE(*feed);
    ASSERT_EQ(feed->error().size(), 3U);
    EXPECT_EQ(feed->error()[2].place.line, 60'001);
}

}  // namespace
}  // namespace qk::plans
