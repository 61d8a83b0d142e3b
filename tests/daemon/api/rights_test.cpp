// Goal: a province covers its cities and a city its counties, never the other way round. Method:
// codes of the three tiers against each other.
#include "daemon/api/rights.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

TEST(Rights, AHigherTierCoversWhatLiesInIt) {
    EXPECT_TRUE(covers("410000", "411002"));
    EXPECT_TRUE(covers("410000", "411000"));
    EXPECT_TRUE(covers("411000", "411002"));
    EXPECT_TRUE(covers("411002", "411002"));
    EXPECT_TRUE(covers("", "411002")) << "of no named region: of all";
}

TEST(Rights, APartCoversNeitherTheWholeNorItsNeighbour) {
    EXPECT_FALSE(covers("411002", "411000"));
    EXPECT_FALSE(covers("411000", "410000"));
    EXPECT_FALSE(covers("411002", "411003"));
    EXPECT_FALSE(covers("410000", "420000"));
    EXPECT_FALSE(covers("411000", "412000"));
}

TEST(Rights, WhoIsOfAPartIsRefusedWhatConcernsTheWhole) {
    Call call;
    Person person;
    person.region = "411002";
    call.caller = person;
    const auto refused = refuse_part(call, "411000");
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->status, 403);
    call.caller->region = "411000";
    EXPECT_FALSE(refuse_part(call, "411000"));
}

TEST(Rights, ListsAreCutToTheStemOfTheCode) {
    EXPECT_EQ(region_prefix("410000"), "41");
    EXPECT_EQ(region_prefix("411000"), "4110");
    EXPECT_EQ(region_prefix("411002"), "411002");
    EXPECT_EQ(region_prefix(""), "");
}

}  // namespace
}  // namespace qk::daemon
