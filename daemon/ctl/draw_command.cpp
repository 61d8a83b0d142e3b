// qingkongctl draw: the random draw of sites and inspectors (双随机), and its verification by
// anybody.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/casework/draw.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kDraws = "/api/v1/draws";
const Columns kDrawColumns{"number",       "purpose",       "seed_sha256", "lists_sha256",
                           "committed_at", "public_source", "drawn_at"};

int list_draws(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kDraws) + "?", online->format, kDrawColumns);
}

int show_draw(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(
        online->daemon.call("GET", std::string(kDraws) + "/" + url_encoded(*call.text("number"))),
        online->format, "drawn", {"site", "inspectors"});
}

int commit_draw(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path = *call.text("lists");
    const auto text = read_file(path);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    auto body = plans::parse_json(*text, path);
    if (!body || !body->is_object()) {
        print_faults(body ? rules::refuse(path + " is not an object",
                                          "{\"inspectors\", \"sites\", \"sites_wanted\", "
                                          "\"inspectors_per_site\", \"avoid\"}")
                          : body.error());
        return kBadUsage;
    }
    json::object& object = body->get_object();
    object["purpose"] = *call.text("purpose");
    if (const auto hash = call.text("seed-sha256")) object["seed_sha256"] = *hash;
    if (const auto source = call.text("public-source")) object["public_source"] = *source;
    return show_rows(online->daemon.call("POST", kDraws, plans::to_text(*body)), online->format,
                     "items", kDrawColumns);
}

int reveal_draw(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    json::object body;
    if (const auto file = call.text("seed-file")) {
        const auto seed = read_file(*file);
        if (!seed) {
            print_faults(seed.error());
            return kBadUsage;
        }
        body["seed"] = first_word(*seed);
    }
    if (const auto value = call.text("public-value")) body["public_value"] = *value;
    return show_rows(
        online->daemon.call(
            "POST", std::string(kDraws) + "/" + url_encoded(*call.text("number")) + "/reveal",
            plans::to_text(body)),
        online->format, "drawn", {"site", "inspectors"});
}

// Without a daemon: from a file alone.
int verify_draw(const Call& call) {
    const std::string path = *call.text("file");
    const auto text = read_file(path);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    const auto shown = plans::parse_json(*text, path);
    if (!shown) {
        print_faults(shown.error());
        return kBadUsage;
    }
    const auto lines = plans::check_draw(*shown);
    if (!lines) {
        print_faults(lines.error());
        return kBadUsage;
    }
    bool holds = true;
    json::array items;
    Table table{{"核验 check", "结果 holds", "复算 computed"}, {}};
    for (const plans::DrawCheckLine& line : *lines) {
        holds = holds && line.holds;
        items.emplace_back(
            json::object{{"what", line.what}, {"holds", line.holds}, {"computed", line.why}});
        table.rows.push_back({line.what, line.holds ? "一致 yes" : "不一致 no", line.why});
    }
    print(std::cout, format_of(call),
          json::object{{"file", path}, {"holds", holds}, {"checks", std::move(items)}}, table);
    return holds ? kHolds : kNegative;
}

}  // namespace

Command draw_command() {
    const auto number =
        place("number", "NUMBER", {"抽取编号", "number of the draw"}).required().number();
    return {
        .name = "draw",
        .what = {"双随机抽取：先登记，后抽取，可复算",
                 "random draws of sites and inspectors: committed to, drawn, verified"},
        .options = online_options(),
        .examples = {"qingkongctl draw"},
        .run = list_draws,
        .commands = {
            {.name = "list",
             .what = {"列出抽取，新的在前", "the draws, newest first"},
             .options = online_options(),
             .examples = {"qingkongctl draw list"},
             .run = list_draws},
            {.name = "show",
             .what = {"查看一次抽取", "one draw"},
             .options = joined({{number}, online_options()}),
             .examples = {"qingkongctl draw show 1 --format json"},
             .run = show_draw},
            {.name = "commit",
             .what = {"登记：公布种子哈希和名单", "publish the seed's hash and the lists"},
             .options = joined(
                 {{place("lists", "FILE", {"名单，JSON", "the lists, as JSON"}).required(),
                   option("purpose", "TEXT", {"事由", "what for"}).required(),
                   option("seed-sha256", "HEX", {"自带种子的哈希", "hash of a seed of your own"}),
                   option("public-source", "TEXT",
                          {"抽取时还要用到的公开数值出自何处",
                           "where the public number comes from that is drawn with too"})},
                  online_options()}),
             .examples = {"qingkongctl draw commit lists.json --purpose 12月抽查 --public-source "
                          "12月2日上证指数收盘"},
             .run = commit_draw},
            {.name = "reveal",
             .what = {"公布种子并抽取", "publish the seed and draw"},
             .options = joined({{number,
                                 option("seed-file", "FILE",
                                        {"自带种子的文件", "a file that holds your own seed"}),
                                 option("public-value", "TEXT", {"公开数值", "the public number"})},
                                online_options()}),
             .examples = {"qingkongctl draw reveal 1 --public-value 3021.45"},
             .run = reveal_draw},
            {.name = "verify",
             .what = {"离线复算一次抽取", "compute a draw again, without a daemon"},
             .options = {place("file", "FILE",
                               {"draw show --format json 的输出", "what 'draw show' printed"})
                             .required(),
                         format_option()},
             .examples = {"qingkongctl draw verify draw.json"},
             .run = verify_draw}}};
}

}  // namespace qk::ctl
