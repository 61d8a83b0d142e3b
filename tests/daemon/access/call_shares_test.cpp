#include "daemon/access/call_shares.hpp"

#include <gmock/gmock.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <vector>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::UnorderedElementsAre;

// A router with one route whose calls end when the test says so.
class CallsOfPeople : public testing::Test {
 protected:
    CallsOfPeople() {
        for (const char* id : {"anna", "bo"}) {
            Person person;
            person.id = id;
            person.roles = {Role::kAuditor};
            person.token_sha256 = token_hash(id);
            people_.push_back(person);
        }
        router_.set_people(people_);
        router_.limit_calls(2, [this](const Person& person) { refused_.push_back(person.id); });
        Route route;
        route.method = "GET";
        route.pattern = "/long/{name}";
        route.roles = {Role::kAuditor};
        route.handler = [this](const Call& call) { return hold(call); };
        router_.add(std::move(route));
        end_.expires_at(asio::steady_timer::time_point::max());
    }
    asio::awaitable<ApiResponse> hold(const Call& call) {
        const std::string name = call.parameter("name");
        running_.push_back(name);
        while (!may_end_.contains(name)) {
            boost::system::error_code woken;
            co_await end_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
        }
        std::erase(running_, name);
        co_return ApiResponse{};
    }
    asio::awaitable<void> call(std::string who, std::string name) {
        ApiRequest request;
        request.method = "GET";
        request.target = "/long/" + name;
        request.authorization = "Bearer " + who;
        const ApiResponse answer = co_await router_.handle(std::move(request));
        answers_.push_back(answer);
    }
    void start(const std::string& who, const std::string& name) {
        asio::co_spawn(io_, call(who, name), [](const std::exception_ptr&) {});
        run();
    }
    void end(const std::string& name) {
        may_end_.insert(name);
        end_.cancel();
        run();
    }
    void run() {
        io_.restart();
        io_.poll();
    }

    asio::io_context io_;
    asio::steady_timer end_{io_};
    std::vector<Person> people_;
    std::vector<std::string> running_;
    std::set<std::string> may_end_;
    std::vector<ApiResponse> answers_;
    std::vector<std::string> refused_;
    Router router_;
};

TEST_F(CallsOfPeople, RunSoManyAtOnceAndTheOthersInTheirTurn) {
    for (const char* name : {"a1", "a2", "a3", "a4"}) start("anna", name);
    EXPECT_THAT(running_, ElementsAre("a1", "a2"));
    start("bo", "b1");
    EXPECT_THAT(running_, ElementsAre("a1", "a2", "b1"));
    end("a2");
    EXPECT_THAT(running_, ElementsAre("a1", "b1", "a3"));
    end("a1");
    EXPECT_THAT(running_, UnorderedElementsAre("b1", "a3", "a4"));
    for (const char* name : {"a3", "a4", "b1"}) end(name);
    EXPECT_EQ(answers_.size(), 5U);
    start("anna", "a5");
    EXPECT_THAT(running_, ElementsAre("a5"));
    end("a5");
}

TEST_F(CallsOfPeople, WhereTooMuchWaitsOneIsToldToComeAgainAndItIsSaid) {
    for (std::size_t i = 0; i < 2 + kCallsWaitingPerPersonMax; ++i) {
        start("anna", "a" + std::to_string(i));
    }
    EXPECT_TRUE(answers_.empty());
    start("anna", "last");
    ASSERT_EQ(answers_.size(), 1U);
    EXPECT_EQ(answers_[0].status, 429);
    EXPECT_EQ(answers_[0].headers.at(0).first, "Retry-After");
    EXPECT_THAT(refused_, ElementsAre("anna"));
    start("bo", "b");
    EXPECT_EQ(running_.back(), "b");
}

TEST_F(CallsOfPeople, ACallerThatGoesAwayWhileWaitingIsPassedOver) {
    start("anna", "a1");
    start("anna", "a2");
    asio::cancellation_signal gone;
    asio::co_spawn(io_, call("anna", "gone"),
                   asio::bind_cancellation_slot(gone.slot(), [](const std::exception_ptr&) {}));
    run();
    start("anna", "a3");
    gone.emit(asio::cancellation_type::all);
    run();
    end("a1");
    EXPECT_THAT(running_, ElementsAre("a2", "a3"));
    end("a2");
    end("a3");
    EXPECT_THAT(running_, ElementsAre());
}

}  // namespace
}  // namespace qk::daemon
