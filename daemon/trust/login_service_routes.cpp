// The API of log-in: a session is opened, shown, closed; a password changed; a signature proved by
// a code of its own.
#include <fmt/format.h>

#include <boost/json/object.hpp>

#include "daemon/access/password.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "daemon/api/operations/accounts.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/json_fields.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr std::size_t kAccountBytesMax = 200;
// Hashed to be held against another: so it has a limit. What a new one must be like is another
// question (password_faults).
std::string password_in(plans::JsonFields& fields) {
    std::string password = fields.text("password");
    if (password.size() > kPasswordBytesMax) {
        fields.fault("password", "is too long", fmt::format("{} bytes at most", kPasswordBytesMax));
    }
    return password;
}

struct WantedSession {
    std::string id;
    std::string password;
    std::string code;
};

rules::Result<WantedSession> read_session(const Call& call) {
    const auto fill = [](plans::JsonFields& fields, WantedSession& wanted) {
        wanted.id = fields.text("id");
        wanted.password = password_in(fields);
        wanted.code = fields.maybe_text("code");
        if (wanted.id.size() > kAccountBytesMax) {
            fields.fault("id", "is too long", "the id of an account");
        }
    };
    return read_body<WantedSession>(call, fill);
}

struct WantedPassword {
    std::string password;
    std::string new_password;
    std::string code;
};

rules::Result<WantedPassword> read_passwords(const Call& call) {
    const auto fill = [](plans::JsonFields& fields, WantedPassword& wanted) {
        wanted.password = password_in(fields);
        wanted.new_password = fields.text("new_password");
        wanted.code = fields.maybe_text("code");
    };
    return read_body<WantedPassword>(call, fill);
}

}  // namespace

asio::awaitable<ApiResponse> LoginService::open_session(Call call) {
    auto wanted = read_session(call);
    if (!wanted) co_return answer_wrong_account_content(wanted.error());
    Attempt attempt{wanted->id, wanted->password, wanted->code,
                    std::string(address_in(call.request.remote)), context_.clock.now()};
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    const auto place = take_place(attempt);
    if (!place) co_return answer_logins_busy();
    const Checked checked = co_await check_password(attempt);
    // Others of the same account or address may have gone wrong while this one waited.
    attempt.at = context_.clock.now();
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    const std::string secret = new_token();
    std::vector<std::string> ended = drop_ended(attempt.at);
    Outcome outcome = Outcome::kWrong;
    Login login;
    auto work = [&](Session& db) {
        outcome = judge(db, attempt, checked);
        if (outcome != Outcome::kGood) return erase_logins(db, ended);
        const auto credential = find_credential(db, attempt.person);
        if (!checked.stronger.empty()) store_password(db, attempt.person, checked.stronger);
        login = session_for(attempt.person, ProofKind::kSession, !credential->code_secret.empty(),
                            attempt.remote, secret, attempt.at);
        put_session(db, login, ended);
    };
    co_await context_.store.transact(std::move(work));
    if (outcome == Outcome::kWrong) {
        co_await note_wrong(attempt);
        co_return answer_wrong_login();
    }
    if (outcome == Outcome::kNoSecondFactor) co_return answer_no_second_factor();
    forget_tries(attempt);
    context_.events.wake();
    co_return answer_opened(login, secret, ended);
}

asio::awaitable<ApiResponse> LoginService::show_session(Call call) {
    const Login* const login = logins_->find(call.caller->token_sha256);
    // Of a session this is its cookie (translate()).
    const std::string_view secret = bearer_token(call.request.authorization);
    co_return answer_json(
        session_json(context_, settings_, *call.caller, login, csrf_token_of(secret)));
}

asio::awaitable<ApiResponse> LoginService::close_session(Call call) {
    const std::string own = call.caller->token_sha256;
    const Login* const login = logins_->find(own);
    const bool wants_all = call.query_value("all").value_or("") == "true";
    if (!wants_all && (login == nullptr || !login->is_session())) {
        co_return answer_problem(409, "此令牌没有会话可退出",
                                 "a token has no session to close; leave it out, or end a token "
                                 "of your own with DELETE /api/v1/tokens/ID");
    }
    std::vector<std::string> ended{own};
    const Instant now = context_.clock.now();
    auto work = [&](Session& db) {
        if (wants_all)
            ended = end_logins_of(db, call.caller->id, LoginsOf::kSessions);
        else
            erase_logins(db, ended);
        append_audit(db, {now, call.caller->id, call.request.remote, "session.closed",
                          call.caller->id, json::object{{"sessions", ended.size()}}});
    };
    co_await context_.store.transact(std::move(work));
    end_in_memory(ended);
    ApiResponse answer = answer_json(json::object{{"ended", ended.size()}});
    answer.headers.emplace_back("Set-Cookie", cookie_text(*logins_, "", std::chrono::seconds{0}));
    co_return answer;
}

asio::awaitable<ApiResponse> LoginService::change_password(Call call) {
    const auto wanted = read_passwords(call);
    if (!wanted) co_return answer_wrong_account_content(wanted.error());
    const rules::Faults faults =
        password_faults(wanted->new_password, call.caller->id, settings_.password_least);
    if (!faults.empty()) co_return answer_wrong_account_content(faults);
    Attempt attempt{call.caller->id, wanted->password, wanted->code,
                    std::string(address_in(call.request.remote)), context_.clock.now()};
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    const auto place = take_place(attempt);
    if (!place) co_return answer_logins_busy();
    const Checked checked = co_await check_password(attempt);
    const std::string hash = co_await hash_on_thread(wanted->new_password);
    attempt.at = context_.clock.now();
    Outcome outcome = Outcome::kWrong;
    const std::string own = call.caller->token_sha256;
    std::vector<std::string> ended;
    auto work = [&](Session& db) {
        outcome = judge(db, attempt, checked);
        if (outcome != Outcome::kGood) return;
        store_password(db, attempt.person, hash);
        ended = end_logins_of(db, call.caller->id, LoginsOf::kSessions, own);
        append_audit(db, {attempt.at, call.caller->id, call.request.remote, "account.password",
                          call.caller->id, json::object{{"sessions_ended", ended.size()}}});
    };
    co_await context_.store.transact(std::move(work));
    if (outcome == Outcome::kWrong) {
        co_await note_wrong(attempt);
        co_return answer_wrong_login();
    }
    if (outcome == Outcome::kNoSecondFactor) co_return answer_no_second_factor();
    forget_tries(attempt);
    end_in_memory(ended);
    context_.events.wake();
    co_return answer_json(json::object{{"sessions_ended", ended.size()}});
}

void LoginService::add_routes(Router& router) {
    router.serve(operation::kOpenSession, kAnyone,
                 [this](const Call& call) { return open_session(call); });
    router.serve(operation::kShowSession, kEveryAccount,
                 [this](const Call& call) { return show_session(call); });
    router.serve(operation::kCloseSession, kEveryAccount,
                 [this](const Call& call) { return close_session(call); });
    router.serve(operation::kChangePassword, kEveryAccount,
                 [this](const Call& call) { return change_password(call); });
    add_account_routes(router);
    add_own_token_routes(router);
    add_page_link_routes(router);
}

}  // namespace qk::daemon
