// qingkongctl case: leads that verdicts gave, and what came of each.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/cases";

const Columns kCaseColumns{"number",     "kind",  "enterprise", "obligation",
                           "warning",    "state", "conclusion", "opened_at",
                           "changed_at", "text",  "due_at",     "next"};

std::string name_in(const std::map<std::string, std::string>& names, const std::string& id) {
    const auto found = names.find(id);
    return found == names.end() ? "" : found->second;
}

// The steps that are possible now.
std::string next_in_words(const json::value& one) {
    std::string words;
    for (const json::value& act : items_in(one, "next")) {
        if (!act.is_string()) continue;
        words += (words.empty() ? "" : "、") + in_words(std::string(act.get_string()));
    }
    return words;
}

Table readable(const json::array& cases, const std::map<std::string, std::string>& names) {
    Table table{{"编号 number", "类别 kind", "状态 state", "企业 enterprise", "名称 name",
                 "生成 opened", "可办 next", "内容 what"},
                {}};
    for (const json::value& one : cases) {
        const std::string id = cell_of(one, "enterprise");
        table.rows.push_back({cell_of(one, "number"), in_words(cell_of(one, "kind")),
                              in_words(cell_of(one, "state")), id, name_in(names, id),
                              time_in(one, "opened_at"), next_in_words(one), cell_of(one, "text")});
    }
    return table;
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    std::string query =
        query_of(call, {{"state", "state"}, {"enterprise", "enterprise"}, {"warning", "warning"}});
    // What is about data never fills the list of suspects.
    const std::string kind = call.text_or_default("kind");
    if (kind != "all") query += "kind=" + kind + "&";
    AllItems all = all_items(online->daemon, kBase + query);
    if (all.failure) return explain_failure(*all.failure);
    Table table{kCaseColumns, {}};
    if (online->format == Format::kTable) {
        table = readable(all.items, enterprise_names(online->daemon));
    } else {
        for (const json::value& one : all.items) table.rows.push_back(row_of(one, kCaseColumns));
    }
    print(std::cout, online->format, json::object{{"items", std::move(all.items)}}, table);
    return kHolds;
}

// What was noted at a step: its own words, where it has some.
std::string said_at(const json::value& step) {
    const json::value* detail = plans::find_member(step, "detail");
    if (detail == nullptr || detail->is_null()) return {};
    std::string said;
    for (const char* member : {"conclusion", "note", "text"}) {
        const std::string text = cell_of(*detail, member);
        if (text.empty()) continue;
        said += (said.empty() ? "" : "；") +
                (std::string_view(member) == "conclusion" ? in_words(text) : text);
    }
    return said;
}

// Who is sent, by when, what is possible now, and what people may consider.
void add_standing(const json::value& one, Facts& facts) {
    const std::string due = time_in(one, "due_at");
    if (!due.empty()) facts.emplace_back("期限 due", due);
    std::string sent;
    for (const json::value& who : items_in(one, "inspectors")) {
        if (who.is_string()) sent += (sent.empty() ? "" : "、") + std::string(who.get_string());
    }
    if (!sent.empty()) facts.emplace_back("派出 sent", sent);
    facts.emplace_back("可办 next", next_in_words(one));
    for (const json::value& proposal : items_in(one, "proposals")) {
        const std::string until = cell_of(proposal, "until");
        const bool is_sample = cell_of(proposal, "sample") == "true";
        facts.emplace_back("建议 proposal", cell_of(proposal, "text") + "（" +
                                                cell_of(proposal, "clause") +
                                                (until.empty() ? "" : "，时效至 until " + until) +
                                                (is_sample ? "；样例，使用前请确认" : "") + "）");
    }
}

int show(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const auto answer =
        online->daemon.call("GET", std::string(kBase) + "/" + url_encoded(*call.text("number")));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto one = plans::parse_json(answer->body, "answer");
    if (!one) return kUnreachable;
    const bool is_table = online->format == Format::kTable;
    if (is_table) {
        const std::string id = cell_of(*one, "enterprise");
        const std::string end = cell_of(*one, "conclusion");
        Facts facts{{"线索 case", cell_of(*one, "number") + "  " + in_words(cell_of(*one, "kind"))},
                    {"状态 state", in_words(cell_of(*one, "state"))},
                    {"企业 enterprise", id + "  " + name_in(enterprise_names(online->daemon), id)},
                    {"减排措施 obligation", cell_of(*one, "obligation")},
                    {"预警 warning", cell_of(*one, "warning")},
                    {"研判 verdict", cell_of(*one, "verdict")},
                    {"内容 what", cell_of(*one, "text")}};
        if (!end.empty()) facts.emplace_back("结论 conclusion", in_words(end));
        add_standing(*one, facts);
        print_facts(std::cout, facts);
        std::cout << "\n";
    }
    Table table{is_table ? Columns{"时间 at", "环节 step", "人员 person", "说明 note"}
                         : Columns{"at", "step", "person", "note"},
                {}};
    for (const json::value& step : items_in(*one, "steps")) {
        const std::string word = cell_of(step, "step");
        table.rows.push_back({is_table ? time_in(step, "at") : cell_of(step, "at"),
                              is_table ? in_words(word) : word, cell_of(step, "person"),
                              said_at(step)});
    }
    print(std::cout, online->format, *one, table);
    return kHolds;
}

}  // namespace

Command case_command() {
    const Options listing =
        joined({{option("state",
                        "lead|site_check|checked|concluded|stated|rectifying|rectified|rechecked|"
                        "closed",
                        {"只看该状态的线索", "only those that stand so"})
                     .one_of(),
                 option("kind", "lead|data_quality|all",
                        {"疑似违反线索、数据质量，或全部", "leads, quality of data, or both"})
                     .one_of()
                     .or_else("lead"),
                 option("enterprise", "ID", {"只看一家企业", "of one enterprise"}),
                 option("warning", "ID", {"只看一条预警", "of one warning"})},
                online_options()});
    Command all{
        .name = "case",
        .what = {"核查线索及办理过程", "cases, and what came of each"},
        .options = listing,
        .examples = {"qingkongctl case"},
        .run = list,
        .commands = {{.name = "list",
                      .what = {"列出线索，新的在前", "the cases, newest first"},
                      .options = listing,
                      .examples = {"qingkongctl case list --kind lead --state lead",
                                   "qingkongctl case list --format csv"},
                      .run = list},
                     {.name = "show",
                      .what = {"查看一条线索及办理过程", "one case, step by step"},
                      .options =
                          joined({{place("number", "NUMBER", {"线索编号", "number of the case"})
                                       .required()
                                       .number()},
                                  online_options()}),
                      .examples = {"qingkongctl case show 12"},
                      .run = show}},
    };
    for (Command& step : case_step_commands()) all.commands.push_back(std::move(step));
    return all;
}

}  // namespace qk::ctl
