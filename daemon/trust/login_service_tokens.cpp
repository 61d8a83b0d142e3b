// The API of tokens that people make for programs of theirs: a part of their own roles, or reading
// alone, and always with an end.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "daemon/access/enterprise_caller.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/body_fields.hpp"
#include "daemon/api/operations/accounts.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/login_answers.hpp"
#include "daemon/trust/login_service.hpp"
#include "plans/text/json_fields.hpp"
#include "plans/text/json_values.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace json = boost::json;
using rules::Instant;

namespace {

constexpr std::size_t kTokenNameBytesMax = 100;

struct WantedToken {
    std::string name;
    std::set<Role> roles;
    bool reads_only = false;
    Instant ends_at{};
};

void read_token_roles(plans::JsonFields& fields, const Person& caller, WantedToken& wanted) {
    for (const std::string& word : fields.maybe_texts("roles")) {
        const auto role = parse_role(word);
        if (role && caller.roles.contains(*role)) {
            wanted.roles.insert(*role);
        } else {
            fields.fault("roles", "'" + word + "' is not a role of yours",
                         "some of those that GET /api/v1/session names");
        }
    }
    if (wanted.roles.empty()) wanted.roles = caller.roles;
}

rules::Result<WantedToken> read_token(const Call& call, rules::Zone zone, int days, Instant now) {
    const auto fill = [&](plans::JsonFields& fields, WantedToken& wanted) {
        wanted.name = fields.text("name");
        const bool is_name =
            !plans::is_blank(wanted.name) && !plans::find_unseen_in_name(wanted.name);
        if (!is_name || wanted.name.size() > kTokenNameBytesMax) {
            fields.fault("name", "is blank, too long or not plain text", "what the token is for");
        }
        read_token_roles(fields, *call.caller, wanted);
        wanted.reads_only = fields.maybe_flag("reads_only");
        wanted.ends_at = fields.instant("ends_at", zone);
        if (wanted.ends_at <= now || wanted.ends_at > now + std::chrono::days{days}) {
            fields.fault("ends_at", "is over, or too far ahead",
                         "a time within " + std::to_string(days) + " days (accounts.token_days)");
        }
    };
    return read_body<WantedToken>(call, fill);
}

json::object token_json(const Login& login, rules::Zone zone) {
    json::array roles;
    for (const Role role : login.roles) roles.emplace_back(json::string(to_text(role)));
    return {{"id", login.mark()},
            {"name", login.name},
            {"roles", std::move(roles)},
            {"reads_only", login.reads_only},
            {"made_at", plans::iso(login.made_at, zone)},
            {"used_at", plans::iso(login.used_at, zone)},
            {"ends_at", plans::iso(login.ends_at, zone)}};
}

// A token that was lost must not make others that outlive it; nor a telephone at a plant.
std::optional<ApiResponse> refuse_own_token(const Call& call) {
    if (is_enterprise_caller(call.caller->id)) {
        return answer_problem(403, "企业页面不能自建令牌", "the page of an enterprise has none");
    }
    if (!proof_in(call.request.remote).starts_with("own_token")) return std::nullopt;
    return answer_problem(403, "不能用自建令牌管理令牌，请登录后办理",
                          "a token of your own makes or ends no tokens; log in", {},
                          {{"refusal", "own_token"}});
}

}  // namespace

asio::awaitable<ApiResponse> LoginService::list_own_tokens(Call call) {
    json::array items;
    for (const Login& login : logins_->list(call.caller->id, false)) {
        items.emplace_back(token_json(login, context_.pack->zone));
    }
    co_return answer_page_of(items, paging_of(call));
}

asio::awaitable<ApiResponse> LoginService::make_own_token(Call call) {
    if (auto refused = refuse_own_token(call)) co_return std::move(*refused);
    const Instant now = context_.clock.now();
    const auto wanted = read_token(call, context_.pack->zone, settings_.token_days, now);
    if (!wanted) co_return answer_wrong_account_content(wanted.error());
    std::vector<std::string> ended = drop_ended(now);
    if (logins_->oldest_over(call.caller->id, false, kOwnTokensPerPersonMax)) {
        co_return answer_problem(
            409, "自建令牌已达上限", "you have as many tokens as may be",
            rules::refuse("20 tokens at most", "先撤销不用的 / end one that is not used"));
    }
    const std::string secret = new_token();
    Login login;
    login.hash = token_hash(secret);
    login.kind = ProofKind::kOwnToken;
    login.person = call.caller->id;
    login.name = wanted->name;
    login.roles = wanted->roles;
    login.reads_only = wanted->reads_only;
    login.has_second_factor = proof_in(call.request.remote).find("+totp") != std::string_view::npos;
    login.remote = std::string(address_in(call.request.remote));
    login.made_at = now;
    login.used_at = now;
    login.ends_at = wanted->ends_at;
    json::object shown = token_json(login, context_.pack->zone);
    auto work = [&](Session& db) {
        erase_logins(db, ended);
        store_login(db, login);
        append_audit(
            db, {now, call.caller->id, call.request.remote, "token.made", login.mark(), shown});
    };
    co_await context_.store.transact(std::move(work));
    for (const std::string& hash : ended) logins_->end(hash);
    logins_->put(login);
    if (tell_changed_) tell_changed_();
    used_.wake();
    context_.events.wake();
    shown["token"] = secret;
    co_return answer_json(shown, 201);
}

asio::awaitable<ApiResponse> LoginService::end_own_token(Call call) {
    if (auto refused = refuse_own_token(call)) co_return std::move(*refused);
    const std::vector<Login> all = logins_->list(call.caller->id, false);
    const std::string id = call.parameter("token");
    const auto found = std::ranges::find(all, id, &Login::mark);
    if (found == all.end()) co_return answer_problem(404, "没有这个令牌", "no such token of yours");
    const std::vector<std::string> ended{found->hash};
    const Instant now = context_.clock.now();
    auto work = [&](Session& db) {
        erase_logins(db, ended);
        append_audit(db, {now, call.caller->id, call.request.remote, "token.ended", id,
                          json::object{{"name", found->name}}});
    };
    co_await context_.store.transact(std::move(work));
    end_in_memory(ended);
    context_.events.wake();
    co_return answer_json(json::object{{"id", id}});
}

void LoginService::add_own_token_routes(Router& router) {
    router.serve(operation::kListOwnTokens, kEveryAccount,
                 [this](const Call& call) { return list_own_tokens(call); });
    router.serve(operation::kMakeOwnToken, kEveryAccount,
                 [this](const Call& call) { return make_own_token(call); });
    router.serve(operation::kEndOwnToken, kEveryAccount,
                 [this](const Call& call) { return end_own_token(call); });
}

}  // namespace qk::daemon
