// qingkongctl case: the steps of people, from sending inspectors to the end of a case (销号).
#include <algorithm>
#include <boost/json/array.hpp>
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
#include "plans/text/sha256.hpp"
#include "rules/base/decimal.hpp"
#include "rules/base/number.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

const Columns kStepColumns{"number", "kind", "enterprise", "state", "conclusion", "due_at", "next"};
const Columns kFileColumns{"number", "name", "media", "bytes", "sha256", "taken_at"};

std::string path_of_case(const Call& call, std::string_view step) {
    return "/api/v1/cases/" + url_encoded(*call.text("number")) + "/" + std::string(step);
}

void add_texts(const Call& call, std::string_view option, std::string_view member,
               json::object& body) {
    json::array all;
    for (const std::string& one : call.texts(option)) all.emplace_back(one);
    if (!all.empty()) body[member] = std::move(all);
}

void add_text(const Call& call, std::string_view option, std::string_view member,
              json::object& body) {
    if (const auto text = call.text(option)) body[member] = *text;
}

// Numbers of files; false: one is none.
bool add_files(const Call& call, json::object& body) {
    json::array all;
    for (const std::string& one : call.texts("file")) {
        const auto number = rules::parse_whole(one, 1, rules::kWholeMost);
        if (!number) {
            print_faults(rules::refuse("--file '" + one + "' is not a number of a file",
                                       "as 'qingkongctl case file' answered it"));
            return false;
        }
        all.emplace_back(*number);
    }
    if (!all.empty()) body["files"] = std::move(all);
    return true;
}

// "ID=RESULT" or "ID=RESULT:NOTE"; false: one is neither.
bool add_items(const Call& call, json::object& body) {
    json::object checklist;
    for (const std::string& one : call.texts("item")) {
        const auto equals = one.find('=');
        if (equals == std::string::npos) {
            print_faults(rules::refuse("--item '" + one + "' cannot be read",
                                       "listed=ok, or treatment_running=not_ok:TEXT"));
            return false;
        }
        const auto colon = one.find(':', equals);
        const auto end = std::min(colon, one.size());
        json::object item{{"result", one.substr(equals + 1, end - equals - 1)}};
        if (colon != std::string::npos) item["note"] = one.substr(colon + 1);
        checklist[one.substr(0, equals)] = std::move(item);
    }
    body["checklist"] = std::move(checklist);
    return true;
}

int post(const Call& call, std::string_view step, const json::object& body,
         const Columns& columns = kStepColumns) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("POST", path_of_case(call, step), plans::to_text(body)),
                     online->format, "items", columns);
}

int send(const Call& call) {
    json::object body;
    add_texts(call, "inspector", "inspectors", body);
    add_text(call, "due", "due", body);
    add_text(call, "note", "note", body);
    return post(call, "site-check", body);
}

bool add_check(const Call& call, json::object& body) {
    add_text(call, "at", "at", body);
    add_texts(call, "person", "persons", body);
    add_text(call, "note", "note", body);
    return add_items(call, body) && add_files(call, body);
}

int check(const Call& call) {
    json::object body;
    return add_check(call, body) ? post(call, "check", body) : kBadUsage;
}

int recheck(const Call& call) {
    json::object body{{"passed", call.text("passed") == "yes"}};
    add_text(call, "due", "due", body);
    return add_check(call, body) ? post(call, "recheck", body) : kBadUsage;
}

