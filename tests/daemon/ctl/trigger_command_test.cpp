#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

struct JsonAnswer : Answer {
    [[nodiscard]] json::value json() const { return plans::parse_json(out, "answer").value(); }
};

JsonAnswer run(const Arguments& words) {
    return {type_command(words_of(words, {"--format", "json"}))};
}

std::string text_at(const json::value& value, const char* key) {
    return std::string(value.at(key).as_string());
}

constexpr std::string_view kDaily =
    "region,date,aqi\n"
    "甲市,2024-01-01,90\n甲市,2024-01-02,210\n甲市,2024-01-03,260\n甲市,2024-01-04,80\n";

// Hours of fine particles for one station, from midnight of 2024-01-01.
std::string hourly_csv(const std::vector<std::pair<int, int>>& stretches,
                       const std::string& station = "S") {
    std::string out = "station,time,pm2_5_ugm3\n";
    int hour = 0;
    for (const auto& [value, length] : stretches) {
        for (int i = 0; i < length; ++i, ++hour) {
            const int day = 1 + hour / 24;
            out += station + ",2024-01-" + (day < 10 ? "0" : "") + std::to_string(day) + " " +
                   (hour % 24 < 10 ? "0" : "") + std::to_string(hour % 24) + ":00," +
                   std::to_string(value) + "\n";
        }
    }
    return out;
}

TEST(PackCommand, WithoutADaemonNothingIsAdopted) {
    const JsonAnswer answer =
        run({"pack", "adopt", "xuchang", "--reason", "r", "--url", "http://127.0.0.1:1"});
    EXPECT_EQ(answer.code, kUnreachable);
    EXPECT_TRUE(answer.out.empty());
    EXPECT_EQ(run({"pack", "adopt"}).code, kBadUsage);
}

TEST(PackCommand, APackIsTriedOnHistoryBeforeItIsAdopted) {
    const daemon::Scratch folder;
    const std::string history = folder.write("d.csv", std::string(kDaily));
    const JsonAnswer answer = run({"pack", "adopt", "xuchang", "--reason", "r", "--daily", history,
                                   "--against", "cn-2017", "--url", "http://127.0.0.1:1"});
    EXPECT_EQ(answer.code, kUnreachable);
    EXPECT_NE(answer.err.find("\"against\": \"cn-2017\""), std::string::npos) << answer.err;
    EXPECT_NE(answer.err.find("\"days_judged_differently\""), std::string::npos) << answer.err;
}

TEST(TriggerCommand, MembersOfAnEnsembleAreCountedAgainstEachOther) {
    const daemon::Scratch folder;
    std::string csv = "region,time,member,pm25\n";
    for (const auto& [member, pm25] : {std::pair{"m1", 210}, std::pair{"m2", 100}}) {
        for (int hour = 0; hour < 72; ++hour) {
            csv += "S,2024-01-0" + std::to_string(1 + hour / 24) + " " +
                   (hour % 24 < 10 ? "0" : "") + std::to_string(hour % 24) + ":00," + member + "," +
                   std::to_string(pm25) + "\n";
        }
    }
    const JsonAnswer answer =
        run({"trigger", "--standard", "cn-2024", "--hourly", folder.write("m.csv", csv)});
    ASSERT_EQ(answer.code, kHolds) << answer.err;
    const auto windows = answer.json().at("windows").as_array();
    ASSERT_EQ(windows.size(), 1U) << answer.out;
    EXPECT_EQ(text_at(windows[0], "colour"), "orange");
    EXPECT_EQ(text_at(windows[0], "likelihood"), "some") << answer.out;
    EXPECT_EQ(run({"backtest", "--standard", "cn-2024", "--hourly", folder.file("m.csv")}).code,
              kBadUsage)
        << "a backtest of one member would pass for one of all";
}

TEST(TriggerCommand, ReadsTheJsonOfAForecastService) {
    const daemon::Scratch folder;
    std::string times;
    std::string values;
    for (int hour = 0; hour < 48; ++hour) {
        times += (hour == 0 ? "" : ",") + std::to_string(1704038400 + 3600 * hour);
        values += hour == 0 ? "210" : ",210";
    }
    const std::string json = R"({"utc_offset_seconds":28800,"hourly":{"time":[)" + times +
                             R"(],"pm2_5":[)" + values + "]}}";
    const JsonAnswer answer =
        run({"trigger", "--standard", "cn-2024", "--hourly", folder.write("city.json", json)});
    ASSERT_EQ(answer.code, kHolds) << answer.err;
    const auto windows = answer.json().at("windows").as_array();
    ASSERT_EQ(windows.size(), 1U) << answer.out;
    EXPECT_EQ(text_at(windows[0], "region"), "city");
}

