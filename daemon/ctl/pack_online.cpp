// qingkongctl pack adopt, in-force, history and withdraw: rule packs at a running daemon. A pack
// that is to be adopted can be tried on history first; what that showed is stored with it.
#include "daemon/ctl/pack_online.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <filesystem>
#include <iostream>

#include "daemon/ctl/air_input.hpp"
#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/online.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/packs/standard_file.hpp"
#include "plans/text/json.hpp"
#include "rules/warning/season.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

constexpr const char* kBase = "/api/v1/packs";

std::string cell(const json::value& value, std::string_view key) {
    const json::value* found = plans::find_member(value, key);
    if (found == nullptr || found->is_null()) return {};
    if (found->is_string()) return std::string(found->get_string());
    return plans::to_text(*found);
}

const std::vector<std::string> kColumns{"number", "id",       "from",   "put_by",
                                        "put_at", "in_force", "reason", "withdrawn_at"};

int show(const rules::Result<OnlineAnswer>& answer, Format format) {
    if (!answer || !answer->is_good()) return explain_failure(answer);
    const auto value = plans::parse_json(answer->body, "answer");
    if (!value) return kUnreachable;
    Table table{kColumns, {}};
    const auto add = [&table](const json::value& item) {
        std::vector<std::string> row;
        for (const std::string& column : kColumns) row.push_back(cell(item, column));
        table.rows.push_back(std::move(row));
    };
    const json::value* items = plans::find_member(*value, "items");
    if (items != nullptr && items->is_array()) {
        for (const json::value& item : items->get_array()) add(item);
    } else {
        add(*value);
    }
    print(std::cout, format, *value, table);
    const json::value* samples = plans::find_member(*value, "samples");
    if (samples != nullptr && samples->is_array() && !samples->get_array().empty()) {
        std::cerr << samples->get_array().size()
                  << " 处为样例，使用前请确认 (sample, confirm before use)\n";
    }
    return kHolds;
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
std::optional<json::object> trial_of(const std::string& name, const po::variables_map& values) {
    const auto chosen = choose_standard(name);
    const auto against = text_of(values, "against");
    const auto other = choose_standard(against.value_or(name));
    if (!chosen || !other) {
        print_faults(chosen ? other.error() : chosen.error());
        return std::nullopt;
    }
    const auto air = air_options(values, chosen->zone);
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

int adopt(const Daemon& daemon, const po::variables_map& values, const std::string& name,
          Format format) {
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
    for (const char* key : {"from", "reason"}) {
        if (const auto text = text_of(values, key)) body[key] = *text;
    }
    if (values.count("hourly") != 0 || values.count("daily") != 0) {
        auto trial = trial_of(name, values);
        if (!trial) return kBadUsage;
        std::cerr << plans::to_pretty_text(*trial) << "\n";
        body["trial"] = std::move(*trial);
    }
    return show(daemon.call("POST", kBase, plans::to_text(body)), format);
}

}  // namespace

void add_pack_online_options(po::options_description& options) {
    Daemon::add_options(options);
    options.add_options()("from", po::value<std::string>(), "adopt: from when; default: at once")(
        "reason", po::value<std::string>(), "adopt, withdraw: why")(
        "against", po::value<std::string>(), "adopt: the pack or standard to try it beside");
    add_air_options(options);
}

std::optional<int> pack_online(const std::vector<std::string>& words,
                               const po::variables_map& values, Format format) {
    const bool is_alone = words.size() == 1 && (words[0] == "in-force" || words[0] == "history");
    const bool has_name = words.size() == 2 && (words[0] == "adopt" || words[0] == "withdraw");
    if (!is_alone && !has_name) return std::nullopt;
    const auto daemon = Daemon::from(values);
    if (!daemon) {
        print_faults(daemon.error());
        return kBadUsage;
    }
    if (words[0] == "history") return show(daemon->call("GET", kBase), format);
    if (words[0] == "in-force") {
        return show(daemon->call("GET", std::string(kBase) + "/in-force"), format);
    }
    if (words[0] == "adopt") return adopt(*daemon, values, words[1], format);
    const json::object body{{"reason", text_of(values, "reason").value_or("")}};
    return show(daemon->call("POST", std::string(kBase) + "/" + url_encoded(words[1]) + "/withdraw",
                             plans::to_text(body)),
                format);
}

}  // namespace qk::ctl
