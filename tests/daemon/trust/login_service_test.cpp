// Goal: nobody is in without password and code; a link, a code, a session count as often as they
// may; whoever guesses waits; nothing secret is stored or said. Method: calls through the router
// with a cheap hash, time moved by hand.
#include "daemon/trust/login_service.hpp"

#include <gmock/gmock.h>

#include "daemon/access/one_time_code.hpp"
#include "daemon/access/password.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/operations/warnings.hpp"
#include "daemon/store/audit.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kPassword = "four unrelated words here";
constexpr const char* kWrong = "four unrelated words there";

boost::asio::awaitable<ApiResponse> done(const Call& call) {
    co_return answer_json(boost::json::object{{"remote", call.request.remote}});
}

class LoginServiceTest : public ContextFixture {
 protected:
    LoginServiceTest() { begin(); }
    void TearDown() override {
        tasks_.cancel();
        run();
    }
    void begin(bool second_factor = true) {
        Config config;
        config.store_mode = StoreMode::kInline;
        config.accounts.hash_cost = 4;
        config.accounts.second_factor = second_factor;
        config.accounts.login_links = is_demo_;
        config.accounts.sign_needs_code = needs_code_;
        config.people = {person("li.na", {Role::kApprover, Role::kAuditor}),
                         person("root", {Role::kAdmin}), person("wu", {Role::kAuditor})};
        rebuild(std::move(config));
        service_ = std::make_unique<LoginService>(context_);
        service_->restore();
        router_ = std::make_unique<Router>();
        router_->serve(operation::kSignChange, kSigners, done);
        router_->serve(operation::kSignControl, kSigners, done);
        service_->add_routes(*router_);
        service_->on_changed([this] {
            ++people_set_;
            router_->set_people(service_->logins().callers());
        });
        service_->on_come([this](const std::vector<std::string>& gone, std::optional<Person> came) {
            router_->change_people(gone, std::move(came));
        });
        service_->reload();
        router_->set_clock([this] { return clock_.now(); });
    }
    static Person person(const std::string& id, std::set<Role> roles) {
        Person made;
        made.id = id;
        made.name = id;
        made.roles = std::move(roles);
        made.token_sha256 = id == "root" ? token_hash(id) : "";
        return made;
    }
    struct Shown {
        std::string token;   // bearer
        std::string cookie;  // value of the session's
        std::string csrf;
        std::string remote = "10.0.0.7";
    };
    ApiResponse ask(const Shown& shown, const std::string& method, const std::string& target,
                    const boost::json::object& body = {}) {
        ApiRequest request;
        request.method = method;
        request.target = target;
        request.remote = shown.remote;
        if (method == "POST") request.body = plans::to_text(body);
        if (!shown.token.empty()) request.authorization = "Bearer " + shown.token;
        if (!shown.cookie.empty()) {
            request.authorization = session_words("qingkong=" + shown.cookie, shown.csrf);
        }
        const auto refused = wait(service_->admit(request));
        const ApiResponse answer = refused ? *refused : wait(router_->handle(std::move(request)));
        run();
        return answer;
    }
    static std::string member(const ApiResponse& answer, const char* name) {
        const auto value = plans::parse_json(answer.body, "answer");
        return value ? plans::string_or(*value, name) : std::string();
    }
    static std::string refusal(const ApiResponse& answer) { return member(answer, "refusal"); }
    // What a browser holds after a log-in.
    static Shown taken(const ApiResponse& answer) {
        Shown shown;
        for (const auto& [name, value] : answer.headers) {
            if (name != "Set-Cookie") continue;
            shown.cookie = value.substr(value.find('=') + 1, kTokenHexLength);
        }
        shown.csrf = member(answer, "csrf_token");
        return shown;
    }
    std::string invite(const std::string& id, const char* how = "/invite") {
        const ApiResponse answer = ask(root_, "POST", "/api/v1/accounts/" + id + how);
        EXPECT_EQ(answer.status, 201) << answer.body;
        return member(answer, "link");
    }
    std::string secret_of(const std::string& link) {
        return member(ask({}, "POST", "/api/v1/links/look", {{"link", link}}), "code_secret");
    }
    std::string code_now() const {
        return code_at(from_base32(code_secret_).value(), code_step_of(clock_.now()));
    }
    // The account sets password and code; its first session.
    Shown set_up(const std::string& id = "li.na") {
        const std::string link = invite(id);
        code_secret_ = secret_of(link);
        const ApiResponse answer =
            ask({}, "POST", "/api/v1/links/use",
                {{"link", link}, {"password", kPassword}, {"code", code_now()}});
        EXPECT_EQ(answer.status, 200) << answer.body;
        next_code();
        return taken(answer);
    }
    void next_code() { move_to(clock_.now() + seconds{kCodeSeconds}); }
    ApiResponse log_in(const std::string& id, const std::string& password, const std::string& code,
                       const std::string& remote = "10.0.0.7") {
        Shown from;
        from.remote = remote;
        return ask(from, "POST", "/api/v1/session",
                   {{"id", id}, {"password", password}, {"code", code}});
    }
    std::string last_audit(const char* action) {
        return transact([action](Session& db) {
            return db
                .one<std::string>(
                    "SELECT person || ' ' || remote || ' ' || subject || ' ' || detail FROM audit "
                    "WHERE action=?1 ORDER BY number DESC LIMIT 1",
                    action)
                .value_or("none");
        });
    }

