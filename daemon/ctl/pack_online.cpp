// qingkongctl pack adopt, in-force, history, confirm and withdraw: rule packs at a running daemon.
// A pack that is to be adopted can be tried on history first; what that showed is stored with it.
#include "daemon/ctl/pack_online.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/adoption_online.hpp"
#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/answer_rows.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/packs/standard_file.hpp"
#include "plans/text/json.hpp"
#include "rules/warning/backtest.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

constexpr const char* kBase = "/api/v1/packs";

const std::vector<std::string> kColumns{"number", "id",       "from",   "put_by",
                                        "put_at", "in_force", "reason", "withdrawn_at"};

int show(const rules::Result<OnlineAnswer>& answer, Format format) {
    const int code = show_rows(answer, format, "items", kColumns);
    const auto value = code == kHolds ? plans::parse_json(answer->body, "answer")
                                      : rules::Result<json::value>(json::value());
    const std::size_t samples = value ? items_in(*value, "samples").size() : 0;
    if (samples > 0) {
        std::cerr << samples << " 处为样例，使用前请确认 (sample, confirm before use)\n";
    }
    return code;
}

// What the pack would change on the inventory in use, a line a level.
void tell_inventory_trial(const rules::Result<OnlineAnswer>& answer) {
    if (!answer || !answer->is_good()) return;
    const auto value = plans::parse_json(answer->body, "answer");
    const json::value* trial = value ? plans::find_member(*value, "inventory_trial") : nullptr;
    if (trial == nullptr || !trial->is_object()) return;
    for (const json::value& level : items_in(*trial, "levels")) {
        const json::value& change = level.at("difference");
        const auto met = [&level](const char* when) {
            const json::value* is_met = plans::find_member(level.at(when), "floors_met");
            return is_met != nullptr && is_met->is_bool() && is_met->get_bool() ? "达到 met"
                                                                                : "未达到 missed";
        };
        std::cerr << cell_of(level, "level") << "：新增 added " << cell_of(change, "added")
                  << "，减少 removed " << cell_of(change, "removed") << "，改变 changed "
                  << cell_of(change, "changed") << "，不变 unchanged "
                  << cell_of(change, "unchanged") << "；底线 floors " << met("before") << " → "
                  << met("after") << "\n";
    }
}

// Parents and standards that lie beside the file go with it; the built-in ones are there already.
json::object texts_of(const std::string& name, const std::string& text) {
    plans::PackSources beside = sources_beside(name);
    json::object packs;
    json::object standards;
    const auto noting = [](plans::PackLookup look, json::object& into, auto built_in) {
        return [look = std::move(look), &into, built_in](std::string_view id) {
            auto found = look(id);
            if (found && built_in(id) != std::optional<std::string_view>(*found)) into[id] = *found;
            return found;
        };
    };
    beside.pack = noting(beside.pack, packs, plans::built_in_pack_text);
    beside.standard = noting(beside.standard, standards, plans::built_in_standard_text);
    (void)plans::read_pack(text, name, beside);  // its faults are told by the daemon
    json::object body{{"file", std::filesystem::path(name).filename().string()}, {"pack", text}};
    body["packs"] = std::move(packs);
    body["standards"] = std::move(standards);
    return body;
}

json::object seasons_of(const std::vector<rules::SeasonCount>& seasons) {
    json::object object;
    if (seasons.empty()) return object;
    const rules::SeasonCount& all = seasons.front();
    for (std::size_t c = 0; c < all.episodes.size(); ++c) {
        const auto colour = std::string(rules::to_text(static_cast<rules::Colour>(c)));
        object["episodes_" + colour] = all.episodes[c];
        object["days_" + colour] = all.warned_days[c];
    }
    object["days"] = all.days;
    object["heavy_days"] = all.heavy_days;
    object["heavy_days_missed"] = all.heavy_days_missed;
    object["warned_days_not_heavy"] = all.warned_days_not_heavy;
    return object;
}