// Those that have a note, and whatever of these else.
int post_with_note(const Call& call, std::string_view step,
                   std::initializer_list<std::string_view> members) {
    json::object body;
    for (const std::string_view member : members) add_text(call, member, member, body);
    add_text(call, "note", "note", body);
    const auto names = call.option_names();
    const bool has_files = std::ranges::find(names, "file") != names.end();
    if (has_files && !add_files(call, body)) return kBadUsage;
    return post(call, step, body);
}
int conclude(const Call& call) { return post_with_note(call, "conclusion", {"conclusion"}); }
int hear(const Call& call) { return post_with_note(call, "statement", {"by"}); }
int decide(const Call& call) { return post_with_note(call, "decision", {"conclusion"}); }
int order_mending(const Call& call) { return post_with_note(call, "rectification", {"due"}); }
int report_mended(const Call& call) { return post_with_note(call, "rectified", {}); }
int close(const Call& call) { return post_with_note(call, "close", {}); }
int withdraw(const Call& call) { return post_with_note(call, "withdrawal", {}); }

int hand_in(const Call& call) {
    const std::string path = *call.text("path");
    const auto bytes = read_file(path);
    if (!bytes) {
        print_faults(bytes.error());
        return kBadUsage;
    }
    json::object body{{"name", std::filesystem::path(path).filename().string()},
                      {"base64", plans::base64_of(*bytes)},
                      {"sha256", plans::sha256_hex(*bytes)}};
    add_text(call, "taken-at", "taken_at", body);
    add_text(call, "datum", "datum", body);
    for (const char* degrees : {"longitude", "latitude"}) {
        const auto text = call.text(degrees);
        if (!text) continue;
        const auto value = rules::parse_decimal(*text);
        if (!value) {
            print_faults(
                rules::refuse("--" + std::string(degrees) + " '" + *text + "' is not a number"));
            return kBadUsage;
        }
        body[std::string_view(degrees)] = value->as_double();
    }
    return post(call, "files", body, kFileColumns);
}

int save(const Call& call) {
    const auto daemon = Daemon::from(call);
    if (!daemon) {
        print_faults(daemon.error());
        return kBadUsage;
    }
    const auto answer =
        daemon->call("GET", path_of_case(call, "files/" + url_encoded(*call.text("file"))));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto written = write_file(*call.text("out"), answer->body);
    if (written) return kHolds;
    print_faults(written.error());
    return kBadUsage;
}

command_line::Option number_place() {
    return place("number", "NUMBER", {"线索编号", "number of the case"}).required().number();
}
command_line::Option note_option() {
    return option("note", "TEXT", {"所见所述", "what was found or said"});
}
command_line::Option files_option() {
    return option("file", "N", {"附件编号，可重复", "number of a file; may be repeated"}).each();
}
command_line::Option conclusion_option() {
    return option("conclusion", "breach|meter_fault|wrong_inventory|justified",
                  {"结论", "the conclusion"})
        .one_of()
        .required();
}
Options check_options() {
    return {option("at", "TIME", {"到现场的时间", "when they were on site"}).required(),
            option("person", "NAME", {"到场人员，可重复", "who was there; may be repeated"})
                .each()
                .required(),
            option("item", "ID=RESULT[:NOTE]",
                   {"核查项目，可重复；RESULT 为 ok、not_ok 或 not_applicable，项目见 case show",
                    "an item of the check; RESULT is ok, not_ok or not_applicable; 'case show' "
                    "lists the items"})
                .each()
                .required(),
            files_option(), note_option()};
}

Command file_command() {
    return {.name = "file",
            .what = {"上传照片或书面材料", "hand in a photo or a paper"},
            .options = joined(
                {{number_place(),
                  place("path", "PATH", {"文件，至多2 MiB", "the file, 2 MiB at most"}).required(),
                  option("taken-at", "TIME", {"拍摄时间", "when it was taken"}),
                  option("longitude", "DEGREES", {"经度", "degrees east"}),
                  option("latitude", "DEGREES", {"纬度", "degrees north"}),
                  option("datum", "cgcs2000|wgs84|gcj02", {"坐标系", "of these degrees"}).one_of()},
                 online_options()}),
            .examples = {"qingkongctl case file 12 kiln.jpg --taken-at 2026-12-01T10:05:00+08:00 "
                         "--longitude 113.82 --latitude 34.03 --datum wgs84"},
            .run = hand_in};
}