TEST(TriggerCommand, PrintsTheMembersOfTheContract) {
    const daemon::Scratch folder;
    const JsonAnswer answer =
        run({"trigger", "--standard", "cn-2024", "--daily", folder.write("d.csv", kDaily)});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    const json::value whole = answer.json();
    EXPECT_EQ(text_at(whole, "standard"), "cn-2024");
    EXPECT_EQ(text_at(whole, "hours_as"), "natural-day");
    ASSERT_EQ(whole.at("windows").as_array().size(), 1u);
    const json::value& window = whole.at("windows").at(0);
    EXPECT_EQ(text_at(window, "region"), "甲市");
    EXPECT_EQ(text_at(window, "colour"), "orange");
    EXPECT_EQ(text_at(window, "from"), "2024-01-02T00:00:00+08:00");
    EXPECT_EQ(text_at(window, "to"), "2024-01-04T00:00:00+08:00");
    EXPECT_EQ(text_at(window, "met_at"), "2024-01-03T23:00:00+08:00");
    EXPECT_EQ(text_at(window, "clause"), "orange-1");
    EXPECT_EQ(window.at("merged").as_int64(), 1);
    const json::value& leg = window.at("legs").at(0);
    EXPECT_EQ(leg.at("aqi_above").as_int64(), 200);
    EXPECT_EQ(leg.at("hours").as_int64(), 48);
    EXPECT_EQ(text_at(leg, "from"), "2024-01-02T00:00:00+08:00");
    EXPECT_EQ(text_at(leg, "to"), "2024-01-04T00:00:00+08:00");
    EXPECT_EQ(plans::to_text(leg.at("values")), "[210,260]");
}

TEST(TriggerCommand, HourlyInputIsRolledUnlessSaidOtherwise) {
    const daemon::Scratch folder;
    const std::string file = folder.write("h.csv", hourly_csv({{20, 24}, {160, 30}, {20, 60}}));
    const json::value rolling = run({"trigger", "--standard", "cn-2024", "--hourly", file}).json();
    EXPECT_EQ(text_at(rolling, "hours_as"), "rolling");
    ASSERT_EQ(rolling.at("windows").as_array().size(), 1u);
    const json::value runs =
        run({"trigger", "--standard", "cn-2024", "--hourly", file, "--hours-as", "hourly-run"})
            .json();
    EXPECT_EQ(text_at(runs, "hours_as"), "hourly-run");
    EXPECT_EQ(text_at(runs.at("windows").at(0), "from"), "2024-01-02T00:00:00+08:00");
    EXPECT_EQ(text_at(runs.at("windows").at(0), "to"), "2024-01-03T06:00:00+08:00");
}

TEST(TriggerCommand, RangesCarryTheirLikelihood) {
    const daemon::Scratch folder;
    const std::string file = folder.write("r.csv",
                                          "region,date,aqi_low,aqi_high,cause\n"
                                          "甲市,2024-01-01,160,210,\n"
                                          "甲市,2024-01-02,160,220,\n"
                                          "乙市,2024-01-01,250,300,沙尘\n");
    const json::value whole = run({"trigger", "--standard", "cn-2024", "--daily", file}).json();
    ASSERT_EQ(whole.at("windows").as_array().size(), 2u);
    const json::value& first = whole.at("windows").at(0);
    EXPECT_EQ(text_at(first, "colour"), "orange");
    EXPECT_EQ(text_at(first, "likelihood"), "some");
    EXPECT_EQ(first.at("agree").at("yellow").as_int64(), 2);
    EXPECT_EQ(first.at("agree").at("orange").as_int64(), 1);
    EXPECT_TRUE(first.at("mandatory").as_bool());
    const json::value& dust = whole.at("windows").at(1);
    EXPECT_FALSE(dust.at("mandatory").as_bool());
    EXPECT_EQ(plans::to_text(dust.at("excluded_causes")), "[\"dust\"]");
}

TEST(TriggerCommand, ATimeOfIssueLeavesOutWhatIsOver) {
    const daemon::Scratch folder;
    const std::string file = folder.write("d.csv", kDaily);
    const auto windows_at = [&](const std::string& issued) {
        return run({"trigger", "--standard", "cn-2024", "--daily", file, "--issued-at", issued})
            .json()
            .at("windows")
            .as_array();
    };
    ASSERT_EQ(windows_at("2024-01-03T12:00:00+08:00").size(), 1u);
    EXPECT_EQ(windows_at("2024-01-03T12:00:00+08:00").at(0).at("lead_hours").as_int64(), -36);
    EXPECT_EQ(windows_at("2024-01-01T00:00:00+08:00").at(0).at("lead_hours").as_int64(), 24);
    EXPECT_TRUE(windows_at("2024-01-04T00:00:00+08:00").empty());
}

