// qingkongctl prompt: regional prompts (区域预警提示) of higher tiers, and which places have
// followed.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/prompts";

// One row for each place that must follow.
void add_rows(Table& table, const json::value& prompt) {
    for (const json::value& place : items_in(prompt, "follow_up")) {
        table.rows.push_back(
            {cell_of(prompt, "number"), cell_of(prompt, "zone"), cell_of(prompt, "colour"),
             cell_of(prompt, "deadline"), cell_of(place, "region"), cell_of(place, "name"),
             cell_of(place, "state"), cell_of(place, "at"), cell_of(place, "late")});
    }
}

const Columns kColumns{"number", "zone",  "colour", "deadline", "region",
                       "name",   "state", "at",     "late"};

int show(const rules::Result<OnlineAnswer>& answer, Format format) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{kColumns, {}};
    add_rows(table, *value);
    print(std::cout, format, *value, table);
    return kHolds;
}

std::string path_of(const Call& call) {
    return std::string(kBase) + "/" + url_encoded(*call.text("number"));
}

json::object body_of(const Call& call, std::initializer_list<const char*> options) {
    json::object body;
    for (const char* name : options) {
        if (const auto text = call.text(name)) body[name] = *text;
    }
    return body;
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    AllItems all = all_items(online->daemon, std::string(kBase) + "?");
    if (all.failure) return explain_failure(*all.failure);
    Table table{kColumns, {}};
    for (const json::value& prompt : all.items) add_rows(table, prompt);
    print(std::cout, online->format, json::object{{"items", std::move(all.items)}}, table);
    return kHolds;
}

int show_one(const Call& call) {
    const auto online = online_setting(call);
    return online ? show(online->daemon.call("GET", path_of(call)), online->format) : kBadUsage;
}

int add(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const json::object body =
        body_of(call, {"number", "zone", "colour", "from", "to", "deadline", "note"});
    return show(online->daemon.call("POST", kBase, plans::to_text(body)), online->format);
}

int follow(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body = body_of(call, {"region", "note"});
    body["state"] = call.text_or_default("state");
    return show(online->daemon.call("POST", path_of(call) + "/follow", plans::to_text(body)),
                online->format);
}

}  // namespace

Command prompt_command() {
    const auto number = place("number", "NUMBER", {"文号", "document number"}).required();
    const auto note = option("note", "TEXT", {"备注", "remark"});
    return {
        .name = "prompt",
        .what = {"上级区域预警提示，以及各地响应情况",
                 "regional prompts of higher tiers, and who has followed"},
        .options = online_options(),
        .examples = {"qingkongctl prompt"},
        .run = list,
        .commands =
            {{.name = "list",
              .what = {"列出预警提示", "the prompts"},
              .options = online_options(),
              .examples = {"qingkongctl prompt list"},
              .run = list},
             {.name = "show",
              .what = {"查看一份提示及各地响应", "one prompt, and who has followed"},
              .options = joined({{number}, online_options()}),
              .examples = {"qingkongctl prompt show 豫环预警〔2026〕3号"},
              .run = show_one},
             {.name = "add",
              .what = {"登记一份提示", "enter a prompt"},
              .options = joined(
                  {{number, option("zone", "NAME", {"所提示的区域", "the zone it is for"}),
                    option("colour", "yellow|orange|red", {"要求的预警级别", "colour asked for"}),
                    option("from", "TIME", {"开始时间", "from when"}),
                    option("to", "TIME", {"结束时间", "until when"}),
                    option("deadline", "TIME", {"响应期限", "by when to have followed"}), note},
                   online_options()}),
              .examples =
                  {"qingkongctl prompt add 豫环预警〔2026〕3号 --zone 中部 --colour orange --from "
                   "2026-12-01T20:00 --deadline 2026-12-01T18:00"},
              .run = add},
             {.name = "follow",
              .what = {"登记一地的响应情况", "note that a place has followed"},
              .options = joined(
                  {{number, option("region", "CODE", {"市或县区代码", "city or county code"}),
                    option("state", "followed|refused|waiting", {"响应情况", "how it stands"})
                        .or_else("followed"),
                    note},
                   online_options()}),
              .examples = {"qingkongctl prompt follow 豫环预警〔2026〕3号 --region 411000"},
              .run = follow}},
    };
}

}  // namespace qk::ctl
