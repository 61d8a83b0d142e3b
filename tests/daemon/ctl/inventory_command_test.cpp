// qingkongctl inventory check as a person types it.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

// A steel mill with a line of a name that nobody knows, and a paint shop of the white list.
class InventoryCommand : public testing::Test {
 protected:
    void SetUp() override {
        folder_ = std::filesystem::temp_directory_path() /
                  ("qk_inventory_" + std::to_string(::getpid()) + "_" +
                   testing::UnitTest::GetInstance()->current_test_info()->name());
        std::filesystem::create_directories(folder_);
        write("enterprises.csv",
              "id,name,region,industry,grade,category,exempt_class,exempt_evidence\n"
              "E1,钢铁厂,411002,长流程钢铁,C,regular,,\nE2,涂装厂,411002,工业涂装,C,whitelist,,\n");
        write("lines.csv",
              "enterprise,id,name,equipment,capacity,capacity_unit,uninterruptible,"
              "ramp_down_hours,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
              "E1,K1,一号老家伙,设备,1,t/d,no,0,100,100,100,0\n"
              "E2,P1,喷漆线,喷房,1,t/d,no,0,0,0,0,0\n");
        write("area_emissions.csv",
              "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
              "411002,industry,250,250,250,250\n");
        write("meters.csv", "id,enterprise,line,role,rated_kw,idle_kw\n");
        write("measures.csv", "enterprise,line,level,action,ratio,detail\n");
        write("outlets.csv", "id,enterprise,line,mn,factors\n");
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    void write(const std::string& name, const std::string& text) {
        ASSERT_TRUE(write_file((folder_ / name).string(), text));
    }
    // How many findings say it.
    int findings(const std::string& what, const Arguments& more = {}) {
        const Answer answer = type_command(
            words_of({"inventory", "check", folder_.string(), "--format", "json"}, more));
        EXPECT_EQ(answer.code, kHolds) << answer.out << answer.err;
        int count = 0;
        const auto all = plans::parse_json(answer.out, "out").value();
        for (const auto& one : all.at("findings").as_array()) {
            count += plans::string_or(one, "what").find(what) != std::string::npos ? 1 : 0;
        }
        return count;
    }

    std::filesystem::path folder_;
};

TEST_F(InventoryCommand, CheckSaysWhoEmitsAndOwesNothing) {
    EXPECT_EQ(findings("不承担任何措施"), 1);
    write("mine.toml",
          "source = \"本市叫法\"\n[[process]]\nid = \"lime-kiln\"\nwords = [\"老家伙\"]\n");
    EXPECT_EQ(findings("不承担任何措施", {"--catalogue", (folder_ / "mine.toml").string()}), 0);
}

TEST_F(InventoryCommand, CheckSaysWhoseCategoryIsWithoutADocument) {
    EXPECT_EQ(findings("没有佐证"), 1);
    write("enterprises.csv",
          "id,name,region,industry,grade,category,exempt_class,exempt_evidence\n"
          "E1,钢铁厂,411002,长流程钢铁,C,regular,,\nE2,涂装厂,411002,工业涂装,C,whitelist,,"
          "名单5号\n");
    EXPECT_EQ(findings("没有佐证"), 0);
}

TEST_F(InventoryCommand, TheSampleHasNothingOpen) {
    const Answer answer = type_command({"inventory", "check",
                                        std::string(QK_SOURCE_DIR) + "/packaging/sample/inventory",
                                        "--format", "json"});
    EXPECT_EQ(answer.code, kHolds);
    EXPECT_EQ(answer.out.find("没有佐证"), std::string::npos) << answer.out;
    EXPECT_EQ(answer.out.find("不承担任何措施"), std::string::npos) << answer.out;
}

}  // namespace
}  // namespace qk::ctl
