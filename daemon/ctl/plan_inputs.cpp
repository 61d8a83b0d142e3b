#include "daemon/ctl/plan_inputs.hpp"

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/standard_choice.hpp"
#include "plans/measures/own_measure.hpp"

namespace qk::ctl {

namespace json = boost::json;

namespace {

// Runs `read` on the text of the file an option names; true when the option is absent or read.
template <class Read>
bool read_option(const Call& call, const std::string& option, Read read) {
    const auto path = call.text(option);
    if (!path) return true;
    const auto text = read_file(*path);
    if (!text) {
        print_faults(text.error());
        return false;
    }
    return read(*text, *path);
}

PlanInputs as_shipped(const Call& call) {
    PlanInputs inputs{.zone = rules::kBeijingTime, .this_hour = rules::floor_hour(call.now())};
    inputs.catalogue = plans::built_in_catalogue();
    inputs.rules = plans::national_sample_rules();
    return inputs;
}

bool load_catalogue(const Call& call, PlanInputs& inputs) {
    return read_option(call, "catalogue",
                       [&inputs](const std::string& text, const std::string& path) {
                           const auto read = plans::read_catalogue(text, path);
                           if (!read) {
                               print_faults(read.error());
                               return false;
                           }
                           inputs.catalogue.replace_by(*read);
                           inputs.rules.line_words = inputs.catalogue.own_line_words();
                           return true;
                       });
}

bool load_grade_changes(const Call& call, PlanInputs& inputs) {
    return read_option(
        call, "grade-changes", [&inputs](const std::string& text, const std::string& path) {
            auto read = plans::read_grade_changes(text, path, inputs.inventory,
                                                  plans::grade_names_of(inputs.rules));
            if (!read) {
                print_faults(read.error());
                return false;
            }
            inputs.grade_changes = *std::move(read);
            if (inputs.rules.grade_change == plans::GradeChangeRule::kEdition &&
                !inputs.grade_changes.empty()) {
                std::cerr << "the rules '" << inputs.rules.id
                          << "' keep the edition's grades: grade changes do not count\n";
            }
            return true;
        });
}

// A built-in pack by id, or a file.
bool load_pack(const Call& call, PlanInputs& inputs) {
    const auto name = call.text("pack");
    if (!name) return true;
    const auto take = [&inputs](const rules::Result<plans::RegionPack>& pack) {
        if (!pack) {
            print_faults(pack.error());
            return false;
        }
        inputs.rules = plans::from_pack(*pack);
        inputs.zone = pack->zone;
        return true;
    };
    if (plans::built_in_pack_text(*name)) return take(plans::built_in_pack(*name));
    return read_option(call, "pack", [&take](const std::string& text, const std::string& path) {
        return take(plans::read_pack(text, path, sources_beside(path)));
    });
}

}  // namespace

bool load_season(const Call& call, const std::string& inventory, PlanInputs& inputs) {
    std::error_code error;
    const std::filesystem::path beside = std::filesystem::path(inventory) / "season.toml";
    std::optional<std::string> path = call.text("season");
    if (!path && std::filesystem::is_regular_file(beside, error)) path = beside.string();
    if (!path) return true;
    const auto text = read_file(*path);
    if (!text) {
        print_faults(text.error());
        return false;
    }
    auto read = plans::read_season(*text, *path, plans::grade_names_of(inputs.rules));
    if (!read) {
        print_faults(read.error());
        return false;
    }
    inputs.season = *std::move(read);
    return true;
}

plans::DeriveInput derive_input(const PlanInputs& inputs, rules::Colour colour,
                                std::optional<rules::Instant> from) {
    plans::DeriveInput input{inputs.inventory,
                             inputs.catalogue,
                             inputs.rules,
                             colour,
                             from.value_or(inputs.this_hour),
                             {},
                             inputs.zone};
    input.season = inputs.season ? &*inputs.season : nullptr;
    input.grade_changes = inputs.grade_changes.empty() ? nullptr : &inputs.grade_changes;
    return input;
}

command_line::Option inventory_option() {
    return option("inventory", "PATH",
                  {"应急减排清单：CSV 表格目录，或一个 .xlsx", "folder of CSV tables, or an .xlsx"})
        .required();
}

command_line::Option level_option() {
    return option("level", "yellow|orange|red",
                  {"预警颜色，或响应级别 III、II、I", "colour, or level III, II, I"})
        .required();
}

command_line::Option start_option() {
    return option("at", "TIME",
                  {"措施开始时间；默认：本小时", "when the measures start; default: this hour"});
}

command_line::Option pack_option() {
    return option(
        "pack", "ID|FILE",
        {"区域规则包：内置的编号，或一个文件", "region pack: id of a built-in one, or a file"});
}

command_line::Option catalogue_option() {
    return option("catalogue", "FILE",
                  {"替换内置措施目录中若干行业的 TOML",
                   "TOML that replaces trades of the built-in catalogue"});
}

command_line::Option season_option() {
    return option("season", "FILE",
                  {"错峰生产和季节性管控时段（TOML）；默认：清单目录中的 season.toml",
                   "peak-shift and seasonal windows (TOML); default: season.toml of the "
                   "inventory's folder"});
}

std::optional<plans::GradeNames> grade_names_in(const Call& call) {
    PlanInputs inputs = as_shipped(call);
    if (!load_pack(call, inputs)) return std::nullopt;
    return plans::grade_names_of(inputs.rules);
}

std::optional<PlanInputs> rules_in(const Call& call) {
    PlanInputs inputs = as_shipped(call);
    const bool pack = load_pack(call, inputs);
    const bool catalogue = load_catalogue(call, inputs);
    if (!pack || !catalogue) return std::nullopt;
    return inputs;
}

command_line::Options plan_options() {
    return {
        pack_option(),
        catalogue_option(),
        season_option(),
        option("grade-changes", "FILE",
               {"清单印发后变更的绩效分级 CSV enterprise,grade,from[,source]；是否采用由规则包定",
                "grades that changed after the edition; whether they count is the pack's rule"}),
        option("map", "FILE",
               {"已确认的列映射（TOML），用于本地自有表格",
                "confirmed column map of a bureau's own sheets"}),
    };
}

std::optional<plans::Inventory> inventory_at(const std::string& path,
                                             const std::optional<std::string>& map,
                                             const plans::RegionRules& rules) {
    const plans::ReadOptions options = plans::inventory_read_options({}, rules);
    auto answer = load_inventory_as(path, map, options);
    if (!answer) {
        print_faults(answer.error());
        return std::nullopt;
    }
    rules::Faults errors;
    std::copy_if(
        answer->findings.begin(), answer->findings.end(), std::back_inserter(errors),
        [](const rules::Fault& finding) { return finding.severity == rules::Severity::kError; });
    print_faults(errors);
    return std::move(answer->inventory);
}

std::optional<PlanInputs> load_plan_inputs(const Call& call,
                                           const std::optional<std::string>& inventory_path) {
    const auto path = inventory_path ? inventory_path : call.text("inventory");
    if (!path) return std::nullopt;
    PlanInputs inputs = as_shipped(call);
    const bool pack = load_pack(call, inputs);
    // All of them are read before giving up, so that every fault is seen at once.
    const bool catalogue = load_catalogue(call, inputs);
    const bool season = load_season(call, *path, inputs);
    auto inventory = inventory_at(*path, call.text("map"), inputs.rules);
    if (!pack || !catalogue || !season || !inventory) return std::nullopt;
    inputs.inventory = *std::move(inventory);
    if (!load_grade_changes(call, inputs)) return std::nullopt;
    return inputs;
}

std::optional<rules::Colour> colour_in(const Call& call, const std::string& option) {
    const auto written = call.text(option);
    const auto colour = written ? rules::parse_colour(*written) : std::nullopt;
    if (!colour) {
        std::cerr << call.command() << ": --" << option << " '" << written.value_or(std::string())
                  << "': yellow, orange or red\n";
    }
    return colour;
}

std::optional<std::optional<rules::Instant>> instant_in(const Call& call, const std::string& option,
                                                        rules::Zone zone) {
    const auto written = call.text(option);
    if (!written) return std::optional<rules::Instant>{};
    const auto instant = rules::parse_instant(*written, zone);
    if (!instant) {
        std::cerr << call.command() << ": --" << option << " '" << *written
                  << "': a time such as 2016-12-16T20:00:00+08:00\n";
        return std::nullopt;
    }
    return instant;
}

rules::Faults remarks_of(const plans::ObligationTable& table, const PlanInputs& inputs) {
    rules::Faults remarks = table.remarks();
    for (const std::string& sample : inputs.rules.samples) {
        remarks.push_back({{}, sample, "", rules::Severity::kNote});
    }
    return remarks;
}

json::value faults_to_json(const rules::Faults& faults) {
    json::array array;
    for (const rules::Fault& fault : faults) {
        json::object object;
        object["severity"] = rules::to_text(fault.severity);
        if (!fault.place.file.empty()) object["file"] = fault.place.file;
        if (fault.place.line > 0) object["row"] = fault.place.line;
        object["what"] = fault.what;
        if (!fault.cure.empty()) object["cure"] = fault.cure;
        array.emplace_back(std::move(object));
    }
    return array;
}

bool floors_met(const std::vector<plans::FloorAnswer>& floors) {
    return std::all_of(floors.begin(), floors.end(),
                       [](const plans::FloorAnswer& floor) { return floor.met; });
}

}  // namespace qk::ctl
