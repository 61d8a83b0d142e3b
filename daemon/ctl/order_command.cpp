// qingkongctl order: the orders of enterprises, and how each was answered.
#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/order_answers.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/watch.hpp"
#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/orders";

const Columns kOrderColumns{"enterprise", "region",      "warning",      "revision",
                            "exercise",   "issued_at",   "published_at", "receipt_state",
                            "receipt_at", "refused_why", "receipt_proof"};

std::string answer_of(const json::value& order) {
    const std::string why = cell_of(order, "refused_why");
    return in_words(why.empty() ? cell_of(order, "receipt_state") : "set aside");
}

Table readable(const json::array& orders, const std::map<std::string, std::string>& names) {
    Table table{
        {"企业 enterprise", "名称 name", "县区 county", "预警 warning", "版 revision",
         "回执 receipt", "下达 issued", "送达 delivered", "回执时间 answered", "说明 remark"},
        {}};
    for (const json::value& order : orders) {
        const std::string id = cell_of(order, "enterprise");
        const auto name = names.find(id);
        const bool is_exercise = cell_of(order, "exercise") == "true";
        table.rows.push_back({id, name == names.end() ? "" : name->second, cell_of(order, "region"),
                              cell_of(order, "warning") + (is_exercise ? "（演练 exercise）" : ""),
                              cell_of(order, "revision"), answer_of(order),
                              time_in(order, "issued_at"), time_in(order, "published_at"),
                              time_in(order, "receipt_at"), cell_of(order, "refused_why")});
    }
    return table;
}

int list_to(std::ostream& out, const Call& call, const OnlineSetting& online) {
    std::string path = kBase + query_of(call, {{"warning", "warning"}});
    if (const auto state = call.text("state")) {
        path += "receipt_state=" + url_encoded(*state == "set-aside" ? "set aside" : *state) + "&";
    }
    AllItems all = all_items(online.daemon, path);
    if (all.failure) return explain_failure(*all.failure);
    Table table{kOrderColumns, {}};
    if (online.format == Format::kTable) {
        table = readable(all.items, enterprise_names(online.daemon));
    } else {
        for (const json::value& order : all.items) {
            table.rows.push_back(row_of(order, kOrderColumns));
        }
    }
    print(out, online.format, json::object{{"items", std::move(all.items)}}, table);
    return kHolds;
}

int list(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_or_watch(call, online->format, [&call, &online](std::ostream& out) {
        return list_to(out, call, *online);
    });
}

Facts::value_type refusal_fact(const json::value& refusal) {
    const std::string standing = cell_of(refusal, "standing");
    const std::string person = cell_of(refusal, "answered_by");
    return {"拒绝 refusal",
            in_words(standing) + "  " + cell_of(refusal, "note") +
                (standing == "open" ? "  时限 answer by " + time_in(refusal, "answer_by")
                                    : "  " + person + "  " + cell_of(refusal, "reason"))};
}

// Receipts that move nothing, but that somebody should look into.
std::ptrdiff_t wrongly_signed(const json::value& order) {
    const json::value* answers = plans::find_member(order, "answers");
    if (answers == nullptr || !answers->is_array()) return 0;
    return std::ranges::count_if(answers->get_array(), [](const json::value& one) {
        return cell_of(one, "proof") == "wrong signature";
    });
}

