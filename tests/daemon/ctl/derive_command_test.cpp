// derive, floor propose, plan diff and catalogue as a person types them.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

// Clinker of grade C and glass of grade B in a city that emits ten times as much.
class DeriveCommand : public testing::Test {
 protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("qk_derive_" + std::to_string(::getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_);
        write("enterprises.csv",
              "id,name,region,industry,grade,category\nE1,水泥厂,411002,水泥熟料,C,regular\n"
              "E2,玻璃厂,411002,平板玻璃,B,regular\n");
        write("lines.csv",
              "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,"
              "ramp_down_hours,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
              "E1,K1,1号窑,窑,1,t/d,no,0,100,100,100,100\n"
              "E2,F1,浮法线,窑,1,t/d,no,0,100,100,100,100\n");
        write("area_emissions.csv",
              "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
              "411002,industry,250,250,250,250\n");
        for (const char* table : {"meters.csv", "measures.csv", "outlets.csv"}) {
            write(table, std::string(table) == "measures.csv"
                             ? "enterprise,line,level,action,ratio,detail\n"
                             : (std::string(table) == "meters.csv"
                                    ? "id,enterprise,line,role,rated_kw,idle_kw\n"
                                    : "id,enterprise,line,mn,factors\n"));
        }
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file((folder_ / name).string(), text));
    }
    int run(const Arguments& words) {
        const Answer answer = type_command(words);
        printed_ = answer.out;
        return answer.code;
    }
    int derive(const std::string& level, const std::string& format = "json") {
        return run({"derive", "--inventory", folder_.string(), "--level", level, "--at",
                    "2016-12-16T20:00:00+08:00", "--format", format});
    }
    boost::json::value answer() { return plans::parse_json(printed_, "out").value(); }

    std::filesystem::path folder_;
    std::string printed_;
};

TEST_F(DeriveCommand, TheJsonIsTheContracts) {
    EXPECT_EQ(derive("orange"), kHolds);  // 100 + 10 of 250 = 44 %
    const auto value = answer();
    EXPECT_EQ(value.at("level").as_string(), "II");
    EXPECT_EQ(value.at("colour").as_string(), "orange");
    EXPECT_EQ(value.at("from").as_string(), "2016-12-16T20:00:00+08:00");
    const auto& first = value.at("enterprises").at(0);
    EXPECT_EQ(first.at("enterprise").as_string(), "E1");
    EXPECT_EQ(first.at("obligations").at(0).at("action").as_string(), "stop");
    EXPECT_EQ(first.at("reduction").at("so2_kg_d").to_number<double>(), 100);
    EXPECT_EQ(value.at("enterprises").at(1).at("reduction").at("so2_kg_d").to_number<double>(), 10);
    EXPECT_EQ(value.at("floors").as_array().size(), 4u);
    EXPECT_EQ(value.at("floors").at(0).at("share").to_number<double>(), 0.44);
    EXPECT_TRUE(value.at("remarks").is_array());
}

TEST_F(DeriveCommand, AMissedFloorIsANegativeAnswer) {
    write("area_emissions.csv",
          "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n411002,industry,250,250,250,9999\n");
    EXPECT_EQ(derive("red"), kNegative);
    EXPECT_EQ(answer().at("floors").at(3).at("met").as_bool(), false);
}

TEST_F(DeriveCommand, CsvIsOneLineAnObligation) {
    EXPECT_EQ(derive("III", "csv"), kHolds);
    EXPECT_NE(printed_.find("E1,水泥厂,K1,stop,0.5,"), std::string::npos) << printed_;
    EXPECT_NE(printed_.find("E2,玻璃厂,,self_discipline,0,"), std::string::npos) << printed_;
}

TEST_F(DeriveCommand, WrongUsageIsRefused) {
    EXPECT_EQ(derive("purple"), kBadUsage);
    EXPECT_EQ(run({"derive", "--level", "red"}), kBadUsage);
    EXPECT_EQ(run({"derive", "--inventory", "/nowhere", "--level", "red"}), kBadUsage);
    write("lines.csv", "enterprise,id\nE9,L1\n");
    EXPECT_EQ(derive("red"), kBadUsage);
    EXPECT_EQ(printed_, "");
}

TEST_F(DeriveCommand, ARegionsPackBringsItsFloors) {
    EXPECT_EQ(run({"derive", "--inventory", folder_.string(), "--level", "red", "--pack",
                   "national", "--format", "json"}),
              kHolds);
    EXPECT_EQ(answer().at("rules").as_string(), "national");
    EXPECT_EQ(answer().at("floors").at(0).at("floor").to_number<double>(), 0.3);
}

