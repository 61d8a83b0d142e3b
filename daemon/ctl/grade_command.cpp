// qingkongctl grade: grades that change beside the inventory's edition, at a running daemon.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/adoption_online.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/trial_table.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/grades";

const Columns kColumns{"number", "paper",        "decided_by",   "put_by",
                       "put_at", "confirmed_by", "confirmed_at", "withdrawn_at"};

int list_changes(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto answer = online->daemon.call(
        "GET", std::string(kBase) + "/" + url_encoded(call.text("number").value_or("in-force")));
    const int code = show_rows(answer, online->format, "changes",
                               {"enterprise", "grade", "from", "source", "decided_by"});
    const auto value = code == kHolds ? plans::parse_json(answer->body, "answer")
                                      : rules::Result<json::value>(json::value());
    const json::value* counts = value ? plans::find_member(*value, "counts") : nullptr;
    if (counts != nullptr && counts->is_bool() && !counts->get_bool()) {
        std::cerr
            << "现行规则包沿用清单所列级别，变更不计入 (the pack keeps the edition's grades)\n";
    }
    return code;
}

int change(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    auto read = body_with_file(call, "csv");
    if (!read) return kBadUsage;
    json::object& body = *read;
    body["paper"] = *call.text("paper");
    body["decided_by"] = *call.text("decided-by");
    if (call.has("only-try")) body["only_try"] = true;
    return show_trial(online->daemon.call("POST", kBase, plans::to_text(body)), online->format);
}

}  // namespace

Command grade_command() {
    const auto number = place("number", "NUMBER", {"编号", "its number in the history"});
    const auto needed = place("number", "NUMBER", {"编号", "its number in the history"}).required();
    return {
        .name = "grade",
        .what = {"清单印发后的绩效分级变更", "grades that change beside the inventory's edition"},
        .commands =
            {{.name = "list",
              .what = {"现行清单之外有效的变更，或一份文件的变更；CSV 可交 derive --grade-changes",
                       "the changes that count beside the edition, or those of one paper; as CSV "
                       "derive --grade-changes reads them"},
              .options = joined({{number}, online_options()}),
              .examples = {"qingkongctl grade list --format csv"},
              .run = list_changes},
             {.name = "change",
              .what = {"提交分级变更：CSV enterprise,grade,from；须由另一人确认",
                       "put up changed grades, CSV enterprise,grade,from; another person has to "
                       "confirm them"},
              .options = joined(
                  {{place("name", "FILE", {"CSV；- 为标准输入", "CSV; - is standard input"})
                        .required(),
                    option("paper", "TEXT", {"依据文件名称和文号", "title and number of the paper"})
                        .required(),
                    option("decided-by", "TEXT", {"决定机关", "who decided"}).required(),
                    flag("only-try", {"只试算，不提交", "only try it, store nothing"})},
                   online_options()}),
              .examples = {"qingkongctl grade change grades.csv --paper 许环〔2026〕88号 "
                           "--decided-by 市生态环境局 --token-file admin.token"},
              .run = change},
             {.name = "confirm",
              .what = {"第二人确认分级变更", "a second person confirms changed grades"},
              .options = joined({{needed}, online_options()}),
              .examples = {"qingkongctl grade confirm 3 --token-file approver.token"},
              .run = [](const Call& call) { return confirm_one(call, kBase); }},
             {.name = "withdraw",
              .what = {"撤回尚未生效的变更", "take back changes that do not count yet"},
              .options =
                  joined({{needed, option("reason", "TEXT", {"理由", "why"})}, online_options()}),
              .examples = {"qingkongctl grade withdraw 3 --reason 有误 --token-file admin.token"},
              .run = [](const Call& call) { return withdraw_one(call, kBase); }},
             {.name = "history",
              .what = {"分级变更文件", "the papers that changed grades"},
              .options = online_options(),
              .examples = {"qingkongctl grade history"},
              .run = [](const Call& call) { return show_history(call, kBase, kColumns); }}},
    };
}

}  // namespace qk::ctl
