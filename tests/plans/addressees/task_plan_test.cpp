// Goal: at each level every addressee is asked what list, inventory and pack say, each item with
// its reason and source; advice and what is over ask nothing. Method: a list and a pack by hand.
#include "plans/addressees/task_plan.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using rules::Colour;
using rules::Instant;
using rules::Segment;
using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kNow{std::chrono::seconds{1'800'000'000}};

class TaskPlan : public testing::Test {
 protected:
    TaskPlan() {
        const auto block = [this](const char* name, Colour colour, const char* text) {
            pack_.notice_blocks.push_back({name, colour, text, {"公告", {}, true, "p"}});
        };
        block("industry", Colour::kOrange, "按清单执行：{measures}。");
        block("dust", Colour::kYellow, "黄色扬尘");
        block("dust", Colour::kOrange, "橙色扬尘");
        block("mobile", Colour::kOrange, "橙色移动");
        block("schools", Colour::kOrange, "停止户外活动");
    }
    Addressee& add(const char* id, AddresseeKind kind) {
        Addressee one;
        one.id = one.name = id;
        one.kind = kind;
        one.region = "999901";
        one.blocks = blocks_of(kind);
        list_.addressees.push_back(one);
        return list_.addressees.back();
    }
    [[nodiscard]] std::vector<DraftedTask> tasks(std::vector<Segment> segments) const {
        return tasks_at_levels({list_, pack_, inventory_, segments, kNow});
    }
    [[nodiscard]] static std::vector<std::string> texts(const DraftedTask& task) {
        std::vector<std::string> all;
        for (const TaskItem& item : task.items) all.push_back(item.text);
        return all;
    }

    AddresseeList list_;
    RegionPack pack_;
    Inventory inventory_;
};

TEST_F(TaskPlan, ThePackAsksByTheLevelAndTheKind) {
    add("site", AddresseeKind::kDustSite);
    add("police", AddresseeKind::kTrafficPolice);
    add("power", AddresseeKind::kPowerCompany);
    const auto orange = tasks({{Colour::kOrange, true, kNow + hours{2}, std::nullopt}});
    ASSERT_THAT(orange, SizeIs(2)) << "nobody asks the power company anything";
    EXPECT_THAT(texts(orange[0]), ElementsAre("橙色扬尘"));
    EXPECT_THAT(texts(orange[1]), ElementsAre("橙色移动"));
    const TaskItem& item = orange[0].items[0];
    EXPECT_EQ(item.source, "公告");
    EXPECT_TRUE(item.is_sample);
    EXPECT_FALSE(item.reason.empty());
    EXPECT_EQ(item.deadline, kNow + hours{2} + list_.executing_within) << "from its begin";
    EXPECT_EQ(orange[1].deadline, kNow + list_.done_within) << "from the issue";
    EXPECT_THAT(texts(tasks({{Colour::kYellow, true, kNow, std::nullopt}})[0]),
                ElementsAre("黄色扬尘"));
}

TEST_F(TaskPlan, EachSegmentToComeAsksForItself) {
    add("site", AddresseeKind::kDustSite);
    const auto both = tasks({{Colour::kOrange, true, kNow, kNow + hours{24}},
                             {Colour::kYellow, true, kNow + hours{24}, std::nullopt}});
    ASSERT_THAT(both, SizeIs(1));
    EXPECT_THAT(texts(both[0]), ElementsAre("橙色扬尘", "黄色扬尘"));
    EXPECT_EQ(both[0].items[0].to, kNow + hours{24});
    EXPECT_THAT(tasks({{Colour::kOrange, true, kNow - hours{9}, kNow}}), IsEmpty()) << "over";
    EXPECT_THAT(tasks({{Colour::kOrange, false, kNow, std::nullopt}}), IsEmpty()) << "advice";
    EXPECT_THAT(tasks({}), IsEmpty()) << "lifted";
}

TEST_F(TaskPlan, TheInventorysOwnMeasureStandsInThePlaceOfTheGeneralOne) {
    add("site", AddresseeKind::kDustSite);
    OtherSource source;
    source.id = "site";
    source.at_level[1].measure = "停止土方作业";
    inventory_.other_sources.push_back(source);
    EXPECT_THAT(texts(tasks({{Colour::kOrange, true, kNow, std::nullopt}})[0]),
                ElementsAre("停止土方作业"));
    EXPECT_THAT(texts(tasks({{Colour::kYellow, true, kNow, std::nullopt}})[0]),
                ElementsAre("黄色扬尘"))
        << "where it says nothing of the level";
}

TEST_F(TaskPlan, AMeasureOfTheInventoryGoesToTheKindAndIdItIsOf) {
    OtherSource source;
    source.id = "S1";
    source.at_level[1].measure = "停止土方作业";
    inventory_.other_sources.push_back(source);
    source.source = Source::kMobile;
    source.at_level[1].measure = "停止公路运输";
    inventory_.other_sources.push_back(source);
    add("S1", AddresseeKind::kPowerCompany);
    const auto found = tasks({{Colour::kOrange, true, kNow, std::nullopt}});
    ASSERT_THAT(found, SizeIs(2)) << "the power company has no measure of the inventory";
    EXPECT_EQ(found[0].addressee.id, "dust_site-S1");
    EXPECT_THAT(texts(found[0]), ElementsAre("停止土方作业"));
    EXPECT_EQ(found[1].addressee.id, "goods_user-S1");
    EXPECT_THAT(texts(found[1]), ElementsAre("停止公路运输"));
}

TEST_F(TaskPlan, ADepartmentIsAskedWhatItsRowSays) {
    add("school", AddresseeKind::kDepartment).department = "教育局";
    DepartmentTask row;
    row.department = "教育局";
    row.level = Colour::kOrange;
    row.task = "通知学校";
    row.deadline = "2小时内";
    row.basis = "预案3.2";
    inventory_.department_tasks.push_back(row);
    const auto found = tasks({{Colour::kOrange, true, kNow, std::nullopt}});
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_THAT(texts(found[0]), ElementsAre("通知学校（时限：2小时内）"));
    EXPECT_EQ(found[0].items[0].source, "预案3.2");
}

TEST_F(TaskPlan, TheBureausRulesStandInFront) {
    add("power", AddresseeKind::kPowerCompany);
    TaskRule rule;
    rule.kinds = {AddresseeKind::kPowerCompany};
    rule.colours = {Colour::kOrange};
    rule.text = "报送用电";
    rule.done_within = minutes{90};
    rule.source = "本地预案";
    list_.rules.push_back(rule);
    list_.is_sample = true;
    const auto found = tasks({{Colour::kOrange, true, kNow, std::nullopt}});
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].deadline, kNow + minutes{90});
    EXPECT_TRUE(found[0].items[0].is_sample) << "a sample list makes sample tasks";
    EXPECT_THAT(tasks({{Colour::kRed, true, kNow, std::nullopt}}), IsEmpty());
}