// What the pack would have done over a series, and, beside another one, on how many days otherwise.
std::optional<json::object> trial_of(const std::string& name, const Call& call) {
    const auto chosen = choose_standard(name);
    const auto against = call.text("against");
    const auto other = choose_standard(against.value_or(name));
    if (!chosen || !other) {
        print_faults(chosen ? other.error() : chosen.error());
        return std::nullopt;
    }
    const auto air = read_air_options(call, chosen->zone);
    if (!air) return std::nullopt;
    const auto input =
        read_air(*air, chosen->standard.ozone_counts || other->standard.ozone_counts);
    if (!input) {
        print_faults(input.error());
        return std::nullopt;
    }
    const auto mine = judge_air(*input, chosen->standard, air->region);
    const auto theirs = judge_air(*input, other->standard, air->region);
    std::vector<rules::SeasonCount> seasons;
    std::size_t differing = 0;
    const rules::Zone zone = air->region.trigger.zone;
    for (std::size_t i = 0; i < mine.size(); ++i) {
        const auto daily = daily_of(*input, i, chosen->standard, air->region);
        rules::add_seasons(seasons, rules::count_seasons(daily, mine[i].windows, zone));
        const auto colours = [&](const rules::RegionWindows& windows) {
            return rules::colours_by_day(windows.windows, daily.first, daily.aqi.size(), zone);
        };
        differing += rules::differing_days(daily, colours(mine[i]), colours(theirs[i])).size();
    }
    json::object trial = seasons_of(seasons);
    trial["standard"] = chosen->standard.id;
    if (against) {
        trial["against"] = other->standard.id;
        trial["days_judged_differently"] = differing;
    }
    return trial;
}

int adopt(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    const std::string name = *call.text("name");
    json::object body;
    if (plans::built_in_pack_text(name)) {
        body["built_in"] = name;
    } else {
        const auto text = read_file(name);
        if (!text) {
            print_faults(text.error());
            return kBadUsage;
        }
        body = texts_of(name, *text);
    }
    add_said(call, {"from", "reason"}, body);
    if (call.has("hourly") || call.has("daily")) {
        auto trial = trial_of(name, call);
        if (!trial) return kBadUsage;
        std::cerr << plans::to_pretty_text(*trial) << "\n";
        body["trial"] = std::move(*trial);
    }
    if (call.has("only-try")) body["only_try"] = true;
    const auto answer = online->daemon.call("POST", kBase, plans::to_text(body));
    tell_inventory_trial(answer);
    return show(answer, online->format);
}

int history(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show_all_rows(online->daemon, std::string(kBase) + "?", online->format, kColumns);
}

int in_force(const Call& call) {
    const auto online = online_setting(call);
    if (!online) return kBadUsage;
    return show(online->daemon.call("GET", std::string(kBase) + "/in-force"), online->format);
}

}  // namespace

std::vector<Command> online_pack_commands() {
    const auto reason = option("reason", "TEXT", {"理由", "why"});
    const auto number =
        place("number", "NUMBER", {"启用编号", "its number in the history"}).required();
    return {
        {.name = "adopt",
         .what = {"启用规则包；先在现行清单上试算，可再用历史数据试算，结果一并存档",
                  "put a pack in force; tried on the inventory in use first, and on history where "
                  "a series is given"},
         .options = joined(
             {{place("name", "ID|FILE",
                     {"内置规则包的编号，或一个文件", "id of a built-in pack, or a file"})
                   .required(),
               option("from", "TIME", {"何时起生效；默认：立即", "from when; default: at once"}),
               reason, flag("only-try", {"只试算，不提交", "only try it, store nothing"}),
               option("against", "ID|FILE",
                      {"与之对比试算的规则包或标准", "the pack or standard to try it beside"})},
              air_options(),
              online_options()}),
         .examples =
             {"qingkongctl pack adopt pack.toml --reason 年度修订 --token-file admin.token"},
         .run = adopt},
        {.name = "in-force",
         .what = {"现行规则包", "the pack in force"},
         .options = online_options(),
         .examples = {"qingkongctl pack in-force"},
         .run = in_force},
        {.name = "history",
         .what = {"规则包启用历史", "the packs that were put in force"},
         .options = online_options(),
         .examples = {"qingkongctl pack history"},
         .run = history},
        {.name = "confirm",
         .what = {"第二人确认改变审批程序的规则包",
                  "a second person confirms a pack that changes who may sign"},
         .options = joined({{number}, online_options()}),
         .examples = {"qingkongctl pack confirm 3 --token-file approver.token"},
         .run = [](const Call& call) { return confirm_one(call, kBase); }},
        {.name = "withdraw",
         .what = {"撤回尚未生效的规则包", "take back a pack that is not in force yet"},
         .options = joined({{number, reason}, online_options()}),
         .examples = {"qingkongctl pack withdraw 3 --reason 有误 --token-file admin.token"},
         .run = [](const Call& call) { return withdraw_one(call, kBase); }}};
}

}  // namespace qk::ctl
