// qingkongctl warning: what officers do with warnings at a running daemon. `explain` tells the
// story of a warning and says whether every finding, computed again from the stored inputs, is what
// was decided then.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/warning_draft.hpp"
#include "daemon/ctl/warning_report.hpp"
#include "daemon/ctl/warning_sign.hpp"
#include "plans/text/json.hpp"
#include "rules/base/number.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/warnings";

const Columns kWarningColumns{"id",          "standing",  "colour",  "generation", "effective_from",
                              "expected_to", "lifted_at", "exercise"};

// A call about one warning; `id` is empty where it is about none yet.
struct Request {
    const Call& call;
    OnlineSetting online;
    std::string id;

    [[nodiscard]] std::string path(const std::string& action = {}) const {
        const std::string one = std::string(kBase) + "/" + url_encoded(id);
        return action.empty() ? one : one + "/" + action;
    }
};

// The warning of an answer; an answer that is no JSON is printed as it came.
int show_warning(const Request& request, const rules::Result<OnlineAnswer>& answer) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) {
        std::cout << answer->body << "\n";
        return kHolds;
    }
    const json::value* warning = plans::find_member(*value, "warning");
    const json::value& shown = warning != nullptr && warning->is_object() ? *warning : *value;
    print(std::cout, request.online.format, *value,
          {kWarningColumns, {row_of(shown, kWarningColumns)}});
    return kHolds;
}

int list(const Request& request) {
    const std::string path = kBase + query_of(request.call, {{"standing", "standing"}});
    return show_all_rows(request.online.daemon, path, request.online.format, kWarningColumns);
}

int show(const Request& request) {
    return show_warning(request, request.online.daemon.call("GET", request.path()));
}

int explain(const Request& request) {
    const auto answer = request.online.daemon.call("GET", request.path("explain"));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{{"at", "event", "kind", "colour", "person", "role", "reason", "clause", "again"},
                {}};
    for (const json::value& entry : items_in(*value, "story")) {
        auto row =
            row_of(entry, {"at", "event", "kind", "colour", "person", "role", "reason", "clause"});
        const json::value* decided = plans::find_member(entry, "decided_on");
        row.push_back(decided == nullptr ? ""
                      : cell_of(*decided, "equal") == "true"
                          ? "相同"
                          : "不同：" + cell_of(*decided, "why_not"));
        table.rows.push_back(std::move(row));
    }
    print(std::cout, request.online.format, *value, table);
    const bool holds = cell_of(*value, "holds") == "true";
    std::cerr << "由存档重新计算 " << cell_of(*value, "recomputed") << " 项，与当时相同 "
              << cell_of(*value, "equal") << " 项\n";
    return holds ? kHolds : kNegative;
}

void put_text(json::object& body, const Request& request, const char* option, const char* member) {
    if (const auto text = request.call.text(option)) body[member] = *text;
}

// The generation that was seen: given, or the present one.
bool put_generation(json::object& body, const Request& request) {
    if (const auto seen = request.call.number("generation")) {
        body["generation"] = *seen;
        return true;
    }
    const auto answer = request.online.daemon.call("GET", request.path());
    if (!answer || !answer->is_good()) {
        explain_failure(answer);
        return false;
    }
    const auto value = plans::parse_json(answer->body, "answer");
    body["generation"] =
        static_cast<std::int64_t>(value ? plans::number_or(*value, "generation", 0) : 0);
    return true;
}

void put_change(json::object& body, const Request& request) {
    put_text(body, request, "colour", "colour");
    put_text(body, request, "from", "from");
    put_text(body, request, "to", "expected_to");
    put_text(body, request, "ordered-by", "ordered_by");
    put_text(body, request, "reason", "reason");
    put_text(body, request, "clause", "clause");
    if (request.call.has("advisory")) body["mandatory"] = false;
}

