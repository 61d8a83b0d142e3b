// What is looked at before the router: sessions, scopes of tokens, codes with signatures.
#include <algorithm>

#include "daemon/access/one_time_code.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

std::string_view path_of(const ApiRequest& request) {
    return std::string_view(request.target).substr(0, request.target.find('?'));
}

bool is_safe(const ApiRequest& request) {
    return request.method == "GET" || request.method == "HEAD";
}

// What somebody sends who is not in yet, or comes back: open to all.
bool is_log_in(const ApiRequest& request) {
    const std::string_view path = path_of(request);
    return request.method == "POST" &&
           (path == "/api/v1/session" || path.starts_with("/api/v1/links/"));
}

bool is_signature(const ApiRequest& request) {
    const std::string_view path = path_of(request);
    return request.method == "POST" && path.ends_with("/sign") &&
           (path.starts_with("/api/v1/warnings/") || path.starts_with("/api/v1/controls/"));
}

std::string code_in(const ApiRequest& request) {
    const std::string& body = request.body;
    const auto value = plans::parse_json(body.empty() ? std::string("{}") : body, "body");
    if (!value || !value->is_object()) return {};
    return plans::string_or(*value, "code");
}

ApiResponse answer_no_csrf_token() {
    return answer_problem(403, "缺少或错误的 X-CSRF-Token，操作未进行，请刷新页面后重试",
                          "X-CSRF-Token is missing or wrong; nothing was done",
                          rules::refuse("X-CSRF-Token is missing or wrong",
                                        "the csrf_token that GET /api/v1/session answers"),
                          {{"refusal", "csrf_token_missing"}});
}

ApiResponse answer_code_needed(const char* refusal, const char* what_zh, const char* what_en,
                               const char* cure) {
    return answer_problem(403, what_zh, what_en,
                          rules::refuse(std::string(what_zh) + " / " + what_en, cure),
                          {{"refusal", refusal}});
}

}  // namespace

void LoginService::translate(ApiRequest& head) {
    const ShownLogin shown = logins_->look(head.authorization, context_.clock.now());
    if (!cookie_in(head.authorization).empty()) head.authorization.clear();
    if (shown.person) head.authorization = "Bearer " + shown.secret;
}

asio::awaitable<std::optional<ApiResponse>> LoginService::admit(ApiRequest& request) {
    if (request.authorization.empty()) co_return std::nullopt;
    const ShownLogin shown = logins_->look(request.authorization, context_.clock.now());
    const bool is_cookie = !cookie_in(request.authorization).empty();
    const std::string hash = token_hash(bearer_token(request.authorization));
    CallerProof proof = shown.proof;
    std::string person = logins_->owner_of(hash);
    if (shown.person) {
        person = shown.person->id;
        request.authorization = "Bearer " + shown.secret;
    } else if (is_cookie) {
        request.authorization.clear();  // of a session that has ended: nobody
    } else if (!person.empty()) {
        proof = {ProofKind::kToken, hash.substr(0, kProofMarkDigits)};
    } else if (logins_->find(hash) != nullptr) {
        request.authorization = "Bearer";  // a cookie is not a token, nor is one that has ended
    }
    const bool changes_something = !is_safe(request);
    if (shown.is_by_cookie && shown.person && changes_something && !shown.has_csrf_token) {
        if (!is_log_in(request)) co_return answer_no_csrf_token();
        request.authorization.clear();
        co_return std::nullopt;
    }
    if (shown.reads_only && changes_something) {
        co_return answer_problem(403, "此令牌只能读取", "this token may only read", {},
                                 {{"refusal", "token_reads_only"}});
    }
    request.remote = remote_with(request.remote, proof);
    if (!is_signature(request) || person.empty()) co_return std::nullopt;
    co_return co_await need_code(request, std::move(person), std::move(proof));
}

// With the setting every signature needs a code; without it one that is shown is looked at all the
// same, and the audit log says so.
asio::awaitable<std::optional<ApiResponse>> LoginService::need_code(ApiRequest& request,
                                                                    std::string person,
                                                                    CallerProof proof) {
    Attempt attempt{std::move(person),
                    {},
                    code_in(request),
                    std::string(address_in(request.remote)),
                    context_.clock.now()};
    if (!settings_.sign_needs_code && attempt.code.empty()) co_return std::nullopt;
    if (attempt.code.empty()) {
        co_return answer_code_needed(
            "code_needed", "签发须附动态验证码，尚未签发",
            "a signature needs a one-time code; nothing was signed",
            "在 code 中填写验证器当前显示的六位数字 / the six digits of your "
            "authenticator, as \"code\"");
    }
    if (auto refused = refuse_paused(attempt)) co_return std::move(*refused);
    // Its answer was lost and it is sent again: the router tells the first one.
    const std::string signature =
        plans::sha256_hex(request.idempotency_key + "\n" + request.target + "\n" + request.body);
    const auto last = last_signed_.find(attempt.person);
    const bool is_again =
        !request.idempotency_key.empty() && last != last_signed_.end() && last->second == signature;
    bool is_set = is_again;
    bool is_good = is_again;
    auto work = [&](Session& db) {
        const auto found = find_credential(db, attempt.person);
        is_set = found && !found->code_secret.empty();
        if (!is_set) return;
        const auto step =
            find_code_step(found->code_secret, attempt.code, attempt.at, found->code_step);
        is_good = step && take_code_step(db, attempt.person, *step);
    };
    if (!is_again) co_await context_.store.transact(std::move(work));
    if (!is_set) {
        co_return answer_code_needed(
            "second_factor_missing", "该账号尚未设置动态验证码，尚未签发",
            "this account has no second factor yet; nothing was signed",
            "请管理员发一次性链接：qingkongctl account invite ID / ask the "
            "administrator for a link");
    }
    if (!is_good) {
        co_await note_wrong(attempt);
        co_return answer_code_needed("code_wrong", "动态验证码不正确或已用过，尚未签发",
                                     "the one-time code is wrong or used; nothing was signed",
                                     "等验证器显示下一个，再签发 / wait for the next one and sign "
                                     "again");
    }
    forget_tries(attempt);
    last_signed_[attempt.person] = signature;
    proof.has_fresh_code = true;
    request.remote = remote_with(request.remote, proof);
    co_return std::nullopt;
}

}  // namespace qk::daemon
