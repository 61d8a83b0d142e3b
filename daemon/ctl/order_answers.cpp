#include "daemon/ctl/order_answers.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <sstream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"
#include "plans/text/toml.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kStates = "none|received|accepted|executing|done|refused";
const Columns kTakenColumns{"effect", "revision"};
const Columns kRefusalColumns{"number",      "enterprise",  "revision",  "standing",
                              "by",          "note",        "opened_at", "answer_by",
                              "answered_at", "answered_by", "reason"};
const Columns kAnsweredColumns{"number", "enterprise", "revision", "standing", "revision_in_force"};

const Columns kSendingColumns{"channel", "revision", "standing", "closed_why", "next_at"};
const Columns kSmsColumns{"enterprise", "revision", "state", "effect"};

std::string path_of(const Call& call, const char* step) {
    return "/api/v1/orders/" + url_encoded(*call.text("enterprise")) + step;
}

int post(const Call& call, const char* step, const json::object& body, const Columns& columns) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("POST", path_of(call, step), plans::to_text(body)),
                     online->format, "items", columns);
}

int record(const Call& call) {
    json::object body{{"state", *call.text("state")}, {"by", *call.text("by")}};
    body["note"] = call.text("note").value_or("");
    return post(call, "/receipts", body, kTakenColumns);
}

int overrule(const Call& call) {
    const json::object body{{"state", *call.text("state")},
                            {"seen", *call.text("seen")},
                            {"reason", *call.text("reason")}};
    return post(call, "/overrule", body, kTakenColumns);
}

int refusals(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon,
                         "/api/v1/refusals" + query_of(call, {{"standing", "standing"}}),
                         online->format, kRefusalColumns);
}

int confirm(const Call& call) {
    return post(call, "/refusal/confirm", {{"reason", *call.text("reason")}}, kAnsweredColumns);
}

int insist(const Call& call) {
    return post(call, "/refusal/insist", {{"reason", *call.text("reason")}}, kAnsweredColumns);
}

// One change as TOML: 'obligation = "e1/L1/stop", ratio = 0.3, detail = "限产30%"'.
rules::Result<json::value> change_in(const std::string& text) {
    const auto table = plans::parse_toml("change = {" + text + "}", "--change");
    if (!table) return table.error();
    std::ostringstream out;
    out << toml::json_formatter{*table};
    auto read = plans::parse_json(out.str(), "--change");
    if (!read) return read.error();
    return read->at("change");
}

int amend(const Call& call) {
    json::array changes;
    for (const std::string& id : call.texts("drop")) {
        changes.push_back(json::object{{"obligation", id}, {"drop", true}});
    }
    for (const std::string& text : call.texts("change")) {
        const auto change = change_in(text);
        if (!change) {
            print_faults(change.error());
            return kBadUsage;
        }
        changes.push_back(*change);
    }
    const json::object body{{"reason", *call.text("reason")}, {"changes", std::move(changes)}};
    return post(call, "/refusal/amend", body, kAnsweredColumns);
}

int sendings(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", path_of(call, "/sendings")), online->format,
                     "items", kSendingColumns);
}

int send(const Call& call) {
    const json::object body{{"reason", *call.text("reason")}, {"force", call.has("force")}};
    const std::string step = "/sendings/" + url_encoded(*call.text("channel"));
    return post(call, step.c_str(), body, kSendingColumns);
}

int answer_sms(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const json::object body{{"from", *call.text("from")}, {"text", *call.text("text")}};
    return show_rows(online->daemon.call("POST", "/api/v1/sms/answers", plans::to_text(body)),
                     online->format, "items", kSmsColumns);
}

command_line::Options answering(command_line::Options more = {}) {
    return joined({{place("enterprise", "ID", {"企业编号", "the enterprise"}).required(),
                    option("reason", "TEXT", {"理由", "why"}).required()},
                   std::move(more),
                   online_options()});
}

Command record_command() {
    return {.name = "record",
            .what = {"记录电话回执", "record what was said on the telephone"},
            .options =
                joined({{place("enterprise", "ID", {"企业编号", "the enterprise"}).required(),
                         option("state", "received|accepted|executing|done|refused",
                                {"所答的状态", "what was answered"})
                             .one_of()
                             .required(),
                         option("by", "NAME", {"接电话人", "who was on the telephone"}).required(),
                         option("note", "TEXT", {"备注", "note"})},
                        online_options()}),
            .examples = {"qingkongctl order record 91410181MA9TAMP01T --state executing --by 张三"},
            .run = record};
}

