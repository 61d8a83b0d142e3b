// season, notice and targets as a person types them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

// A clinker line that takes 12 hours to come to rest.
class SeasonCommands : public testing::Test {
 protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("qk_season_" + std::to_string(::getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_ / "inventory");
        write("inventory/enterprises.csv",
              "id,name,region,industry,grade,category\nE1,水泥厂,411002,水泥熟料,C,regular\n");
        write("inventory/lines.csv",
              "enterprise,id,name,uninterruptible,ramp_down_hours,so2_kg_d,nox_kg_d,pm_kg_d,"
              "vocs_kg_d\nE1,K1,1号窑,yes,12,100,100,100,100\n");
        write("inventory/area_emissions.csv",
              "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
              "411002,industry,250,250,250,250\n");
        write("season.toml",
              "[[window]]\nid = \"clinker-2016\"\nkind = \"peak-shift\"\nfrom = \"2016-11-15\"\n"
              "to = \"2017-03-15\"\ntrades = [\"cement\"]\nmeasure = { form = \"stop\" }\n"
              "source = \"样例\"\n");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    std::string path(const std::string& name) const { return (folder_ / name).string(); }
    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file(path(name), text));
    }
    int run(const Arguments& words) {
        const Answer answer = type_command(words_of(words, {"--format", "json"}));
        printed_ = answer.out;
        return answer.code;
    }
    boost::json::value answer() { return plans::parse_json(printed_, "out").value(); }

    std::filesystem::path folder_;
    std::string printed_;
};

TEST_F(SeasonCommands, PeakShiftIsOwedOnADayOfTheWindowWithoutAnyWarning) {
    const Arguments show{
        "season", "show", "--inventory", path("inventory"), "--season", path("season.toml"),
        "--day"};
    Arguments inside = show;
    inside.push_back("2017-03-15");
    EXPECT_EQ(run(inside), kHolds);
    const auto duties = answer().at("obligations").as_array();
    ASSERT_EQ(duties.size(), 1u);
    EXPECT_EQ(duties[0].at("action").as_string(), "stop");
    EXPECT_EQ(duties[0].at("to").as_string(), "2017-03-16T00:00:00+08:00");
    Arguments outside = show;
    outside.push_back("2017-03-16");
    EXPECT_EQ(run(outside), kHolds);
    EXPECT_TRUE(answer().at("obligations").as_array().empty());
}

TEST_F(SeasonCommands, MissedDaysAreADebtAndDaysMadeUpPayIt) {
    write("records.csv",
          "window,enterprise,line,day,what\nclinker-2016,E1,K1,2016-11-15,stood\n"
          "clinker-2016,E1,K1,2016-11-01,made_up\n");
    const auto debt = [&](const std::string& day) {
        return run({"season", "debt", "--inventory", path("inventory"), "--season",
                    path("season.toml"), "--records", path("records.csv"), "--as-of", day});
    };
    EXPECT_EQ(debt("2016-11-18"), kNegative);
    EXPECT_EQ(answer().at("debt_days").to_number<int>(), 3) << "a day before it pays nothing";
    EXPECT_EQ(debt("2016-11-15"), kHolds);
    const int owed_days = 121;  // by 15 March, of which one was kept
    std::string made_up = "window,enterprise,line,day,what\nclinker-2016,E1,K1,2016-11-15,stood\n";
    for (int i = 0; i < owed_days - 1; ++i) {
        const auto day = *rules::parse_day("2017-03-16") + std::chrono::days{i};
        made_up += "clinker-2016,E1,K1," + rules::to_iso(day) + ",made_up\n";
    }
    write("records.csv", made_up);
    EXPECT_EQ(debt("2017-06-30"), kNegative);
    EXPECT_EQ(debt("2017-07-31"), kHolds);
    EXPECT_EQ(answer().at("ledger").at(0).at("made_up_days").to_number<int>(), owed_days - 1);
    write("records.csv", "window,enterprise,line,day,what\nx,E1,K1,2016-11-15,stood\n");
    EXPECT_EQ(debt("2016-11-18"), kBadUsage);
}

TEST_F(SeasonCommands, ANoticeSaysWhenALineThatCannotStopAtOnceMustBegin) {
    const auto notice = [&](const std::string& issued) {
        return run({"notice", "--inventory", path("inventory"), "--level", "orange", "--at",
                    "2016-12-16T20:00:00+08:00", "--issued-at", issued});
    };
    EXPECT_EQ(notice("2016-12-15T20:00:00+08:00"), kHolds);
    const auto all = answer().at("notices").as_array();
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(all[0].at("begin_by").as_string(), "2016-12-16T08:00:00+08:00");
    EXPECT_FALSE(all[0].at("too_late").as_bool());
    EXPECT_EQ(notice("2016-12-16T09:00:00+08:00"), kHolds);
    EXPECT_TRUE(answer().at("notices").at(0).at("too_late").as_bool());
}

TEST_F(SeasonCommands, AForecastSaysWhichLevelIsLikely) {
    write("daily.csv",
          "region,date,aqi\n411002,2016-12-16,80\n411002,2016-12-17,220\n"
          "411002,2016-12-18,230\n411002,2016-12-19,90\n411002,2016-12-20,80\n");
    EXPECT_EQ(run({"notice", "--inventory", path("inventory"), "--standard", "cn-2024", "--daily",
                   path("daily.csv"), "--issued-at", "2016-12-15T20:00:00+08:00"}),
              kHolds)
        << printed_;
    const auto all = answer().at("notices").as_array();
    ASSERT_EQ(all.size(), 1u) << printed_;
    EXPECT_EQ(all[0].at("colour").as_string(), "orange");
    EXPECT_EQ(all[0].at("begin_by").as_string(), "2016-12-16T12:00:00+08:00");
}

TEST_F(SeasonCommands, CountyTargetsAreFollowed) {
    write("targets.csv",
          "county,target,from,to,ceiling\n411002,electricity,2016-12-01,2016-12-10,1000\n");
    write("values.csv",
          "county,target,day,value\n411002,electricity,2016-12-01,90\n"
          "411002,electricity,2016-12-02,100\n");
    const Arguments follow{"targets",           "follow",   "--targets",
                           path("targets.csv"), "--values", path("values.csv")};
    EXPECT_EQ(run(follow), kHolds);
    EXPECT_EQ(answer().at("as_of").as_string(), "2016-12-02");
    EXPECT_EQ(answer().at("targets").at(0).at("course").as_string(), "on_course");
    write("values.csv", "county,target,day,value\n411002,electricity,2016-12-01,101\n");
    EXPECT_EQ(run(follow), kNegative);
    write("values.csv", "county,target,day,value\n411002,noise,2016-12-01,x\n");
    EXPECT_EQ(run(follow), kBadUsage);
}

}  // namespace
}  // namespace qk::ctl
