#include "daemon/mqtt/link.hpp"

#include <gtest/gtest.h>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::daemon {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Outcome = PublishAnswer::Outcome;

// A client library and a broker that do what the test says.
class LinkTest : public testing::Test, protected LinkPort {
 protected:
    void connect() override { ++connects_; }
    void subscribe(const LinkFilter& filter, std::size_t) override {
        subscribed_.push_back(filter.topic);
    }
    void close() override { ++closes_; }
    bool send(std::uint64_t number, const std::string& topic, const std::string& payload,
              bool) override {
        sent_.emplace_back(number, topic);
        last_payload_ = payload;
        return can_send_;
    }

    Link::Listener listener() {
        Link::Listener made;
        made.on_link = [this](bool is_up) { told_.emplace_back(is_up ? "up" : "down"); };
        made.on_held_all = [this](bool is_known) {
            told_.emplace_back(is_known ? "all held" : "held unknown");
        };
        made.on_trouble = [this](LinkTrouble trouble) { troubles_.push_back(trouble); };
        return made;
    }
    void come_up(bool has_session = true) {
        greet(has_session);
        link_.granted(0, 1, now_);
    }
    void greet(bool has_session = true) {
        LinkGreeting greeting;
        greeting.has_session = has_session;
        link_.connected(greeting, now_);
    }
    void wait_for(milliseconds time) {
        now_ += time;
        link_.pass_time(now_);
    }
    // Seconds until it connects again.
    milliseconds pause() {
        const int before = connects_;
        milliseconds waited{0};
        while (connects_ == before && waited < seconds{100}) {
            wait_for(milliseconds{100});
            waited += milliseconds{100};
        }
        return waited;
    }
    void publish(const std::string& topic) {
        link_.publish(
            {topic, "x", true, [this](PublishAnswer answer) { answers_.push_back(answer); }}, now_);
    }

    Tick now_{seconds{1000}};
    int connects_ = 0;
    int closes_ = 0;
    bool can_send_ = true;
    std::vector<std::string> subscribed_;
    std::vector<std::pair<std::uint64_t, std::string>> sent_;
    std::string last_payload_;
    std::vector<std::string> told_;
    std::vector<LinkTrouble> troubles_;
    std::vector<PublishAnswer> answers_;
    Link link_{*this,
               {{"r", LinkFilter::Kind::kMessages},
                {"own", LinkFilter::Kind::kOwn},
                {"$SYS", LinkFilter::Kind::kBroker},
                {"mark", LinkFilter::Kind::kMark}},
               listener()};
};

TEST_F(LinkTest, ItIsUpWhenEveryNeededFilterIsGranted) {
    link_.start(now_);
    greet();
    EXPECT_EQ(subscribed_.size(), 4U);
    EXPECT_TRUE(told_.empty());
    link_.granted(1, 0x87, now_);
    EXPECT_EQ(told_, std::vector<std::string>{"held unknown"});
    link_.granted(0, 1, now_);
    EXPECT_TRUE(link_.is_up());
    EXPECT_EQ(told_.back(), "up");
}

TEST_F(LinkTest, ANeededFilterThatIsRefusedIsTriedAgainOnANewLink) {
    link_.start(now_);
    greet();
    link_.granted(0, 0x87, now_);
    EXPECT_EQ(closes_, 1);
    ASSERT_EQ(troubles_.size(), 1U);
    EXPECT_EQ(troubles_[0].kind, LinkTrouble::Kind::kNotSubscribed);
    EXPECT_EQ(troubles_[0].reason, 0x87);
    pause();
    EXPECT_EQ(connects_, 2);
}