Facts facts_of(const json::value& order, const json::value& document, const std::string& name) {
    const std::string to = time_in(order, "effective_to");
    const std::string published = time_in(order, "published_at");
    const std::string refused = cell_of(order, "refused_why");
    Facts facts{
        {"指令 order", cell_of(order, "order") + "  第 " + cell_of(order, "revision") +
                           " 版 revision " + cell_of(order, "revision")},
        {"企业 enterprise",
         cell_of(order, "enterprise") + "  " + name + "  " + cell_of(order, "region")},
        {"预警 warning", cell_of(order, "warning") + "  " + in_words(cell_of(document, "colour"))},
        {"执行期 period", time_in(order, "effective_from") + " — " +
                              (to.empty() ? "另行通知 until further notice" : to)},
        {"下达 issued", time_in(order, "issued_at")},
        {"送达 delivered", published.empty() ? "尚未 not yet" : published},
        {"回执 receipt", answer_of(order) + "  " + time_in(order, "receipt_at") + "  " +
                             in_words(cell_of(order, "receipt_proof"))}};
    if (cell_of(order, "exercise") == "true")
        facts.insert(facts.begin(), {"演练 exercise", "是 yes"});
    if (cell_of(order, "contradicted") == "true") {
        facts.emplace_back("回执矛盾 contradicted", "见回执 see GET /api/v1/receipts");
    }
    if (const auto count = wrongly_signed(order); count > 0) {
        facts.emplace_back(in_words("wrong signature"),
                           std::to_string(count) + "  见回执 see GET /api/v1/receipts");
    }
    const json::value* refusal = plans::find_member(order, "refusal");
    if (refusal != nullptr && refusal->is_object()) facts.push_back(refusal_fact(*refusal));
    if (!refused.empty()) {
        facts.emplace_back("被搁置 set aside", refused + "  " + cell_of(order, "refused_cure"));
    }
    facts.emplace_back("依据 legal basis", cell_of(document, "legal_basis"));
    return facts;
}

int show(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string id = *call.text("enterprise");
    const auto answer = online->daemon.call("GET", std::string(kBase) + "/" + url_encoded(id));
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto order = plans::parse_json(answer->body, "answer");
    if (!order) return kUnreachable;
    const json::value* document = plans::find_member(*order, "document");
    const json::value& signed_text = document == nullptr ? *order : *document;
    const Columns columns{"id", "line", "action", "ratio", "from", "to", "detail"};
    Table table{columns, {}};
    if (online->format == Format::kTable) {
        const auto names = enterprise_names(online->daemon);
        const auto name = names.find(id);
        print_facts(std::cout,
                    facts_of(*order, signed_text, name == names.end() ? "" : name->second));
        std::cout << "\n";
        table.columns = {"措施 measure", "生产线 line", "自 from", "至 to", "内容 what"};
    }
    for (const json::value& duty : items_in(signed_text, "obligations")) {
        if (online->format != Format::kTable) {
            table.rows.push_back(row_of(duty, columns));
            continue;
        }
        table.rows.push_back({in_words(cell_of(duty, "action")), cell_of(duty, "line"),
                              time_in(duty, "from"), time_in(duty, "to"), cell_of(duty, "detail")});
    }
    print(std::cout, online->format, *order, table);
    return kHolds;
}

}  // namespace

Command order_command() {
    const Options listing =
        joined({{option("warning", "ID", {"只看一条预警的指令", "of one warning"}),
                 option("state", "none|received|accepted|executing|done|refused|set-aside",
                        {"只看该回执状态；set-aside：消息服务器拒收的",
                         "answered so; set-aside: those the broker refuses"})
                     .one_of(),
                 watch_option()},
                online_options()});
    std::vector<Command> commands{
        {.name = "list",
         .what = {"列出现行指令", "the orders in force"},
         .options = listing,
         .examples = {"qingkongctl order list --state none", "qingkongctl order list --watch",
                      "qingkongctl order list --format csv"},
         .run = list},
        {.name = "show",
         .what = {"查看一家企业的指令：措施、依据、送达和回执",
                  "the order of one enterprise: measures, basis, answers"},
         .options = joined({{place("enterprise", "ID", {"企业编号", "the enterprise"}).required()},
                            online_options()}),
         .examples = {"qingkongctl order show 91410181MA9TAMP01T"},
         .run = show}};
    for (Command& one : order_answer_commands()) commands.push_back(std::move(one));
    return {
        .name = "order",
        .what = {"各企业的现行指令，及其送达和回执", "orders in force, and how each was answered"},
        .options = listing,
        .examples = {"qingkongctl order"},
        .run = list,
        .commands = std::move(commands),
    };
}

}  // namespace qk::ctl
