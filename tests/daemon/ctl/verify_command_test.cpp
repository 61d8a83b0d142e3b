#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

// A folder with one brick kiln, whose one meter is that of a real plant that stopped on 1 August.
class VerifyCommand : public testing::Test {
 protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("qk_verify_" + std::to_string(::getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_);
        write("enterprises.csv",
              "id,name,region,industry,grade,category\nE1,测试厂,411002,砖瓦窑,C,regular\n");
        write("lines.csv",
              "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,"
              "ramp_down_hours,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
              "E1,L1,一线,窑,1,t/d,no,0,1,1,1,1\n");
        write("meters.csv",
              "id,enterprise,line,role,rated_kw,idle_kw\nM1,E1,L1,production,700,12\n");
        write("area_emissions.csv",
              "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n411002,industry,9,9,9,9\n");
        for (const char* table : {"measures.csv", "outlets.csv"}) {
            write(table, std::string(table) == "measures.csv"
                             ? "enterprise,line,level,action,ratio,detail\n"
                             : "id,enterprise,line,mn,factors\n");
        }
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file((folder_ / name).string(), text));
    }
    void oblige(const std::string& from, const std::string& to) {
        write("obligations.json",
              R"({"enterprises":[{"enterprise":"E1","obligations":[{"id":"E1/L1/stop","line":"L1",)"
              R"("action":"stop","ratio":1,"verified_by":"power","check":{"kind":"line_stands"},)"
              R"("from":")" +
                  from + R"(","to":")" + to + R"("}]}]})");
    }
    int run(const std::string& readings, const std::string& more = {}) {
        Arguments words{"verify",
                        "--inventory",
                        folder_.string(),
                        "--obligations",
                        (folder_ / "obligations.json").string(),
                        "--readings",
                        readings,
                        "--format",
                        "json"};
        if (!more.empty()) words = words_of(words, {"--readings", more});
        const Answer answer = type_command(words);
        printed_ = answer.out;
        said_ = answer.err;
        return answer.code;
    }

    std::filesystem::path folder_;
    std::string printed_;
    std::string said_;
    const std::string steel_ =
        std::string(QK_SOURCE_DIR) + "/tests/data/steel_plant_2018_07_26_to_08_02.csv";
};

TEST_F(VerifyCommand, ARealStopIsCompliant) {
    oblige("2018-08-01T00:00:00+09:00", "2018-08-03T00:00:00+09:00");
    EXPECT_EQ(run(steel_), kHolds) << printed_;
    const auto answer = plans::parse_json(printed_, "out").value();
    EXPECT_EQ(answer.at("summary").at("compliant").to_number<int>(), 1) << printed_;
}

TEST_F(VerifyCommand, ADayOfNormalWorkIsABreachWithItsEvidence) {
    oblige("2018-07-31T00:00:00+09:00", "2018-08-01T00:00:00+09:00");
    EXPECT_EQ(run(steel_), kNegative);
    const auto answer = plans::parse_json(printed_, "out").value();
    const auto& verdict = answer.at("verdicts").at(0);
    EXPECT_EQ(plans::string_or(verdict, "compliance"), "breach") << printed_;
    EXPECT_GT(verdict.at("findings").at(0).at("readings").as_array().size(), 4U);
}

TEST_F(VerifyCommand, WhereNoReadingCameAfterTheStartThatIsWhatIsSaid) {
    oblige("2018-08-05T00:00:00+09:00",
           "2018-08-07T00:00:00+09:00");  // the readings end on the 2nd
    EXPECT_EQ(run(steel_), kHolds) << "it accuses nobody";
    const auto answer = plans::parse_json(printed_, "out").value();
    const auto& verdict = answer.at("verdicts").at(0);
    EXPECT_EQ(plans::string_or(verdict, "compliance"), "cannot_tell") << printed_;
    EXPECT_EQ(plans::string_or(verdict.at("findings").at(0), "kind"), "meter_silent");
    EXPECT_NE(plans::string_or(verdict, "text").find("没有收到任何读数"), std::string::npos);
    EXPECT_EQ(answer.at("summary").at("not_judged").to_number<int>(), 0);
}

TEST_F(VerifyCommand, NoReadingsAccuseNobody) {
    oblige("2018-08-01T00:00:00+09:00", "2018-08-03T00:00:00+09:00");
    write("other.csv", "meter,time,kwh\nM9,2018-08-03T00:00:00+09:00,1\n");
    EXPECT_EQ(run((folder_ / "other.csv").string()), kHolds);
    EXPECT_NE(printed_.find("\"cannot_tell\":1"), std::string::npos) << printed_;
}

