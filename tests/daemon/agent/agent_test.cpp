#include "daemon/agent/agent.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "daemon/base/manual_clock.hpp"
#include "daemon/base/message_sequence.hpp"
#include "daemon/base/mqtt_reason.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/agent/agent_orders.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

using daemon::PublishAnswer;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const rules::Instant kNow{std::chrono::seconds{1'790'000'000}};

// The agent with a broker that notes what it is given.
class AgentTest : public testing::Test {
 protected:
    void SetUp() override {
        std::filesystem::create_directories(scratch_.file("state"));
        settings_.enterprise = "e1";
        settings_.region = "110105";
        settings_.state = scratch_.file("state");
        settings_.pinned = key_.public_key_hex();
        settings_.obligations.file = scratch_.file("obligations.json");
        start();
    }
    void start() {
        agent_.reset();
        AgentParts parts;
        parts.settings = settings_;
        parts.now = [] { return kNow; };
        parts.wake = [] {};
        parts.end_broken = [this] { ++broken_; };
        agent_ = Agent::open(std::move(parts), open_queues(settings_).value(), log_).value();
        is_up_ = false;
    }
    void link(bool is_up) {
        is_up_ = is_up;
        agent_->on_link(is_up, now_);
    }
    void turn() {
        std::vector<std::function<void(PublishAnswer)>> answers;
        agent_->turn(now_, [&](daemon::Link::Publication publication) {
            published_.push_back(publication.topic.substr(publication.topic.rfind('/') + 1) + " " +
                                 publication.payload);
            topics_.push_back(publication.topic);
            answers.push_back(publication.done);
        });
        for (const auto& answer : answers) answer({PublishAnswer::Outcome::kTaken, reason_});
    }
    void pass(std::chrono::seconds time) {
        now_ += time;
        turn();
    }
    void mark(const std::string& text) { agent_->take("qingkong/1/110105/e1/durable", text); }
    // The bureau has all that was published.
    void mark_all() {
        std::map<std::string, daemon::SpoolMark> marks;
        for (const std::string& line : published_) {
            const auto sequence = daemon::sequence_of(line.substr(line.find(' ') + 1));
            if (!sequence) continue;
            marks[sequence->spool] = {sequence->spool, sequence->number, sequence->check};
        }
        std::vector<daemon::SpoolMark> all;
        for (const auto& [spool, one] : marks) all.push_back(one);
        mark(daemon::to_mark_text("e1", all, key_));
        turn();
    }
    std::int64_t receipts_waiting() const {
        const auto status = plans::parse_json(scratch_.read("state/status.json"), "status").value();
        return static_cast<std::int64_t>(plans::number_or(status, "receipts_waiting", -1));
    }
    void order(const std::string& text) { agent_->take("qingkong/1/110105/e1/order", text); }
    std::vector<std::string> receipts() const {
        std::vector<std::string> found;
        for (const std::string& line : published_) {
            if (line.starts_with("receipt ")) found.push_back(line.substr(8));
        }
        return found;
    }
    std::size_t onlines() const {
        return static_cast<std::size_t>(
            std::count(published_.begin(), published_.end(), "status online"));
    }
    std::int64_t shown_revision() const {
        const auto value = plans::parse_json(scratch_.read("obligations.json"), "obligations");
        return value ? static_cast<std::int64_t>(plans::number_or(*value, "revision", 0)) : 0;
    }

    daemon::Scratch scratch_;
    plans::SigningKey key_ = key_of('a');
    Settings settings_;
    daemon::ManualClock clock_{kNow};
    std::vector<std::string> log_lines_;
    daemon::Log log_{clock_, [this](daemon::LogSeverity, std::string_view line) {
                         log_lines_.emplace_back(line);
                     }};
    std::unique_ptr<Agent> agent_;
    std::vector<std::string> published_;
    std::vector<std::string> topics_;
    daemon::Tick now_{};
    bool is_up_ = false;
    int reason_ = 0;  // with which the broker takes what is published
    int broken_ = 0;
};

TEST_F(AgentTest, AnOrderIsOnRecordBeforeItIsAcknowledged) {
    order(signed_order(3, key_));
    start();  // killed right after
    ASSERT_TRUE(agent_->on_record());
    EXPECT_EQ(agent_->on_record()->order.revision, 3);
}

TEST_F(AgentTest, ThePlantSeesItAndTheBureauIsToldOnce) {
    link(true);
    order(signed_order(3, key_));
    turn();
    turn();
    EXPECT_EQ(shown_revision(), 3);
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_THAT(receipts()[0], HasSubstr("\"state\":\"received\""));
    order(signed_order(3, key_));  // the broker may bring it twice
    turn();
    mark_all();
    start();
    link(true);
    turn();
    EXPECT_EQ(receipts().size(), 1U);
}

TEST_F(AgentTest, AReceiptWaitsForTheLinkOverAnotherStart) {
    order(signed_order(3, key_));
    turn();
    EXPECT_THAT(receipts(), IsEmpty());
    start();
    link(true);
    turn();
    EXPECT_EQ(receipts().size(), 1U);
}

TEST_F(AgentTest, WhatTheBrokerHasAcknowledgedIsKeptUntilTheBureauHasIt) {
    order(signed_order(3, key_));
    link(true);
    turn();
    turn();
    EXPECT_EQ(receipts_waiting(), 1);
    // The broker loses it with its power; the link comes back, and the agent was killed, too.
    start();
    link(true);
    turn();
    EXPECT_EQ(receipts().size(), 2U);
    mark_all();
    EXPECT_EQ(receipts_waiting(), 0);
    start();
    link(true);
    turn();
    EXPECT_EQ(receipts().size(), 2U);
    EXPECT_THAT(log_lines_, Not(Contains(HasSubstr("MARK_"))));
}

TEST_F(AgentTest, AMarkOfAnotherOrOneThatGoesBackLetsNothingGoAndIsTold) {
    link(true);
    order(signed_order(3, key_));
    turn();
    const auto sequence = daemon::sequence_of(receipts().at(0)).value();
    mark(daemon::to_mark_text("e1", {{std::string(16, 'a'), 1, sequence.check}}, key_));
    turn();
    EXPECT_THAT(log_lines_, Contains(HasSubstr("MARK_OF_ANOTHER")));
    mark(daemon::to_mark_text("e2", {{sequence.spool, 1, sequence.check}}, key_));
    turn();
    mark("{}");
    turn();
    mark("");
    turn();
    EXPECT_EQ(std::ranges::count_if(log_lines_,
                                    [](const std::string& line) {
                                        return line.find("MARK_NOT_BELIEVED") != std::string::npos;
                                    }),
              2);
    EXPECT_EQ(receipts_waiting(), 1);
    order(signed_order(4, key_));
    turn();
    mark_all();
    EXPECT_EQ(receipts_waiting(), 0);
    mark(daemon::to_mark_text("e1", {{sequence.spool, 1, sequence.check}}, key_));
    turn();
    EXPECT_THAT(log_lines_, Contains(HasSubstr("MARK_WENT_BACK")));
}

TEST_F(AgentTest, WhoeverOwnsTheBrokerCannotRaiseTheMark) {
    link(true);
    order(signed_order(3, key_));
    turn();
    const auto sequence = daemon::sequence_of(receipts().at(0)).value();
    const std::vector<daemon::SpoolMark> marks{{sequence.spool, sequence.number, sequence.check}};
    const std::string good = daemon::to_mark_text("e1", marks, key_);
    // Every byte flipped.
    for (std::size_t i = 0; i < good.size(); ++i) {
        std::string forged = good;
        forged[i] = static_cast<char>(forged[i] ^ 1);
        mark(forged);
        turn();
        ASSERT_EQ(receipts_waiting(), 1) << forged;
    }
    auto bare = plans::parse_json(good, "mark").value();
    bare.get_object().erase("signature");
    // Without a signature, with a stranger's, and with one of the bureau's that is of an order.
    for (const std::string& lie :
         {plans::canonical_text(bare), daemon::to_mark_text("e1", marks, key_of('b')),
          plans::signed_again(bare, key_)}) {
        mark(lie);
        turn();
        EXPECT_EQ(receipts_waiting(), 1) << lie;
    }
    EXPECT_THAT(log_lines_, Contains(HasSubstr("MARK_NOT_BELIEVED")));
    mark(good);
    turn();
    EXPECT_EQ(receipts_waiting(), 0);
}

TEST_F(AgentTest, AStateThatWasBroughtBackFromACopyIsToldAnewUnderAnotherId) {
    link(true);
    order(signed_order(3, key_));
    turn();
    const auto first = daemon::sequence_of(receipts().at(0)).value();
    // The bureau has a message of this number, and it is not this one.
    mark(daemon::to_mark_text("e1", {{first.spool, 1, std::string(16, '0')}}, key_));
    turn();
    EXPECT_THAT(log_lines_, Contains(HasSubstr("MARK_NOT_BELIEVED")));
    EXPECT_EQ(receipts_waiting(), 1);
    pass(std::chrono::seconds{11});
    pass(std::chrono::seconds{1});
    ASSERT_EQ(receipts().size(), 2U);
    const auto again = daemon::sequence_of(receipts().at(1)).value();
    EXPECT_NE(again.spool, first.spool);
    EXPECT_EQ(again.check, first.check);
    mark_all();
    EXPECT_EQ(receipts_waiting(), 0);
}

TEST_F(AgentTest, AMarkThatDoesNotComeIsToldAndNamesItsCure) {
    link(true);
    order(signed_order(3, key_));
    turn();
    pass(kMarkWithin);
    EXPECT_THAT(log_lines_, Contains(HasSubstr("MARK_OVERDUE")));
}

TEST_F(AgentTest, WhereTheBureauGivesNoMarksTheBrokersWordHasToDo) {
    settings_.broker.has_marks = false;
    start();
    EXPECT_EQ(agent_->mark_topic(), "");
    link(true);
    order(signed_order(3, key_));
    turn();
    turn();
    EXPECT_EQ(receipts_waiting(), 0);
    EXPECT_FALSE(daemon::sequence_of(receipts().at(0)));
}

TEST_F(AgentTest, AForgedOrderChangesNothingIsCountedAndThePresentOneIsAskedFor) {
    link(true);
    order(signed_order(3, key_));
    turn();
    EXPECT_EQ(onlines(), 1U);
    order(signed_order(1000, key_of('x')));
    turn();
    pass(std::chrono::seconds{31});
    EXPECT_EQ(agent_->on_record()->order.revision, 3);
    EXPECT_EQ(shown_revision(), 3);
    EXPECT_EQ(agent_->refused(), 1U);
    EXPECT_EQ(receipts().size(), 1U);
    EXPECT_EQ(onlines(), 2U);
    EXPECT_THAT(log_lines_, Contains(HasSubstr("ORDER_NOT_BELIEVED")));
    order(signed_order(3, key_));  // here it is
    pass(std::chrono::seconds{7200});
    EXPECT_EQ(onlines(), 2U);
}

TEST_F(AgentTest, OnlineIsSaidAgainUntilTheBureauHearsIt) {
    reason_ = daemon::kReasonNobodyListens;
    link(true);
    turn();
    EXPECT_EQ(onlines(), 1U);
    pass(std::chrono::seconds{31});
    EXPECT_EQ(onlines(), 2U);
    for (int i = 0; i < 60; ++i) pass(std::chrono::seconds{60});
    EXPECT_LE(onlines(), 10U);  // ever more seldom
    reason_ = 0;
    pass(std::chrono::seconds{7200});
    const std::size_t heard = onlines();
    for (int i = 0; i < 60; ++i) pass(std::chrono::seconds{600});
    EXPECT_EQ(onlines(), heard);
}

TEST_F(AgentTest, AFloodOfForgeriesDoesNotBecomeAFloodOfQuestions) {
    link(true);
    for (int i = 0; i < 3600; ++i) {
        order(signed_order(1000, key_of('x')));
        pass(std::chrono::seconds{1});
    }
    EXPECT_LE(onlines(), 9U);
    EXPECT_FALSE(agent_->on_record());
}

TEST_F(AgentTest, AnOlderRevisionAndAnEmptiedTopicLiftNothing) {
    order(signed_order(5, key_));
    order(signed_order(4, key_));
    order("");
    EXPECT_EQ(agent_->on_record()->order.revision, 5);
    EXPECT_EQ(agent_->refused(), 1U);
}

TEST_F(AgentTest, WhatCannotBeWrittenIsNotAcknowledged) {
    order(signed_order(3, key_));
    // A folder stands where the next order would be written.
    std::filesystem::create_directories(scratch_.file("state/order.json.part/x"));
    order(signed_order(4, key_));
    EXPECT_EQ(broken_, 1);
    EXPECT_EQ(agent_->on_record()->order.revision, 3);
    EXPECT_THAT(log_lines_, Contains(HasSubstr("AGENT_STATE_BROKEN")));
}

TEST_F(AgentTest, AnObligationsFileThatCannotBeWrittenIsTriedAgain) {
    std::filesystem::create_directories(scratch_.file("obligations.json.part/x"));
    order(signed_order(3, key_));
    turn();
    EXPECT_EQ(shown_revision(), 0);
    std::filesystem::remove_all(scratch_.file("obligations.json.part"));
    pass(std::chrono::seconds{6});
    EXPECT_EQ(shown_revision(), 3);
}

TEST_F(AgentTest, ThePlantsCommandRunsOncePerOrderAndAgainWhereItFailed) {
    settings_.obligations.hook = {
        "/bin/sh", "-c",
        "echo $QINGKONG_REVISION >> " + scratch_.file("ran") + "; test -e " + scratch_.file("may")};
    start();
    const auto until = [this](const std::string& wanted) {
        for (int i = 0; i < 500 && scratch_.read("ran") != wanted; ++i) {
            turn();
            ::usleep(10'000);
        }
        for (int i = 0; i < 20; ++i) {
            turn();
            ::usleep(10'000);
        }
        return scratch_.read("ran");
    };
    order(signed_order(3, key_));
    EXPECT_EQ(until("3\n"), "3\n");
    scratch_.write("may", "");
    now_ += std::chrono::seconds{11};
    EXPECT_EQ(until("3\n3\n"), "3\n3\n");
    start();
    now_ += std::chrono::hours{2};
    EXPECT_EQ(until("3\n3\n"), "3\n3\n");
    order(signed_order(4, key_));
    EXPECT_EQ(until("3\n3\n4\n"), "3\n3\n4\n");
}

TEST_F(AgentTest, AnExerciseNeverTakesThePlaceOfWhatIsOwed) {
    settings_.exercise.file = scratch_.file("exercise.json");
    start();
    link(true);
    order(signed_order(3, key_));
    boost::json::object drill = order_content(1);
    drill["exercise"] = true;
    drill["order"] = "YL-1/e1";
    const std::string text = plans::signed_again(drill, key_);
    agent_->take("qingkong/1/110105/e1/exercise/order", text);
    turn();
    EXPECT_EQ(shown_revision(), 3);
    EXPECT_EQ(agent_->on_record()->order.revision, 3);
    ASSERT_TRUE(agent_->exercise_on_record());
    EXPECT_THAT(scratch_.read("exercise.json"), HasSubstr("YL-1/e1"));
    ASSERT_EQ(receipts().size(), 2U);
    EXPECT_THAT(topics_, Contains("qingkong/1/110105/e1/exercise/receipt"));
    EXPECT_THAT(topics_, Contains("qingkong/1/110105/e1/receipt"));
    // Over another start both are there, and neither is answered again.
    mark_all();
    start();
    link(true);
    turn();
    EXPECT_EQ(receipts().size(), 2U);
    EXPECT_EQ(agent_->on_record()->order.order, "w1:e1");
    EXPECT_EQ(agent_->exercise_on_record()->order.order, "YL-1/e1");
}

TEST_F(AgentTest, AnExerciseOnTheTopicOfOrdersIsRefusedAndTheReverse) {
    boost::json::object drill = order_content(9);
    drill["exercise"] = true;
    order(plans::signed_again(drill, key_));
    agent_->take("qingkong/1/110105/e1/exercise/order", signed_order(9, key_));
    turn();
    EXPECT_FALSE(agent_->on_record());
    EXPECT_FALSE(agent_->exercise_on_record());
    EXPECT_EQ(agent_->refused(), 2U);
    EXPECT_EQ(shown_revision(), 0);
}

TEST_F(AgentTest, AnAnswerToAnExerciseGoesOutOnItsTopic) {
    link(true);
    Answer answer{"YL-1/e1", 1, "accepted", kNow, "值班室", ""};
    answer.is_exercise = true;
    const std::string request = to_request_text(answer);
    EXPECT_TRUE(parse_request(request, "request")->is_exercise);
    scratch_.write("state/answers/1.json", request);
    pass(std::chrono::seconds{2});
    turn();
    EXPECT_THAT(topics_, Contains("qingkong/1/110105/e1/exercise/receipt"));
    ASSERT_EQ(receipts().size(), 1U);
    EXPECT_THAT(receipts()[0], Not(HasSubstr("exercise")));
}

TEST_F(AgentTest, AnAnswerThatWasPutDownIsSignedWithTheEnterprisesKeyAndSent) {
    std::filesystem::permissions(scratch_.write("own.key", std::string(64, '7') + "\n"),
                                 std::filesystem::perms::owner_read);
    settings_.own_key_file = scratch_.file("own.key");
    start();
    link(true);
    order(signed_order(3, key_));
    turn();
    const Answer answer{"w1:e1", 3, "done", kNow, "值班室", "已停窑"};
    scratch_.write("state/answers/1.json", to_request_text(answer));
    pass(std::chrono::seconds{2});
    turn();
    ASSERT_EQ(receipts().size(), 2U);
    const auto sent = plans::parse_json(receipts()[1], "receipt").value();
    EXPECT_EQ(plans::string_or(sent, "state"), "done");
    const auto own = plans::SigningKey::from_seed(std::string(32, '\x77')).value();
    EXPECT_TRUE(is_signed_by(sent, own.public_key_hex()));
    EXPECT_FALSE(std::filesystem::exists(scratch_.file("state/answers/1.json")));
}

TEST_F(AgentTest, AnAnswerThatCannotBeReadIsSetAside) {
    link(true);
    scratch_.write("state/answers/1.json", "{}");
    turn();
    EXPECT_THAT(receipts(), IsEmpty());
    EXPECT_TRUE(std::filesystem::exists(scratch_.file("state/refused/1.json")));
}

TEST_F(AgentTest, TheStatusSaysWhatIsOnRecordAndWhatWasRefused) {
    link(true);
    order(signed_order(3, key_));
    order(signed_order(2, key_));
    turn();
    const auto status = plans::parse_json(scratch_.read("state/status.json"), "status").value();
    EXPECT_EQ(plans::number_or(*plans::find_member(status, "order"), "revision", 0), 3);
    EXPECT_EQ(plans::number_or(status, "refused", 0), 1);
    EXPECT_THAT(plans::string_or(status, "last_refusal"), HasSubstr("older revision"));
}

}  // namespace
}  // namespace qk::agent
