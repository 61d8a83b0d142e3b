#include "daemon/compliance/judge_queue.hpp"

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "daemon/base/progress.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

// A judge that takes some turns of the executor over each pass, and a queue before it.
class JudgeQueueTest : public testing::Test {
 protected:
    asio::awaitable<PassCounts> judge(std::string warning) {
        begun_.push_back(warning);
        EXPECT_EQ(++at_once_, 1);
        for (int turn = 0; turn < 5; ++turn) co_await asio::post(io_, asio::use_awaitable);
        --at_once_;
        if (warning == "bad") throw std::runtime_error("the database is gone");
        PassCounts counts;
        counts.windows = begun_.size();
        co_return counts;
    }
    void ask(const std::string& warning) {
        asio::co_spawn(io_, queue_.ask(warning),
                       [this](std::exception_ptr error, PassCounts counts) {
                           error ? ++failed_ : ++answered_;
                           last_ = counts.windows;
                       });
    }

    asio::io_context io_;
    std::vector<std::string> begun_;
    int at_once_ = 0;
    int answered_ = 0;
    int failed_ = 0;
    std::size_t last_ = 0;
    JudgeQueue queue_{io_.get_executor(),
                      [this](std::string warning) { return judge(std::move(warning)); },
                      std::make_shared<Progress>()};
};

TEST_F(JudgeQueueTest, PassesRunOneAtATimeInTheOrderAskedFor) {
    for (const char* warning : {"", "w1", "w2"}) ask(warning);
    io_.run();
    EXPECT_EQ(begun_, (std::vector<std::string>{"", "w1", "w2"}));
    EXPECT_EQ(answered_, 3);
    EXPECT_EQ(queue_.length(), 0U);
}

TEST_F(JudgeQueueTest, WhoWantsThePassThatWaitsSharesItAndAPassThatHasBegunIsNotShared) {
    for (int i = 0; i < 100; ++i) ask("w1");
    io_.run();
    EXPECT_EQ(begun_.size(), 2U) << "the first had begun when the others asked";
    EXPECT_EQ(answered_, 100);
}

TEST_F(JudgeQueueTest, APassThatFailsFailsForItsAskerAndTheNextGoOn) {
    ask("bad");
    ask("w1");
    io_.run();
    EXPECT_EQ(failed_, 1);
    EXPECT_EQ(answered_, 1);
    EXPECT_EQ(queue_.length(), 0U);
}

// A shared pass whose first asker was stopped is carried out by the next of them.
TEST_F(JudgeQueueTest, WhoSharesAPassIsNotLostWithWhoeverWouldHaveCarriedItOut) {
    ask("w0");
    asio::cancellation_signal stop;
    asio::co_spawn(
        io_, queue_.ask("w1"),
        asio::bind_cancellation_slot(stop.slot(), [](std::exception_ptr, PassCounts) {}));
    ask("w1");
    for (int turn = 0; turn < 3; ++turn) io_.run_one();
    stop.emit(asio::cancellation_type::terminal);
    io_.run();
    EXPECT_EQ(begun_, (std::vector<std::string>{"w0", "w1"}));
    EXPECT_EQ(answered_, 2);
    EXPECT_EQ(queue_.length(), 0U);
}

}  // namespace
}  // namespace qk::daemon
