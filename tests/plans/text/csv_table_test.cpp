#include "plans/text/csv_table.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(CsvTable, IsReadInTheEncodingAndWithTheSeparatorItHas) {
    CsvTable table("\xC6\xF3\xD2\xB5;value\n\xB1\xB1\xBE\xA9;35\n", "t.csv");
    const auto name = table.required("enterprise", "企业");
    const auto value = table.required("value", "值");
    ASSERT_TRUE(table.next()) << rules::to_text(table.faults());
    EXPECT_EQ(table.cell(name), "北京");
    EXPECT_EQ(table.number(value), 35);
    EXPECT_TRUE(table.faults().empty());
}

TEST(CsvTable, WhatCannotBeReadIsOneFault) {
    CsvTable table("id\n\xFF\xFF", "t.csv");
    EXPECT_FALSE(table.next());
    ASSERT_EQ(table.faults().size(), 1U);
    EXPECT_EQ(table.faults()[0].place, (rules::Place{"t.csv", 2, 1}));
}

}  // namespace
}  // namespace qk::plans
