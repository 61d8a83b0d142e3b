#include "daemon/orders/cut_finder.hpp"

#include <gtest/gtest.h>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::daemon {
namespace {

TEST(CutFinder, TheOneAfterWhichTheLinkEndsIsFoundAmongMany) {
    CutFinder finder;
    std::vector<std::string> all;
    for (int i = 0; i < 200; ++i) all.push_back("e" + std::to_string(i));
    EXPECT_FALSE(finder.ended(all, 0).has_value());
    std::optional<std::string> found;
    int links = 1;
    while (!found && links < 20) {
        const auto next = finder.next();
        ASSERT_TRUE(next.has_value());
        if (*next == "e77") {
            found = finder.ended({*next}, 0);
            ++links;
        } else {
            finder.answered(*next);
        }
    }
    EXPECT_EQ(found, "e77");
    EXPECT_EQ(links, 1 + kStrikesProve);
    EXPECT_FALSE(finder.is_searching());
}

TEST(CutFinder, WhereTheBrokerBlamesThePublicationOnceIsEnough) {
    CutFinder finder;
    EXPECT_FALSE(finder.ended({"a", "b"}, kReasonTooLarge).has_value());
    EXPECT_EQ(finder.ended({"a"}, kReasonTooLarge), "a");
    EXPECT_EQ(finder.next(), "b");
}

TEST(CutFinder, ALineThatBreaksForAnotherReasonAccusesNobody) {
    CutFinder finder;
    for (const int reason : {0x8B, kReasonTakenOver, 0x8D, 0x98}) {
        EXPECT_FALSE(finder.ended({"a"}, reason).has_value());
    }
    EXPECT_FALSE(finder.is_searching());
    EXPECT_FALSE(finder.ended({}, 0).has_value());
    EXPECT_FALSE(finder.is_searching());
}

TEST(CutFinder, WhoIsAnsweredStartsAnew) {
    CutFinder finder;
    for (int i = 0; i < 10; ++i) {
        EXPECT_FALSE(finder.ended({"a"}, 0).has_value());
        EXPECT_FALSE(finder.ended({"a"}, 0).has_value());
        finder.answered("a");
    }
    finder.suspect("known");
    EXPECT_EQ(finder.ended({"known"}, 0), "known");
}

}  // namespace
}  // namespace qk::daemon
