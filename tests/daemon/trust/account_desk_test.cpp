// Goal: an account that is made on a screen gives its person what was given, and nobody anything by
// what was left out, by what was there before, or by what changed meanwhile. Method: calls through
// the router, on a store with threads of its own, so that a reload can come between two awaits.
#include "daemon/trust/account_desk.hpp"

#include <gmock/gmock.h>

#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

namespace json = boost::json;
using testing::HasSubstr;

class AccountDeskTest : public ContextFixture {
 protected:
    AccountDeskTest() {
        Config config;
        config.store_mode = StoreMode::kInline;  // hashes are made here
        config.accounts.hash_cost = 4;
        config.accounts.second_factor = false;
        config.people = of_file_;
        here_.config = std::make_shared<const Config>(std::move(config));
        plans::RegionPack pack;
        pack.region_code = "110000";
        pack.sub_regions = {{.code = "110105", .name = "朝阳区"}};
        here_.pack = std::make_shared<const plans::RegionPack>(std::move(pack));
        login_ = std::make_unique<LoginService>(here_);
        desk_ = std::make_unique<AccountDesk>(
            here_, *login_, [this](std::vector<Person> people) { apply(std::move(people)); });
        login_->restore();
        login_->on_changed([this] { router_.set_people(login_->logins().callers()); });
        login_->add_routes(router_);
        desk_->add_routes(router_);
        desk_->restore();
        router_.set_clock([this] { return clock_.now(); });
        apply(here_.config->people);
    }
    ~AccountDeskTest() override { run_all(io_, *threads_); }

    static Person person(const std::string& id, std::set<Role> roles) {
        Person made;
        made.id = id;
        made.name = id;
        made.roles = std::move(roles);
        made.token_sha256 = token_hash(id);
        return made;
    }
    void apply(std::vector<Person> people) {
        auto config = std::make_shared<Config>(*here_.config);
        config->people = std::move(people);
        here_.config = std::move(config);
        login_->reload();
    }
    // As App::reload() does it.
    void reload(const std::vector<Person>& of_file) {
        auto people = desk_->with_kept(of_file);
        desk_->set_file(of_file);
        apply(std::move(people));
    }
    ApiRequest request(const std::string& token, const std::string& method,
                       const std::string& target, const json::object& body) {
        ApiRequest made;
        made.method = method;
        made.target = target;
        made.remote = "10.0.0.7";
        if (!body.empty()) made.body = plans::to_text(body);
        if (!token.empty()) made.authorization = "Bearer " + token;
        return made;
    }
    std::future<ApiResponse> begin(const std::string& token, const std::string& method,
                                   const std::string& target, const json::object& body = {}) {
        return boost::asio::co_spawn(io_, router_.handle(request(token, method, target, body)),
                                     boost::asio::use_future);
    }
    ApiResponse ask(const std::string& token, const std::string& method, const std::string& target,
                    const json::object& body = {}) {
        auto answer = begin(token, method, target, body);
        run_all(io_, *threads_);
        return answer.get();
    }
    ApiResponse make(const json::object& body) {
        return ask("root", "POST", "/api/v1/accounts/kept", body);
    }
    ApiResponse change(const std::string& id, const json::object& body) {
        return ask("root", "POST", "/api/v1/accounts/kept/" + id, body);
    }
    const Person* in_force(const std::string& id) const {
        const auto& people = here_.config->people;
        const auto found = std::ranges::find(people, id, &Person::id);
        return found == people.end() ? nullptr : &*found;
    }

    const std::vector<Person> of_file_{person("root", {Role::kAdmin}), person("wu", {Role::kAdmin}),
                                       person("zhao", {Role::kInspector})};
    const Scratch scratch_;
    std::unique_ptr<Store> threads_ =
        Store::open(scratch_.file("desk.db"), StoreMode::kOwnThread).value();
    Context here_{io_.get_executor(),
                  clock_,
                  *threads_,
                  log_,
                  metrics_,
                  events_,
                  inventories_,
                  key_,
                  std::make_shared<const Config>(),
                  std::make_shared<const plans::RegionPack>()};
    std::unique_ptr<LoginService> login_;
    std::unique_ptr<AccountDesk> desk_;
    Router router_;
};

