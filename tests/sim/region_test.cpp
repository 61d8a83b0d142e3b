#include "sim/model/region.hpp"

#include <gtest/gtest.h>

#include <set>

#include "plans/inventory/read_inventory.hpp"

namespace qk::sim {
namespace {

plans::ReadInventory read(int enterprises, std::uint64_t seed) {
    std::vector<plans::NamedTable> tables;
    for (TableText& table : make_region({seed, enterprises})) {
        tables.push_back({std::move(table.name), std::move(table.text)});
    }
    return plans::read_inventory(std::move(tables), "示例");
}

TEST(Region, IsAnInventoryTheProductReadsWithoutAWord) {
    const auto read_back = read(320, 5);
    EXPECT_EQ(rules::to_text(read_back.findings), "");
    ASSERT_TRUE(read_back.inventory);
    EXPECT_EQ(read_back.inventory->enterprises.size(), 320U);
    EXPECT_GE(read_back.inventory->meters.size(), 3U * 320);
}

TEST(Region, HasTenTradesAndAllGrades) {
    const auto read_back = read(320, 5);
    ASSERT_TRUE(read_back.inventory);
    std::set<std::string> trades;
    std::set<std::string> grades;
    for (const plans::Enterprise& enterprise : read_back.inventory->enterprises) {
        trades.insert(enterprise.industry);
        grades.insert(enterprise.grade.name);
    }
    EXPECT_GE(trades.size(), 10U);
    for (const char* grade : {"A", "B", "B-", "C", "D", "leading", "non-leading", "ungraded"}) {
        EXPECT_EQ(grades.count(grade), 1U) << grade;
    }
}

TEST(Region, IsTheSameForTheSameSeed) {
    EXPECT_EQ(make_region({9, 50})[1].text, make_region({9, 50})[1].text);
    EXPECT_NE(make_region({9, 50})[1].text, make_region({10, 50})[1].text);
}

}  // namespace
}  // namespace qk::sim