    bool is_demo_ = false;
    bool needs_code_ = false;
    int people_set_ = 0;  // how often all callers were gone through
    std::string code_secret_;
    const Shown root_{"root", "", "", "127.0.0.1"};
    std::unique_ptr<LoginService> service_;
    std::unique_ptr<Router> router_;
};

TEST_F(LoginServiceTest, APersonSetsPasswordAndCodeByALinkThatCountsOnce) {
    const std::string link = invite("li.na");
    EXPECT_THAT(link, HasSubstr("/#link="));
    code_secret_ = secret_of(link);
    ASSERT_EQ(code_secret_.size(), 32U);
    const boost::json::object right{{"link", link}, {"password", kPassword}, {"code", code_now()}};
    boost::json::object without = right;
    without.erase("code");
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/use", without).status, 422) << "a code is required";
    boost::json::object poor = right;
    poor["password"] = "123456789012";
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/use", poor).status, 422);
    const ApiResponse answer = ask({}, "POST", "/api/v1/links/use", right);
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(member(answer, "id"), "li.na");
    const ApiResponse again = ask({}, "POST", "/api/v1/links/use", right);
    EXPECT_EQ(again.status, 401);
    EXPECT_EQ(refusal(again), "link_wrong");
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/look", {{"link", link}}).status, 401);
    EXPECT_THAT(last_audit("account.set"), HasSubstr("\"invited_by\":\"root\""));
    EXPECT_THAT(last_audit("account.invited"),
                HasSubstr("\"proof\":\"token:" + token_hash("root").substr(0, 12)));
}

TEST_F(LoginServiceTest, WhoTriesLinksKeepsNobodyElseFromTheirs) {
    const std::string link = invite("li.na");
    Shown stranger;
    stranger.remote = "10.9.9.9";
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(ask(stranger, "POST", "/api/v1/links/look", {{"link", "x"}}).status, 401) << i;
    }
    EXPECT_EQ(ask(stranger, "POST", "/api/v1/links/look", {{"link", link}}).status, 429);
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/look", {{"link", link}}).status, 200);
}

TEST_F(LoginServiceTest, ALinkEnds) {
    const std::string link = invite("li.na");
    move_to(clock_.now() + hours{24});
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/look", {{"link", link}}).status, 401);
}

TEST_F(LoginServiceTest, ASecondLinkTakesThePlaceOfTheFirst) {
    const std::string first = invite("li.na");
    const std::string second = invite("li.na");
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/look", {{"link", first}}).status, 401);
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/look", {{"link", second}}).status, 200);
}

TEST_F(LoginServiceTest, OnlyAnAdministratorMakesLinks) {
    const Shown officer = set_up();
    EXPECT_EQ(ask(officer, "POST", "/api/v1/accounts/wu/invite").status, 403);
    EXPECT_EQ(ask({}, "POST", "/api/v1/accounts/wu/invite").status, 401);
    EXPECT_EQ(ask(root_, "POST", "/api/v1/accounts/nobody/invite").status, 404);
}