Command overrule_command() {
    return {.name = "overrule",
            .what = {"更正登记的回执状态，原回执保留",
                     "overrule the state on record; it stays visible"},
            .options = answering(
                {option("seen", kStates, {"所见的登记状态", "the state on record that is wrong"})
                     .one_of()
                     .required(),
                 option("state", kStates,
                        {"实际状态；none：企业并未回执", "the true one; none: it never answered"})
                     .one_of()
                     .required()}),
            .examples = {"qingkongctl order overrule 91410181MA9TAMP01T --seen refused --state "
                         "executing --reason 电话核实，非企业发出"},
            .run = overrule};
}

Command sendings_command() {
    return {
        .name = "sendings",
        .what = {"现行指令在各通道的发送", "the order in force on channels beside the broker"},
        .options = joined({{place("enterprise", "ID", {"企业编号", "the enterprise"}).required()},
                           online_options()}),
        .examples = {"qingkongctl order sendings 91410181MA9TAMP01T"},
        .run = sendings};
}

Command send_command() {
    return {.name = "send",
            .what = {"在一个通道上再发一次", "send the order once more on one channel"},
            .options = answering(
                {option("channel", "webhook|sms", {"通道", "the channel"}).one_of().required(),
                 flag("force", {"不等间隔", "before the pause is over"})}),
            .examples = {"qingkongctl order send 91410181MA9TAMP01T --channel sms --reason "
                         "对方未收到"},
            .run = send};
}

Command answer_sms_command() {
    return {.name = "answer-sms",
            .what = {"转交短信回复：1 收到 2 执行 3 有困难",
                     "hand on what was answered by SMS: 1 received, 2 executing, 3 refused"},
            .options = joined({{option("from", "NUMBER", {"回复的号码", "the number"}).required(),
                                option("text", "TEXT", {"短信内容", "the message"}).required()},
                               online_options()}),
            .examples = {"qingkongctl order answer-sms --from 13800000000 --text 2 --token-file "
                         "sms.token"},
            .run = answer_sms};
}

}  // namespace

std::vector<Command> order_answer_commands() {
    return {sendings_command(),
            send_command(),
            answer_sms_command(),
            record_command(),
            overrule_command(),
            {.name = "refusals",
             .what = {"列出拒绝及其答复", "refusals, and what was answered"},
             .options = joined({{option("standing",
                                        "open|confirmed|amended|insisted|overruled|"
                                        "superseded",
                                        {"只看该状态", "only those that stand so"})
                                     .one_of()},
                                online_options()}),
             .examples = {"qingkongctl order refusals --standing open"},
             .run = refusals},
            {.name = "confirm",
             .what = {"认可拒绝：不再要求所拒绝的措施",
                      "confirm a refusal: the order asks nothing more"},
             .options = answering(),
             .examples = {"qingkongctl order confirm 91410181MA9TAMP01T --reason 高炉不能停"},
             .run = confirm},
            {.name = "amend",
             .what = {"变更被拒绝的指令，只能减轻",
                      "amend a refused order; it only ever asks for less"},
             .options = answering(
                 {option("drop", "ID",
                         {"不再要求的措施，可重复", "an obligation that is dropped; repeatable"})
                      .each(),
                  option("change", "TOML",
                         {"减轻的措施，可重复，如 obligation='…',ratio=0.3,detail='限产30%'",
                          "a lighter obligation; repeatable"})
                      .each()}),
             .examples = {"qingkongctl order amend 91410181MA9TAMP01T --reason 高炉须保温 --drop "
                          "91410181MA9TAMP01T/L1/stop"},
             .run = amend},
            {.name = "insist",
             .what = {"坚持指令：同一版重新下达，重新等待回执",
                      "insist: the same revision goes out again, and is to be answered anew"},
             .options = answering(),
             .examples = {"qingkongctl order insist 91410181MA9TAMP01T --reason 理由不成立"},
             .run = insist}};
}

}  // namespace qk::ctl
