#include "daemon/agent/sender.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

using daemon::PublishAnswer;
using testing::ElementsAre;
using Outcome = PublishAnswer::Outcome;

class SenderTest : public testing::Test {
 protected:
    explicit SenderTest(LetGo let_go) : sender_(spool_, "qingkong/1/110105/e1/", let_go) {}
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
    Sender sender_;
    daemon::Tick now_{};
    std::vector<daemon::Link::Publication> sent_;
};

class AgentSender : public SenderTest {
 protected:
    AgentSender() : SenderTest(LetGo::kAtBroker) {
        for (const char* payload : {"a", "b", "c"}) EXPECT_TRUE(spool_.append("receipt", payload));
    }
};

// One that waits for the bureau's mark, and the bureau, which has what the test says it has.
class AgentSenderByMark : public SenderTest {
 protected:
    AgentSenderByMark() : SenderTest(LetGo::kAtMark) {
        add(3);
        sender_.on_link(true, now_);
    }
    void add(int count) {
        for (int i = 0; i < count; ++i) {
            const std::string text = "{\"i\":" + std::to_string(spool_.last() + 1) + "}";
            EXPECT_TRUE(spool_.append("meter/m1", text));
        }
    }
    // Sends what is due; the broker acknowledges all of it.
    std::vector<std::uint64_t> send() {
        sent_.clear();
        turn();
        std::vector<std::uint64_t> numbers;
        for (const auto& publication : sent_) {
            last_ = daemon::sequence_of(publication.payload).value();
            numbers.push_back(last_.number);
            publication.done({Outcome::kTaken, 0});
        }
        return numbers;
    }
    std::vector<std::uint64_t> send_after(std::chrono::seconds time) {
        now_ += time;
        (void)send();
        now_ += std::chrono::seconds{601};  // no pause is longer
        return send();
    }
    MarkAnswer mark(std::uint64_t up_to) {
        const std::string check = spool_.check_of(up_to).value();
        return sender_.take_mark({spool_.id(), up_to, check}, now_).value();
    }
    daemon::MessageSequence last_;
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

TEST_F(AgentSenderByMark, EachMessageSaysWhereItStandsInTheQueue) {
    turn();
    ASSERT_EQ(sent_.size(), 3U);
    const auto second = daemon::sequence_of(sent_[1].payload).value();
    EXPECT_EQ(second.spool, spool_.id());
    EXPECT_EQ(second.number, 2U);
    EXPECT_EQ(second.after, 1U);
    EXPECT_EQ(second.check, spool_.check_of(2).value());
    EXPECT_EQ(daemon::sequence_of(sent_[0].payload)->after, 0U);
}

TEST_F(AgentSenderByMark, OnlyTheMarkLetsGo) {
    EXPECT_THAT(send(), ElementsAre(1, 2, 3));
    EXPECT_THAT(send(), ElementsAre());
    EXPECT_EQ(spool_.waiting(), 3U);
    EXPECT_EQ(mark(2), MarkAnswer::kTaken);
    EXPECT_EQ(spool_.waiting(), 1U);
    EXPECT_EQ(mark(2), MarkAnswer::kKnown);
    EXPECT_EQ(mark(1), MarkAnswer::kWentBack);
    EXPECT_EQ(spool_.waiting(), 1U);
    EXPECT_EQ(mark(3), MarkAnswer::kTaken);
    EXPECT_EQ(spool_.waiting(), 0U);
}

TEST_F(AgentSenderByMark, WhatTheMarkHasNotPassedGoesAgainWithTheNextLink) {
    (void)send();
    (void)mark(1);
    sender_.on_link(false, now_);
    sender_.on_link(true, now_);
    EXPECT_THAT(send(), ElementsAre(2, 3));
}

TEST_F(AgentSenderByMark, AfterATimeWithoutAMarkOneMessageTriesAndTheOthersFollowIt) {
    (void)send();
    now_ += kMarkWithin - std::chrono::seconds{1};
    EXPECT_THAT(send(), ElementsAre());
    EXPECT_FALSE(sender_.is_overdue());
    EXPECT_THAT(send_after(std::chrono::seconds{1}), ElementsAre(1));
    EXPECT_TRUE(sender_.is_overdue());
    EXPECT_EQ(last_.after, 0U);  // the bureau waits for nothing before it
    EXPECT_THAT(send_after(kMarkWithin), ElementsAre(1));
    (void)mark(1);
    EXPECT_FALSE(sender_.is_overdue());
    EXPECT_THAT(send(), ElementsAre(2, 3));
}

// A broker that does not let the mark through must not cost the answer to an order.
TEST_F(AgentSenderByMark, WhatIsNewIsSentOnceThoughNoMarkComes) {
    (void)send();
    now_ += kMarkWithin;
    EXPECT_THAT(send(), ElementsAre());
    add(1);
    EXPECT_THAT(send(), ElementsAre(4));
    EXPECT_EQ(last_.after, 3U);  // so that no mark passes what the bureau may not have
    EXPECT_THAT(send(), ElementsAre());
    now_ += std::chrono::seconds{601};
    EXPECT_THAT(send(), ElementsAre(1));
    (void)mark(1);
    EXPECT_THAT(send(), ElementsAre(2, 3));
    (void)mark(3);
    EXPECT_THAT(send(), ElementsAre(4));
    EXPECT_EQ(spool_.waiting(), 1U);
}

TEST_F(AgentSenderByMark, NoMoreOfWhatIsNewIsSentBetweenTwoTriesThanAWindow) {
    (void)send();
    now_ += kMarkWithin;
    (void)send();
    add(100);
    EXPECT_EQ(send().size(), kOpenMax);
    EXPECT_THAT(send(), ElementsAre());
    now_ += std::chrono::seconds{601};
    EXPECT_THAT(send(), ElementsAre(1));
    now_ += kMarkWithin;
    (void)send();
    EXPECT_EQ(send().size(), kOpenMax);
}

TEST_F(AgentSenderByMark, TheTimeBetweenTwoTriesGrowsAndHasALimit) {
    (void)send();
    std::size_t tries = 0;
    for (int second = 0; second < 24 * 3600; ++second) {
        now_ += std::chrono::seconds{1};
        tries += send().size();
    }
    EXPECT_GT(tries, 100U);
    EXPECT_LT(tries, 150U);
}

TEST_F(AgentSenderByMark, NoMoreThanAWindowIsSentAheadOfTheMark) {
    add(100);
    EXPECT_EQ(send().size(), kOpenMax);
    EXPECT_THAT(send(), ElementsAre());
    (void)mark(10);
    EXPECT_EQ(send().size(), 10U);
}

TEST_F(AgentSenderByMark, AMarkOfAMessageThatNeverWasHereLetsNothingGo) {
    (void)send();
    const std::string before = spool_.id();
    EXPECT_EQ(sender_.take_mark({before, 4, std::string(16, '0')}, now_).value(),
              MarkAnswer::kUnbelieved);
    EXPECT_NE(spool_.id(), before);
    EXPECT_EQ(spool_.waiting(), 3U);
    now_ += std::chrono::seconds{1};
    (void)send();
    now_ += std::chrono::seconds{11};
    EXPECT_THAT(send(), ElementsAre(1, 2, 3));
    EXPECT_EQ(last_.spool, spool_.id());
}

TEST_F(AgentSenderByMark, TheMarkIsOnTheDiskWhenTheMessageIsGone) {
    (void)send();
    (void)mark(3);
    const Spool again = Spool::open(scratch_.file("queue")).value();
    EXPECT_EQ(again.taken_up_to(), 3U);
    EXPECT_EQ(again.id(), spool_.id());
    EXPECT_EQ(again.waiting(), 0U);
}

}  // namespace
}  // namespace qk::agent
