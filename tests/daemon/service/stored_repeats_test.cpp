// Goal: whoever sends a POST again with its Idempotency-Key gets the first answer, and nothing
// happens twice, whatever ended in between.
#include "daemon/service/stored_repeats.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using boost::asio::awaitable;
using testing::HasSubstr;

class StoredRepeatsTest : public ContextFixture {
 protected:
    explicit StoredRepeatsTest(Config config = {}) : ContextFixture(std::move(config)) {
        router_.set_people({approver("li.na"), approver("wang.fang")});
        router_.keep_answers(std::make_shared<StoredRepeats>(context_));
        const auto serve = [this](const std::string& path, Handler handler) {
            router_.add({"POST", path, kSigners, std::move(handler)});
        };
        serve("/once", [this](const Call& call) { return act(call); });
        serve("/dies", [this](const Call& call) { return act_and_die(call); });
        serve("/late", [this](const Call& call) { return act_beside(call); });
        serve("/waits", [this](const Call& call) { return act_after_wait(call); });
    }

    static Person approver(const std::string& id) {
        Person person;
        person.id = id;
        person.roles = {Role::kApprover};
        person.token_sha256 = token_hash("token-of-" + id);
        return person;
    }

    static ApiRequest request(const std::string& target, const std::string& body,
                              const std::string& key, const std::string& who = "li.na") {
        ApiRequest made;
        made.method = "POST";
        made.target = target;
        made.body = body;
        made.idempotency_key = key;
        made.authorization = "Bearer token-of-" + who;
        return made;
    }

    ApiResponse send(const std::string& target, const std::string& body, const std::string& key,
                     const std::string& who = "li.na") {
        return wait(router_.handle(request(target, body, key, who)));
    }

    std::int64_t effects() { return count("SELECT count(*) FROM events WHERE kind = 'done'"); }
    std::int64_t kept() { return count("SELECT count(*) FROM command_answers"); }

    // The effect is an event; its number is the answer. A body "no" is refused, "long" and "page"
    // answer so.
    awaitable<ApiResponse> act(const Call& call) {
        const rules::Instant now = clock_.now();
        auto work = [&call, now](auto& db) {
            if (call.request.body == "no") return answer_problem(409, "不", "no");
            const auto number = append_event(db, now, "done", boost::json::object{});
            if (call.request.body == "page") return answer_html("<style>p{}</style><p>1</p>");
            const std::string fill =
                call.request.body == "long" ? std::string(kRepeatBodyBytesMax, 'x') : "";
            return answer_json(boost::json::object{{"number", number}, {"fill", fill}}, 201);
        };
        co_return co_await answer_once(*store_, call, std::move(work));
    }

    awaitable<ApiResponse> act_and_die(const Call& call) {
        (void)co_await act(call);
        throw std::runtime_error("the process ends between the effect and the answer");
    }

    // The effect alone is a transaction.
    awaitable<ApiResponse> act_beside(const Call& call) {
        const Call without_key = [&call] {
            Call copy = call;
            copy.repeat = nullptr;
            return copy;
        }();
        co_return co_await act(without_key);
    }

    awaitable<ApiResponse> act_after_wait(const Call& call) {
        co_await events_.next(events_.wakes());
        co_return co_await act(call);
    }

    Router router_;
};

TEST_F(StoredRepeatsTest, TheSameAgainGetsTheFirstAnswerAndHappensOnce) {
    for (const std::string path : {"/once", "/late"}) {
        const auto before = effects();
        const auto first = send(path, "{}", "key of " + path);
        const auto again = send(path, "{}", "key of " + path);
        EXPECT_EQ(first.status, 201);
        EXPECT_EQ(again.status, 201);
        EXPECT_EQ(again.body, first.body);
        EXPECT_EQ(effects(), before + 1) << path;
    }
    EXPECT_EQ(metrics_.value(Counter::kRepeatsAnswered), 2U);
    (void)send("/once", "{}", "");
    (void)send("/once", "{}", "");
    EXPECT_EQ(effects(), 4) << "without a key every request is a new one";
}

TEST_F(StoredRepeatsTest, AKeyStandsForOneRequestOfOnePerson) {
    ASSERT_EQ(send("/once", "a", "k").status, 201);
    for (const auto& [target, body] :
         {std::pair{"/once", "b"}, std::pair{"/late", "a"}, std::pair{"/once?x=1", "a"}}) {
        const auto other = send(target, body, "k");
        EXPECT_EQ(other.status, 422) << target << body;
        EXPECT_THAT(other.body, HasSubstr("a new key for a new request"));
    }
    EXPECT_EQ(effects(), 1);
    EXPECT_EQ(send("/once", "b", "k", "wang.fang").status, 201)
        << "another person's key is another";
    EXPECT_EQ(send("/once", "a", std::string(201, 'k')).status, 422);
    EXPECT_EQ(send("/once", "a", std::string(200, 'k')).status, 201);
}

TEST_F(StoredRepeatsTest, TwoRequestsThatDifferAreNeverOneWhateverStandsInThem) {
    ASSERT_EQ(send("/once?a=1%26b%3D2", "{}", "k").status, 201);
    EXPECT_EQ(send("/once?a=1&b=2", "{}", "k").status, 422) << "one value, or two";
    ASSERT_EQ(send("/once?a=1%3D2", "{}", "l").status, 201);
    EXPECT_EQ(send("/once?a%3D1=2", "{}", "l").status, 422) << "where the name ends";
    ApiRequest table = request("/once", "{}", "m");
    ASSERT_EQ(wait(router_.handle(table)).status, 201);
    table.content_type = "application/problem+json";
    EXPECT_EQ(wait(router_.handle(table)).status, 422) << "another kind of content";
    EXPECT_EQ(effects(), 3);
}

