#include "daemon/trust/login_answers.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "daemon/api/api.hpp"
#include "daemon/service/account_config.hpp"
#include "daemon/service/context.hpp"
#include "plans/text/json_values.hpp"

namespace qk::daemon {

namespace json = boost::json;

ApiResponse answer_wrong_login() {
    return answer_problem(
        401, "账号、口令或验证码不正确", "account, password or code is wrong",
        rules::refuse(
            "账号、口令或验证码不正确 / account, password or code is wrong",
            "核对后重试；验证码每个只能用一次，用过的请等下一个；忘记口令或更换手机请管理员重发"
            "一次性链接 / check and try again; a code counts once, so wait for the next; "
            "who has forgotten a password or changed the phone asks the administrator "
            "for a new link"),
        {{"refusal", "login_wrong"}});
}

ApiResponse answer_wrong_link() {
    return answer_problem(
        401, "链接无效、已过期或已用过", "the link is wrong, over or used",
        rules::refuse("链接无效、已过期或已用过 / the link is wrong, over or used",
                      "请管理员重发：qingkongctl account invite ID / ask the administrator for "
                      "another"),
        {{"refusal", "link_wrong"}});
}

ApiResponse answer_no_second_factor() {
    return answer_problem(
        403, "本系统要求动态验证码，该账号尚未设置", "this account has no second factor yet",
        rules::refuse("该账号尚未设置动态验证码 / this account has no second factor yet",
                      "请管理员发一次性链接：qingkongctl account invite ID / ask the administrator "
                      "for a link"),
        {{"refusal", "second_factor_missing"}});
}

ApiResponse answer_paused(std::chrono::seconds left) {
    ApiResponse refused =
        answer_problem(429, fmt::format("连续错误次数过多，请{}秒后再试", left.count()),
                       fmt::format("too many wrong tries; wait {} seconds", left.count()), {},
                       {{"refusal", "login_paused"}});
    refused.headers.emplace_back("Retry-After", std::to_string(left.count()));
    return refused;
}

ApiResponse answer_logins_busy() {
    ApiResponse refused =
        answer_problem(503, "同时登录的人过多，请稍后再试", "too many log in at once; try again",
                       {}, {{"refusal", "logins_busy"}});
    refused.headers.emplace_back("Retry-After", "2");
    return refused;
}

ApiResponse answer_wrong_account_content(const rules::Faults& faults) {
    return answer_problem(422, "内容有误，未受理", "the content is refused", faults);
}

json::object session_json(const Context& context, const AccountConfig& settings,
                          const Person& person, const Login* login, const std::string& csrf_token) {
    json::array roles;
    json::array role_names;
    for (const Role role : person.roles) {
        roles.emplace_back(json::string(to_text(role)));
        role_names.emplace_back(json::string(to_chinese(role)));
    }
    json::array positions;
    for (const std::string& position : person.positions) positions.emplace_back(position);
    const std::string proved =
        to_text(CallerProof{login == nullptr ? ProofKind::kToken : login->kind});
    json::object object{{"id", person.id},
                        {"name", person.name},
                        {"roles", std::move(roles)},
                        {"roles_zh", std::move(role_names)},
                        {"positions", std::move(positions)},
                        {"region", person.region},
                        {"by", proved.substr(0, proved.find(':'))},
                        {"second_factor", login != nullptr && login->has_second_factor},
                        {"reads_only", login != nullptr && login->reads_only},
                        {"sign_needs_code", settings.sign_needs_code},
                        {"csrf_token", nullptr},
                        {"ends_at", nullptr},
                        {"idle_seconds", nullptr}};
    if (login == nullptr) return object;
    object["ends_at"] = plans::iso(login->ends_at, context.pack->zone);
    if (!login->is_session()) return object;
    object["csrf_token"] = csrf_token;
    object["idle_seconds"] = std::chrono::seconds(settings.idle).count();
    return object;
}

std::string cookie_text(const Logins& logins, std::string_view secret, std::chrono::seconds lasts) {
    return fmt::format("{}={}; Path=/; Max-Age={}; HttpOnly; SameSite=Strict{}",
                       logins.cookie_name(), secret, lasts.count(),
                       logins.is_secure() ? "; Secure" : "");
}

}  // namespace qk::daemon