int send(const Request& request, const std::string& path, const json::object& body) {
    return show_warning(request, request.online.daemon.call("POST", path, plans::to_text(body)));
}

int propose(const Request& request) {
    json::object body;
    put_change(body, request);
    if (request.call.has("exercise")) body["exercise"] = true;
    json::array participants;
    for (const std::string& one : request.call.texts("participant")) {
        participants.push_back(json::string(one));
    }
    if (!participants.empty()) body["participants"] = std::move(participants);
    return send(request, kBase, body);
}

int change(const Request& request) {
    json::object body;
    put_change(body, request);
    put_text(body, request, "kind", "kind");
    if (!put_generation(body, request)) return kUnreachable;
    return send(request, request.path("changes"), body);
}

// DAY=AQI:WHY
std::optional<json::object> correction_of(const std::string& text) {
    const auto equals = text.find('=');
    const auto colon = text.find(':', equals);
    const auto aqi = plans::parse_json(
        equals == std::string::npos ? "" : text.substr(equals + 1, colon - equals - 1),
        "--correct");
    if (!aqi || colon == std::string::npos) {
        std::cerr << "--correct: '" << text << "': write DAY=AQI:WHY\n";
        return std::nullopt;
    }
    return json::object{
        {"day", text.substr(0, equals)}, {"aqi", *aqi}, {"why", text.substr(colon + 1)}};
}

// FIRST[..LAST]=CAUSE:WHY
std::optional<json::object> cause_of(const std::string& text) {
    const auto equals = text.find('=');
    const auto colon = equals == std::string::npos ? equals : text.find(':', equals);
    if (colon == std::string::npos) {
        std::cerr << "--cause: '" << text << "': write DAY=CAUSE:WHY or DAY..DAY=CAUSE:WHY\n";
        return std::nullopt;
    }
    const std::string days = text.substr(0, equals);
    const auto dots = days.find("..");
    json::object cause{{"from", days.substr(0, dots)},
                       {"cause", text.substr(equals + 1, colon - equals - 1)},
                       {"why", text.substr(colon + 1)}};
    if (dots != std::string::npos) cause["to"] = days.substr(dots + 2);
    return cause;
}

// NUMBER:WHY
std::optional<json::object> withdrawn_cause_of(const std::string& text) {
    const auto colon = text.find(':');
    const auto number =
        rules::parse_whole(std::string_view(text).substr(0, colon), 1, rules::kWholeMost);
    if (colon == std::string::npos || !number) {
        std::cerr << "--withdraw-cause: '" << text << "': write NUMBER:WHY\n";
        return std::nullopt;
    }
    return json::object{{"number", *number}, {"why", text.substr(colon + 1)}};
}

// What stands behind an option that may be given again and again; false: one of it is wrong.
bool put_list(json::object& body, const Request& request, const char* option, const char* member,
              std::optional<json::object> (*read)(const std::string&)) {
    json::array list;
    for (const std::string& text : request.call.texts(option)) {
        auto item = read(text);
        if (!item) return false;
        list.emplace_back(std::move(*item));
    }
    if (!list.empty()) body[member] = std::move(list);
    return true;
}

int consult(const Request& request) {
    json::object body;
    json::array participants;
    for (const std::string& name : request.call.texts("participant")) {
        participants.emplace_back(json::object{{"name", name}});
    }
    body["participants"] = std::move(participants);
    if (!put_list(body, request, "correct", "corrections", correction_of) ||
        !put_list(body, request, "cause", "causes", cause_of) ||
        !put_list(body, request, "withdraw-cause", "withdrawn_causes", withdrawn_cause_of)) {
        return kBadUsage;
    }
    put_text(body, request, "summary", "summary");
    put_text(body, request, "colour", "colour");
    put_text(body, request, "from", "from");
    put_text(body, request, "to", "expected_to");
    put_text(body, request, "reason", "reason");
    if (!put_generation(body, request)) return kUnreachable;
    return send(request, request.path("consult"), body);
}

