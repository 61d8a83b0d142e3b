#include "rules/base/fault_list.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

Fault fault_of(Severity severity, int line) { return {{"f", line, 0}, "w", "", severity}; }

TEST(FaultList, KeepsSoManyOfEachSeverityAndCountsTheRest) {
    FaultList list;
    const int errors = static_cast<int>(FaultList::kKeptMax) + 5;
    for (int i = 0; i < errors; ++i) list.push_back(fault_of(Severity::kError, i));
    list.push_back(fault_of(Severity::kNote, 7));
    EXPECT_TRUE(list.has_errors());
    EXPECT_EQ(list.count(Severity::kError), static_cast<std::size_t>(errors));
    EXPECT_EQ(list.kept().size(), FaultList::kKeptMax + 1);
    ASSERT_EQ(list.rest().size(), 1U);
    EXPECT_EQ(list.rest()[0].what, "and 5 more errors");
}

TEST(FaultList, OneTakenOverIsCountedWhole) {
    FaultList first, second;
    first.push_back(fault_of(Severity::kWarning, 1));
    for (std::size_t i = 0; i < FaultList::kKeptMax + 3; ++i) {
        second.push_back(fault_of(Severity::kWarning, 2));
    }
    second.say_last(fault_of(Severity::kError, 3));
    first.append(std::move(second));
    EXPECT_EQ(first.count(Severity::kWarning), FaultList::kKeptMax + 4);
    EXPECT_EQ(first.kept().size(), FaultList::kKeptMax);
    EXPECT_TRUE(first.has_errors());
    const Faults rest = first.rest();
    ASSERT_EQ(rest.size(), 2U);
    EXPECT_EQ(rest[0].place.line, 3);
    EXPECT_EQ(rest[1].what, "and 4 more warnings");
}

TEST(FaultList, AnAnswerIsCutWithAWordOnTheRest) {
    const Faults many(2500, fault_of(Severity::kError, 1));
    const Faults cut = at_most(many, 1000);
    ASSERT_EQ(cut.size(), 1000U);
    EXPECT_EQ(cut.back().what, "and 1501 more");
    EXPECT_EQ(at_most(cut, 1000), cut);
}

}  // namespace
}  // namespace qk::rules
