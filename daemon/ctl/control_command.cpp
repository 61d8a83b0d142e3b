// qingkongctl control: temporary controls (临时管控) below the lowest colour: proposed by one
// person, signed by another, taken back by anybody of the desk.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>
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

constexpr const char* kBase = "/api/v1/controls";

const Columns kColumns{"number",   "state",  "from",        "to",        "measure_zh",
                       "document", "covers", "proposed_by", "signed_by", "withdrawn_by"};

int show(const rules::Result<OnlineAnswer>& answer, Format format) {
    return show_rows(answer, format, "items", kColumns);
}

// A measure as the catalogue writes it: 'form = "limit_load", ratio = 0.3'.
rules::Result<json::value> measure_in(const std::string& text) {
    const auto table = plans::parse_toml("measure = {" + text + "}", "--measure");
    if (!table) return table.error();
    std::ostringstream out;
    out << toml::json_formatter{*table};
    auto read = plans::parse_json(out.str(), "--measure");
    if (!read) return read.error();
    return read->at("measure");
}

std::string path_of(const Call& call, const char* step) {
    return std::string(kBase) + "/" + url_encoded(*call.text("number")) + step;
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kBase) + "?", online->format, kColumns);
}

int propose(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    for (const char* name : {"from", "to", "document", "reason"}) body[name] = *call.text(name);
    const std::pair<const char*, const char*> lists[] = {
        {"trade", "trades"}, {"enterprise", "enterprises"},     {"region", "regions"},
        {"grade", "grades"}, {"except-grade", "except_grades"}, {"except-class", "except_classes"},
    };
    for (const auto& [option, member] : lists) {
        json::array names;
        for (const std::string& name : call.texts(option)) names.push_back(json::string(name));
        if (!names.empty()) body[member] = std::move(names);
    }
    const auto measure = measure_in(*call.text("measure"));
    if (!measure) {
        print_faults(measure.error());
        return kBadUsage;
    }
    body["measure"] = *measure;
    return show(online->daemon.call("POST", kBase, plans::to_text(body)), online->format);
}

int sign(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show(online->daemon.call("POST", path_of(call, "/sign"), ""), online->format);
}

int withdraw(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const json::object body{{"reason", *call.text("reason")}};
    return show(online->daemon.call("POST", path_of(call, "/withdraw"), plans::to_text(body)),
                online->format);
}

command_line::Options terms() {
    return {
        option("from", "DAY", {"首日，不早于今天", "first day, not before today"}).required(),
        option("to", "DAY", {"末日，含当日", "last day, included"}).required(),
        option("trade", "ID",
               {"行业编号，可重复；见 qingkongctl catalogue list", "id of a trade; repeatable"})
            .each(),
        option("enterprise", "ID", {"企业编号，可重复", "id of an enterprise; repeatable"}).each(),
        option("region", "CODE", {"县区代码，可重复", "code of a county; repeatable"}).each(),
        option("grade", "GRADE", {"只对该绩效等级，可重复", "this grade only; repeatable"}).each(),
        option("except-grade", "GRADE",
               {"该绩效等级除外，可重复", "all grades but this one; repeatable"})
            .each(),
        option("except-class", "CLASS", {"该类别除外，可重复", "all classes but this; repeatable"})
            .each(),
        option("measure", "TOML",
               {"措施，写法同措施目录，如 form=\"limit_load\",ratio=0.3",
                "the measure, as the catalogue writes it"})
            .required(),
        option("document", "NUMBER", {"文号", "number of the document"}).required(),
        option("reason", "TEXT", {"理由", "why"}).required(),
    };
}

}  // namespace

Command control_command() {
    const auto number =
        place("number", "NUMBER", {"临时管控编号", "number of the temporary control"}).required();
    return {
        .name = "control",
        .what = {"临时管控：提出、签发、撤销", "temporary control below the lowest colour"},
        .commands =
            {{.name = "list",
              .what = {"列出临时管控", "the temporary controls"},
              .options = online_options(),
              .examples = {"qingkongctl control list"},
              .run = list},
             {.name = "propose",
              .what = {"提出临时管控，由另一人签发后下达",
                       "propose one; orders go out once another person has signed it"},
              .options = joined({terms(), online_options()}),
              .examples = {"qingkongctl control propose --from 2026-12-03 --to 2026-12-05 --trade "
                           "cement --except-grade A --measure form='stop' "
                           "--document 许环委办〔2026〕12号 --reason 预计AQI超过150一天"},
              .run = propose},
             {.name = "sign",
              .what = {"签发临时管控；提出人不得签发", "sign one; never by whoever proposed it"},
              .options = joined({{number}, online_options()}),
              .examples = {"qingkongctl control sign 3 --token-file approver.token"},
              .run = sign},
             {.name = "withdraw",
              .what = {"撤销临时管控，指令随之终止", "take one back; what it asks ends at once"},
              .options = joined({{number, option("reason", "TEXT", {"理由", "why"}).required()},
                                 online_options()}),
              .examples = {"qingkongctl control withdraw 3 --reason 空气质量好转"},
              .run = withdraw}},
    };
}

}  // namespace qk::ctl