// reject, withdraw, evaluate and archive want no more than a reason.
int act(const Request& request) {
    const std::string& command = request.call.command();
    const std::string action = command.substr(command.rfind(' ') + 1);
    json::object body;
    put_text(body, request, "reason", "reason");
    put_text(body, request, "clause", "clause");
    if (!put_generation(body, request)) return kUnreachable;
    return send(request, request.path(action), body);
}

int preview(const Request& request) {
    json::object body;
    put_text(body, request, "colour", "colour");
    put_text(body, request, "from", "from");
    const auto answer =
        request.online.daemon.call("POST", request.path("preview"), plans::to_text(body));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    const json::value* plan = plans::find_member(*value, "plan");
    const json::value* difference = plans::find_member(*value, "difference");
    Table table{{"enterprises", "obligations", "floors_met", "added", "removed", "changed"}, {}};
    if (plan != nullptr && difference != nullptr) {
        auto row = row_of(*plan, {"enterprises", "obligations", "floors_met"});
        for (auto& cell : row_of(*difference, {"added", "removed", "changed"})) {
            row.push_back(std::move(cell));
        }
        table.rows.push_back(std::move(row));
    }
    print(std::cout, request.online.format, *value, table);
    return kHolds;
}

template <int (*kDo)(const Request&)>
int about_warning(const Call& call) {
    auto online = online_setting(call);
    if (!online) return kBadUsage;
    return kDo({call, std::move(*online), *call.text("id")});
}

template <int (*kDo)(const Request&)>
int about_warnings(const Call& call) {
    auto online = online_setting(call);
    if (!online) return kBadUsage;
    return kDo({call, std::move(*online), {}});
}

const command_line::Option kId = place("id", "ID", {"预警编号", "the warning"}).required();
const command_line::Option kColour =
    option("colour", "blue|yellow|orange|red", {"预警颜色", "its colour"});
const command_line::Option kFrom =
    option("from", "TIME", {"生效时间；默认：立即", "effective from; default: at once"});
const command_line::Option kTo = option(
    "to", "TIME", {"预计结束；默认：另行通知", "expected end; default: until further notice"});
const command_line::Option kReason = option("reason", "TEXT", {"理由", "why"});
const command_line::Option kClause = option("clause", "TEXT", {"所依据的条款", "by which clause"});
const command_line::Option kGeneration =
    option("generation", "NUMBER",
           {"所见预警为第几版；默认取现版",
            "of the warning as you have seen it; default: the present one"})
        .number();
const Options kChange{
    kColour,
    kFrom,
    kTo,
    kReason,
    kClause,
    option("ordered-by", "TEXT", {"上级要求的文号", "document of the higher tier that orders it"}),
    flag("advisory", {"仅为建议，不采取强制措施", "advice only, no mandatory measures"})};

Command act_command(std::string_view name, Bilingual what, std::string_view example) {
    return {.name = name,
            .what = what,
            .options = joined({{kId, kReason, kClause, kGeneration}, online_options()}),
            .examples = {example},
            .run = about_warning<act>};
}

std::vector<Command> looking_commands() {
    return {
        {.name = "list",
         .what = {"列出预警", "the warnings"},
         .options =
             joined({{option("standing", "WORD", {"只看该状态的预警", "only those that stand so"})},
                     online_options()}),
         .examples = {"qingkongctl warning list"},
         .run = about_warnings<list>},
        {.name = "show",
         .what = {"查看一条预警", "one warning"},
         .options = joined({{kId}, online_options()}),
         .examples = {"qingkongctl warning show YJ-411000-2026-1"},
         .run = about_warning<show>},
        {.name = "explain",
         .what = {"办理过程；并由存档重新计算，看与当时是否相同",
                  "its story, and whether every finding, computed again, is what was decided then"},
         .options = joined({{kId}, online_options()}),
         .examples = {"qingkongctl warning explain YJ-411000-2026-1"},
         .run = about_warning<explain>},
        {.name = "preview",
         .what = {"如果签发：涉及企业、义务和最低减排比例",
                  "what signing would order: enterprises, obligations, floors"},
         .options = joined({{kId, kColour, kFrom}, online_options()}),
         .examples = {"qingkongctl warning preview YJ-411000-2026-1"},
         .run = about_warning<preview>}};
}

