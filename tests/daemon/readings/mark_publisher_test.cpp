#include "daemon/readings/mark_publisher.hpp"

#include <gmock/gmock.h>

#include "daemon/readings/mark_rows.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;

const std::string kCheck(16, 'c');
const std::string kQueue(16, 'a');

class IntakeMarkPublisher : public ContextFixture {
 protected:
    IntakeMarkPublisher() { marks_.start(tasks_); }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void link(bool is_up) {
        marks_.on_link(is_up);
        run();
    }
    void store(const std::string& enterprise, std::uint64_t up_to,
               const std::string& queue = kQueue) {
        transact([&](Session& db) {
            store_mark(db, {enterprise, "110105", {queue, up_to, kCheck}, clock_.now()});
            return 0;
        });
    }
    void raise(const std::string& enterprise, std::uint64_t up_to) {
        store(enterprise, up_to);
        marks_.raised({enterprise});
        run();
    }
    void pass(seconds time) { move_to(clock_.now() + time); }
    static std::uint64_t up_to(const PlayedBus::Publication& one) {
        return parse_marks(one.payload, "e1").value().at(0).up_to;
    }
    // The broker takes all; how many there were.
    std::size_t take_all() {
        std::size_t taken = 0;
        for (; !bus_.waiting_.empty(); ++taken) {
            bus_.take().done(true);
            run();
        }
        return taken;
    }

    PlayedBus bus_;
    bool may_send_ = true;
    MarkPublisher marks_{context_, bus_, [this] { return may_send_; }};
};

TEST_F(IntakeMarkPublisher, AMarkIsRetainedOnTheTopicOfItsEnterprise) {
    link(true);
    raise("e1", 7);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    const PlayedBus::Publication told = bus_.take();
    EXPECT_EQ(told.topic, "qingkong/1/110105/e1/durable");
    EXPECT_TRUE(told.retain);
    EXPECT_EQ(signer_of_marks(told.payload).value(), key_.public_key_hex());
    EXPECT_EQ(parse_marks(told.payload, "e1").value(),
              (std::vector<SpoolMark>{{kQueue, 7, kCheck}}));
}

TEST_F(IntakeMarkPublisher, AnEnterpriseIsToldOnceASecondHoweverOftenItRises) {
    link(true);
    for (std::uint64_t i = 1; i <= 100; ++i) raise("e1", i);
    EXPECT_EQ(take_all(), 1U);
    pass(seconds{1});
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    EXPECT_EQ(up_to(bus_.waiting_.front()), 100U);
    EXPECT_EQ(take_all(), 1U);
    pass(seconds{60});
    EXPECT_TRUE(bus_.waiting_.empty());
}

TEST_F(IntakeMarkPublisher, WhileAnOrderWaitsNothingIsSent) {
    link(true);
    may_send_ = false;
    raise("e1", 7);
    pass(seconds{30});
    EXPECT_TRUE(bus_.waiting_.empty());
    may_send_ = true;
    pass(seconds{1});
    EXPECT_EQ(bus_.waiting_.size(), 1U);
}

TEST_F(IntakeMarkPublisher, OnlyAFewAreOnTheirWayAtOnce) {
    std::set<std::string> many;
    for (int i = 0; i < 100; ++i) many.insert("p" + std::to_string(i));
    for (const std::string& one : many) store(one, 1);
    link(true);
    EXPECT_EQ(bus_.waiting_.size(), kMarksOnTheWayMax);
    // An order comes up meanwhile: those that are on their way are all that it waits for.
    may_send_ = false;
    EXPECT_EQ(take_all(), kMarksOnTheWayMax);
    may_send_ = true;
    pass(seconds{1});
    EXPECT_EQ(take_all(), 100 - kMarksOnTheWayMax);
}

TEST_F(IntakeMarkPublisher, AtEachConnectAllAreToldAgain) {
    for (int i = 0; i < 2500; ++i) store("p" + std::to_string(i), 1);
    for (int connect = 0; connect < 2; ++connect) {
        link(true);
        std::size_t told = 0;
        for (int second = 0; second < 10; ++second) {
            told += take_all();
            pass(seconds{1});
        }
        EXPECT_EQ(told, 2500U);
        link(false);
    }
}

TEST_F(IntakeMarkPublisher, WithoutALinkNothingIsSentAndNothingForgotten) {
    raise("e1", 7);
    pass(seconds{10});
    EXPECT_TRUE(bus_.waiting_.empty());
    link(true);
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    EXPECT_EQ(up_to(bus_.waiting_.front()), 7U);
}

TEST_F(IntakeMarkPublisher, WhatTheBrokerDidNotTakeIsToldAgain) {
    link(true);
    raise("e1", 7);
    bus_.take().done(false);
    pass(seconds{1});
    ASSERT_EQ(bus_.waiting_.size(), 1U);
    EXPECT_EQ(up_to(bus_.waiting_.front()), 7U);
}

TEST_F(IntakeMarkPublisher, ARefusalIsToldOnceForALinkAndTheSameMarkIsNotSentAgain) {
    link(true);
    raise("e1", 7);
    bus_.take().refuse(0x87);
    pass(seconds{60});
    EXPECT_TRUE(bus_.waiting_.empty());
    raise("e1", 8);
    bus_.take().refuse(0x87);
    run();
    EXPECT_EQ(std::ranges::count_if(log_lines_,
                                    [](const std::string& line) {
                                        return line.find("MARKS_REFUSED") != std::string::npos;
                                    }),
              1);
}

TEST_F(IntakeMarkPublisher, WhereLinksEndAgainAndAgainUnderMarksNoneIsSentForAWhile) {
    store("e1", 7);
    for (int i = 0; i < kMarkCutsMax; ++i) {
        EXPECT_THAT(log_lines_, Not(Contains(HasSubstr("MARKS_REST"))));
        link(true);
        ASSERT_EQ(bus_.waiting_.size(), 1U);
        PlayedBus::Publication cut = bus_.take();
        link(false);
        cut.cut();
        run();
        pass(seconds{1});
    }
    EXPECT_THAT(log_lines_, Contains(HasSubstr("MARKS_REST")));
    link(true);
    pass(std::chrono::minutes{59});
    EXPECT_TRUE(bus_.waiting_.empty());
    pass(std::chrono::minutes{2});
    EXPECT_EQ(take_all(), 1U);
}

}  // namespace
}  // namespace qk::daemon