TEST_F(AccountDeskTest, WhatAChangeDoesNotNameStaysAsItIs) {
    const json::object made{{"id", "li.na"},
                            {"name", "李娜"},
                            {"roles", json::array{"inspector"}},
                            {"positions", json::array{"组长"}},
                            {"region", "110105"},
                            {"expires", "2016-12-31"},
                            {"disabled", true}};
    ASSERT_EQ(make(made).status, 201);
    const Person before = *in_force("li.na");
    ASSERT_EQ(change("li.na", {{"name", "李娜娜"}, {"roles", json::array{"inspector"}}}).status,
              200);
    Person wanted = before;
    wanted.name = "李娜娜";
    EXPECT_EQ(*in_force("li.na"), wanted) << "locked, of its county, until its day";
    const json::object opened{{"name", "李娜娜"},
                              {"roles", json::array{"inspector"}},
                              {"region", ""},
                              {"expires", ""},
                              {"disabled", false}};
    ASSERT_EQ(change("li.na", opened).status, 200);
    EXPECT_FALSE(in_force("li.na")->disabled);
    EXPECT_FALSE(in_force("li.na")->expires);
    EXPECT_EQ(in_force("li.na")->region, "");
    EXPECT_EQ(in_force("li.na")->positions, before.positions);
}

TEST_F(AccountDeskTest, AnAccountThatTheFileNamesIsChangedInTheFileAlone) {
    ASSERT_EQ(make({{"id", "li.na"}, {"name", "李娜"}, {"roles", json::array{"inspector"}}}).status,
              201);
    auto of_file = of_file_;
    of_file.push_back(person("li.na", {Role::kAuditor}));
    of_file.back().disabled = true;
    reload(of_file);
    const ApiResponse refused =
        change("li.na", {{"name", "李娜"}, {"roles", json::array{"admin"}}, {"disabled", false}});
    EXPECT_EQ(refused.status, 404);
    EXPECT_THAT(refused.body, HasSubstr("it stands in the people file"));
    EXPECT_EQ(*in_force("li.na"), of_file.back());
    EXPECT_THAT(ask("root", "GET", "/api/v1/accounts/kept").body, HasSubstr("\"in_file\":true"));
    reload(of_file_);
    EXPECT_EQ(change("li.na", {{"name", "李"}, {"roles", json::array{"inspector"}}}).status, 200)
        << "the file has let it go";
}

TEST_F(AccountDeskTest, WhatAReloadChangedMeanwhileStands) {
    auto answer = begin("root", "POST", "/api/v1/accounts/kept",
                        {{"id", "li.na"}, {"name", "李娜"}, {"roles", json::array{"inspector"}}});
    io_.restart();
    while (threads_->pending() == 0) io_.poll_one();
    ASSERT_EQ(in_force("li.na"), nullptr) << "still on its way";
    auto of_file = of_file_;
    of_file.back().disabled = true;
    reload(of_file);
    run_all(io_, *threads_);
    EXPECT_EQ(answer.get().status, 201);
    EXPECT_TRUE(in_force("zhao")->disabled) << "the reload locked the account";
    EXPECT_NE(in_force("li.na"), nullptr);
}

TEST_F(AccountDeskTest, WhoHadTheIdBeforeDoesNotComeInByWhatWasTheirs) {
    constexpr const char* kPassword = "four unrelated words here";
    auto of_file = of_file_;
    of_file.push_back(person("li.na", {Role::kAuditor}));
    reload(of_file);
    const auto member = [](const ApiResponse& answer, const char* name) {
        return plans::string_or(plans::parse_json(answer.body, "answer").value(), name);
    };
    const std::string link = member(ask("root", "POST", "/api/v1/accounts/li.na/invite"), "link");
    ASSERT_EQ(
        ask("", "POST", "/api/v1/links/use", {{"link", link}, {"password", kPassword}}).status,
        200);
    const std::string token =
        member(ask("li.na", "POST", "/api/v1/tokens",
                   {{"name", "程序"}, {"ends_at", "2016-01-01T00:00:00+08:00"}}),
               "token");
    ASSERT_EQ(ask(token, "GET", "/api/v1/session").status, 200);
    const std::string unused = member(ask("root", "POST", "/api/v1/accounts/li.na/invite"), "link");
    reload(of_file_);
    ASSERT_EQ(ask(token, "GET", "/api/v1/session").status, 401) << "who has left is out";

    ASSERT_EQ(make({{"id", "li.na"}, {"name", "另一人"}, {"roles", json::array{"admin"}}}).status,
              201);
    EXPECT_EQ(ask(token, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(ask("", "POST", "/api/v1/session", {{"id", "li.na"}, {"password", kPassword}}).status,
              401);
    EXPECT_EQ(
        ask("", "POST", "/api/v1/links/use", {{"link", unused}, {"password", kPassword}}).status,
        401);
    const auto rows = threads_->transact_now([](Session& db) {
        return db.count(
            "SELECT (SELECT count(*) FROM logins) + (SELECT count(*) FROM credentials)");
    });
    EXPECT_EQ(rows, 0);
}

}  // namespace
}  // namespace qk::daemon
