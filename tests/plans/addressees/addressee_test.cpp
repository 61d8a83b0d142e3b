// Goal: the bureau's list of addressees is read whole or refused with every fault at its place.
// Method: lists by hand, and the sample that ships.
#include "plans/addressees/addressee.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

namespace qk::plans {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr const char* kTwo = R"(note = "样例"
done_within_minutes = 30
[[addressee]]
id = "D1"
kind = "dust_site"
name = "一号工地"
region = "999901"
phone = "138"
channels = ["sms"]
[[addressee]]
id = "P1"
kind = "电力公司"
name = "供电公司"
region = "999900"
blocks = ["industry"]
[[task]]
kinds = ["power_company"]
colours = ["orange", "红色"]
text = "报送用电数据"
source = "预案"
done_within_minutes = 45
)";

AddresseeList read(std::string_view toml) {
    auto list = read_addressees(toml, "a.toml");
    EXPECT_TRUE(list) << rules::to_text(list.error());
    return list ? *list : AddresseeList{};
}

std::vector<std::string> faults_of(std::string_view toml) {
    const auto list = read_addressees(toml, "a.toml");
    std::vector<std::string> texts;
    if (list) return texts;
    const rules::Faults faults = list.error();
    for (const rules::Fault& fault : faults) texts.push_back(rules::to_text(fault));
    return texts;
}

RegionPack pack() {
    RegionPack pack;
    pack.region_code = "999900";
    pack.sub_regions = {{"999901", "甲县", ""}, {"999902", "乙县", ""}};
    return pack;
}

TEST(AddresseeList, IsReadWithWhatIsLeftOutByItsKind) {
    const AddresseeList list = read(kTwo);
    ASSERT_THAT(list.addressees, SizeIs(2));
    EXPECT_TRUE(list.is_sample);
    EXPECT_EQ(list.done_within, std::chrono::minutes{30});
    EXPECT_EQ(list.addressees[0].kind, AddresseeKind::kDustSite);
    EXPECT_THAT(list.addressees[0].blocks, ElementsAre("dust"));
    EXPECT_EQ(list.addressees[1].department, "供电公司");
    EXPECT_THAT(list.addressees[1].blocks, ElementsAre("industry"));
    ASSERT_THAT(list.rules, SizeIs(1));
    EXPECT_THAT(list.rules[0].colours, ElementsAre(rules::Colour::kOrange, rules::Colour::kRed));
    EXPECT_EQ(list.rules[0].done_within, std::chrono::minutes{45});
    EXPECT_THAT(check_addressees(list, pack()), IsEmpty());
}

TEST(AddresseeList, NamesEveryFaultAtItsPlace) {
    const auto faults = faults_of(R"([[addressee]]
id = "a/b"
kind = "plant"
name = "x"
region = "12"
channels = ["pigeon", "sms"]
blocks = ["sea"]
[[task]]
colours = ["pink"]
text = "t"
source = "s"
other = 1
)");
    ASSERT_THAT(faults, SizeIs(10));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("a.toml:3:8: addressee[1].kind: 'plant'")));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("a.toml:2:6: ")));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("'pigeon'")));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("SMS without a number")));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("names nobody")));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("names no level")));
    EXPECT_THAT(faults, testing::Contains(HasSubstr("other")));
}

TEST(AddresseeList, AnIdStandsForOne) {
    const std::string twice = std::string(kTwo) +
                              "[[addressee]]\nid = \"D1\"\nkind = \"county\"\nname = \"x\"\n"
                              "region = \"999901\"\n";
    EXPECT_THAT(faults_of(twice), ElementsAre(HasSubstr("first in line 3")));
}

TEST(AddresseeList, IsHeldAgainstTheRegion) {
    AddresseeList list = read(kTwo);
    list.addressees[0].region = "888801";
    list.rules[0].addressees = {"nobody"};
    list.addressees[0].account = list.addressees[1].account = "one";
    const rules::Faults faults = check_addressees(list, pack());
    ASSERT_THAT(faults, SizeIs(3));
    EXPECT_EQ(faults[0].place.line, 3);
    EXPECT_THAT(faults[1].what, HasSubstr("nobody"));
    EXPECT_EQ(faults[2].severity, rules::Severity::kWarning);
}

