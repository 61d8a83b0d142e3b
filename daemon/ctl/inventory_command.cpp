// qingkongctl inventory: checks an inventory and says everything that is wrong with it, compares
// two, proposes a column map for a bureau's own sheets, and writes the empty workbook; uploads to a
// running daemon (inventory_online.cpp).
#include <fmt/format.h>

#include <iostream>
#include <variant>

#include "daemon/base/files.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/inventory_online.hpp"
#include "daemon/ctl/output.hpp"
#include "daemon/ctl/plan_inputs.hpp"
#include "plans/inventory/compare.hpp"
#include "plans/inventory/template.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/response/open_questions.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

struct Counts {
    std::size_t errors = 0, warnings = 0, notes = 0;
};

Counts count(const rules::Faults& findings) {
    Counts counts;
    for (const rules::Fault& finding : findings) {
        switch (finding.severity) {
            case rules::Severity::kError:
                ++counts.errors;
                break;
            case rules::Severity::kWarning:
                ++counts.warnings;
                break;
            case rules::Severity::kNote:
                ++counts.notes;
                break;
        }
    }
    return counts;
}

json::object to_json(const plans::Inventory& inventory) {
    return {{"edition", inventory.edition},
            {"enterprises", inventory.enterprises.size()},
            {"lines", inventory.lines.size()},
            {"measures", inventory.own_measures.size()},
            {"meters", inventory.meters.size()},
            {"outlets", inventory.outlets.size()},
            {"area_emissions", inventory.area_emissions.size()},
            {"other_sources", inventory.other_sources.size()},
            {"department_tasks", inventory.department_tasks.size()},
            {"series", inventory.series.size()}};
}

json::object to_json(const rules::Fault& finding) {
    return {{"severity", rules::to_text(finding.severity)},
            {"file", finding.place.file},
            {"row", finding.place.line},
            {"column", finding.place.column},
            {"what", finding.what},
            {"cure", finding.cure}};
}

std::vector<std::string> to_row(const rules::Fault& finding) {
    const auto number = [](int n) { return n > 0 ? std::to_string(n) : std::string(); };
    return {std::string(rules::to_text(finding.severity)),
            finding.place.file,
            number(finding.place.line),
            number(finding.place.column),
            finding.what,
            finding.cure};
}

// Today is the civil day of China's zone: an exemption ends with its day.
plans::ReadOptions read_options(const Call& call) {
    return plans::inventory_read_options(rules::day_of(call.now(), rules::kBeijingTime));
}

// What nobody reads in a table, but an upload or a plan would say: whose category is without a
// document, and who emits and owes nothing.
void add_questions(rules::Faults& findings, const plans::Inventory& inventory,
                   const PlanInputs& inputs) {
    const auto add = [&findings](const rules::Faults& more) {
        findings.insert(findings.end(), more.begin(), more.end());
    };
    add(plans::missing_evidence(inventory, inputs.catalogue, inputs.rules, inputs.zone));
    add(plans::reason_findings(inventory, inputs.catalogue, inputs.rules, inputs.zone));
    add(plans::open_questions(inventory, inputs.catalogue, inputs.rules, inputs.zone));
}

int check(const Call& call) {
    const Format format = format_of(call);
    const std::string path = *call.text("path");
    const auto inputs = rules_in(call);
    if (!inputs) return kBadUsage;
    auto answer = load_inventory_as(
        path, call.text("map"),
        plans::inventory_read_options(rules::day_of(call.now(), inputs->zone), inputs->rules));
    if (!answer) {
        print_faults(answer.error());
        return kBadUsage;
    }
    if (answer->inventory) add_questions(answer->findings, *answer->inventory, *inputs);
    const Counts counts = count(answer->findings);
    json::array findings;
    Table table{{"severity", "file", "row", "column", "what", "cure"}, {}};
    rules::Faults errors;
    for (const rules::Fault& finding : answer->findings) {
        findings.push_back(to_json(finding));
        table.rows.push_back(to_row(finding));
        if (finding.severity == rules::Severity::kError) errors.push_back(finding);
    }
    json::object whole{{"holds", answer->inventory.has_value()},
                       {"errors", counts.errors},
                       {"warnings", counts.warnings},
                       {"notes", counts.notes},
                       {"inventory", nullptr},
                       {"findings", std::move(findings)}};
    if (answer->inventory) whole["inventory"] = to_json(*answer->inventory);
    print(std::cout, format, whole, table);
    // On a terminal the table already shows them.
    if (format != Format::kTable) print_faults(errors);
    std::cerr << fmt::format("{}: {} errors, {} warnings, {} notes{}\n", path, counts.errors,
                             counts.warnings, counts.notes,
                             answer->inventory ? "" : "; nothing is loaded");
    return answer->inventory ? kHolds : kNegative;
}

