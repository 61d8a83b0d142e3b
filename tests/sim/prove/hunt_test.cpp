// Goal: a hunt says of each planted fault whether it was found, by what, and how many were. Method:
// two faults at the ports, with a clock that stands or has run out.
#include "sim/prove/hunt.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace qk::sim {
namespace {

TEST(Hunt, FindsAFaultAndNamesTheCheckerAndTheSeed) {
    std::ostringstream out;
    HuntOptions options;
    options.passed = [] { return 0.0; };
    options.canaries = {find_canary("not-retained")};
    const auto hunted = hunt(options, out);
    ASSERT_TRUE(hunted);
    ASSERT_THAT(*hunted, testing::SizeIs(1));
    EXPECT_THAT(hunted->front().found_by, testing::HasSubstr("orders"));
    EXPECT_GE(hunted->front().seed, 1U);
    EXPECT_DOUBLE_EQ(share_found(*hunted), 1.0);
    EXPECT_THAT(out.str(), testing::HasSubstr("not-retained"));
    EXPECT_THAT(out.str(), testing::HasSubstr("100.0 %"));
}

TEST(Hunt, EndsWhereTheTimeIsOverAndSaysWhatWasNotFound) {
    std::ostringstream out;
    HuntOptions options;
    options.seconds = 0;
    options.passed = [] { return 1.0; };
    options.canaries = {find_canary("cut-is-taken")};
    const auto hunted = hunt(options, out);
    ASSERT_TRUE(hunted);
    EXPECT_EQ(hunted->front().days, 1U);  // one is always played
    EXPECT_THAT(out.str(), testing::HasSubstr("cut-is-taken"));
}

TEST(Hunt, TheShareIsOfAllThatWerePlanted) {
    Hunted found;
    found.found_by = "orders";
    EXPECT_DOUBLE_EQ(share_found({found, Hunted{}, found, found}), 0.75);
    EXPECT_DOUBLE_EQ(share_found({}), 0.0);
}

}  // namespace
}  // namespace qk::sim
