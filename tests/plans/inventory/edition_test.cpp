#include "plans/inventory/edition.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

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

rules::Instant at_noon() { return *rules::parse_instant("2026-10-15T12:00", rules::Zone{}); }

TEST(Edition, TheWorkbookOfAnotherProgramGivesTheSameInventoryAsTheCsv) {
    std::ifstream in(std::string(QK_SOURCE_DIR) + "/tests/plans/inventory/sample.xlsx",
                     std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(in), {});
    auto book = read_xlsx(bytes, "sample.xlsx");
    ASSERT_TRUE(book.has_value()) << rules::to_text(book.error());
    const ReadInventory answer = read_inventory(std::move(*book), "sample.xlsx", "sample");
    EXPECT_THAT(answer.findings, IsEmpty()) << rules::to_text(answer.findings);
    ASSERT_TRUE(answer.inventory.has_value());
    EXPECT_EQ(to_text(*answer.inventory), to_text(sample()));
    EXPECT_EQ(content_hash(*answer.inventory), content_hash(sample()));
}

TEST(Edition, ASignedEditionComesBackAsItWas) {
    const auto edition = sign_off(sample(), "2026年10月修订版", "张工", at_noon());
    ASSERT_TRUE(edition.has_value());
    const std::string text = to_text(*edition);
    const auto again = edition_from_text(text, "store");
    ASSERT_TRUE(again.has_value()) << rules::to_text(again.error());
    EXPECT_EQ(to_text(*again), text);
    EXPECT_EQ(again->sign_off, edition->sign_off);
    EXPECT_EQ(again->inventory.edition, "2026年10月修订版");
}

TEST(Edition, AChangeAfterTheSignOffIsRefused) {
    std::string text = to_text(*sign_off(sample(), "版", "张工", at_noon()));
    text.replace(text.find("1850500"), 7, "1850501");
    const auto edition = edition_from_text(text, "store");
    ASSERT_FALSE(edition.has_value());
    EXPECT_THAT(rules::to_text(edition.error()), HasSubstr("does not match its hash"));
}

TEST(Edition, ANamelessEditionOrOneThatNobodySignsIsRefused) {
    const auto edition = sign_off(sample(), "", "", at_noon());
    ASSERT_FALSE(edition.has_value());
    EXPECT_EQ(edition.error().size(), 2u);
}

TEST(Edition, ABrokenRowIsNamedByItsLine) {
    std::string text = to_text(sample());
    text.insert(text.find("\n[\"line\"") + 1, "[\"line\",1,2,3]\nnonsense\n");
    const auto inventory = inventory_from_text(text, "store");
    ASSERT_FALSE(inventory.has_value());
    ASSERT_EQ(inventory.error().size(), 2u);
    EXPECT_EQ(inventory.error()[0].place.line, 18);
    EXPECT_EQ(inventory.error()[1].place.line, 19);
}

TEST(Edition, TheHashDoesNotDependOnWhereARowStood) {
    Inventory moved = sample();
    for (Line& line : moved.lines) line.row += 7;
    moved.edition = "another name";
    EXPECT_EQ(content_hash(moved), content_hash(sample()));
    moved.lines[0].emission.grams[0] += 1;
    EXPECT_NE(content_hash(moved), content_hash(sample()));
}

RC_GTEST_PROP(Edition, AnyInventoryComesBackEqualFromItsText, ()) {
    const auto text = [] {
        std::string out;
        for (const char c : *rc::gen::arbitrary<std::string>()) {
            if (static_cast<unsigned char>(c) < 0x80) out += c;
        }
        return out + "文";
    };
    const auto maybe = []() -> std::optional<double> {
        if (*rc::gen::arbitrary<bool>()) return std::nullopt;
        return *rc::gen::inRange(-1'000'000, 1'000'000) / 1024.0;
    };
    Inventory inventory;
    inventory.edition = text();
    for (int i = *rc::gen::inRange(0, 4); i > 0; --i) {
        Enterprise& e = inventory.enterprises.emplace_back();
        e.id = text() + std::to_string(i);
        e.name = text();
        e.grades = {{text()}, {text()}};
        e.lon = maybe();
        e.exempt_evidence = text();
        if (*rc::gen::arbitrary<bool>()) e.exempt_up_to = rules::Colour::kOrange;
        if (*rc::gen::arbitrary<bool>()) e.exempt_until = rules::parse_day("2026-03-31");
        Line& l = inventory.lines.emplace_back();
        l.enterprise = e.id;
        l.capacity = maybe();
        l.emission.grams[2] = *rc::gen::arbitrary<std::int64_t>();
        l.row = *rc::gen::arbitrary<int>();
        if (*rc::gen::arbitrary<bool>()) l.industry = text();
        OwnMeasure& m = inventory.own_measures.emplace_back();
        m.extra[text()] = text();
        m.level = rules::Colour::kRed;
        inventory.meters.emplace_back().idle_kw = maybe();
        inventory.outlets.emplace_back().factors = {text(), text()};
        inventory.area_emissions.emplace_back().source = Source::kDust;
        inventory.area_emissions.back().region = e.id;
    }
    const std::string once = to_text(inventory);
    const auto again = inventory_from_text(once, "t");
    RC_ASSERT(again.has_value());
    RC_ASSERT(to_text(*again) == once);
    RC_ASSERT(compare(inventory, *again).changes.empty());
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

TEST(EditionCompare, EqualEditionsDoNotDiffer) {
    EXPECT_THAT(changes_between(sample(), sample()), IsEmpty());
}

TEST(EditionCompare, EveryChangeIsListedWithOldAndNew) {
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

TEST(EditionCompare, AChangedMeasureShowsItsRatio) {
    Inventory after = sample();
    after.own_measures[1].ratio = 0.3;
    EXPECT_THAT(changes_between(sample(), after),
                ElementsAre(HasSubstr("F1/red/limit_load ratio 0.1->0.3")));
}

}  // namespace
}  // namespace qk::plans
