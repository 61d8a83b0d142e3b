#include "daemon/service/answer_cache.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <stdexcept>

#include "daemon/api/api.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

class AnswerCacheTest : public ContextFixture {
 protected:
    AnswerCacheTest() { go_on_.expires_at(asio::steady_timer::time_point::max()); }

    static Call call_of(const std::string& target, const std::string& region = "") {
        Call call;
        call.request.target = target;
        call.caller.emplace();
        call.caller->region = region;
        return call;
    }
    // The number of the making, so that a kept answer is known from a new one.
    Handler maker() {
        return [this](const Call& call) -> asio::awaitable<ApiResponse> {
            const std::string target = call.request.target;
            const int number = ++made_;
            while (is_held_) {
                boost::system::error_code woken;
                co_await go_on_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
            }
            if (fails_) throw std::runtime_error("no");
            ApiResponse answer;
            answer.status = status_;
            answer.body = target + " " + std::to_string(number);
            co_return answer;
        };
    }
    std::string ask(AnswerCache& cache, const std::string& target, const std::string& region = "") {
        const Call call = call_of(target, region);
        const Handler make = maker();
        return wait(cache.answer(call, make)).body;
    }
    void change() {
        transact(
            [](Session& db) { return append_event(db, kTestStart, "k", boost::json::object{}); });
    }

    asio::steady_timer go_on_{io_};
    int made_ = 0;
    int status_ = 200;
    bool is_held_ = false;
    bool fails_ = false;
};

TEST_F(AnswerCacheTest, AnAnswerIsGivenAgainUntilSomethingChanges) {
    AnswerCache cache(context_, AnswerHolds::kUntilChange);
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    EXPECT_EQ(ask(cache, "/b"), "/b 2");
    clock_.step(kTestStart + std::chrono::seconds{1});
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    change();
    EXPECT_EQ(ask(cache, "/a"), "/a 3");
    context_.pack = std::make_shared<const plans::RegionPack>();
    EXPECT_EQ(ask(cache, "/a"), "/a 4");
    rebuild(Config{});
    EXPECT_EQ(ask(cache, "/a"), "/a 5");
}

TEST_F(AnswerCacheTest, OneThatTellsTheTimeIsMadeAnewEachSecond) {
    AnswerCache cache(context_, AnswerHolds::kForTheSecond);
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    clock_.step(kTestStart + std::chrono::seconds{1});
    EXPECT_EQ(ask(cache, "/a"), "/a 2");
}

TEST_F(AnswerCacheTest, WhatACountySeesIsKeptApart) {
    AnswerCache cache(context_, AnswerHolds::kUntilChange);
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    EXPECT_EQ(ask(cache, "/a", "110105"), "/a 2");
    EXPECT_EQ(ask(cache, "/a", "110106"), "/a 3");
    EXPECT_EQ(ask(cache, "/a", "110105"), "/a 2");
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
}

TEST_F(AnswerCacheTest, ARefusalIsNotKept) {
    AnswerCache cache(context_, AnswerHolds::kUntilChange);
    status_ = 404;
    EXPECT_EQ(ask(cache, "/a"), "/a 1");
    status_ = 200;
    EXPECT_EQ(ask(cache, "/a"), "/a 2");
}

TEST_F(AnswerCacheTest, ManyWhoAskAtOnceHaveOneMadeAndWhoAsksAfterAChangeANewOne) {
    AnswerCache cache(context_, AnswerHolds::kUntilChange);
    const Call call = call_of("/a");
    const Handler make = maker();
    is_held_ = true;
    std::vector<std::string> answers;
    const auto ask_later = [&] {
        asio::co_spawn(io_, cache.answer(call, make), [&](std::exception_ptr why, ApiResponse one) {
            answers.push_back(why ? "failed" : one.body);
        });
        run();
    };
    for (int i = 0; i < 5; ++i) ask_later();
    EXPECT_EQ(made_, 1);
    change();
    ask_later();
    EXPECT_EQ(made_, 2);
    is_held_ = false;
    go_on_.cancel();
    run();
    EXPECT_EQ(std::ranges::count(answers, "/a 1"), 5);
    EXPECT_EQ(std::ranges::count(answers, "/a 2"), 1);
}

TEST_F(AnswerCacheTest, WhereTheMakingFailsThoseWhoWaitedMakeItThemselves) {
    AnswerCache cache(context_, AnswerHolds::kUntilChange);
    const Call call = call_of("/a");
    const Handler make = maker();
    is_held_ = true;
    std::vector<std::string> answers;
    for (int i = 0; i < 3; ++i) {
        asio::co_spawn(io_, cache.answer(call, make), [&](std::exception_ptr why, ApiResponse one) {
            answers.push_back(why ? "failed" : one.body);
            fails_ = false;
        });
        run();
    }
    fails_ = true;
    is_held_ = false;
    go_on_.cancel();
    run();
    ASSERT_EQ(answers.size(), 3U);
    EXPECT_EQ(answers[0], "failed");
    EXPECT_EQ(answers[1], "/a 2");
    EXPECT_EQ(answers[2], "/a 2");
}

TEST_F(AnswerCacheTest, NoMoreIsKeptThanTheLimit) {
    AnswerCache cache(context_, AnswerHolds::kUntilChange);
    for (std::size_t i = 0; i <= kAnswersKeptMax; ++i) ask(cache, "/" + std::to_string(i));
    EXPECT_EQ(ask(cache, "/0"), "/0 " + std::to_string(kAnswersKeptMax + 2)) << "forgotten";
}

}  // namespace
}  // namespace qk::daemon
