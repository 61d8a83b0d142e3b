// Goal: the first use of an account on a day, or with another token, is in the audit log once; its
// last use is shown; refused tokens are counted. Method: calls of the service, time moved by hand.
#include "daemon/trust/accounts.hpp"

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

class AccountsTest : public ContextFixture {
 protected:
    AccountsTest() {
        accounts_.add_routes(router_);
        accounts_.start(tasks_);
        take({person("li.na", Role::kApprover), person("zhao.min", Role::kAuditor)});
        router_.on_caller([this](const Person& who, const std::string& remote) {
            accounts_.note_use(who, remote);
        });
        run();
    }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void take(const std::vector<Person>& people) {
        router_.set_people(people);
        Config config;
        config.people = people;
        rebuild(std::move(config));
    }
    static Person person(const std::string& id, Role role, const std::string& token = {}) {
        Person made;
        made.id = id;
        made.name = id;
        made.roles = {role};
        made.token_sha256 = token_hash(token.empty() ? id : token);
        return made;
    }
    ApiResponse list(const std::string& token) {
        ApiRequest request;
        request.method = "GET";
        request.target = "/api/v1/people";
        request.authorization = "Bearer " + token;
        request.remote = "10.0.0.7";
        const ApiResponse answer = wait(router_.handle(std::move(request)));
        run();
        return answer;
    }
    std::int64_t logins() {
        return count("SELECT count(*) FROM audit WHERE action='account.login'");
    }

    Router router_;
    Accounts accounts_{context_};
};

TEST_F(AccountsTest, AFirstUseOnADayOrWithAnotherTokenIsALogIn) {
    EXPECT_EQ(list("zhao.min").status, 200);
    EXPECT_EQ(list("zhao.min").status, 200);
    EXPECT_EQ(logins(), 1);
    move_to(kTestStart + std::chrono::hours{2});
    (void)list("zhao.min");
    EXPECT_EQ(logins(), 1 + (rules::day_of(kTestStart, rules::kBeijingTime) !=
                             rules::day_of(clock_.now(), rules::kBeijingTime)));
    const std::int64_t before = logins();
    take({person("zhao.min", Role::kAuditor, "another")});
    (void)list("another");
    EXPECT_EQ(logins(), before + 1);
    move_to(kTestStart + std::chrono::hours{26});
    (void)list("another");
    EXPECT_EQ(logins(), before + 2);
}

TEST_F(AccountsTest, TheListShowsLastUseAndExpiryAndNoSecret) {
    Person expired = person("li.na", Role::kApprover);
    expired.expires = rules::day_of(kTestStart, rules::kBeijingTime) - std::chrono::days{1};
    take({expired, person("zhao.min", Role::kAuditor)});
    (void)list("zhao.min");
    const ApiResponse answer = list("zhao.min");
    const auto items = plans::parse_json(answer.body, "answer").value().at("items").as_array();
    ASSERT_EQ(items.size(), 2U);
    EXPECT_EQ(items[0].at("state").as_string(), "expired");
    EXPECT_TRUE(items[0].at("last_use").is_null());
    EXPECT_EQ(items[1].at("last_remote").as_string(), "10.0.0.7");
    EXPECT_EQ(answer.body.find(token_hash("zhao.min")), std::string::npos);
    EXPECT_EQ(list("li.na").status,
              403);  // no clock here, so the account still stands; its role not
}

TEST_F(AccountsTest, RefusedTokensAreCountedInOneEntry) {
    for (int i = 0; i < 300; ++i) accounts_.note_refused("10.0.0." + std::to_string(i));
    const auto write = [this]() -> boost::asio::awaitable<bool> {
        co_await accounts_.write_refused();
        co_return true;
    };
    (void)wait(write());
    (void)wait(write());
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE action='account.refused'"), 1);
    EXPECT_EQ(count("SELECT json_extract(detail, '$.count') FROM audit WHERE "
                    "action='account.refused'"),
              300);
}

}  // namespace
}  // namespace qk::daemon
