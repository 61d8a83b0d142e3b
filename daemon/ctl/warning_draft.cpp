#include "daemon/ctl/warning_draft.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>
#include <iostream>
#include <string>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

// Row by row what people read of it; the CAP message is for a file.
Table table_of_draft(const json::value& draft) {
    Table table{{"item", "text"}, {}};
    const json::value* notice = plans::find_member(draft, "notice");
    if (notice != nullptr && notice->is_object()) {
        for (const char* item : {"headline", "document", "identifier", "kind", "body", "measures",
                                 "instruction", "headline_en", "body_en"}) {
            table.rows.push_back({item, cell_of(*notice, item)});
        }
    }
    if (const json::value* orders = plans::find_member(draft, "orders");
        orders != nullptr && orders->is_object()) {
        table.rows.push_back({"orders", cell_of(*orders, "issued")});
        table.rows.push_back({"orders ended", cell_of(*orders, "ended")});
    }
    if (const json::value* prompts = plans::find_member(draft, "prompts");
        prompts != nullptr && prompts->is_array()) {
        for (const json::value& number : prompts->get_array()) {
            if (number.is_string()) {
                table.rows.push_back({"prompt", std::string(number.get_string())});
            }
        }
    }
    for (const json::value& place : items_in(draft, "unfilled")) {
        table.rows.push_back(
            {"unfilled", fmt::format("{}：{}", cell_of(place, "what"), cell_of(place, "where"))});
    }
    return table;
}

int run_draft(const Call& call) {
    auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = "/api/v1/warnings/" + url_encoded(*call.text("id")) + "/draft" +
                             query_of(call, {{"reason", "reason"}, {"clause", "clause"}});
    const auto answer = online->daemon.call("GET", path);
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    const json::value* notice = plans::find_member(*value, "notice");
    if (const auto out = call.text("cap"); out && notice != nullptr && notice->is_object()) {
        if (const auto written = write_file(*out, cell_of(*notice, "cap")); !written) {
            print_faults(written.error());
            return kBadUsage;
        }
    }
    print(std::cout, online->format, *value, table_of_draft(*value));
    const std::size_t open = items_in(*value, "unfilled").size();
    if (open == 0) return kHolds;
    std::cerr << fmt::format("{} 处尚未填写，不能签发 / {} places to fill in before it is signed\n",
                             open, open);
    return kNegative;
}

}  // namespace

Command warning_draft_command() {
    return {
        .name = "draft",
        .what = {"试签：如果现在签发将发出的通知、CAP 和指令数；不存储，有待填之处退出码为 1",
                 "what signing now would send out: notice, CAP, orders; nothing is stored; exit "
                 "code 1 while a place is unfilled"},
        .options =
            joined({{place("id", "ID", {"预警编号", "the warning"}).required(),
                     option("reason", "TEXT",
                            {"签发时将写明的理由；默认：提出时的",
                             "the reason that the signature would give; default: the proposal's"}),
                     option("clause", "TEXT",
                            {"签发时将写明的条款；默认：提出时的",
                             "the clause that the signature would name; default: the proposal's"}),
                     option("cap", "FILE", {"把 CAP 写成文件", "write the CAP message to a file"})},
                    online_options()}),
        .examples = {"qingkongctl warning draft YJ-411000-2026-1",
                     "qingkongctl warning draft YJ-411000-2026-1 --cap draft.xml"},
        .run = run_draft,
    };
}

}  // namespace qk::ctl