TEST(TriggerCommand, BadInputIsRefusedWithItsPlaceAndCodeTwo) {
    const daemon::Scratch folder;
    const std::string file = folder.write("d.csv", "region,date,aqi\n甲市,2024-13-01,90\n");
    const JsonAnswer answer = run({"trigger", "--standard", "cn-2024", "--daily", file});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_NE(answer.err.find("d.csv:2:2: "), std::string::npos) << answer.err;
    EXPECT_TRUE(answer.out.empty());
}

TEST(TriggerCommand, WrongUsageIsCodeTwo) {
    const daemon::Scratch folder;
    const std::string file = folder.write("d.csv", kDaily);
    EXPECT_EQ(run({"trigger", "--daily", file}).code, kBadUsage);
    EXPECT_EQ(run({"trigger", "--standard", "cn-2024"}).code, kBadUsage);
    EXPECT_EQ(run({"trigger", "--standard", "nope", "--daily", file}).code, kBadUsage);
    EXPECT_EQ(
        run({"trigger", "--standard", "cn-2024", "--daily", file, "--hours-as", "rolling"}).code,
        kBadUsage);
    EXPECT_EQ(run({"trigger", "--standard", "cn-2024", "--daily", file, "--issued-at", "now"}).code,
              kBadUsage);
}

TEST(TriggerCommand, APackIsAStandardWithItsSamplesShown) {
    const daemon::Scratch folder;
    const JsonAnswer answer =
        run({"trigger", "--standard", "xuchang", "--daily", folder.write("d.csv", kDaily)});
    EXPECT_EQ(answer.code, kHolds);
    EXPECT_NE(answer.err.find("sample, confirm before use"), std::string::npos);
    EXPECT_EQ(text_at(answer.json(), "standard"), "cn-2024");
}

TEST(StandardCommand, AFaultyFileIsANegativeFindingAndAMissingOneIsUnreadable) {
    const daemon::Scratch folder;
    const JsonAnswer faulty =
        run({"standard", "check", folder.write("s.toml", "id = \"a\"\ncolour = 3\n")});
    EXPECT_EQ(faulty.code, kNegative);
    EXPECT_FALSE(faulty.json().at("holds").as_bool());
    EXPECT_NE(faulty.err.find("s.toml:2:1: colour: is not known here"), std::string::npos);
    EXPECT_EQ(run({"standard", "check", folder.file("none.toml")}).code, kBadUsage);
    EXPECT_EQ(run({"standard", "list"}).json().as_array().size(), 7u);
    EXPECT_EQ(run({"standard", "show", "cn-2017"}).json().at("clauses").as_array().size(), 5u);
    EXPECT_EQ(run({"standard", "sing"}).code, kBadUsage);
    const JsonAnswer pack =
        run({"standard", "check",
             folder.write("p.toml", "id = \"p\"\ntier = \"city\"\nparent = \"nowhere\"\n")});
    EXPECT_EQ(pack.code, kNegative);
    EXPECT_NE(pack.err.find("p.toml:3:10: parent: no pack 'nowhere'"), std::string::npos)
        << pack.err;
}

TEST(StandardCommand, DiffNamesTheDaysThatTwoStandardsJudgeDifferently) {
    const daemon::Scratch folder;
    const JsonAnswer answer =
        run({"standard", "diff", "cn-2024", "cn-2018", "--daily", folder.write("d.csv", kDaily)});
    EXPECT_EQ(answer.code, kHolds);
    const json::value whole = answer.json();
    EXPECT_EQ(whole.at("days_compared").as_int64(), 4);
    EXPECT_EQ(whole.at("a_stricter").as_int64(), 2);
    EXPECT_EQ(plans::to_text(whole.at("days").at(0)),
              R"({"region":"甲市","date":"2024-01-02","aqi":210,"a":"orange","b":"yellow"})");
}

TEST(PackCommand, ChecksListsAndShowsWithSamplesMarked) {
    const daemon::Scratch folder;
    EXPECT_EQ(run({"pack", "check", "xuchang"}).code, kHolds);
    EXPECT_EQ(run({"pack", "check", folder.write("p.toml", "id = \"p\"\n")}).code, kNegative);
    EXPECT_EQ(run({"pack", "check", folder.file("none.toml")}).code, kBadUsage);
    EXPECT_EQ(run({"pack", "list"}).json().as_array().size(), 9u);
    const JsonAnswer shown = run({"pack", "show", "haidong"});
    EXPECT_EQ(shown.code, kHolds);
    EXPECT_NE(shown.err.find("sample, confirm before use"), std::string::npos);
    EXPECT_EQ(text_at(shown.json().at("floors").at("origin"), "pack"), "haidong");
    EXPECT_EQ(text_at(shown.json().at("trigger").at("origin"), "pack"), "qinghai");
}

