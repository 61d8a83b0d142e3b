#include "rules/warning/standard.hpp"

#include <gtest/gtest.h>

#include "tests/rules/warning/examples.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;

std::vector<std::string> findings(const TriggerStandard& standard) {
    std::vector<std::string> out;
    for (const StandardFault& fault : check(standard)) out.push_back(fault.what);
    return out;
}

TEST(Standard, TheExampleHasNoFault) { EXPECT_TRUE(check(example_standard()).empty()); }

TEST(Standard, RedThatHoldsWheneverOrangeDoesIsAFault) {
    TriggerStandard standard = example_standard();
    standard.clauses[4].legs = {{150, hours{48}}};
    const auto found = findings(standard);
    ASSERT_FALSE(found.empty());
    EXPECT_NE(found[0].find("red 'red-1' is weaker than yellow 'yellow-2'"), std::string::npos);
}

TEST(Standard, LegsOfPartDaysAreAFaultWhereDaysAreCounted) {
    TriggerStandard standard = example_standard();
    standard.clauses[0].legs[0].hours = hours{36};
    EXPECT_EQ(findings(standard), (std::vector<std::string>{"hours is 36"}));
    standard.hours_as = HoursAs::kHourlyRun;
    EXPECT_TRUE(findings(standard).empty());
}

TEST(Standard, EveryFaultOfTheHeadIsNamedAtOnce) {
    TriggerStandard standard;
    standard.effective_from = parse_day("2020-01-02");
    standard.effective_to = parse_day("2020-01-01");
    standard.lifting_outlook = hours{-1};
    EXPECT_EQ(findings(standard).size(), 6u);
}

TEST(Standard, LimitsOutsideTheIndexAreAFault) {
    TriggerStandard standard = example_standard();
    standard.clauses[0].legs[0].aqi_above = 500;
    EXPECT_EQ(findings(standard).front(), "aqi_above is 500");
}

TEST(Standard, AClauseThatNeverDecidesIsAWarning) {
    TriggerStandard standard = example_standard();
    standard.clauses.push_back(example_clause("yellow-3", Colour::kYellow, {{250, hours{24}}}));
    const auto faults = check(standard);
    ASSERT_EQ(faults.size(), 1u);
    EXPECT_EQ(faults[0].severity, Severity::kWarning);
}

TEST(Standard, StricterMeansThatNoDayIsLost) {
    TriggerStandard child = example_standard();
    EXPECT_TRUE(is_at_least_as_strict(child, example_standard()));
    child.clauses[3].legs[0].aqi_above = 140;
    EXPECT_TRUE(is_at_least_as_strict(child, example_standard()));
    EXPECT_FALSE(is_at_least_as_strict(example_standard(), child));
}

TEST(Standard, WordsReadBack) {
    for (const HoursAs h : {HoursAs::kNaturalDay, HoursAs::kRolling, HoursAs::kHourlyRun}) {
        EXPECT_EQ(parse_hours_as(to_text(h)), h);
    }
}

}  // namespace
}  // namespace qk::rules