TEST_F(VerifyCommand, ReadingsInSeveralFilesAreOneSeries) {
    oblige("2018-08-01T00:00:00+09:00", "2018-08-03T00:00:00+09:00");
    const std::string all = *read_file(steel_);
    const std::size_t cut = all.find("2018-08-01T00:15");
    ASSERT_NE(cut, std::string::npos);
    const std::size_t line = all.rfind('\n', cut) + 1;
    write("july.csv", all.substr(0, line));
    write("august.csv", "meter,time,kwh\n" + all.substr(line));
    const auto july = (folder_ / "july.csv").string();
    const auto august = (folder_ / "august.csv").string();
    EXPECT_EQ(run(steel_), kHolds);
    const std::string whole = printed_;
    EXPECT_EQ(run(july, august), kHolds);
    EXPECT_EQ(printed_, whole);
    EXPECT_EQ(run(august, july), kHolds);
    EXPECT_EQ(printed_, whole);
}

TEST_F(VerifyCommand, AMeterThatNobodyKnowsIsNamed) {
    oblige("2018-08-01T00:00:00+09:00", "2018-08-03T00:00:00+09:00");
    write("other.csv", "meter,time,kwh\nM9,2018-08-03T00:00:00+09:00,1\n");
    EXPECT_EQ(run((folder_ / "other.csv").string()), kHolds);
    EXPECT_NE(said_.find("the inventory has no meter 'M9'"), std::string::npos);
}

TEST_F(VerifyCommand, BrokenReadingsAreRefusedWhole) {
    oblige("2018-08-01T00:00:00+09:00", "2018-08-03T00:00:00+09:00");
    write("broken.csv", "meter,time,kwh\nM1,never,1\nM1,2018-08-03,x\n");
    EXPECT_EQ(run((folder_ / "broken.csv").string()), kBadUsage);
    EXPECT_NE(said_.find(":2:2: 'never'"), std::string::npos) << said_;
    EXPECT_NE(said_.find(":3:3: 'x'"), std::string::npos) << said_;
    EXPECT_TRUE(printed_.empty());
}

// 100 kW in ordinary days, 79 since the season's limit of 20 % holds, and 79 on the day that is
// judged: 20 % less than normal work, and not than the season's.
TEST_F(VerifyCommand, DaysUnderTheSeasonAreNoNormalWork) {
    write(
        "obligations.json",
        R"({"enterprises":[{"enterprise":"E1","obligations":[{"id":"E1/L1/limit_load","line":"L1",)"
        R"("action":"limit_load","ratio":0.2,"verified_by":"power",)"
        R"("check":{"kind":"load_at_most","cut":0.2},"from":"2018-08-01T00:00:00+08:00",)"
        R"("to":"2018-08-02T00:00:00+08:00"}]}]})");
    const rules::CivilDay limited = *rules::parse_day("2018-07-15");
    std::string readings = "meter,time,kwh\n";
    for (rules::CivilDay day = *rules::parse_day("2018-07-01");
         day <= *rules::parse_day("2018-08-01"); day += std::chrono::days{1}) {
        for (int hour = 1; hour <= 24; ++hour) {
            const auto end = rules::start_of(day, rules::kBeijingTime) + std::chrono::hours{hour};
            const int kwh = (day < limited ? 99 : 78) + hour % 3;
            readings +=
                "M1," + rules::to_iso(end, rules::kBeijingTime) + "," + std::to_string(kwh) + "\n";
        }
    }
    write("hours.csv", readings);
    const std::string hours = (folder_ / "hours.csv").string();
    EXPECT_EQ(run(hours), kNegative) << printed_;
    write("season.toml",
          "[[window]]\nid = \"brick\"\nkind = \"seasonal\"\nfrom = \"2018-07-15\"\n"
          "to = \"2018-12-31\"\ntrades = [\"brick-kiln\"]\n"
          "measure = { form = \"limit_load\", ratio = 0.2 }\nsource = \"通知\"\n");
    EXPECT_EQ(run(hours), kHolds) << printed_ << said_;
    EXPECT_NE(printed_.find("\"compliant\":1"), std::string::npos) << printed_;
    write("season.toml", "[[window]]\n");
    EXPECT_EQ(run(hours), kBadUsage);
}

}  // namespace
}  // namespace qk::ctl