TEST_F(TaskPlan, NobodyIsAskedMoreThanTheLimit) {
    add("power", AddresseeKind::kPowerCompany);
    TaskRule rule;
    rule.addressees = {"power"};
    rule.colours = {Colour::kOrange};
    list_.rules.assign(kTaskItemsMax + 5, rule);
    EXPECT_THAT(tasks({{Colour::kOrange, true, kNow, std::nullopt}})[0].items,
                SizeIs(kTaskItemsMax));
}

TEST_F(TaskPlan, APlantGetsOneMessageForAllItsLines) {
    Enterprise works;
    works.id = "coke";
    works.name = "焦化厂";
    works.region = "999901";
    inventory_.enterprises.push_back(works);
    const std::vector<PreNotice> notices{{0, 0, kNow + hours{5}, false, "一线"},
                                         {0, 1, kNow + hours{3}, false, "二线"}};
    const auto found = tasks_of_pre_notices(notices, inventory_, Colour::kRed, kNow + hours{40});
    ASSERT_THAT(found, SizeIs(1));
    EXPECT_EQ(found[0].addressee.kind, AddresseeKind::kPlant);
    EXPECT_THAT(texts(found[0]), ElementsAre("一线", "二线"));
    EXPECT_EQ(found[0].deadline, kNow + hours{3});
    EXPECT_THAT(found[0].addressee.channels, ElementsAre("mqtt", "webhook")) << "it has no number";
}

TEST(FollowUpItems, BeyondTheLimitAreCounted) {
    const std::vector<std::string> many(kTaskItemsMax + 20, "企业未签收");
    const auto items = follow_up_items(many, "督促", "县区步骤", kNow);
    ASSERT_THAT(items, SizeIs(kTaskItemsMax));
    EXPECT_EQ(items.back().text, "督促：另有21项，见待办事项");
    EXPECT_THAT(follow_up_items({"一"}, "督促", "县区步骤", kNow), SizeIs(1));
}

}  // namespace
}  // namespace qk::plans