TEST_F(StoredRepeatsTest, ABlankKeyIsRefusedAndNotTakenForNone) {
    for (const std::string key : {"", " ", "\u3000", "\u00A0"}) {
        ApiRequest blank = request("/once", "{}", key);
        blank.has_idempotency_key = true;
        const ApiResponse refused = wait(router_.handle(blank));
        EXPECT_EQ(refused.status, 422) << key;
        EXPECT_THAT(refused.body, HasSubstr("blank")) << key;
    }
    EXPECT_EQ(effects(), 0);
}

TEST_F(StoredRepeatsTest, WhereTheProcessEndsBetweenEffectAndAnswerARepeatFindsTheAnswer) {
    EXPECT_THROW((void)send("/dies", "{}", "k"), std::runtime_error);
    EXPECT_EQ(effects(), 1);
    const auto again = send("/dies", "{}", "k");
    EXPECT_EQ(again.status, 201);
    EXPECT_EQ(effects(), 1);
}

TEST_F(StoredRepeatsTest, ARefusalIsNotKept) {
    EXPECT_EQ(send("/once", "no", "k").status, 409);
    EXPECT_EQ(kept(), 0);
    EXPECT_EQ(send("/once", "yes", "k").status, 201) << "put right, it may have the same key";
}

TEST_F(StoredRepeatsTest, WhileTheFirstRunsARepeatIsToldToWait) {
    auto first = boost::asio::co_spawn(io_, router_.handle(request("/waits", "{}", "k")),
                                       boost::asio::use_future);
    run();
    const auto early = send("/waits", "{}", "k");
    EXPECT_EQ(early.status, 409);
    EXPECT_THAT(early.body, HasSubstr(R"("refusal":"still_running")"));
    EXPECT_THAT(early.headers, testing::Contains(testing::Pair("Retry-After", "1")));
    events_.wake();
    run();
    const auto answer = first.get();
    EXPECT_EQ(answer.status, 201);
    EXPECT_EQ(send("/waits", "{}", "k").body, answer.body);
    EXPECT_EQ(effects(), 1);
}

TEST_F(StoredRepeatsTest, AnAnswerIsKeptForItsTimeAndThenGoes) {
    (void)send("/once", "{}", "k");
    move_to(kTestStart + std::chrono::hours{24});
    (void)send("/once", "{}", "k");
    EXPECT_EQ(effects(), 1);
    move_to(kTestStart + std::chrono::hours{24} + std::chrono::seconds{1});
    (void)send("/once", "other", "k2");
    EXPECT_EQ(kept(), 1) << "what is past its time is let go when the next is kept";
    (void)send("/once", "{}", "k");
    EXPECT_EQ(effects(), 3);
}

TEST_F(StoredRepeatsTest, PagesAndWhatIsTooLongHappenOnceToo) {
    const auto page = send("/once", "page", "p");
    const auto again = send("/once", "page", "p");
    EXPECT_EQ(again.content_type, page.content_type);
    EXPECT_EQ(again.headers, page.headers) << "with what it may do in a browser";
    EXPECT_EQ(send("/once", "long", "l").status, 201);
    const auto repeat = send("/once", "long", "l");
    EXPECT_EQ(repeat.status, 409);
    EXPECT_THAT(repeat.body, HasSubstr(R"("refusal":"answer_not_kept")"));
    EXPECT_EQ(effects(), 2);
}

class StoredRepeatsFew : public StoredRepeatsTest {
 protected:
    StoredRepeatsFew() : StoredRepeatsTest(few()) {}
    static Config few() {
        Config config;
        config.limits.repeats_per_person = 3;
        config.limits.repeats_mib_per_person = 5;
        return config;
    }
};

TEST_F(StoredRepeatsFew, OfOnePersonTheOldestGiveWayAndThatIsSaid) {
    (void)send("/once", "{}", "of another", "wang.fang");
    for (int i = 0; i < 5; ++i) {
        move_to(clock_.now() + std::chrono::seconds{1});
        EXPECT_EQ(send("/once", "{}", "k" + std::to_string(i)).status, 201);
    }
    EXPECT_EQ(kept(), 1 + 3);
    EXPECT_EQ(metrics_.value(Counter::kRepeatsForgotten), 2U);
    EXPECT_THAT(log_lines_, testing::Contains(HasSubstr("REPEATS_FORGOTTEN")).Times(1));
    (void)send("/once", "{}", "k4");
    (void)send("/once", "{}", "of another", "wang.fang");
    EXPECT_EQ(effects(), 6) << "the newest and those of others are there";
}

TEST_F(StoredRepeatsFew, TheirBytesAreCountedToo) {
    for (int i = 0; i < 2; ++i) {
        auto keep = [i](auto& db) {
            Repeat repeat;
            repeat.person = "li.na";
            repeat.key = std::to_string(i);
            repeat.at = kTestStart + std::chrono::seconds{i};
            repeat.limits.bytes = std::int64_t{5} << 20;
            ApiResponse answer;
            answer.body = std::string(kRepeatBodyBytesMax, 'x');
            keep_answer(db, repeat, answer);
            return repeat.forgotten;
        };
        EXPECT_EQ(transact(keep), i);
    }
    EXPECT_EQ(kept(), 1);
}

}  // namespace
}  // namespace qk::daemon
