// Goal: a lane begins what is due, so many at once as may, none twice, and looks again when one
// ends, when the next comes due and when it is woken; one that hangs delays no other.
#include "daemon/service/send_lane.hpp"

#include <gmock/gmock.h>

#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;

struct Letter {
    std::string to;
    rules::Instant due{};
};

class SendLaneTest : public ContextFixture {
 protected:
    SendLaneTest() {
        SendWays<Letter> ways;
        ways.name = "letters";
        ways.attempt = "letter";
        ways.waiting = [this](Session&, std::size_t limit) {
            limit_ = limit;
            return letters_;
        };
        ways.key = [](const Letter& letter) { return letter.to; };
        ways.due = [](const Letter& letter) { return letter.due; };
        ways.longest_pause = std::chrono::hours{1};
        ways.at_once = [] { return std::size_t{2}; };
        ways.send = [this](Letter letter) { return send(std::move(letter)); };
        ways.closed_for = [this] { return closed_for_; };
        lane_ = std::make_unique<SendLane<Letter>>(context_, std::move(ways));
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    // Does not end before end() is called.
    asio::awaitable<void> send(Letter letter) {
        begun_.push_back(letter.to);
        std::erase_if(letters_, [&](const Letter& one) { return one.to == letter.to; });
        auto& gate = gates_[letter.to];
        gate = std::make_unique<EventFeed>(context_.executor);
        co_await gate->next(0);
    }
    void end(const std::string& to) {
        gates_.at(to)->wake();
        run();
    }

    std::vector<Letter> letters_;
    std::vector<std::string> begun_;
    std::map<std::string, std::unique_ptr<EventFeed>> gates_;
    std::size_t limit_ = 0;
    std::optional<std::chrono::seconds> closed_for_;
    std::unique_ptr<SendLane<Letter>> lane_;
};

TEST_F(SendLaneTest, BeginsSoManyAtOnceAsMayAndGoesOnWhenOneEnds) {
    const rules::Instant now = clock_.now();
    letters_ = {{"a", now}, {"b", now}, {"c", now}, {"d", now}};
    lane_->start(tasks_);
    run();
    EXPECT_THAT(begun_, ElementsAre("a", "b"));
    EXPECT_FALSE(lane_->is_idle());
    EXPECT_EQ(limit_, 4U) << "those under way may stand among the first";
    end("b");
    EXPECT_THAT(begun_, ElementsAre("a", "b", "c")) << "a hangs, and delays nobody";
    end("c");
    end("d");
    EXPECT_THAT(begun_, ElementsAre("a", "b", "c", "d"));
    end("a");
    EXPECT_TRUE(lane_->is_idle());
}

TEST_F(SendLaneTest, NoneIsBegunTwiceHoweverOftenItIsWoken) {
    letters_ = {{"a", clock_.now()}};
    lane_->start(tasks_);
    run();
    letters_ = {{"a", clock_.now()}};
    lane_->wake();
    context_.events.wake();
    run();
    EXPECT_THAT(begun_, ElementsAre("a"));
    end("a");
    EXPECT_THAT(begun_, ElementsAre("a", "a")) << "it has ended, and is asked for once more";
}

TEST_F(SendLaneTest, WhatIsNotDueWaitsForItsTimeAndKeepsNoneBehindItBack) {
    const rules::Instant now = clock_.now();
    letters_ = {{"later", now + std::chrono::seconds{30}}, {"now", now}};
    lane_->start(tasks_);
    run();
    EXPECT_THAT(begun_, ElementsAre("now"));
    move_to(now + std::chrono::seconds{30});
    EXPECT_THAT(begun_, ElementsAre("now", "later"));
}

TEST_F(SendLaneTest, WhereThereIsNoWayNothingIsBegunUntilThereIs) {
    closed_for_ = std::chrono::seconds{30};
    letters_ = {{"a", clock_.now()}};
    lane_->start(tasks_);
    run();
    EXPECT_THAT(begun_, IsEmpty());
    EXPECT_TRUE(lane_->is_idle());
    closed_for_.reset();
    move_to(clock_.now() + std::chrono::seconds{29});
    EXPECT_THAT(begun_, IsEmpty());
    move_to(clock_.now() + std::chrono::seconds{1});
    EXPECT_THAT(begun_, ElementsAre("a"));
}

}  // namespace
}  // namespace qk::daemon