// The inventory at `path`, or the exit code that says why there is none.
std::variant<plans::Inventory, int> load_sound(const std::string& path, const Call& call) {
    auto answer = load_inventory(path, read_options(call));
    if (!answer) {
        print_faults(answer.error());
        return kBadUsage;
    }
    if (!answer->inventory) {
        rules::Faults errors;
        for (const rules::Fault& finding : answer->findings) {
            if (finding.severity == rules::Severity::kError) errors.push_back(finding);
        }
        print_faults(errors);
        return kNegative;
    }
    return std::move(*answer->inventory);
}

int compare(const Call& call) {
    const std::vector<std::string> paths{*call.text("before"), *call.text("after")};
    std::vector<plans::Inventory> both;
    for (const std::string& path : paths) {
        auto loaded = load_sound(path, call);
        if (const int* code = std::get_if<int>(&loaded)) return *code;
        both.push_back(std::move(std::get<plans::Inventory>(loaded)));
    }
    const plans::InventoryDifference difference = plans::compare(both[0], both[1]);
    Table table{{"变化", "对象", "企业", "名称", "编号", "字段", "原值", "新值"}, {}};
    for (const plans::Change& change : difference.changes) {
        table.rows.push_back({std::string(plans::to_chinese(change.kind)),
                              std::string(plans::to_chinese(change.subject)), change.enterprise,
                              change.name, change.id, change.field, change.before, change.after});
    }
    print(std::cout, format_of(call), plans::to_json(difference), table);
    std::cerr << fmt::format("{} -> {}: {} changes\n", paths[0], paths[1],
                             difference.changes.size());
    return kHolds;
}

int propose_map(const Call& call) {
    const std::string path = *call.text("path");
    const auto book = load_sheets(path);
    if (!book) {
        print_faults(book.error());
        return kBadUsage;
    }
    const plans::ProposedMap proposal = plans::propose_map(*book, path);
    print_faults(proposal.remarks);
    const std::string toml = plans::to_toml(proposal);
    if (const auto out = call.text("out")) {
        if (const auto written = write_file(*out, toml); !written) {
            print_faults(written.error());
            return kBadUsage;
        }
    } else {
        std::cout << toml;
    }
    return proposal.map.tables.empty() ? kNegative : kHolds;
}

int write_template(const Call& call) {
    const auto written = write_file(*call.text("xlsx"), plans::empty_inventory_workbook());
    if (!written) print_faults(written.error());
    return written ? kHolds : kBadUsage;
}

command_line::Option place_of_inventory(std::string_view name, std::string_view value) {
    return place(name, value, {"CSV 表格目录，或一个 .xlsx", "folder of CSV tables, or an .xlsx"})
        .required();
}

}  // namespace

Command inventory_command() {
    Command inventory{
        .name = "inventory",
        .what = {"应急减排清单：检查、比较、列映射、上传",
                 "reduction inventories: check, compare, map and upload"},
        .commands =
            {{.name = "check",
              .what = {"检查清单，列出全部问题", "say everything that is wrong with an inventory"},
              .options = {place_of_inventory("path", "PATH"),
                          option("map", "FILE",
                                 {"已确认的列映射（TOML）", "confirmed column map (TOML)"}),
                          pack_option(), catalogue_option(), format_option()},
              .examples = {"qingkongctl inventory check packaging/sample/inventory --format table"},
              .run = check},
             {.name = "compare",
              .what = {"比较两版清单", "what changed between two editions"},
              .options = {place_of_inventory("before", "BEFORE"),
                          place_of_inventory("after", "AFTER"), format_option()},
              .examples = {"qingkongctl inventory compare 2025.xlsx 2026.xlsx"},
              .run = compare},
             {.name = "propose-map",
              .what = {"为本地自有表格建议列映射",
                       "propose a column map for a bureau's own sheets"},
              .options =
                  {place("path", "PATH",
                         {"本地的工作簿、CSV 或目录", "the bureau's workbook, CSV or folder"})
                       .required(),
                   option("out", "FILE",
                          {"写入的文件；默认标准输出", "file to write; default: standard output"})},
              .examples = {"qingkongctl inventory propose-map own.xlsx --out map.toml"},
              .run = propose_map},
             {.name = "template",
              .what = {"生成空白清单工作簿", "write the empty workbook"},
              .options =
                  {option("xlsx", "FILE", {"要生成的工作簿", "the workbook to write"}).required()},
              .examples = {"qingkongctl inventory template --xlsx inventory.xlsx"},
              .run = write_template}},
    };
    for (Command& command : online_inventory_commands()) inventory.commands.push_back(command);
    return inventory;
}

}  // namespace qk::ctl