TEST_F(LoginServiceTest, PasswordAndCodeOpenASession) {
    (void)set_up();
    const ApiResponse answer = log_in("li.na", kPassword, code_now());
    ASSERT_EQ(answer.status, 200) << answer.body;
    std::string cookie;
    for (const auto& [name, value] : answer.headers) {
        if (name == "Set-Cookie") cookie = value;
    }
    EXPECT_THAT(cookie, testing::MatchesRegex("qingkong=[0-9a-f]{64}; Path=/; Max-Age=86400; "
                                              "HttpOnly; SameSite=Strict"));
    const Shown shown = taken(answer);
    const ApiResponse who = ask(shown, "GET", "/api/v1/session");
    EXPECT_EQ(who.status, 200);
    EXPECT_EQ(member(who, "id"), "li.na");
    EXPECT_EQ(member(who, "by"), "session");
    EXPECT_EQ(member(who, "csrf_token"), shown.csrf) << "a new tab asks for it again";
    EXPECT_THAT(last_audit("session.opened"), HasSubstr("\"second_factor\":true"));
}

TEST_F(LoginServiceTest, WhateverIsWrongTheAnswerIsTheSame) {
    (void)set_up();
    const std::string code = code_now();
    const std::string other = log_in("nobody", kPassword, code).body;
    EXPECT_THAT(other, HasSubstr("login_wrong"));
    EXPECT_EQ(log_in("li.na", kWrong, code).body, other);
    EXPECT_EQ(log_in("li.na", kPassword, "000000").body, other);
    EXPECT_EQ(log_in("li.na", kPassword, "").body, other);
    EXPECT_EQ(log_in("wu", kPassword, code).body, other) << "an account without a password";
    EXPECT_EQ(log_in("li.na", kPassword, code).status, 200);
}

TEST_F(LoginServiceTest, ACodeCountsOnce) {
    (void)set_up();
    const std::string code = code_now();
    EXPECT_EQ(log_in("li.na", kPassword, code).status, 200);
    EXPECT_EQ(log_in("li.na", kPassword, code).status, 401);
    next_code();
    EXPECT_EQ(log_in("li.na", kPassword, code).status, 401) << "still within the window";
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 200);
}

TEST_F(LoginServiceTest, AWrongPasswordUsesUpNoCode) {
    (void)set_up();
    const std::string code = code_now();
    EXPECT_EQ(log_in("li.na", kWrong, code).status, 401);
    EXPECT_EQ(log_in("li.na", kPassword, code).status, 200);
}

TEST_F(LoginServiceTest, WhoGuessesAnAccountWaitsLongerAndLonger) {
    (void)set_up();
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("li.na", kWrong, "000000").status, 401) << i;
    const ApiResponse paused = log_in("li.na", kPassword, code_now());
    EXPECT_EQ(paused.status, 429) << "the right one has to wait, too";
    EXPECT_EQ(refusal(paused), "login_paused");
    EXPECT_EQ(log_in("li.na", kPassword, code_now(), "10.9.9.9").status, 429) << "from anywhere";
    EXPECT_THAT(last_audit("session.paused"), HasSubstr("li.na 10.0.0.7 account:li.na"));
    EXPECT_EQ(metrics_.value(Counter::kWrongTokens), 5U);
    move_to(clock_.now() + seconds{30});
    EXPECT_EQ(log_in("li.na", kWrong, "000000").status, 401);
    move_to(clock_.now() + seconds{59});
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 429);
    move_to(clock_.now() + seconds{1});
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 200);
    EXPECT_THAT(last_audit("session.opened"), HasSubstr("\"wrong_before\":6"));
}

TEST_F(LoginServiceTest, AnAccountThatDoesNotExistWaitsAsOneThatDoes) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in("hunter2", kWrong, "").status, 401) << i;
    EXPECT_EQ(log_in("hunter2", kWrong, "").status, 429);
    std::string all;
    for (const std::string& line : log_lines_) all += line;
    EXPECT_THAT(all, HasSubstr("LOGIN_PAUSED"));
    EXPECT_THAT(all, Not(HasSubstr("hunter2"))) << "people type passwords there";
    EXPECT_EQ(count("SELECT count(*) FROM login_tries WHERE name LIKE '%hunter2%'"), 0);
    EXPECT_EQ(count("SELECT count(*) FROM audit WHERE detail LIKE '%hunter2%' OR subject LIKE "
                    "'%hunter2%'"),
              0);
}