TEST(PackCommand, AParentMayStandBesideItsChild) {
    const daemon::Scratch folder;
    folder.write("mine.toml",
                 "id = \"mine\"\nname = \"乙省\"\ntier = \"province\"\n"
                 "parent = \"national\"\nregion_code = \"990000\"\n"
                 "[publication]\nissuer = \"乙省\"\nsource = \"x\"\n"
                 "certainty = \"sample\"\n");
    const std::string child =
        folder.write("c.toml",
                     "id = \"c\"\nname = \"丙市\"\ntier = \"city\"\nparent = \"mine\"\n"
                     "region_code = \"990100\"\n[publication]\nissuer = \"丙市\"\n"
                     "source = \"x\"\ncertainty = \"sample\"\n");
    const JsonAnswer answer = run({"pack", "show", child});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    EXPECT_EQ(plans::to_text(answer.json().at("chain")), R"(["national","mine","c"])");
}

TEST(BacktestCommand, CountsWintersAndWritesAPageWithoutOutsideAssets) {
    const daemon::Scratch folder;
    const std::string first = folder.write("a.csv", hourly_csv({{20, 24}, {160, 72}, {20, 24}}));
    const std::string second = folder.write("b.csv", hourly_csv({{20, 96}}, "T"));
    const JsonAnswer answer = run({"backtest", "--standard", "cn-2024,cn-2018", "--hourly", first,
                                   second, "--html", folder.file("page.html")});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    const json::value whole = answer.json();
    ASSERT_EQ(whole.at("standards").as_array().size(), 2u);
    const json::value& all = whole.at("standards").at(0).at("seasons").at(0);
    EXPECT_EQ(all.at("days").as_int64(), 5 + 4);
    EXPECT_EQ(all.at("heavy_days").as_int64(), 3);
    EXPECT_EQ(all.at("heavy_days_missed").as_int64(), 0);
    const json::value& winter = whole.at("standards").at(0).at("seasons").at(1);
    EXPECT_EQ(text_at(winter, "winter"), "2023-2024");
    const std::string page = folder.read("page.html");
    EXPECT_NE(page.find("<svg"), std::string::npos);
    EXPECT_NE(page.find("重污染天气预警标准回算"), std::string::npos);
    for (const char* outside : {"http://", "https://", "<script", "src=", "@import"}) {
        const std::size_t at = page.find(outside);
        const bool is_namespace =
            at != std::string::npos && page.compare(at, 18, "http://www.w3.org/") == 0;
        EXPECT_TRUE(at == std::string::npos || is_namespace) << outside;
    }
}

TEST(BacktestCommand, ArchivedForecastsAreScoredByTheirLead) {
    const daemon::Scratch folder;
    const std::string observed = folder.write("o.csv", hourly_csv({{20, 96}, {160, 48}, {20, 96}}));
    folder.write("archive/2024-01-03T20.csv", hourly_csv({{20, 96}, {160, 48}, {20, 48}}));
    folder.write("archive/2024-01-02T2000.csv", hourly_csv({{20, 192}}));
    const JsonAnswer answer = run({"backtest", "--standard", "cn-2024", "--hourly", observed,
                                   "--forecasts", folder.file("archive")});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    const json::value region = answer.json().at("standards").at(0).at("regions").at(0);
    EXPECT_EQ(region.at("forecasts").as_int64(), 2);
    EXPECT_EQ(region.at("false_windows").as_int64(), 0);
    const json::value& lead = region.at("leads").at(0);
    EXPECT_GT(lead.at("warned_hours_before").as_int64(), 0);
    folder.write("archive/yesterday.csv", hourly_csv({{20, 192}}));
    const JsonAnswer refused = run({"backtest", "--standard", "cn-2024", "--hourly", observed,
                                    "--forecasts", folder.file("archive")});
    EXPECT_EQ(refused.code, kBadUsage);
    EXPECT_NE(refused.err.find("its name is no time of issue"), std::string::npos);
}

TEST(BacktestCommand, TwoFilesThatContradictEachOtherAreRefused) {
    const daemon::Scratch folder;
    const std::string a = folder.write("a.csv", hourly_csv({{20, 24}}));
    const std::string b = folder.write("b.csv", hourly_csv({{21, 24}}));
    const JsonAnswer answer = run({"backtest", "--standard", "cn-2024", "--hourly", a, b});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_NE(answer.err.find("other values than a file before it"), std::string::npos);
}

}  // namespace
}  // namespace qk::ctl
