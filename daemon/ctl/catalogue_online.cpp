#include "daemon/ctl/catalogue_online.hpp"

#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
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

// The body of a catalogue that is tried or put up; empty: it could not be read.
std::optional<json::object> body_of(const Call& call) {
    const std::string name = *call.text("name");
    json::object body;
    if (name == kShipped) {
        body["as_shipped"] = true;
    } else {
        const auto text = read_file(name);
        if (!text) {
            print_faults(text.error());
            return std::nullopt;
        }
        body["catalogue"] = *text;
        body["file"] = std::filesystem::path(name).filename().string();
    }
    for (const char* key : {"from", "reason"}) {
        if (const auto text = call.text(key)) body[key] = *text;
    }
    return body;
}

int put(const Call& call, bool only_try) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    auto body = body_of(call);
    if (!body) return kBadUsage;
    if (only_try) (*body)["only_try"] = true;
    return show_trial(online->daemon.call("POST", kBase, plans::to_text(*body)), online->format);
}

int step(const Call& call, const char* what) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    if (const auto reason = call.text("reason")) body["reason"] = *reason;
    const std::string path =
        std::string(kBase) + "/" + url_encoded(*call.text("number")) + "/" + what;
    const std::string text = body.empty() ? std::string() : plans::to_text(body);
    return show_rows(online->daemon.call("POST", path, text), online->format, "items",
                     {"number", "name", "person"});
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

int history(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", kBase), online->format, "items", kColumns);
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
         .run = [](const Call& call) { return step(call, "confirm"); }},
        {.name = "withdraw",
         .what = {"撤回尚未启用的目录", "take back a catalogue that is not in force yet"},
         .options = joined({{number, reason}, online_options()}),
         .examples = {"qingkongctl catalogue withdraw 3 --reason 有误 --token-file admin.token"},
         .run = [](const Call& call) { return step(call, "withdraw"); }},
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
         .run = history}};
}

}  // namespace qk::ctl