TEST_F(LinkTest, ThePauseDoublesWhileNothingComesOfItAndHasALimit) {
    link_.start(now_);
    std::vector<milliseconds> pauses;
    for (int i = 0; i < 8; ++i) {
        link_.not_connected(0, "refused", now_);
        pauses.push_back(pause());
    }
    EXPECT_EQ(pauses[0], milliseconds{500});
    EXPECT_EQ(pauses[1], milliseconds{1000});
    EXPECT_EQ(pauses[7], milliseconds{15'000});
    come_up();
    wait_for(seconds{10});
    link_.ended(0, "", now_);
    EXPECT_LE(pause(), milliseconds{500}) << "it lasted";
    come_up();
    publish("a");
    link_.answered(sent_.back().first, 0, now_);
    link_.ended(0, "", now_);
    EXPECT_EQ(pause(), milliseconds{500}) << "an order left";
    come_up();
    link_.ended(0, "", now_);
    EXPECT_GT(pause(), milliseconds{500}) << "up, and nothing came of it";
}

TEST_F(LinkTest, AfterALinkThatStoodItWaitsForItsPlaceAmongMany) {
    LinkPauses pauses;
    pauses.spread = milliseconds{700};
    Link spread(*this, {{"r", LinkFilter::Kind::kMessages}}, listener(), pauses);
    spread.start(now_);
    spread.connected({}, now_);
    spread.granted(0, 1, now_);
    now_ += seconds{3600};
    spread.ended(0, "", now_);
    EXPECT_EQ(spread.next(), now_ + milliseconds{700});
    now_ += milliseconds{700};
    spread.pass_time(now_);
    spread.not_connected(0, "refused", now_);
    EXPECT_EQ(spread.next(), now_ + milliseconds{1000})
        << "a broker that is away is asked as before";
}

TEST_F(LinkTest, LinksThatEndAgainAndAgainWithoutAWordAreToldAsATakeOver) {
    link_.start(now_);
    for (int i = 0; i < 3; ++i) {
        EXPECT_TRUE(troubles_.empty());
        come_up();
        wait_for(seconds{5});
        link_.ended(0, "", now_);
        pause();
    }
    ASSERT_EQ(troubles_.size(), 1U);
    EXPECT_EQ(troubles_[0].kind, LinkTrouble::Kind::kTakenOver);
}

TEST_F(LinkTest, ABrokerThatComesAndGoesTakesNobodyOver) {
    link_.start(now_);
    for (int i = 0; i < 10; ++i) {
        come_up();
        wait_for(seconds{5});
        link_.ended(0, "", now_);
        pause();
        link_.not_connected(0, "refused", now_);
        pause();
    }
    for (const LinkTrouble& trouble : troubles_) {
        EXPECT_EQ(trouble.kind, LinkTrouble::Kind::kNotConnected);
    }
}

TEST_F(LinkTest, AMessageIsEnoughForThePauseToBeginAnew) {
    link_.start(now_);
    for (int i = 0; i < 6; ++i) {
        link_.not_connected(0, "", now_);
        pause();
    }
    greet();
    link_.heard();
    link_.ended(0, "", now_);
    EXPECT_EQ(pause(), milliseconds{500}) << "a backlog that is cut again and again still moves";
    greet();
    link_.ended(0, "", now_);
    EXPECT_GT(pause(), milliseconds{500}) << "a greeting alone moves nothing";
}

TEST_F(LinkTest, WhoIsTakenOverComesBackLaterEachTimeAndNeverGivesUp) {
    link_.start(now_);
    milliseconds last{0};
    for (int i = 0; i < 12; ++i) {
        come_up();
        link_.ended(kReasonTakenOver, "", now_);
        EXPECT_EQ(troubles_.back().kind, LinkTrouble::Kind::kTakenOver);
        const milliseconds waited = pause();
        EXPECT_GE(waited, std::max(last, milliseconds{1000}));
        EXPECT_LE(waited, milliseconds{30'000});
        last = waited;
    }
    come_up();
    wait_for(seconds{600});
    link_.ended(kReasonTakenOver, "", now_);
    EXPECT_EQ(pause(), milliseconds{1000}) << "long ago is forgotten";
}

TEST_F(LinkTest, WhatIsHeldIsAllWhenTheMarkComesBackBehindIt) {
    link_.start(now_);
    come_up();
    link_.granted(3, 1, now_);
    EXPECT_TRUE(sent_.empty()) << "nothing was asked for yet";
    link_.granted(1, 1, now_);
    ASSERT_EQ(sent_.size(), 1U);
    EXPECT_EQ(sent_[0].second, "mark");
    wait_for(milliseconds{5});
    link_.heard_held();
    EXPECT_EQ(told_.back(), "up");
    const std::string mark = last_payload_;
    link_.heard_mark(mark);
    wait_for(milliseconds{0});
    EXPECT_EQ(told_.back(), "all held");
    link_.answered(sent_[0].first, 0, now_);
    link_.ended(0, "", now_);
    pause();
    come_up();
    link_.granted(1, 1, now_);
    link_.heard_mark(mark);
    wait_for(milliseconds{5});
    EXPECT_EQ(told_.back(), "up") << "the mark of an earlier link says nothing of this one";
}

// It would never let the link last, and the orders on their way would be blamed.
TEST_F(LinkTest, ABrokerThatEndsTheLinkForTheMarkIsNotSentItForEver) {
    link_.start(now_);
    for (int i = 0; i < 2; ++i) {
        come_up();
        link_.granted(1, 1, now_);
        EXPECT_EQ(sent_.size(), static_cast<std::size_t>(i + 1));
        link_.ended(kReasonTakenOver, "", now_);
        pause();
        come_up();
        link_.granted(1, 1, now_);
        link_.answered(sent_.back().first, 0, now_);
        link_.ended(0, "", now_);
        pause();
        sent_.resize(static_cast<std::size_t>(i + 1));
    }
    sent_.clear();
    for (int i = 0; i < 4; ++i) {
        come_up();
        link_.granted(1, 1, now_);
        publish("a");
        link_.ended(0x87, "", now_);
        pause();
    }
    EXPECT_EQ(std::ranges::count(sent_, "mark", [](const auto& one) { return one.second; }), 2);
    ASSERT_EQ(answers_.size(), 4U);
    for (std::size_t i = 0; i < 4; ++i) {
        EXPECT_EQ(answers_[i].outcome, i < 2 ? Outcome::kNotSent : Outcome::kCut) << i;
    }
    come_up();
    link_.granted(1, 1, now_);
    wait_for(seconds{10});
    EXPECT_EQ(told_.back(), "all held") << "after a silence";
}

TEST_F(LinkTest, AMarkThatIsRefusedIsNoTroubleAndTheLinkIsUp) {
    link_.start(now_);
    greet();
    link_.granted(3, 0x87, now_);
    link_.granted(0, 1, now_);
    EXPECT_TRUE(link_.is_up());
    EXPECT_TRUE(troubles_.empty());
}

TEST_F(LinkTest, WithoutTheMarkWhatIsHeldIsAllWhenNoMoreOfItComes) {
    link_.start(now_);
    come_up();
    link_.granted(1, 1, now_);
    wait_for(milliseconds{9'900});
    link_.heard_held();
    wait_for(milliseconds{9'900});
    EXPECT_EQ(told_.back(), "up");
    wait_for(milliseconds{9'999});
    EXPECT_EQ(told_.back(), "up");
    wait_for(milliseconds{1});
    EXPECT_EQ(told_.back(), "all held");
    wait_for(seconds{60});
    EXPECT_EQ(std::ranges::count(told_, "all held"), 1);
    link_.ended(0, "", now_);
    pause();
    come_up();
    link_.granted(1, 1, now_);
    wait_for(seconds{11});
    EXPECT_EQ(std::ranges::count(told_, "all held"), 2) << "at each connect";
}

TEST_F(LinkTest, ALinkThatEndsBeforeAllWasToldTellsNothing) {
    link_.start(now_);
    come_up();
    link_.granted(1, 1, now_);
    link_.ended(0, "", now_);
    wait_for(milliseconds{400});
    EXPECT_EQ(std::ranges::count(told_, "all held"), 0);
}

TEST_F(LinkTest, ABrokerIsNotGivenMoreAtOnceThanItAnswers) {
    link_.start(now_);
    LinkGreeting greeting;
    greeting.unanswered_max = 3;
    link_.connected(greeting, now_);
    link_.granted(0, 1, now_);
    for (int i = 0; i < 5; ++i) publish(std::to_string(i));
    ASSERT_EQ(sent_.size(), 2U);
    EXPECT_TRUE(answers_.empty());
    link_.answered(sent_[0].first, 0, now_);
    ASSERT_EQ(sent_.size(), 3U);
    EXPECT_EQ(sent_[2].second, "2") << "in the order in which they came";
    link_.ended(0, "", now_);
    ASSERT_EQ(answers_.size(), 5U);
    EXPECT_EQ(std::ranges::count(answers_, Outcome::kCut, &PublishAnswer::outcome), 2);
    EXPECT_EQ(std::ranges::count(answers_, Outcome::kNotSent, &PublishAnswer::outcome), 2);
}

TEST_F(LinkTest, EveryPublicationIsAnsweredOnceWithWhatBecameOfIt) {
    publish("early");
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].outcome, Outcome::kNotSent);
    link_.start(now_);
    come_up();
    for (const char* topic : {"a", "b", "c", "d/#"}) publish(topic);
    EXPECT_EQ(sent_.size(), 3U) << "what would end the link is not sent";
    EXPECT_EQ(answers_[1].outcome, Outcome::kRefused);
    EXPECT_EQ(answers_[1].reason, kReasonTopicInvalid);
    link_.answered(sent_[0].first, kReasonNobodyListens, now_);
    link_.answered(sent_[1].first, 0x87, now_);
    link_.answered(sent_[1].first, 0, now_);
    link_.ended(kReasonTooLarge, "", now_);
    link_.answered(sent_[2].first, 0, now_);
    ASSERT_EQ(answers_.size(), 5U);
    EXPECT_EQ(answers_[2].outcome, Outcome::kTaken);
    EXPECT_EQ(answers_[2].reason, kReasonNobodyListens);
    EXPECT_EQ(answers_[3].outcome, Outcome::kRefused);
    EXPECT_EQ(answers_[3].reason, 0x87);
    EXPECT_EQ(answers_[4].outcome, Outcome::kCut);
    EXPECT_EQ(answers_[4].reason, kReasonTooLarge);
    pause();
    come_up();
    can_send_ = false;
    publish("e");
    EXPECT_EQ(answers_.back().outcome, Outcome::kNotSent);
    can_send_ = true;
    publish("f");
    link_.stop();
    EXPECT_EQ(answers_.back().outcome, Outcome::kCut);
}

TEST_F(LinkTest, WhatTheBrokerSaysIsTooLongIsNotSent) {
    link_.start(now_);
    LinkGreeting greeting;
    greeting.packet_bytes_max = 100;
    link_.connected(greeting, now_);
    link_.granted(0, 1, now_);
    publish(std::string(50, 'a'));
    publish(std::string(100, 'a'));
    EXPECT_EQ(sent_.size(), 1U);
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].reason, kReasonTooLarge);
}

TEST_F(LinkTest, ASessionThatIsGoneAndPromisesThatAreLessAreTold) {
    link_.start(now_);
    come_up(false);
    EXPECT_TRUE(troubles_.empty()) << "the first time there was none";
    link_.ended(0, "", now_);
    pause();
    come_up(false);
    ASSERT_EQ(troubles_.size(), 1U);
    EXPECT_EQ(troubles_[0].kind, LinkTrouble::Kind::kSessionLost);
    link_.ended(0, "", now_);
    pause();
    LinkGreeting greeting;
    greeting.has_session = true;
    greeting.can_retain = false;
    greeting.session_kept = seconds{10};
    link_.connected(greeting, now_);
    EXPECT_EQ(troubles_.size(), 3U);
}

TEST_F(LinkTest, ABrokerThatNeverAnswersIsAskedAgain) {
    link_.start(now_);
    wait_for(seconds{15});
    EXPECT_EQ(closes_, 1);
    pause();
    EXPECT_EQ(connects_, 2);
}

TEST_F(LinkTest, SubscriptionsThatAreNeverAnsweredEndTheLink) {
    link_.start(now_);
    greet();
    ASSERT_TRUE(link_.next().has_value());
    wait_for(seconds{59});
    link_.heard();
    wait_for(seconds{1});
    EXPECT_EQ(closes_, 0) << "what was kept for us comes first";
    ASSERT_TRUE(link_.next().has_value());
    EXPECT_EQ(*link_.next(), now_ + seconds{60});
    wait_for(seconds{60});
    EXPECT_EQ(closes_, 1);
    ASSERT_EQ(troubles_.size(), 1U);
    EXPECT_EQ(troubles_[0].kind, LinkTrouble::Kind::kNotConnected);
    pause();
    EXPECT_EQ(connects_, 2);
    come_up();
    wait_for(seconds{600});
    EXPECT_EQ(closes_, 1) << "it was answered";
    EXPECT_FALSE(link_.next().has_value());
}

TEST_F(LinkTest, APublicationThatIsNeverAnsweredEndsTheLink) {
    link_.start(now_);
    come_up();
    publish("a");
    wait_for(seconds{200});
    publish("b");
    ASSERT_TRUE(link_.next().has_value());
    EXPECT_EQ(*link_.next(), now_ + seconds{100});
    link_.answered(sent_[0].first, 0, now_);
    wait_for(seconds{299});
    EXPECT_TRUE(link_.is_up()) << "each has its own time";
    wait_for(seconds{1});
    EXPECT_EQ(closes_, 1);
    ASSERT_EQ(answers_.size(), 2U);
    EXPECT_EQ(answers_[1].outcome, Outcome::kCut);
    ASSERT_EQ(troubles_.size(), 1U);
    EXPECT_EQ(troubles_[0].kind, LinkTrouble::Kind::kEnded);
    pause();
    EXPECT_EQ(connects_, 2);
}

TEST(OneIdProof, OnlyTwoThatThrowEachOtherOutInTurnProveIt) {
    for (const bool is_coming_first : {true, false}) {
        Tick now{seconds{1}};
        OneIdProof proof;
        bool is_proved = proof.came(0, now);
        int throws = 0;
        for (std::size_t out = 0; throws < 10 && !is_proved; out = 1 - out, ++throws) {
            now += seconds{2};
            if (is_coming_first) is_proved = proof.came(1 - out, now) || is_proved;
            is_proved = proof.went(out, now + milliseconds{3}) || is_proved;
            if (!is_coming_first) {
                is_proved = proof.came(1 - out, now + milliseconds{9}) || is_proved;
            }
        }
        EXPECT_TRUE(is_proved);
        EXPECT_EQ(throws, 4);
    }
}

TEST(OneIdProof, LinesThatBreakAndAThiefOfOneIdProveNothing) {
    Tick now{seconds{1}};
    OneIdProof proof;
    for (int i = 0; i < 50; ++i) {
        now += seconds{1};
        EXPECT_FALSE(proof.went(0, now));
        now += milliseconds{500};
        EXPECT_FALSE(proof.came(0, now));
        if (i % 2 == 0) continue;
        now += milliseconds{400};
        EXPECT_FALSE(proof.went(1, now));
        now += milliseconds{500};
        EXPECT_FALSE(proof.came(1, now));
    }
}

}  // namespace
}  // namespace qk::daemon