TEST_F(LoginServiceTest, WhoGuessesManyAccountsFromOneAddressWaits) {
    (void)set_up();
    for (int i = 0; i < 20; ++i) {
        EXPECT_EQ(log_in("guess" + std::to_string(i), kWrong, "").status, 401) << i;
    }
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 429);
    EXPECT_EQ(log_in("li.na", kPassword, code_now(), "10.9.9.9").status, 200);
}

TEST_F(LoginServiceTest, AnAdministratorUnlocks) {
    (void)set_up();
    for (int i = 0; i < 5; ++i) (void)log_in("li.na", kWrong, "");
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 429);
    const ApiResponse list = ask(root_, "GET", "/api/v1/accounts");
    EXPECT_THAT(list.body, HasSubstr("\"wrong\":5"));
    EXPECT_EQ(ask(root_, "POST", "/api/v1/accounts/li.na/unlock").status, 200);
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 200);
    EXPECT_THAT(last_audit("account.unlocked"), HasSubstr("root 127.0.0.1 li.na"));
}

TEST_F(LoginServiceTest, WrongTriesAndSessionsOutliveARestart) {
    const Shown shown = set_up();
    for (int i = 0; i < 5; ++i) (void)log_in("li.na", kWrong, "");
    begin();
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 429);
    EXPECT_EQ(ask(shown, "GET", "/api/v1/session").status, 200);
}

TEST_F(LoginServiceTest, WhatChangesSomethingNeedsTheTokenOfTheSession) {
    Shown shown = set_up();
    const std::string sign = "/api/v1/warnings/W1/sign";
    EXPECT_EQ(ask(shown, "POST", sign).status, 200);
    const std::string right = shown.csrf;
    shown.csrf.clear();
    EXPECT_EQ(refusal(ask(shown, "POST", sign)), "csrf_token_missing");
    EXPECT_EQ(ask(shown, "DELETE", "/api/v1/session").status, 403);
    EXPECT_EQ(ask(shown, "GET", "/api/v1/session").status, 200) << "reading needs none";
    move_to(clock_.now() + seconds{30});
    Shown other = taken(log_in("li.na", kPassword, code_now()));
    ASSERT_NE(other.csrf, right);
    shown.csrf = other.csrf;
    EXPECT_EQ(ask(shown, "POST", sign).status, 403) << "that of another session";
    shown.csrf = right;
    EXPECT_EQ(ask(shown, "POST", sign).status, 200);
    Shown bearer;
    bearer.token = "root";
    EXPECT_EQ(ask(bearer, "POST", "/api/v1/accounts/wu/unlock").status, 200)
        << "a bearer token needs none";
}

TEST_F(LoginServiceTest, WhatWasDoneSaysHowTheCallerWasProved) {
    const Shown shown = set_up();
    const ApiResponse answer = ask(shown, "POST", "/api/v1/warnings/W1/sign");
    EXPECT_EQ(member(answer, "remote"),
              "10.0.0.7 session:" + token_hash(shown.cookie).substr(0, 12) + "+totp");
    const ApiResponse with_code =
        ask(shown, "POST", "/api/v1/warnings/W1/sign", {{"code", code_now()}});
    EXPECT_THAT(member(with_code, "remote"), testing::EndsWith("+totp+fresh"));
}

TEST_F(LoginServiceTest, TheAuditLogKeepsAddressAndProofApart) {
    transact([this](Session& db) {
        return append_audit(db, {clock_.now(), "li.na", "10.0.0.7 session:ab+totp", "test.did", "x",
                                 boost::json::object{{"a", 1}}});
    });
    EXPECT_EQ(last_audit("test.did"), "li.na 10.0.0.7 x {\"a\":1,\"proof\":\"session:ab+totp\"}");
    EXPECT_TRUE(transact([](Session& db) { return check_audit_chain(db); }).empty());
}

TEST_F(LoginServiceTest, ASignatureMayNeedACodeOfItsOwn) {
    const Shown shown = set_up();
    needs_code_ = true;
    begin();
    const std::string sign = "/api/v1/warnings/W1/sign";
    EXPECT_EQ(refusal(ask(shown, "POST", sign)), "code_needed");
    EXPECT_EQ(refusal(ask(shown, "POST", sign, {{"code", "000000"}})), "code_wrong");
    const std::string code = code_now();
    EXPECT_EQ(ask(shown, "POST", sign, {{"code", code}}).status, 200);
    EXPECT_EQ(refusal(ask(shown, "POST", sign, {{"code", code}})), "code_wrong") << "used";
    next_code();
    EXPECT_EQ(ask(shown, "POST", "/api/v1/controls/1/sign", {{"code", code_now()}}).status, 200);
}

