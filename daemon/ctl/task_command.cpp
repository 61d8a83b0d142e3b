// qingkongctl task: the tasks of addressees, and what is answered to them.
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/base64.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kTasks = "/api/v1/tasks";

const Columns kTaskColumns{"number",   "kind_zh",  "name",     "about_zh", "subject",
                           "revision", "state_zh", "deadline", "phone"};

std::string path_of_task(const Call& call) {
    return std::string(kTasks) + "/" + url_encoded(*call.text("number"));
}

int list_open_tasks(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    std::string path = std::string(kTasks) + "?";
    if (call.has("all")) path += "state=all&";
    if (call.has("phone")) path += "state=phone&";
    for (const char* name : {"addressee", "about", "subject"}) {
        if (const auto value = call.text(name)) {
            path += std::string(name) + "=" + url_encoded(*value) + "&";
        }
    }
    return show_all_rows(online->daemon, path, online->format, kTaskColumns);
}

int show_one_task(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", path_of_task(call)), online->format, "items",
                     kTaskColumns);
}

int answer_one_task(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body{{"revision", call.number("revision").value_or(1)},
                      {"state", *call.text("state")},
                      {"by", *call.text("by")}};
    if (const auto note = call.text("note")) body["note"] = *note;
    if (const auto file = call.text("file")) {
        const auto bytes = read_file(*file);
        if (!bytes) {
            print_faults(bytes.error());
            return kBadUsage;
        }
        body["file"] = json::object{{"name", std::filesystem::path(*file).filename().string()},
                                    {"base64", plans::base64_of(*bytes)}};
    }
    return show_rows(
        online->daemon.call("POST", path_of_task(call) + "/answers", plans::to_text(body)),
        online->format, "items", kTaskColumns);
}

int save_task_file(const Call& call) {
    const auto daemon = Daemon::from(call);
    if (!daemon) {
        print_faults(daemon.error());
        return kBadUsage;
    }
    const auto answer =
        daemon->call("GET", path_of_task(call) + "/files/" + url_encoded(*call.text("file")));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto written = write_file(*call.text("out"), answer->body);
    if (written) return kHolds;
    print_faults(written.error());
    return kBadUsage;
}

}  // namespace

Command task_command() {
    const auto number = place("number", "NUMBER", {"任务编号", "number of the task"}).required();
    return {
        .name = "task",
        .what = {"责任对象的任务和答复", "tasks of addressees, and their answers"},
        .examples = {"qingkongctl task list"},
        .commands = {
            {.name = "list",
             .what = {"列出任务", "the tasks"},
             .options = joined({{flag("all", {"包括已解除的", "those that are lifted, too"}),
                                 flag("phone", {"只列待电话催办的", "only those to be telephoned"}),
                                 option("addressee", "ID", {"责任对象编号", "of this addressee"}),
                                 option("about", "WORD",
                                        {"warning、prompt、county、site_check 或 pre_notice",
                                         "warning, prompt, county, site_check or pre_notice"}),
                                 option("subject", "ID", {"预警编号等", "the warning's id, …"})},
                                online_options()}),
             .examples = {"qingkongctl task list --phone"},
             .run = list_open_tasks},
            {.name = "show",
             .what = {"查看一个任务", "one task"},
             .options = joined({{number}, online_options()}),
             .examples = {"qingkongctl task show 12 --format json"},
             .run = show_one_task},
            {.name = "answer",
             .what = {"答复任务，可附文件", "answer a task, with a file where wanted"},
             .options =
                 joined({{number,
                          option("revision", "N", {"所答复的版次", "the revision that is answered"})
                              .number()
                              .required(),
                          option("state", "received|executing|done|difficulty",
                                 {"收到、执行、完成或有困难", "what is reported"})
                              .one_of()
                              .required(),
                          option("by", "NAME", {"何人", "the person"}).required(),
                          option("note", "TEXT", {"说明", "a remark"}),
                          option("file", "FILE", {"附件，至多2 MiB", "a file, 2 MiB at most"})},
                         online_options()}),
             .examples = {"qingkongctl task answer 12 --revision 1 --state done --by 王强 --file "
                          "名单.xlsx"},
             .run = answer_one_task},
            {.name = "file",
             .what = {"保存附件", "save a file of a task"},
             .options = joined(
                 {{number, place("file", "FILE", {"附件编号", "number of the file"}).required(),
                   option("out", "PATH", {"写入文件", "where to"}).required()},
                  connection_options()}),
             .examples = {"qingkongctl task file 12 3 --out 名单.xlsx"},
             .run = save_task_file}}};
}

}  // namespace qk::ctl
