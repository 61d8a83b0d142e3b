// Goal: what people write about a cause decides as the text of 2024 does, however it is spelled.
#include "rules/air/daily.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

TEST(EpisodeCause, TransportInsideTheCountryBindsHoweverItIsSpelled) {
    for (const char* text : {"区域传输", "周边传输", "外来输送", "周边区域传输影响", "外省输入",
                             "传输", "transport", "Regional transport", "邻市污染传输"}) {
        EXPECT_EQ(parse_cause(text), EpisodeCause::kTransport) << text;
    }
    EXPECT_FALSE(is_advisory(EpisodeCause::kTransport));
}

TEST(EpisodeCause, WhatCrossesTheBorderIsAdvice) {
    for (const char* text : {"境外传输", "境外输入", "跨境传输", "国外传输", "transboundary",
                             "Trans-boundary transport"}) {
        EXPECT_EQ(parse_cause(text), EpisodeCause::kTransboundary) << text;
    }
    EXPECT_TRUE(is_advisory(EpisodeCause::kTransboundary));
}

TEST(EpisodeCause, StrawIsNoWildfireAndBinds) {
    for (const char* text : {"秸秆焚烧", "秸秆火点", "straw burning"}) {
        EXPECT_EQ(parse_cause(text), EpisodeCause::kStraw) << text;
    }
    EXPECT_FALSE(is_advisory(EpisodeCause::kStraw));
    for (const char* text : {"森林草原火灾", "山火", "wildfire", "山火烟气境外传输"}) {
        EXPECT_EQ(parse_cause(text), EpisodeCause::kFire) << text;
    }
}

TEST(EpisodeCause, DustAndOzoneStayWhatTheyAreWhereTheyAreCarried) {
    for (const char* text : {"沙尘", "沙尘传输", "境外沙尘输入", "局地扬尘", "浮尘", "dust"}) {
        EXPECT_EQ(parse_cause(text), EpisodeCause::kDust) << text;
    }
    EXPECT_EQ(parse_cause("臭氧区域传输"), EpisodeCause::kOzone);
}

TEST(EpisodeCause, FineParticlesBesideDustAndUnknownWordsBind) {
    for (const char* text : {"细颗粒物与沙尘叠加", "烟花爆竹", "fireworks", "moon"}) {
        EXPECT_EQ(parse_cause(text), EpisodeCause::kOther) << text;
    }
    EXPECT_FALSE(is_advisory(EpisodeCause::kOther));
    EXPECT_EQ(parse_cause("industrial emission"), EpisodeCause::kFineParticles);
    EXPECT_EQ(parse_cause(""), EpisodeCause::kNotStated);
}

TEST(EpisodeCause, EveryWordReadsBackAsItself) {
    for (int i = 0; i <= static_cast<int>(EpisodeCause::kCarbonMonoxide); ++i) {
        const auto cause = static_cast<EpisodeCause>(i);
        EXPECT_EQ(parse_cause(to_text(cause)), cause) << to_text(cause);
        EXPECT_EQ(parse_cause(to_chinese(cause)), cause) << to_chinese(cause);
    }
}

}  // namespace
}  // namespace qk::rules