TEST_F(LoginServiceTest, ASessionEndsWhenItsPersonLogsOut) {
    const Shown shown = set_up();
    EXPECT_EQ(ask(shown, "DELETE", "/api/v1/session").status, 200);
    const ApiResponse stolen = ask(shown, "GET", "/api/v1/session");
    EXPECT_EQ(stolen.status, 401);
    EXPECT_EQ(count("SELECT count(*) FROM logins"), 0);
    EXPECT_THAT(last_audit("session.closed"), HasSubstr("\"proof\":\"session:"));
}

TEST_F(LoginServiceTest, ASessionEndsByItself) {
    const Shown shown = set_up();
    move_to(clock_.now() + minutes{59});
    EXPECT_EQ(ask(shown, "GET", "/api/v1/session").status, 200);
    move_to(clock_.now() + minutes{61});
    EXPECT_EQ(ask(shown, "GET", "/api/v1/session").status, 401);
}

TEST_F(LoginServiceTest, WhatHasEndedIsTakenByNobodyAlsoWhileOthersFail) {
    const Shown shown = set_up();
    const std::string soon = rules::to_iso(clock_.now() + hours{1}, rules::kBeijingTime);
    Shown own;
    own.token =
        member(ask(shown, "POST", "/api/v1/tokens", {{"name", "x"}, {"ends_at", soon}}), "token");
    Shown as_bearer;
    as_bearer.token = shown.cookie;
    EXPECT_EQ(ask(as_bearer, "GET", "/api/v1/session").status, 401) << "a cookie is not a token";
    EXPECT_EQ(ask(own, "GET", "/api/v1/session").status, 200);
    move_to(clock_.now() + hours{2});
    EXPECT_EQ(log_in("li.na", kWrong, "").status, 401);
    EXPECT_EQ(ask(own, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(ask(as_bearer, "GET", "/api/v1/session").status, 401);
}

TEST_F(LoginServiceTest, ANewPasswordEndsTheOtherSessions) {
    const Shown first = set_up();
    const Shown second = taken(log_in("li.na", kPassword, code_now()));
    next_code();
    boost::json::object body{
        {"password", kPassword}, {"new_password", "another four words then"}, {"code", code_now()}};
    EXPECT_EQ(ask(second, "POST", "/api/v1/session/password", body).status, 200);
    EXPECT_EQ(ask(first, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(ask(second, "GET", "/api/v1/session").status, 200);
    next_code();
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 401);
    EXPECT_EQ(log_in("li.na", "another four words then", code_now()).status, 200);
}

TEST_F(LoginServiceTest, AResetEndsAllThatWas) {
    const Shown shown = set_up();
    const std::string link = invite("li.na", "/reset");
    EXPECT_EQ(ask(shown, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 401);
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/look", {{"link", link}}).status, 200);
}

TEST_F(LoginServiceTest, ASecondFactorIsDroppedOnlyWhereNoneIsRequired) {
    (void)set_up();
    EXPECT_EQ(refusal(ask(root_, "POST", "/api/v1/accounts/li.na/disable-totp")),
              "second_factor_required");
    begin(false);
    EXPECT_EQ(log_in("li.na", kPassword, "").status, 401) << "who has one shows it";
    EXPECT_EQ(ask(root_, "POST", "/api/v1/accounts/li.na/disable-totp").status, 200);
    EXPECT_EQ(log_in("li.na", kPassword, "").status, 200);
    begin(true);
    EXPECT_EQ(refusal(log_in("li.na", kPassword, "")), "second_factor_missing");
}

TEST_F(LoginServiceTest, LinksThatLogInAreOffUnlessTheSettingsAllowThem) {
    EXPECT_EQ(refusal(ask(root_, "POST", "/api/v1/accounts/li.na/login-link")), "login_links_off");
    is_demo_ = true;
    begin();
    const std::string link = invite("li.na", "/login-link");
    const ApiResponse answer = ask({}, "POST", "/api/v1/links/use", {{"link", link}});
    ASSERT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(member(ask(taken(answer), "GET", "/api/v1/session"), "by"), "link");
    EXPECT_EQ(ask({}, "POST", "/api/v1/links/use", {{"link", link}}).status, 401);
}

TEST_F(LoginServiceTest, ATokenOfOnesOwnHasAPartOfTheRolesAndAnEnd) {
    const Shown shown = set_up();
    const std::string soon = rules::to_iso(clock_.now() + hours{48}, rules::kBeijingTime);
    const std::string late = rules::to_iso(clock_.now() + hours{24 * 400}, rules::kBeijingTime);
    EXPECT_EQ(ask(shown, "POST", "/api/v1/tokens", {{"name", "x"}}).status, 422) << "an end";
    EXPECT_EQ(ask(shown, "POST", "/api/v1/tokens", {{"name", "x"}, {"ends_at", late}}).status, 422);
    EXPECT_EQ(ask(shown, "POST", "/api/v1/tokens",
                  {{"name", "x"}, {"ends_at", soon}, {"roles", boost::json::array{"admin"}}})
                  .status,
              422);
    const ApiResponse made =
        ask(shown, "POST", "/api/v1/tokens",
            {{"name", "日报"}, {"ends_at", soon}, {"roles", boost::json::array{"auditor"}}});
    ASSERT_EQ(made.status, 201) << made.body;
    Shown own;
    own.token = member(made, "token");
    EXPECT_EQ(ask(own, "GET", "/api/v1/session").status, 200);
    EXPECT_EQ(ask(own, "POST", "/api/v1/warnings/W1/sign").status, 403) << "no approver";
    EXPECT_EQ(refusal(ask(own, "POST", "/api/v1/tokens", {{"name", "x"}, {"ends_at", soon}})),
              "own_token");
    EXPECT_THAT(ask(shown, "GET", "/api/v1/tokens").body, Not(HasSubstr(own.token)));
    EXPECT_THAT(last_audit("token.made"), Not(HasSubstr(own.token)));
    move_to(clock_.now() + hours{48});
    EXPECT_EQ(ask(own, "GET", "/api/v1/session").status, 401);
}

TEST_F(LoginServiceTest, ATokenThatMayOnlyReadChangesNothing) {
    const Shown shown = set_up();
    const std::string soon = rules::to_iso(clock_.now() + hours{48}, rules::kBeijingTime);
    const ApiResponse made = ask(shown, "POST", "/api/v1/tokens",
                                 {{"name", "墙"}, {"ends_at", soon}, {"reads_only", true}});
    Shown own;
    own.token = member(made, "token");
    EXPECT_EQ(ask(own, "GET", "/api/v1/accounts").status, 200);
    EXPECT_EQ(refusal(ask(own, "POST", "/api/v1/warnings/W1/sign")), "token_reads_only");
    const std::string path = "/api/v1/tokens/" + member(made, "id");
    EXPECT_EQ(ask(shown, "DELETE", path).status, 200);
    EXPECT_EQ(ask(shown, "DELETE", path).status, 404);
    EXPECT_EQ(ask(own, "GET", "/api/v1/accounts").status, 401);
}

TEST_F(LoginServiceTest, OfManySessionsTheOldestGivesWay) {
    const Shown first = set_up();
    for (std::size_t i = 0; i < kSessionsPerPersonMax; ++i) {
        EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 200);
        next_code();
    }
    EXPECT_EQ(ask(first, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(count("SELECT count(*) FROM logins"),
              static_cast<std::int64_t>(kSessionsPerPersonMax));
}

TEST_F(LoginServiceTest, WhoHasLeftThePeopleFileIsOut) {
    const Shown shown = set_up();
    Config config = *context_.config;
    config.people = {person("root", {Role::kAdmin})};
    rebuild(std::move(config));
    service_->reload();
    EXPECT_EQ(ask(shown, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(log_in("li.na", kPassword, code_now()).status, 401);
}

TEST_F(LoginServiceTest, TheTelephoneOfAnEnterpriseThatWasLostIsShutOut) {
    const auto link = [this] {
        const ApiResponse made = ask(root_, "POST", "/api/v1/enterprises/e1/page-link");
        EXPECT_EQ(made.status, 201) << made.body;
        return member(made, "link");
    };
    const auto use = [this](const std::string& address) {
        return ask({}, "POST", "/api/v1/links/page", {{"link", address}});
    };
    const ApiResponse opened = use(link());
    ASSERT_EQ(opened.status, 200) << opened.body;
    const Shown lost = taken(opened);
    const std::string unused = link();
    ASSERT_EQ(ask(lost, "GET", "/api/v1/session").status, 200);
    EXPECT_EQ(ask(root_, "POST", "/api/v1/accounts/enterprise:e9/end-sessions").status, 404);
    const ApiResponse ended = ask(root_, "POST", "/api/v1/accounts/enterprise:e1/end-sessions");
    ASSERT_EQ(ended.status, 200) << ended.body;
    EXPECT_THAT(ended.body, HasSubstr("\"ended\":1"));
    EXPECT_EQ(ask(lost, "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(use(unused).status, 401);
    EXPECT_THAT(last_audit("account.logged_out"), HasSubstr(" enterprise:e1 "));
    begin();
    EXPECT_EQ(ask(lost, "GET", "/api/v1/session").status, 401) << "after a restart, too";
    EXPECT_EQ(use(link()).status, 200) << "another is good";
}

TEST_F(LoginServiceTest, WhoCameJustBeforeAllWereEndedIsOutToo) {
    set_up();
    // Written, and not taken in: as a log-in whose answer is on its way.
    Login coming;
    coming.hash = token_hash("coming");
    coming.person = "li.na";
    coming.made_at = coming.used_at = clock_.now();
    coming.ends_at = clock_.now() + std::chrono::hours{1};
    transact([&coming](Session& db) { store_login(db, coming); });
    const ApiResponse ended = ask(root_, "POST", "/api/v1/accounts/li.na/end-sessions");
    ASSERT_EQ(ended.status, 200) << ended.body;
    EXPECT_THAT(ended.body, HasSubstr("\"ended\":2"));
    EXPECT_EQ(count("SELECT count(*) FROM logins"), 0);
}

TEST_F(LoginServiceTest, WhoComesCostsNothingByHowManyAreIn) {
    const auto come = [this] {
        const ApiResponse made = ask(root_, "POST", "/api/v1/enterprises/e1/page-link");
        return taken(ask({}, "POST", "/api/v1/links/page", {{"link", member(made, "link")}}));
    };
    const int before = people_set_;
    std::vector<Shown> phones;
    for (std::size_t i = 0; i <= kSessionsPerPersonMax; ++i) {
        phones.push_back(come());
        move_to(clock_.now() + seconds{1});
    }
    EXPECT_EQ(ask(phones.front(), "GET", "/api/v1/session").status, 401) << "gave way";
    for (std::size_t i = 1; i < phones.size(); ++i) {
        EXPECT_EQ(ask(phones[i], "GET", "/api/v1/session").status, 200) << i;
    }
    EXPECT_EQ(ask(phones.back(), "DELETE", "/api/v1/session").status, 200);
    EXPECT_EQ(ask(phones.back(), "GET", "/api/v1/session").status, 401);
    EXPECT_EQ(people_set_, before) << "nobody went through all callers for one";
}

TEST_F(LoginServiceTest, NothingSecretIsStored) {
    const Shown shown = set_up();
    EXPECT_EQ(count("SELECT count(*) FROM credentials WHERE password NOT LIKE 'scrypt$%'"), 0);
    EXPECT_EQ(transact([&shown](Session& db) {
                  return db.count("SELECT count(*) FROM logins WHERE hash=?1", shown.cookie);
              }),
              0);
    EXPECT_EQ(transact([&shown](Session& db) {
                  return db.count("SELECT count(*) FROM logins WHERE hash=?1",
                                  token_hash(shown.cookie));
              }),
              1);
}

TEST_F(LoginServiceTest, TooManyThatWaitForAHashAreToldToComeAgain) {
    Hashing hashing(StoreMode::kInline);
    std::vector<std::shared_ptr<void>> places;
    for (std::size_t i = 0; i < kHashingWaitingPerAddressMax; ++i) {
        places.push_back(hashing.admit("address:a"));
        EXPECT_NE(places.back(), nullptr);
    }
    EXPECT_EQ(hashing.admit("address:a"), nullptr) << "one address does not take all places";
    while (places.size() < kHashingWaitingMax) {
        places.push_back(hashing.admit("address:" + std::to_string(places.size())));
        EXPECT_NE(places.back(), nullptr);
    }
    EXPECT_EQ(hashing.admit("address:z"), nullptr);
    places.pop_back();
    EXPECT_NE(hashing.admit("address:z"), nullptr);
}

}  // namespace
}  // namespace qk::daemon
