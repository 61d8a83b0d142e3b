#include "daemon/agent/sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

using daemon::PublishAnswer;
using testing::ElementsAre;
using Outcome = PublishAnswer::Outcome;

class AgentSender : public testing::Test {
 protected:
    void SetUp() override {
        for (const char* payload : {"a", "b", "c"}) ASSERT_TRUE(spool_.append("receipt", payload));
    }
    void turn() {
        ASSERT_TRUE(sender_.turn(now_, [this](daemon::Link::Publication publication) {
            sent_.push_back(std::move(publication));
        }));
    }
    std::vector<std::string> take_sent() {
        std::vector<std::string> payloads;
        for (const auto& publication : sent_) payloads.push_back(publication.payload);
        return payloads;
    }
    void answer(std::size_t which, Outcome outcome, int reason = 0) {
        sent_[which].done({outcome, reason});
    }

    daemon::Scratch scratch_;
    Spool spool_ = Spool::open(scratch_.file("queue")).value();
    Sender sender_{spool_, "qingkong/1/110105/e1/"};
    daemon::Tick now_{};
    std::vector<daemon::Link::Publication> sent_;
};

TEST_F(AgentSender, NothingIsSentWithoutALink) {
    turn();
    EXPECT_TRUE(sent_.empty());
}

TEST_F(AgentSender, TheOldestIsSentFirstToItsTopic) {
    sender_.on_link(true, now_);
    turn();
    EXPECT_THAT(take_sent(), ElementsAre("a", "b", "c"));
    EXPECT_EQ(sent_[0].topic, "qingkong/1/110105/e1/receipt");
    EXPECT_FALSE(sent_[0].retain);
    turn();
    EXPECT_EQ(sent_.size(), 3U);
}

TEST_F(AgentSender, OnlyWhatIsAcknowledgedUpToTheOldestOpenOneIsLetGo) {
    sender_.on_link(true, now_);
    turn();
    answer(1, Outcome::kTaken);
    turn();
    EXPECT_EQ(spool_.waiting(), 3U);
    answer(0, Outcome::kTaken);
    turn();
    EXPECT_EQ(spool_.waiting(), 1U);
    answer(2, Outcome::kTaken);
    turn();
    EXPECT_EQ(spool_.waiting(), 0U);
}

TEST_F(AgentSender, WhatWasOnItsWayWhenTheLinkEndedIsSentAgain) {
    sender_.on_link(true, now_);
    turn();
    answer(0, Outcome::kTaken);
    turn();
    sender_.on_link(false, now_);
    answer(1, Outcome::kCut);
    sent_.clear();
    sender_.on_link(true, now_);
    turn();
    EXPECT_THAT(take_sent(), ElementsAre("b", "c"));
}

TEST_F(AgentSender, AnAnswerOfAnEarlierLinkSaysNothing) {
    sender_.on_link(true, now_);
    turn();
    const auto late = sent_[0].done;
    sender_.on_link(false, now_);
    sender_.on_link(true, now_);
    late({Outcome::kTaken, 0});
    turn();
    EXPECT_EQ(spool_.waiting(), 3U);
}

TEST_F(AgentSender, WhatIsRefusedStaysIsToldAndIsTriedAgainAfterAPause) {
    sender_.on_link(true, now_);
    turn();
    answer(0, Outcome::kTaken);
    answer(1, Outcome::kRefused, 0x87);
    answer(2, Outcome::kTaken);
    turn();
    EXPECT_EQ(sender_.take_refusal(), 0x87);
    EXPECT_EQ(sender_.take_refusal(), 0);
    EXPECT_EQ(spool_.waiting(), 2U);
    sent_.clear();
    now_ += std::chrono::seconds{9};
    turn();
    EXPECT_TRUE(sent_.empty());
    now_ += std::chrono::seconds{2};
    turn();
    EXPECT_THAT(take_sent(), ElementsAre("b", "c"));
}

TEST_F(AgentSender, WhatTheBrokerTookWhileNobodyListenedIsSentAgain) {
    sender_.on_link(true, now_);
    turn();
    answer(0, Outcome::kTaken, 0x10);
    answer(1, Outcome::kTaken, 0x10);
    answer(2, Outcome::kTaken);
    turn();
    EXPECT_EQ(spool_.waiting(), 3U);
    sent_.clear();
    now_ += std::chrono::seconds{11};
    turn();
    EXPECT_THAT(take_sent(), ElementsAre("a", "b", "c"));
    for (std::size_t i = 0; i < sent_.size(); ++i) answer(i, Outcome::kTaken);
    turn();
    EXPECT_EQ(spool_.waiting(), 0U);
}

}  // namespace
}  // namespace qk::agent