Command with_note(std::string_view name, Bilingual what, Options own, std::string_view example,
                  int (*run)(const Call&)) {
    own.insert(own.begin(), number_place());
    own.push_back(note_option().required());
    return {.name = name,
            .what = what,
            .options = joined({own, online_options()}),
            .examples = {example},
            .run = run};
}

}  // namespace

std::vector<Command> case_step_commands() {
    std::vector<Command> all;
    all.push_back(
        {.name = "send",
         .what = {"派员现场核查", "send inspectors"},
         .options = joined(
             {{number_place(),
               option("inspector", "NAME", {"派出人员，可重复", "who; may be repeated"}).each(),
               option("due", "TIME", {"最迟何时到现场", "by when to be there"}), note_option()},
              online_options()}),
         .examples = {"qingkongctl case send 12 --inspector 李 --inspector 赵"},
         .run = send});
    all.push_back(file_command());
    all.push_back(
        {.name = "check",
         .what = {"记录现场核查", "record the site check"},
         .options = joined({{number_place()}, check_options(), online_options()}),
         .examples = {"qingkongctl case check 12 --at 2026-12-01T10:00:00+08:00 --person 李 "
                      "--item listed=ok --item treatment_running=not_ok:风机未开 --file 3"},
         .run = check});
    all.push_back(
        with_note("conclude", {"作出结论", "conclude"}, {conclusion_option(), files_option()},
                  "qingkongctl case conclude 12 --conclusion breach --note 窑在烧", conclude));
    all.push_back(with_note(
        "statement", {"记录企业陈述申辩", "record the enterprise's statement"},
        {option("by", "NAME", {"陈述人", "who speaks"}).required(), files_option().required()},
        "qingkongctl case statement 12 --by 王强 --file 4 --note 电表接错线", hear));
    all.push_back(with_note("decide", {"复核陈述申辩", "decide on the statement"},
                            {conclusion_option(), files_option()},
                            "qingkongctl case decide 12 --conclusion meter_fault --note 采纳",
                            decide));
    all.push_back(
        with_note("rectify", {"责令整改", "order to put it right"},
                  {option("due", "TIME", {"期限", "by when"}).required(), files_option()},
                  "qingkongctl case rectify 12 --due 2026-12-10T18:00:00+08:00 --note 更换电表",
                  order_mending));
    all.push_back(with_note("rectified", {"记录整改完成报告", "record that it is reported done"},
                            {files_option()}, "qingkongctl case rectified 12 --note 已更换",
                            report_mended));
    Options again = check_options();
    again.push_back(
        option("passed", "yes|no", {"是否通过", "whether it is right now"}).one_of().required());
    again.push_back(option("due", "TIME", {"未通过时的新期限", "where it is not: the new date"}));
    all.push_back({.name = "recheck",
                   .what = {"整改复查", "check again"},
                   .options = joined({{number_place()}, again, online_options()}),
                   .examples = {"qingkongctl case recheck 12 --passed yes --at "
                                "2026-12-11T09:00:00+08:00 --person 李 --item listed=ok --file 5"},
                   .run = recheck});
    all.push_back(with_note("close", {"销号", "close a case that has come to its end"}, {},
                            "qingkongctl case close 12 --note 整改到位", close));
    all.push_back(with_note(
        "withdraw", {"撤销不再成立的线索", "withdraw a lead that readings no longer bear out"}, {},
        "qingkongctl case withdraw 12 --note 迟到读数已到", withdraw));
    all.push_back(
        {.name = "save",
         .what = {"保存附件", "save a file of a case"},
         .options = joined(
             {{number_place(), place("file", "FILE", {"附件编号", "number of the file"}).required(),
               option("out", "PATH", {"写入文件", "where to"}).required()},
              connection_options()}),
         .examples = {"qingkongctl case save 12 3 --out kiln.jpg"},
         .run = save});
    return all;
}

}  // namespace qk::ctl
