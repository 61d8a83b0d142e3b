// qingkongctl account: how accounts log in, at a running daemon: one-time links by which people set
// password and authenticator, what an administrator does for somebody who cannot log in, and tokens
// for programs of one's own. Who somebody is stands in the people file.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kAccounts = "/api/v1/accounts";
constexpr const char* kTokens = "/api/v1/tokens";

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kAccounts) + "?", online->format,
                         {"id", "name", "state", "has_password", "has_second_factor", "has_token",
                          "wrong", "paused_until", "sessions", "tokens"});
}

int act(const Call& call, const char* what, const Columns& columns) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = std::string(kAccounts) + "/" + url_encoded(*call.text("id")) + what;
    return show_rows(online->daemon.call("POST", path, "{}"), online->format, "items", columns);
}

int unlock(const Call& call) { return act(call, "/unlock", {"id", "wrong"}); }
int disable_totp(const Call& call) { return act(call, "/disable-totp", {"id", "had_one"}); }
int log_out(const Call& call) { return act(call, "/end-sessions", {"id", "ended"}); }

// The link goes to standard output, what to do with it beside it.
int make_link(const Call& call, const char* what) {
    const int code = act(call, what, {"id", "link", "ends_at"});
    if (code == kHolds) {
        std::cerr << "请把链接当面或经可靠渠道交给本人；只能用一次，谁先打开谁就是该账号 hand the "
                     "link to "
                     "the person by a way that you trust: it counts once, and whoever opens it "
                     "first is that account\n";
    }
    return code;
}

int invite(const Call& call) { return make_link(call, "/invite"); }
int reset(const Call& call) { return make_link(call, "/reset"); }
int login_link(const Call& call) { return make_link(call, "/login-link"); }

int list_tokens(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kTokens) + "?", online->format,
                         {"id", "name", "roles", "reads_only", "made_at", "used_at", "ends_at"});
}

int make_token(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body{{"name", *call.text("name")}, {"ends_at", *call.text("ends")}};
    if (call.has("read-only")) body["reads_only"] = true;
    json::array roles;
    for (const std::string& role : call.texts("role")) roles.push_back(json::string(role));
    if (!roles.empty()) body["roles"] = std::move(roles);
    return show_rows(online->daemon.call("POST", kTokens, plans::to_text(body)), online->format,
                     "items", {"id", "token", "ends_at"});
}

int end_token(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = std::string(kTokens) + "/" + url_encoded(*call.text("token"));
    return show_rows(online->daemon.call("DELETE", path), online->format, "items", {"id"});
}

Command own_token_command() {
    return {
        .name = "token",
        .what = {"自建令牌：供本人的程序使用，有范围和期限",
                 "tokens for programs of one's own, with a scope and an end"},
        .commands =
            {{.name = "list",
              .what = {"列出本人自建的令牌", "those that you made"},
              .options = online_options(),
              .examples = {"qingkongctl account token list"},
              .run = list_tokens},
             {.name = "make",
              .what = {"自建令牌；只显示一次", "make one; it is shown once"},
              .options = joined({{option("name", "TEXT", {"用途", "what it is for"}).required(),
                                  option("ends", "TIME",
                                         {"有效期至，如 2026-12-31T00:00:00+08:00",
                                          "until when, for example 2026-12-31T00:00:00+08:00"})
                                      .required(),
                                  option("role", "ROLE",
                                         {"只有这些角色（本人角色的一部分）；默认全部",
                                          "only these of your roles; default: all"})
                                      .each(),
                                  flag("read-only", {"只读", "it may only read"})},
                                 online_options()}),
              .examples = {"qingkongctl account token make --name 日报脚本 --read-only --ends "
                           "2026-12-31T00:00:00+08:00"},
              .run = make_token},
             {.name = "end",
              .what = {"撤销", "end one"},
              .options = joined(
                  {{place("token", "ID", {"令牌编号", "its id, as 'list' shows it"}).required()},
                   online_options()}),
              .examples = {"qingkongctl account token end 0123456789ab"},
              .run = end_token}},
    };
}

}  // namespace

Command account_command() {
    const auto id = place("id", "ID", {"账号", "the account, as in the people file"}).required();
    const Options of_one = joined({{id}, online_options()});
    return {
        .name = "account",
        .what = {"账号登录：一次性链接、重置、解锁、自建令牌",
                 "how accounts log in: one-time links, reset, unlock, own tokens"},
        .commands =
            {{.name = "list",
              .what = {"各账号是否设置了口令和验证器，是否被锁定",
                       "whether each has a password and an authenticator, and who has to wait"},
              .options = online_options(),
              .examples = {"qingkongctl account list"},
              .run = list},
             {.name = "invite",
              .what = {"生成一次性链接，本人由此设置口令和验证器；首个管理员也用它",
                       "make a one-time link by which the person sets password and authenticator; "
                       "the first administrator, too"},
              .options = of_one,
              .examples = {"qingkongctl account invite zhang.wei"},
              .run = invite},
             {.name = "reset",
              .what = {"作废口令、验证器、会话和自建令牌，并生成一次性链接",
                       "drop password, authenticator, sessions and own tokens, and make a one-time "
                       "link"},
              .options = of_one,
              .examples = {"qingkongctl account reset zhang.wei"},
              .run = reset},
             {.name = "unlock",
              .what = {"解除连续错误后的等待", "end the pause after wrong log-ins"},
              .options = of_one,
              .examples = {"qingkongctl account unlock zhang.wei"},
              .run = unlock},
             {.name = "disable-totp",
              .what = {"停用动态验证码；accounts.second_factor 开启时不可",
                       "drop the second factor; not where accounts.second_factor requires one"},
              .options = of_one,
              .examples = {"qingkongctl account disable-totp zhang.wei"},
              .run = disable_totp},
             {.name = "log-out",
              .what =
                  {"结束该账号的所有会话和自建令牌；enterprise:编号 为该企业页面的会话和未用的链接",
                   "end all sessions and own tokens of the account; of enterprise:ID those of "
                   "its page, and links not used"},
              .options = of_one,
              .examples = {"qingkongctl account log-out zhang.wei",
                           "qingkongctl account log-out enterprise:E0001"},
              .run = log_out},
             {.name = "login-link",
              .what = {"生成免口令的一次性登录链接，须 accounts.login_links 允许（演示用）",
                       "make a one-time link that logs in without a password, where "
                       "accounts.login_links allows it (for demos)"},
              .options = of_one,
              .examples = {"qingkongctl account login-link zhang.wei"},
              .run = login_link},
             own_token_command()},
    };
}

}  // namespace qk::ctl
