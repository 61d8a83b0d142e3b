// qingkongctl duty: who is on duty (值班), what waits for a person, and hand-overs (交接班).
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/duty";

const Columns kOnDuty{"role", "person", "name", "phone", "deputy", "stands_in", "until"};
const Columns kShifts{"role", "person", "deputy", "phone", "from", "to"};
const Columns kMatters{"number", "kind_zh", "text", "opened_at", "deadline", "owner", "look_at"};
const Columns kHandovers{"number", "given_at", "given_by", "given_to", "taken_at", "taken_by"};

std::string one_of(const Call& call, const char* list) {
    return std::string(kBase) + list + url_encoded(*call.text("number"));
}

int show(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = kBase + query_of(call, {{"at", "at"}});
    return show_rows(online->daemon.call("GET", path), online->format, "on_duty", kOnDuty);
}

// The head of a roster that was never handed in has no number.
bool has_roster(const json::value& duty) {
    const json::object* whole = duty.if_object();
    const json::value* roster = whole == nullptr ? nullptr : whole->if_contains("roster");
    const json::object* head = roster == nullptr ? nullptr : roster->if_object();
    const json::value* number = head == nullptr ? nullptr : head->if_contains("number");
    return number != nullptr && !number->is_null();
}

int gaps(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto answer = online->daemon.call("GET", kBase);
    const int shown = show_rows(answer, online->format, "gaps", {"role", "from", "to"});
    if (shown != kHolds) return shown;
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    if (!has_roster(*value)) {
        std::cerr << "尚未报送值班表，无从核对空缺：事项发给所有具有该角色的人员；"
                     "qingkongctl duty roster FILE 报送\n"
                     "no roster has been handed in, so nobody can tell its gaps: everybody who "
                     "holds a role is asked; hand one in with qingkongctl duty roster FILE\n";
        return kNegative;
    }
    return items_in(*value, "gaps").empty() ? kHolds : kNegative;
}

// Without a file the roster in force; with one it takes its place.
int roster(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = std::string(kBase) + "/roster";
    const auto file = call.text("file");
    if (!file) {
        return show_rows(online->daemon.call("GET", path), online->format, "shifts", kShifts);
    }
    const auto text = read_file(*file);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    const json::object body{{file->ends_with(".csv") ? "csv" : "toml", *text}};
    const auto answer = online->daemon.call("POST", path, plans::to_text(body));
    if (answer && answer->is_good()) {
        const auto value = plans::parse_json(answer->body, "answer");
        if (!value) return kUnreachable;
        for (const json::value& warning : items_in(*value, "warnings")) {
            std::cerr << std::string(warning.as_string()) << "\n";
        }
    }
    return show_rows(answer, online->format, "shifts", kShifts);
}

int matters(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    std::string path = std::string(kBase) + "/matters?";
    if (call.has("all")) path += "state=all&";
    if (const auto kind = call.text("kind")) path += "kind=" + url_encoded(*kind) + "&";
    return show_all_rows(online->daemon, path, online->format, kMatters);
}

int matter(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", one_of(call, "/matters/")), online->format, "items",
                     kMatters);
}

int act(const Call& call, const char* what, json::object body) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    if (const auto note = call.text("note")) body["note"] = *note;
    return show_rows(
        online->daemon.call("POST", one_of(call, "/matters/") + what, plans::to_text(body)),
        online->format, "items", kMatters);
}

int acknowledge(const Call& call) { return act(call, "/acknowledge", {}); }

int snooze(const Call& call) { return act(call, "/snooze", {{"until", *call.text("until")}}); }

int escalate(const Call& call) {
    return act(call, "/escalate", {{"step", call.number("step").value_or(0)}});
}

int handovers(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kBase) + "/handovers?", online->format,
                         kHandovers);
}

int give(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body{{"to", *call.text("to")}};
    if (const auto note = call.text("note")) body["note"] = *note;
    return show_rows(
        online->daemon.call("POST", std::string(kBase) + "/handovers", plans::to_text(body)),
        online->format, "items", kHandovers);
}

int take(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    if (const auto note = call.text("note")) body["note"] = *note;
    return show_rows(
        online->daemon.call("POST", one_of(call, "/handovers/") + "/take", plans::to_text(body)),
        online->format, "items", kHandovers);
}

// The page, as it is printed.
int print_handover(const Call& call) {
    const auto daemon = Daemon::from(call);
    if (!daemon) {
        print_faults(daemon.error());
        return kBadUsage;
    }
    const std::string path =
        one_of(call, "/handovers/") + "?format=html&lang=" + call.text_or_default("lang");
    const auto answer = daemon->call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto out = call.text("out");
    if (!out) {
        std::cout << answer->body;
        return kHolds;
    }
    const auto written = write_file(*out, answer->body);
    if (written) return kHolds;
    print_faults(written.error());
    return kBadUsage;
}

