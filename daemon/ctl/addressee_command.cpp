// qingkongctl addressee: who is given tasks beside the enterprises (责任对象).
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/addressees/addressee.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kAddressees = "/api/v1/addressees";

const Columns kListed{"id", "kind_zh", "name", "region", "contact", "phone", "account"};
const Columns kAsked{"addressee", "deadline"};

int show_addressees(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_rows(online->daemon.call("GET", kAddressees), online->format, "addressees",
                     kListed);
}

int put_addressees(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string file = *call.text("file");
    const auto text = read_file(file);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    const json::object body{{file.ends_with(".csv") ? "csv" : "toml", *text}};
    const auto answer = online->daemon.call("POST", kAddressees, plans::to_text(body));
    if (answer && answer->is_good()) {
        const auto value = plans::parse_json(answer->body, "answer");
        if (!value) return kUnreachable;
        for (const json::value& warning : items_in(*value, "warnings")) {
            std::cerr << std::string(warning.as_string()) << "\n";
        }
    }
    return show_rows(answer, online->format, "addressees", kListed);
}

int check_addressee_list(const Call& call) {
    const auto pack_id = call.text("pack");
    const auto pack = pack_id ? plans::built_in_pack(*pack_id)
                              : rules::Result<plans::RegionPack>(plans::RegionPack{});
    if (!pack) {
        print_faults(pack.error());
        return kBadUsage;
    }
    return check_file(*call.text("file"), [&](const std::string& text, const std::string& path) {
        const auto list = path.ends_with(".csv") ? plans::read_addressees_csv(text, path)
                                                 : plans::read_addressees(text, path);
        if (!list) return list.error();
        return pack_id ? plans::check_addressees(*list, *pack) : rules::Faults{};
    });
}

int preview_addressee_tasks(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string path =
        std::string(kAddressees) + "/tasks?level=" + url_encoded(*call.text("level")) + "&";
    return show_all_rows(online->daemon, path, online->format, kAsked);
}

int tell_plants_ahead(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const json::object body{{"level", *call.text("level")}, {"from", *call.text("from")}};
    return show_rows(online->daemon.call("POST", std::string(kAddressees) + "/pre-notices",
                                         plans::to_text(body)),
                     online->format, "items", {"subject", "plants", "unchanged"});
}

}  // namespace

Command addressee_command() {
    const auto file = place("file", "FILE", {"名单，.toml 或 .csv", "a list, .toml or .csv"});
    const auto level = option("level", "yellow|orange|red", {"预警级别", "the level"}).required();
    return {
        .name = "addressee",
        .what = {"责任对象：工地、机械、用车大户、部门、县区等",
                 "sites, machinery, goods users, departments, counties that are given tasks"},
        .examples = {"qingkongctl addressee check packaging/sample/addressees.toml --pack xuchang"},
        .commands = {
            {.name = "show",
             .what = {"现行名单", "the list in force"},
             .options = online_options(),
             .examples = {"qingkongctl addressee show"},
             .run = show_addressees},
            {.name = "put",
             .what = {"报送名单，取代原名单", "hand in a list, in the place of the one before"},
             .options = joined({{file.required()}, online_options()}),
             .examples = {"qingkongctl addressee put addressees.toml"},
             .run = put_addressees},
            {.name = "check",
             .what = {"检查名单文件，列出每处错误", "check a list; every fault is told"},
             .options = {file.required(),
                         option("pack", "ID",
                                {"并与规则包的区县核对", "also against its counties"}),
                         format_option()},
             .examples = {"qingkongctl addressee check addressees.csv --pack xuchang"},
             .run = check_addressee_list},
            {.name = "preview",
             .what = {"某一级别下各对象的任务及依据，不下达",
                      "what each would be asked at a level, and why; nothing is sent"},
             .options = joined({{level}, online_options()}),
             .examples = {"qingkongctl addressee preview --level orange --format json"},
             .run = preview_addressee_tasks},
            {.name = "pre-notice",
             .what = {"向不可间断企业发送预提示；不是指令",
                      "tell plants that cannot stop at once; it orders nothing"},
             .options = joined(
                 {{level,
                   option("from", "TIME", {"预计开始时间", "when it would start"}).required()},
                  online_options()}),
             .examples = {"qingkongctl addressee pre-notice --level red --from 2026-12-03T20:00"},
             .run = tell_plants_ahead}}};
}

}  // namespace qk::ctl
