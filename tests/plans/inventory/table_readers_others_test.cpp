// Dust sites, large goods users and department tasks: read, checked and compared like the rest.
#include <gmock/gmock.h>

#include "plans/inventory/compare.hpp"
#include "plans/inventory/read_inventory.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kDust =
    "工地编号,工地名称,区县代码,类型,颗粒物日排放量(kg/"
    "d),黄色措施,黄色减排比例,橙色措施,橙色减排比例,"
    "红色措施,红色减排比例,责任部门,联系人,联系电话\n"
    "G1,地铁一号工地,410122,房屋建筑,4,停止土石方,30%,停止土石方和拆除,0.6,全部停工,1,住建局,李四,"
    "0371-66666661\n";
constexpr const char* kTransport =
    "id,enterprise,name,region,vehicles_per_day,nox_kg_d,pm_kg_d,yellow,yellow_ratio,orange,"
    "orange_ratio,red,red_ratio,owner\n"
    "T1,E1,甲厂,410122,60,8,0.5,,,国四及以下停运,0.5,国四及以下停运,0.5,交通局\n";
constexpr const char* kTasks =
    "department,level,task,owner,phone,deadline,basis\n"
    "住建局,橙色,检查全部工地停工,王五,0371-66666662,响应启动后2小时内,预案第5条\n"
    "交通局,Ⅱ级,检查运输大户门禁,赵六,0371-66666663,每日17时前,预案第6条\n";

std::vector<NamedTable> tables_with_others() {
    auto tables = small_tables();
    table_named(tables, "area_emissions.csv").bytes +=
        "410100,mobile,0,20,5,5\n410100,dust,0,0,9,0\n410100,residential,1,1,1,1\n";
    tables.push_back({"扬尘源.csv", kDust});
    tables.push_back({"transport_users.csv", kTransport});
    tables.push_back({"department_tasks.csv", kTasks});
    return tables;
}

rules::Faults serious(const rules::Faults& findings) {
    rules::Faults all;
    for (const rules::Fault& finding : findings) {
        if (finding.severity != rules::Severity::kNote) all.push_back(finding);
    }
    return all;
}

TEST(ReadOthers, DustSitesGoodsUsersAndTasksAreContentOfTheInventory) {
    const ReadInventory answer = read_inventory(tables_with_others(), "x");
    ASSERT_TRUE(answer.inventory.has_value()) << rules::to_text(answer.findings);
    EXPECT_THAT(serious(answer.findings), IsEmpty()) << rules::to_text(answer.findings);
    ASSERT_EQ(answer.inventory->other_sources.size(), 2u);
    const OtherSource& site = answer.inventory->other_sources[0];
    EXPECT_EQ(site.source, Source::kDust);
    EXPECT_EQ(site.emission.grams[static_cast<std::size_t>(Emission::kPm)], 4000);
    EXPECT_EQ(at_level(site, rules::Colour::kOrange).measure, "停止土石方和拆除");
    EXPECT_EQ(at_level(site, rules::Colour::kYellow).ratio, 0.3);
    EXPECT_EQ(at_level(site, rules::Colour::kBlue).ratio, 0);
    EXPECT_EQ(answer.inventory->other_sources[1].enterprise, "E1");
    ASSERT_EQ(answer.inventory->department_tasks.size(), 2u);
    EXPECT_EQ(answer.inventory->department_tasks[1].level, rules::Colour::kOrange);
    EXPECT_EQ(answer.inventory->department_tasks[0].owner, "王五");
}

