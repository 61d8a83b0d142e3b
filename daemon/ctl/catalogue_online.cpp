#include "daemon/ctl/catalogue_online.hpp"

#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/adoption_online.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/trial_table.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/catalogues";
constexpr const char* kShipped = "as-shipped";

const Columns kColumns{"number",       "name",     "from",     "put_by", "put_at",
                       "confirmed_by", "begun_at", "in_force", "reason", "withdrawn_at"};

int put(const Call& call, bool only_try) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    std::optional<json::object> body(std::in_place);
    if (*call.text("name") == kShipped) {
        (*body)["as_shipped"] = true;
    } else {
        body = body_with_file(call, "catalogue");
    }
    if (!body) return kBadUsage;
    add_said(call, {"from"}, *body);
    if (only_try) {
        (*body)["only_try"] = true;
    } else {
        add_said(call, {"reason"}, *body);
    }
    return show_trial(online->daemon.call("POST", kBase, plans::to_text(*body)), online->format);
}

int in_force(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto answer = online->daemon.call("GET", std::string(kBase) + "/in-force");
    if (!call.has("toml")) return show_rows(answer, online->format, "items", kColumns);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    std::cout << plans::string_or(*value, "catalogue");
    return kHolds;
}

}  // namespace

std::vector<Command> online_catalogue_commands() {
    const auto file =
        place("name", "FILE|as-shipped",
              {"TOML 目录；as-shipped 为改回内置目录", "TOML; as-shipped goes back to what ships"})
            .required();
    const auto number =
        place("number", "NUMBER", {"启用编号", "its number in the history"}).required();
    const auto from =
        option("from", "TIME", {"何时起生效；默认：立即", "from when; default: at once"});
    const auto reason = option("reason", "TEXT", {"理由", "why"});
    return {
        {.name = "compare",
         .what = {"在现行清单上试算本地目录，列出与现行目录的差异，不提交",
                  "try a catalogue on the inventory in use beside the one in force; store nothing"},
         .options = joined({{file, from}, online_options()}),
         .examples = {"qingkongctl catalogue compare catalogue.toml --token-file admin.token"},
         .run = [](const Call& call) { return put(call, true); }},
        {.name = "adopt",
         .what = {"提交本地目录，自某时起启用；须由另一人确认",
                  "put a catalogue in force from a time; another person has to confirm it"},
         .options = joined({{file, from, reason}, online_options()}),
         .examples = {"qingkongctl catalogue adopt catalogue.toml --from 2026-11-15 --reason "
                      "年度修订 --token-file admin.token"},
         .run = [](const Call& call) { return put(call, false); }},
        {.name = "confirm",
         .what = {"第二人确认目录", "a second person confirms a catalogue"},
         .options = joined({{number}, online_options()}),
         .examples = {"qingkongctl catalogue confirm 3 --token-file approver.token"},
         .run = [](const Call& call) { return confirm_one(call, kBase); }},
        {.name = "withdraw",
         .what = {"撤回尚未启用的目录", "take back a catalogue that is not in force yet"},
         .options = joined({{number, reason}, online_options()}),
         .examples = {"qingkongctl catalogue withdraw 3 --reason 有误 --token-file admin.token"},
         .run = [](const Call& call) { return withdraw_one(call, kBase); }},
        {.name = "in-force",
         .what = {"现行目录；--toml 输出全文，可交 derive --catalogue",
                  "the catalogue in force; --toml prints it, as derive --catalogue reads it"},
         .options =
             joined({{flag("toml", {"输出 TOML 全文", "print the TOML"})}, online_options()}),
         .examples = {"qingkongctl catalogue in-force --toml"},
         .run = in_force},
        {.name = "history",
         .what = {"目录启用历史", "the catalogues that were put in force"},
         .options = online_options(),
         .examples = {"qingkongctl catalogue history"},
         .run = [](const Call& call) { return show_history(call, kBase, kColumns); }}};
}

}  // namespace qk::ctl
