#include "rules/base/result.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

TEST(Faults, StandAsFileLineColumnWhatAndCure) {
    EXPECT_EQ(to_text(Fault{{"a.csv", 3, 2}, "'x' is no time", "as 2016-12-16"}),
              "a.csv:3:2: 'x' is no time: as 2016-12-16");
}

TEST(Faults, OfAWholeFileOrLineStandAtItsBeginning) {
    EXPECT_EQ(to_text(Fault{{"a.csv", 0, 0}, "is a folder", "name a file"}),
              "a.csv:1:1: is a folder: name a file");
    EXPECT_EQ(to_text(Fault{{"a.csv", 4, 0}, "lies too far", ""}), "a.csv:4:1: lies too far");
}

TEST(Faults, WithoutAFileNameNoPlace) {
    EXPECT_EQ(to_text(Fault{{}, "no such thing", "another"}), "no such thing: another");
}

}  // namespace
}  // namespace qk::rules