TEST_F(DeriveCommand, AProposalNamesWhoWouldDoMore) {
    write("area_emissions.csv",
          "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n411002,industry,700,700,700,700\n");
    // Yellow: 50 of 700; with the kiln stopped 100, which is over 10 %.
    EXPECT_EQ(run({"floor", "propose", "--inventory", folder_.string(), "--level", "yellow",
                   "--format", "json"}),
              kHolds);
    const auto value = answer();
    EXPECT_TRUE(value.at("needed").as_bool());
    EXPECT_EQ(value.at("tighten").at(0).at("enterprises").at(0).as_string(), "E1");
    EXPECT_EQ(run({"floor"}), kBadUsage);
}

TEST_F(DeriveCommand, ADifferenceBetweenLevelsNamesWhoOwesMore) {
    EXPECT_EQ(run({"plan", "diff", "--inventory", folder_.string(), "--from-level", "yellow",
                   "--to-level", "orange", "--format", "json"}),
              kHolds);
    const auto value = answer();
    EXPECT_EQ(value.at("changes").at(0).at("change").as_string(), "more");
    EXPECT_EQ(value.at("changes").at(0).at("after").at("so2_kg_d").to_number<double>(), 100);
    EXPECT_EQ(value.at("changes").at(1).at("change").as_string(), "new");
    EXPECT_EQ(value.at("changes").at(1).at("name").as_string(), "玻璃厂");
    EXPECT_EQ(value.at("same").to_number<int>(), 0);
    EXPECT_EQ(run({"plan", "diff", "--inventory", folder_.string(), "--from-level", "orange",
                   "--to-level", "yellow", "--format", "json"}),
              kHolds);
    EXPECT_EQ(answer().at("changes").at(0).at("change").as_string(), "less");
    EXPECT_EQ(answer().at("changes").at(1).at("change").as_string(), "gone");
    EXPECT_EQ(run({"plan", "diff", "--from-level", "yellow"}), kBadUsage);
}

TEST_F(DeriveCommand, TheCatalogueCanBeListedShownAndChecked) {
    EXPECT_EQ(run({"catalogue", "list", "--format", "json"}), kHolds);
    EXPECT_GE(answer().as_array().size(), 39u);
    EXPECT_EQ(run({"catalogue", "show", "水泥", "--format", "csv"}), kHolds);
    EXPECT_NE(printed_.find("限产20%"), std::string::npos);
    EXPECT_EQ(run({"catalogue", "show", "月球采矿"}), kBadUsage);
    write("c.toml", "trades = [\"cement\"]\n");
    EXPECT_EQ(run({"catalogue", "check", (folder_ / "c.toml").string(), "--format", "json"}),
              kNegative);
}

TEST_F(DeriveCommand, ReasonsThatTightenAreListedAndDeriveSaysThemInBothLanguages) {
    EXPECT_EQ(run({"catalogue", "reasons", "--format", "json"}), kHolds);
    const auto listed = answer();
    EXPECT_EQ(listed.at(0).at("id").as_string(), "restricted-class");
    EXPECT_EQ(listed.at(0).at("effect").as_string(), "tighten by 1 grade(s)");
    EXPECT_EQ(listed.at(0).at("effect_certainty").as_string(), "sample");
    write("own.toml",
          "source = \"本市\"\n[[reason]]\nid = \"ring\"\nname = \"三环以内\"\n"
          "english = \"inside the ring\"\neffect = \"tighten\"\n"
          "orange = { do = [{ form = \"limit_load\", ratio = 0.3 }] }\n");
    EXPECT_EQ(run({"catalogue", "reasons", (folder_ / "own.toml").string(), "--format", "csv"}),
              kHolds);
    EXPECT_NE(printed_.find("三环以内"), std::string::npos);
    EXPECT_NE(printed_.find("orange: limit_load"), std::string::npos);
    write("own.toml", "source = \"本市\"\n[[reason]]\nid = \"ring\"\n");
    EXPECT_EQ(run({"catalogue", "reasons", (folder_ / "own.toml").string()}), kBadUsage);

    write("enterprises.csv",
          "id,name,region,industry,grade,category,reasons\n"
          "E1,水泥厂,411002,水泥熟料,B,regular,限制类\n"
          "E2,玻璃厂,411002,平板玻璃,B,regular,\n");
    EXPECT_EQ(derive("orange"), kHolds);
    // A restricted B is stopped as a C: the kiln's 100 kg of 250, beside a tenth of the glass.
    EXPECT_NE(printed_.find("加严理由：限制类工艺装备，由B级改按C级执行"), std::string::npos);
    EXPECT_NE(printed_.find("treated as C instead of B"), std::string::npos);
    const auto value = answer();
    EXPECT_EQ(value.at("enterprises").at(0).at("reduction").at("nox_kg_d").to_number<double>(),
              100);
}

}  // namespace
}  // namespace qk::ctl