TEST(ReadOthers, EveryFaultOfThemIsNamed) {
    auto tables = tables_with_others();
    table_named(tables, "扬尘源.csv").bytes =
        "id,name,region,kind,pm_kg_d,yellow,yellow_ratio,orange,orange_ratio,red,red_ratio,owner\n"
        "G1,,41012,房屋建筑,abc,停,0.5,停,0.2,,0.9,规划局\n"
        "G1,二号,410122,道路,1,停,20,停,,停,1,\n";
    table_named(tables, "transport_users.csv").bytes +=
        "T2,E9,乙,410122,8,1,1,,,,,,,交通局\n,,丙,410122,,1,1,,,,,,,交通局\n";
    table_named(tables, "department_tasks.csv").bytes +=
        "住建局,紫色,检查,王五,,,\n,红色,检查,,,,\n住建局,橙色,检查全部工地停工,王五,,,\n";
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_FALSE(answer.inventory.has_value());
    const struct {
        const char* file;
        int line;
        int column;
        const char* what;
    } kWanted[] = {
        {"扬尘源.csv", 2, 2, "cell is empty"},
        {"扬尘源.csv", 2, 3, "'41012' is not a county code"},
        {"扬尘源.csv", 2, 5, "'abc' is not a number"},
        {"扬尘源.csv", 2, 9, "less is cut at orange than at yellow"},
        {"扬尘源.csv", 2, 10, "'0.9' is cut"},
        {"扬尘源.csv", 2, 12, "'规划局' has no task"},
        {"扬尘源.csv", 3, 1, "'G1' stands twice; first in row 2"},
        {"扬尘源.csv", 3, 7, "'20' is outside 0 to 1"},
        {"扬尘源.csv", 3, 9, "counts nothing"},
        {"扬尘源.csv", 3, 12, "no department sees to it"},
        {"transport_users.csv", 3, 2, "'E9' is not an enterprise"},
        {"transport_users.csv", 3, 5, "more than 10"},
        {"transport_users.csv", 4, 1, "cell is empty"},
        {"transport_users.csv", 4, 5, "cell is empty"},
        {"department_tasks.csv", 4, 2, "'紫色' is not a level"},
        {"department_tasks.csv", 5, 1, "cell is empty"},
        {"department_tasks.csv", 5, 4, "nobody answers for the task"},
        {"department_tasks.csv", 6, 3, "the same task stands twice"},
    };
    for (const auto& wanted : kWanted) {
        EXPECT_TRUE(
            has_finding(answer.findings, wanted.file, wanted.line, wanted.column, wanted.what))
            << wanted.file << ":" << wanted.line << ":" << wanted.column << " " << wanted.what
            << "\n"
            << rules::to_text(answer.findings);
    }
}

TEST(ReadOthers, MoreDustThanTheSocietyHasIsNamedAtTheSociety) {
    auto tables = tables_with_others();
    auto& area = table_named(tables, "area_emissions.csv").bytes;
    area.replace(area.find("dust,0,0,9"), 10, "dust,0,0,3");
    const ReadInventory answer = read_inventory(std::move(tables), "x");
    EXPECT_TRUE(has_finding(answer.findings, "area_emissions.csv", 4, 5,
                            "less than the 4.000 kg/d of its dust sites"))
        << rules::to_text(answer.findings);
}

TEST(ReadOthers, TwoEditionsAreComparedLineByLine) {
    const Inventory before = *read_inventory(tables_with_others(), "x").inventory;
    Inventory after = before;
    EXPECT_THAT(compare(before, after).changes, IsEmpty());
    after.other_sources[0].at_level[1].ratio = 0.7;
    after.other_sources[0].owner = "城管局";
    after.department_tasks.erase(after.department_tasks.begin());
    std::vector<std::string> said;
    for (const Change& change : compare(before, after).changes) {
        said.push_back(std::string(to_text(change.kind)) + " " +
                       std::string(to_text(change.subject)) + " " + change.id + " " + change.field +
                       " " + change.before + ">" + change.after);
    }
    EXPECT_THAT(said, ElementsAre("changed dust_site G1 orange_ratio 0.6>0.7",
                                  "changed dust_site G1 owner 住建局>城管局",
                                  "went-out department_task orange/检查全部工地停工  >"));
}

}  // namespace
}  // namespace qk::plans