TEST(AddresseeList, ComesFromASpreadsheetToo) {
    const auto list = read_addressees_csv(
        "编号,类别,名称,区县代码,电话,渠道\nD1,施工工地,一号,999901,138,sms; mqtt\n"
        "X1,county,甲县,999901,,\n",
        "a.csv");
    ASSERT_TRUE(list) << rules::to_text(list.error());
    EXPECT_THAT(list->addressees[0].channels, ElementsAre("sms", "mqtt"));
    EXPECT_EQ(list->addressees[1].kind, AddresseeKind::kCounty);
    const auto wrong =
        read_addressees_csv("id,kind,name,region\nD1,boat,一号,999901\nD1,county,x,9\n", "a.csv");
    ASSERT_FALSE(wrong);
    EXPECT_THAT(rules::to_text(wrong.error()), HasSubstr("a.csv:2:2: 'boat'"));
    EXPECT_THAT(rules::to_text(wrong.error()), HasSubstr("a.csv:3:1: 编号'D1'"));
    EXPECT_THAT(rules::to_text(wrong.error()), HasSubstr("a.csv:3:4: '9'"));
}

TEST(AddresseeList, FindsWhoAnswersMostCloselyForAPlace) {
    AddresseeList list;
    const auto add = [&list](const char* id, const char* region) {
        Addressee one;
        one.id = id;
        one.kind = AddresseeKind::kInspector;
        one.region = region;
        list.addressees.push_back(one);
    };
    add("city", "999900");
    add("county", "999901");
    const auto ids = [&list](std::string_view place) {
        std::vector<std::string> found;
        for (const Addressee& one : addressees_for(list, AddresseeKind::kInspector, place)) {
            found.push_back(one.id);
        }
        return found;
    };
    EXPECT_THAT(ids("999901"), ElementsAre("county"));
    EXPECT_THAT(ids("999902"), ElementsAre("city"));
    EXPECT_THAT(ids("888801"), IsEmpty());
    EXPECT_THAT(addressees_for(list, AddresseeKind::kCounty, "999901"), IsEmpty());
}

TEST(AddresseeList, TheInventorysSitesAreAddresseesBesideIt) {
    AddresseeList list = read(kTwo);
    list.inventory_channels = {"sms"};
    Inventory inventory;
    OtherSource site;
    site.id = "D1";
    site.name = "同一工地";
    inventory.other_sources.push_back(site);
    site.id = "D2";
    site.name = "二号工地";
    site.phone = "139";
    inventory.other_sources.push_back(site);
    const auto all = all_addressees(list, inventory);
    ASSERT_THAT(all, SizeIs(3));
    EXPECT_EQ(all[0].name, "一号工地") << "the list goes before";
    EXPECT_EQ(all[2].id, "D2");
    EXPECT_THAT(all[2].channels, ElementsAre("sms"));
}

// An id is unique in its table alone, and a department may bear it too.
TEST(AddresseeList, WhoeverSharesAnIdWithAnotherKindIsAnAddresseeAllTheSame) {
    const AddresseeList list = read(kTwo);
    Inventory inventory;
    OtherSource source;
    const auto add = [&](const char* id, Source of, const char* name) {
        source.id = id;
        source.source = of;
        source.name = name;
        inventory.other_sources.push_back(source);
    };
    add("D1", Source::kMobile, "车队");
    add("P1", Source::kDust, "堆场");
    add("S1", Source::kDust, "工地");
    add("S1", Source::kMobile, "物流园");
    const auto all = all_addressees(list, inventory);
    std::vector<std::string> found;
    for (const Addressee& one : all) {
        found.push_back(one.id + " " + std::string(to_text(one.kind)) + " " + one.name);
    }
    EXPECT_THAT(found, ElementsAre("D1 dust_site 一号工地", "P1 power_company 供电公司",
                                   "goods_user-D1 goods_user 车队", "dust_site-P1 dust_site 堆场",
                                   "S1 dust_site 工地", "goods_user-S1 goods_user 物流园"));
}

TEST(AddresseeList, TheSampleThatShipsIsGoodAndSaysWhatItIs) {
    std::ifstream file(QK_SOURCE_DIR "/packaging/sample/addressees.toml");
    const std::string text(std::istreambuf_iterator<char>(file), {});
    const AddresseeList list = read(text);
    EXPECT_TRUE(list.is_sample);
    const auto xuchang = built_in_pack("xuchang");
    ASSERT_TRUE(xuchang);
    EXPECT_THAT(check_addressees(list, *xuchang), IsEmpty());
    EXPECT_GE(list.addressees.size(), 10U);
}

}  // namespace
}  // namespace qk::plans
