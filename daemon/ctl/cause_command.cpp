// qingkongctl cause: what people found to be the cause of polluted days (成因认定), and taking it
// back.
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

constexpr const char* kBase = "/api/v1/causes";

const Columns kColumns{"number", "from",   "to", "cause",        "cause_zh",    "binds",
                       "reason", "person", "at", "withdrawn_at", "withdrawn_by"};

int show_one(const OnlineSetting& online, const rules::Result<OnlineAnswer>& answer) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    print(std::cout, online.format, *value, {kColumns, {row_of(*value, kColumns)}});
    return kHolds;
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = std::string(kBase) + "?per_page=1000";
    return show_rows(online->daemon.call("GET", path), online->format, "items", kColumns);
}

int state(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    for (const char* name : {"from", "to", "cause", "source", "reason"}) {
        if (const auto text = call.text(name)) body[name] = *text;
    }
    return show_one(*online, online->daemon.call("POST", kBase, plans::to_text(body)));
}

int withdraw(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    if (const auto reason = call.text("reason")) body["reason"] = *reason;
    const std::string path =
        std::string(kBase) + "/" + url_encoded(*call.text("number")) + "/withdraw";
    return show_one(*online, online->daemon.call("POST", path, plans::to_text(body)));
}

}  // namespace

Command cause_command() {
    const auto reason = option("reason", "TEXT", {"理由", "why"}).required();
    return {
        .name = "cause",
        .what = {"污染成因的认定与撤销", "causes of polluted days as people stated them"},
        .options = online_options(),
        .examples = {"qingkongctl cause"},
        .run = list,
        .commands =
            {{.name = "list",
              .what = {"列出成因认定，含已撤销的", "the statements, also those withdrawn"},
              .options = online_options(),
              .examples = {"qingkongctl cause list"},
              .run = list},
             {.name = "state",
              .what = {"认定若干日的成因", "state the cause of days"},
              .options = joined(
                  {{option("from", "DAY", {"首日", "first day"}).required(),
                    option("to", "DAY", {"末日；默认为首日", "last day; default: the first"}),
                    option("cause", "CAUSE",
                           {"沙尘、臭氧、火灾、境外传输、区域传输、秸秆焚烧、细颗粒物等",
                            "dust, ozone, fire, transboundary, transport, straw, pm25, …"})
                        .required(),
                    option("source", "NAME",
                           {"只对该预报源；默认全部", "of this source alone; default: all"}),
                    reason},
                   online_options()}),
              .examples = {"qingkongctl cause state --from 2026-04-02 --cause 沙尘 --reason "
                           "激光雷达见沙尘输送 --token-file duty.token"},
              .run = state},
             {.name = "withdraw",
              .what = {"撤销一条认定", "withdraw a statement"},
              .options =
                  joined({{place("number", "NUMBER", {"编号", "its number"}).required(), reason},
                          online_options()}),
              .examples = {"qingkongctl cause withdraw 3 --reason 组分显示以硫酸盐硝酸盐为主 "
                           "--token-file duty.token"},
              .run = withdraw}},
    };
}

}  // namespace qk::ctl
