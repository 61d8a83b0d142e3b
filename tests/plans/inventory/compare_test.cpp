#include "plans/inventory/compare.hpp"

#include <gmock/gmock.h>

#include "plans/text/xlsx_reader.hpp"
#include "tests/plans/inventory/tables.hpp"

namespace qk::plans {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Inventory sample() {
    ReadInventory answer = read_inventory(sample_tables(), "sample");
    return std::move(answer.inventory).value();
}

std::vector<std::string> changes_between(const Inventory& before, const Inventory& after) {
    std::vector<std::string> lines;
    for (const Change& c : compare(before, after).changes) {
        lines.push_back(std::string(to_text(c.kind)) + " " + std::string(to_text(c.subject)) + " " +
                        c.enterprise + " " + c.id + " " + c.field + " " + c.before + "->" +
                        c.after);
    }
    return lines;
}

TEST(Compare, TheWorkbookOfAnotherProgramGivesTheSameInventoryAsTheCsv) {
    std::ifstream in(std::string(QK_SOURCE_DIR) + "/tests/plans/inventory/sample.xlsx",
                     std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    auto book = read_xlsx(bytes, "sample.xlsx");
    ASSERT_TRUE(book.has_value()) << rules::to_text(book.error());
    const ReadInventory answer = read_inventory(std::move(*book), "sample.xlsx", "sample");
    EXPECT_THAT(answer.findings, IsEmpty()) << rules::to_text(answer.findings);
    ASSERT_TRUE(answer.inventory.has_value());
    EXPECT_THAT(changes_between(*answer.inventory, sample()), IsEmpty());
}

TEST(Compare, EqualEditionsDoNotDiffer) {
    EXPECT_THAT(changes_between(sample(), sample()), IsEmpty());
}

TEST(Compare, EveryChangeIsListedWithOldAndNew) {
    Inventory before = sample();
    Inventory after = sample();
    for (Inventory* inventory : {&before, &after}) {
        for (std::size_t i = 0; i < inventory->enterprises.size(); ++i) {
            const std::string id = "E" + std::to_string(i);
            const std::string was = inventory->enterprises[i].id;
            inventory->enterprises[i].id = id;
            for (Line& l : inventory->lines) {
                if (l.enterprise == was) l.enterprise = id;
            }
        }
    }
    after.enterprises[1].grade = {"B"};
    after.lines[0].emission.grams[1] -= 500;
    after.lines.pop_back();
    after.enterprises.erase(after.enterprises.begin());
    after.enterprises.push_back({});
    after.enterprises.back().id = "N1";
    after.area_emissions[1].emission.grams[3] = 0;
    const auto lines = changes_between(before, after);
    EXPECT_THAT(lines, Contains("changed enterprise E1 E1 grade C->B"));
    EXPECT_THAT(lines, Contains("came-in enterprise N1 N1  ->"));
    EXPECT_THAT(lines, Contains("went-out enterprise E0 E0  ->"));
    EXPECT_THAT(lines, Contains("went-out line E15 X1  ->"));
    EXPECT_THAT(lines, Contains("changed area_emission 410100 mobile vocs_kg_d 4100->0"));
    EXPECT_THAT(lines, testing::SizeIs(5));
}

TEST(Compare, AChangedMeasureShowsItsRatio) {
    Inventory after = sample();
    after.own_measures[1].ratio = 0.3;
    EXPECT_THAT(changes_between(sample(), after),
                ElementsAre(HasSubstr("F1/red/limit_load ratio 0.1->0.3")));
}

}  // namespace
}  // namespace qk::plans
