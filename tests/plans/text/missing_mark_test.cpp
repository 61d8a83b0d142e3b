#include "plans/text/missing_mark.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(MissingMark, WhatPeopleAndProgramsWriteForNothingIsMissing) {
    for (const auto* cell :
         {"",   "NA", "n/a", "#N/A", "NaN",  "null", "NULL",   "\\N",    "None", "<NA>",
          "-",  "--", "---", "–",    "—",    "——",   "———",    "－",     "_",    "/",
          "／", "//", "*",   "…",    "缺测", "无",   "无数据", "No Data"}) {
        EXPECT_TRUE(is_missing_mark(cell)) << cell;
    }
}

TEST(MissingMark, OnlyStrokesSayThatAPersonLeftItOut) {
    for (const auto* cell : {"", "/", "—", "——", "--"}) EXPECT_TRUE(is_left_out(cell)) << cell;
    for (const auto* cell : {"nan", "NA", "无", "-1"}) EXPECT_FALSE(is_left_out(cell)) << cell;
}

TEST(MissingMark, ANumberOrAnotherWordIsNone) {
    for (const auto* cell :
         {"0", "-1", "-999", "inf", "1e5", "x", "<2", "—5", "-.", "nano", "停产", "12/1"}) {
        EXPECT_FALSE(is_missing_mark(cell)) << cell;
    }
}

}  // namespace
}  // namespace qk::plans
