// Batches keep their members when the list changes, and a person names the one that begins.
#include "plans/response/rotation.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

InventoryBuilder many(int count) {
    InventoryBuilder b;
    for (int i = 0; i < count; ++i) {
        b.enterprise("E" + std::to_string(1000 + i), "水泥熟料", "A");  // only the season asks
        b.line("K1", grams(1000, 0, 0, 0));
        b.line("K2", grams(1000, 0, 0, 0));
    }
    return b;
}

TEST(Rotation, AnEnterpriseAddedAboveMovesNobody) {
    Enterprise one;
    std::set<int> batches;
    for (int i = 0; i < 50; ++i) {
        one.id = "E" + std::to_string(1000 + i);
        const int batch = batch_of(one, 3);
        EXPECT_EQ(batch_of(one, 3), batch);
        EXPECT_GE(batch, 0);
        EXPECT_LT(batch, 3);
        batches.insert(batch);
    }
    EXPECT_EQ(batches.size(), 3U) << "all batches have members";
}

TEST(Rotation, WhatTheInventoryRecordsCounts) {
    Enterprise one;
    one.id = "E1";
    one.batch = "H2";
    EXPECT_EQ(batch_of(one, 2), 1);
    one.batch = "H7";  // there is no such batch of two
    EXPECT_LT(batch_of(one, 2), 2);
}

TEST(Rotation, LinesOfOneEnterpriseDoNotAllStandTogether) {
    const Inventory inventory = many(5).inventory;
    for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
        const auto lines = std::span(inventory.lines).subspan(i * 2, 2);
        EXPECT_NE(batch_of(inventory.enterprises[i], lines, lines[0], 2),
                  batch_of(inventory.enterprises[i], lines, lines[1], 2));
    }
}

TEST(Rotation, TheNamedBatchStandsFirst) {
    EXPECT_EQ(turn_in_round(0, 1, 2), 0);
    EXPECT_EQ(turn_in_round(1, 2, 2), 0);
    EXPECT_EQ(turn_in_round(0, 2, 2), 1);
    EXPECT_EQ(turn_in_round(2, 3, 4), 0);
    EXPECT_EQ(turn_in_round(1, 3, 4), 3);
}

// The turns of all enterprises under a season of two batches, by id.
std::map<std::string, std::string> sentences(const Inventory& inventory) {
    Case c;
    c.inventory = inventory;
    SeasonWindow window;
    window.id = "turns";
    window.from = *rules::parse_day("2016-12-01");
    window.to = *rules::parse_day("2016-12-31");
    window.trades = {"cement"};
    window.measure.form = rules::Form::kRotate;
    window.measure.batches = 2;
    window.measure.off_hours = 24;
    window.measure.whole = true;
    c.season = SeasonPlan{{window}};
    std::map<std::string, std::string> all;
    const DerivedObligations duties = c.derive_at(rules::Colour::kYellow);
    for (const EnterpriseObligations& one : duties.enterprises) {
        for (const rules::Obligation& obligation : one.obligations) {
            if (has_reason(obligation.basis, "batch")) {
                all[inventory.enterprises[one.enterprise].id] += obligation.detail;
            }
        }
    }
    return all;
}

TEST(Rotation, AnOrderKeepsItsBatchWhenTheListGrows) {
    InventoryBuilder grown;
    grown.enterprise("A0", "水泥熟料", "A");
    grown.line("K1", grams(1000, 0, 0, 0));
    const Inventory before = many(6).inventory;
    Inventory after = grown.inventory;
    after.enterprises.insert(after.enterprises.end(), before.enterprises.begin(),
                             before.enterprises.end());
    after.lines.insert(after.lines.end(), before.lines.begin(), before.lines.end());
    const auto was = sentences(before);
    const auto is = sentences(after);
    ASSERT_EQ(was.size(), 6U);
    for (const auto& [id, sentence] : was) EXPECT_EQ(is.at(id), sentence) << id;
}

TEST(Rotation, AnOrderSaysTheBatchThatIsRecordedAndItsTurn) {
    Inventory inventory = many(2).inventory;
    inventory.enterprises[0].batch = "H2";
    inventory.enterprises[1].batch = "H1";
    EXPECT_EQ(batch_name(inventory.enterprises[0], 1, 2), "H2");
    EXPECT_EQ(batch_name(inventory.enterprises[0], 0, 2), "第1批") << "of another line";
    const auto said = sentences(inventory);
    const std::string first = inventory.enterprises[0].id;
    const std::string second = inventory.enterprises[1].id;
    EXPECT_NE(said.at(first).find("本批为H2，本轮第2个停产"), std::string::npos) << said.at(first);
    EXPECT_NE(said.at(second).find("本批为H1，本轮第1个停产"), std::string::npos)
        << said.at(second);
}

}  // namespace
}  // namespace qk::plans::testing
