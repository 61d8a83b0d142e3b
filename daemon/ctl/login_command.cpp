// qingkongctl login and logout: the token is asked for, tried, and kept for the commands that
// follow. It never stands on the command line and is never printed.
#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/kept_login.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/terminal.hpp"
#include "plans/text/json.hpp"
#include "plans/text/shown.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

rules::Result<std::string> token_of(const Call& call) {
    std::string text;
    if (const auto file = call.text("token-file")) {
        auto read = read_private_file(*file);
        if (!read) return read.error();
        text = std::move(*read);
    } else if (auto typed = ask_secret("令牌（不显示）token (not shown): ")) {
        text = std::move(*typed);
    } else {
        return rules::refuse("没有得到令牌 no token was given",
                             "在终端上输入，或用 --token-file 指定权限为 0600 的文件: type it at a "
                             "terminal, or name a "
                             "file of mode 0600 with --token-file");
    }
    text = first_word(std::move(text));
    if (text.empty()) {
        return rules::refuse("令牌为空 the token is empty", "qingkongctl login --help");
    }
    return text;
}

std::string roles_in(const json::value& person) {
    std::string roles;
    for (const json::value& role : items_in(person, "roles_zh")) {
        if (role.is_string()) roles += (roles.empty() ? "" : "、") + std::string(role.get_string());
    }
    return roles;
}

int login(const Call& call) {
    const auto path = login_path();
    const auto token = path ? token_of(call) : path;
    if (!token) {
        print_faults(token.error());
        return kBadUsage;
    }
    const Daemon daemon = Daemon::with_token(call, *token);
    const auto answer = daemon.call("GET", "/api/v1/me");
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto person = plans::parse_json(answer->body, "answer");
    if (!person) return kUnreachable;
    if (const auto kept = keep_login(*path, {daemon.url(), *token}); !kept) {
        print_faults(kept.error());
        return kBadUsage;
    }
    std::cout << plans::for_terminal(fmt::format("已登录 logged in: {}（{}）{}  {}",
                                                 cell_of(*person, "name"), cell_of(*person, "id"),
                                                 roles_in(*person), daemon.url()))
              << "\n";
    return kHolds;
}

int logout(const Call&) {
    const auto path = login_path();
    const auto was_there = path ? forget_login(*path) : rules::Result<bool>(path.error());
    if (!was_there) {
        print_faults(was_there.error());
        return kBadUsage;
    }
    std::cout << (*was_there ? "已退出 logged out\n" : "没有登录 nobody was logged in\n");
    return kHolds;
}

}  // namespace

Command login_command() {
    Options options = connection_options();
    for (command_line::Option& one : options) {
        if (one.name != "token-file") continue;
        one.what = {
            "令牌文件，权限须为 0600；默认：在终端上输入，不显示",
            "file with your token, of mode 0600; default: typed at the terminal, not shown"};
    }
    return {
        .name = "login",
        .what = {"登录：令牌保存在本人目录中，此后的命令都用它",
                 "log in: your token is kept for the commands that follow"},
        .options = options,
        .examples = {"qingkongctl login --url https://qingkong.example.cn",
                     "qingkongctl login --token-file duty.token"},
        .run = login,
    };
}

Command logout_command() {
    return {
        .name = "logout",
        .what = {"退出：删除所保存的令牌", "log out: the token that was kept is removed"},
        .examples = {"qingkongctl logout"},
        .run = logout,
    };
}

}  // namespace qk::ctl