std::vector<Command> roster_commands() {
    return {{.name = "gaps",
             .what = {"列出值班空缺；有空缺或没有值班表时退出码为 1",
                      "gaps of the roster; exit code 1 if any, or without a roster"},
             .options = online_options(),
             .examples = {"qingkongctl duty gaps"},
             .run = gaps},
            {.name = "roster",
             .what = {"查看值班表；给出文件时报送并取代", "the roster; with a file, hand it in"},
             .options = joined(
                 {{place("file", "FILE", {"值班表，.toml 或 .csv", "a roster, .toml or .csv"})},
                  online_options()}),
             .examples = {"qingkongctl duty roster 2026-12.csv"},
             .run = roster}};
}

std::vector<Command> matter_commands() {
    const auto number =
        place("number", "NUMBER", {"待办事项编号", "number of the matter"}).required();
    const auto note = option("note", "TEXT", {"说明", "a remark"});
    return {
        {.name = "matters",
         .what = {"列出待办事项", "what waits for a person"},
         .options =
             joined({{flag("all", {"包括已办结的", "those that are answered, too"}),
                      option("kind", "KIND", {"类别，如 signature、order", "signature, order, …"})},
                     online_options()}),
         .examples = {"qingkongctl duty matters --kind order"},
         .run = matters},
        {.name = "matter",
         .what = {"查看一个待办事项", "one matter"},
         .options = joined({{number}, online_options()}),
         .examples = {"qingkongctl duty matter 12 --format json"},
         .run = matter},
        {.name = "acknowledge",
         .what = {"接手", "take it over"},
         .options = joined({{number, note}, online_options()}),
         .examples = {"qingkongctl duty acknowledge 12"},
         .run = acknowledge},
        {.name = "snooze",
         .what = {"暂缓至某时", "put it off"},
         .options =
             joined({{number, option("until", "TIME", {"至何时", "until when"}).required(), note},
                     online_options()}),
         .examples = {"qingkongctl duty snooze 12 --until 2026-12-01T21:30"},
         .run = snooze},
        {.name = "escalate",
         .what = {"升级到所选步骤", "escalate it to a step"},
         .options = joined(
             {{number,
               option("step", "N", {"步骤，从 1 起", "the step, from 1"}).number().required(),
               note},
              online_options()}),
         .examples = {"qingkongctl duty escalate 12 --step 4"},
         .run = escalate}};
}

std::vector<Command> handover_commands() {
    const auto number =
        place("number", "NUMBER", {"交接班编号", "number of the hand-over"}).required();
    const auto note = option("note", "TEXT", {"说明", "a remark"});
    return {
        {.name = "handovers",
         .what = {"列出交接班记录", "the hand-overs"},
         .options = online_options(),
         .examples = {"qingkongctl duty handovers"},
         .run = handovers},
        {.name = "give",
         .what = {"交班并签字", "hand over, and sign"},
         .options =
             joined({{option("to", "ACCOUNT", {"接班人账号", "who takes over"}).required(), note},
                     online_options()}),
         .examples = {"qingkongctl duty give --to wang.fang"},
         .run = give},
        {.name = "take",
         .what = {"接班并签字", "take over, and sign"},
         .options = joined({{number, note}, online_options()}),
         .examples = {"qingkongctl duty take 7"},
         .run = take},
        {.name = "print",
         .what = {"输出可打印的交接班记录（HTML）", "the hand-over as a page to print (HTML)"},
         .options =
             joined({{number, option("lang", "zh|en", {"语言", "language"}).one_of().or_else("zh"),
                      option("out", "FILE", {"写入文件", "write to a file"})},
                     connection_options()}),
         .examples = {"qingkongctl duty print 7 --out handover-7.html"},
         .run = print_handover}};
}

}  // namespace

Command duty_command() {
    std::vector<Command> commands{
        {.name = "show",
         .what = {"某一时刻的在岗人员", "who is on duty at an instant"},
         .options = joined({{option("at", "TIME", {"时刻，缺省为现在", "when; now unless given"})},
                            online_options()}),
         .examples = {"qingkongctl duty show --at 2026-12-01T20:00"},
         .run = show}};
    for (auto& more : {roster_commands(), matter_commands(), handover_commands()}) {
        commands.insert(commands.end(), more.begin(), more.end());
    }
    return {.name = "duty",
            .what = {"值班、待办事项、交接班", "duty, what waits for a person, hand-overs"},
            .examples = {"qingkongctl duty show"},
            .commands = std::move(commands)};
}

}  // namespace qk::ctl