std::vector<Command> deciding_commands() {
    return {
        {.name = "propose",
         .what = {"提出启动", "propose a warning"},
         .options = joined({kChange,
                            {flag("exercise", {"演练", "a drill"}),
                             option("participant", "ID",
                                    {"演练参加单位（企业编号或县区代码），可重复；指令只发给它们",
                                     "who takes part: an enterprise or a county; repeatable"})
                                 .each()},
                            online_options()}),
         .examples = {"qingkongctl warning propose --colour orange --reason 预报持续重污染 "
                      "--token-file duty.token"},
         .run = about_warnings<propose>},
        {.name = "consult",
         .what = {"记录会商", "record a consultation"},
         .options = joined(
             {{kId, option("participant", "NAME", {"参加人", "who took part"}).each(),
               option("summary", "TEXT", {"会商意见", "what was agreed"}),
               option("correct", "DAY=AQI:WHY", {"订正某日预报值", "correct the forecast of a day"})
                   .each(),
               option("cause", "DAY[..DAY]=CAUSE:WHY", {"认定成因", "state the cause of days"})
                   .each(),
               option("withdraw-cause", "NUMBER:WHY",
                      {"撤销一条成因认定", "withdraw a statement of a cause"})
                   .each(),
               kColour, kFrom, kTo, kReason, kGeneration},
              online_options()}),
         .examples = {"qingkongctl warning consult YJ-411000-2026-1 --participant 张三 "
                      "--participant 李四 --summary "
                      "同意 --reason 会商一致 --token-file duty.token"},
         .run = about_warning<consult>},
        warning_draft_command(),
        warning_sign_command(),
        act_command("reject", {"不予签发", "refuse to sign"},
                    "qingkongctl warning reject YJ-411000-2026-1 --reason 预报已好转 --token-file "
                    "approver.token"),
        act_command(
            "withdraw", {"撤回尚未签发的提议", "take back what is not signed yet"},
            "qingkongctl warning withdraw YJ-411000-2026-1 --reason 误提 --token-file duty.token"),
        {.name = "change",
         .what = {"提出变更：升级、降级、延长、合并、中止、恢复或解除",
                  "propose a change of a warning"},
         .options = joined({{kId, option("kind", "raise|lower|extend|merge|suspend|resume|lift",
                                         {"变更类型", "which change"})},
                            kChange,
                            {kGeneration},
                            online_options()}),
         .examples = {"qingkongctl warning change YJ-411000-2026-1 --kind raise --colour red "
                      "--reason 预报加重 "
                      "--token-file duty.token"},
         .run = about_warning<change>},
        act_command("evaluate", {"解除后评估", "evaluate after it was lifted"},
                    "qingkongctl warning evaluate YJ-411000-2026-1 --token-file duty.token"),
        act_command("archive", {"归档", "put away"},
                    "qingkongctl warning archive YJ-411000-2026-1 --token-file duty.token")};
}

}  // namespace

Command warning_command() {
    std::vector<Command> commands = looking_commands();
    for (Command& command : deciding_commands()) commands.push_back(command);
    commands.push_back(warning_report_command());
    return {
        .name = "warning",
        .what = {"预警：提出、会商、签发、变更、查因",
                 "propose, consult on, sign, change and explain warnings"},
        .options = commands.front().options,
        .examples = {"qingkongctl warning"},
        .run = commands.front().run,
        .commands = commands,
    };
}

}  // namespace qk::ctl
