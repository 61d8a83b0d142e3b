// qingkongctl inventory: checks an inventory and says everything that is wrong with it, compares
// two, proposes a column map for a bureau's own sheets, and writes the empty workbook; uploads to a
// running daemon (inventory_online.cpp).
#include <fmt/format.h>

#include <array>
#include <iostream>
#include <variant>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/inventory_online.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/inventory/edition.hpp"
#include "plans/inventory/template.hpp"
#include "plans/measures/own_measure.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
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
            {"department_tasks", inventory.department_tasks.size()}};
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
plans::ReadOptions read_options() {
    return plans::inventory_read_options(rules::day_of(now(), rules::Zone{}));
}

int check(const Arguments& arguments) {
    po::options_description options("inventory check PATH");
    options.add_options()("path", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    options.add_options()("map", po::value<std::string>(), "confirmed column map (TOML)");
    options.add_options()("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("inventory check", arguments, options, {"path"});
    if (!values) return values.exit_code();
    const auto format = choose_format(text_of(*values, "format"));
    const auto path = text_of(*values, "path");
    if (!format) return kBadUsage;
    if (!path) {
        std::cerr << "qingkongctl inventory check: no path: a folder of CSV tables or an .xlsx\n";
        return kBadUsage;
    }
    const auto answer = load_inventory_as(*path, text_of(*values, "map"), read_options());
    if (!answer) {
        print_faults(answer.error());
        return kBadUsage;
    }
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
    print(std::cout, *format, whole, table);
    // On a terminal the table already shows them.
    if (*format != Format::kTable) print_faults(errors);
    std::cerr << fmt::format("{}: {} errors, {} warnings, {} notes{}\n", *path, counts.errors,
                             counts.warnings, counts.notes,
                             answer->inventory ? "" : "; nothing is loaded");
    return answer->inventory ? kHolds : kNegative;
}

// The inventory at `path`, or the exit code that says why there is none.
std::variant<plans::Inventory, int> load_sound(const std::string& path) {
    auto answer = load_inventory(path, read_options());
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

int compare(const Arguments& arguments) {
    po::options_description options("inventory compare BEFORE AFTER");
    options.add_options()("paths", po::value<std::vector<std::string>>(),
                          "two inventories: folder of CSV tables, or .xlsx");
    options.add_options()("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("inventory compare", arguments, options, {"paths"});
    if (!values) return values.exit_code();
    const auto format = choose_format(text_of(*values, "format"));
    if (!format) return kBadUsage;
    std::vector<std::string> paths;
    if (values->count("paths") != 0) paths = (*values)["paths"].as<std::vector<std::string>>();
    if (paths.size() != 2) {
        std::cerr << "qingkongctl inventory compare: two inventories: BEFORE AFTER\n";
        return kBadUsage;
    }
    std::vector<plans::Inventory> both;
    for (const std::string& path : paths) {
        auto loaded = load_sound(path);
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
    print(std::cout, *format, plans::to_json(difference), table);
    std::cerr << fmt::format("{} -> {}: {} changes\n", paths[0], paths[1],
                             difference.changes.size());
    return kHolds;
}

int propose_map(const Arguments& arguments) {
    po::options_description options("inventory propose-map PATH");
    options.add_options()("path", po::value<std::string>(), "the bureau's workbook, CSV or folder");
    options.add_options()("out", po::value<std::string>(), "write the map here instead of stdout");
    const auto values = parse_arguments("inventory propose-map", arguments, options, {"path"});
    if (!values) return values.exit_code();
    const auto path = text_of(*values, "path");
    if (!path) {
        std::cerr << "qingkongctl inventory propose-map: no path: a workbook, CSV or folder\n";
        return kBadUsage;
    }
    const auto book = load_sheets(*path);
    if (!book) {
        print_faults(book.error());
        return kBadUsage;
    }
    const plans::ProposedMap proposal = plans::propose_map(*book, *path);
    print_faults(proposal.remarks);
    const std::string toml = plans::to_toml(proposal);
    if (const auto out = text_of(*values, "out")) {
        if (const auto written = write_file(*out, toml); !written) {
            print_faults(written.error());
            return kBadUsage;
        }
    } else {
        std::cout << toml;
    }
    return proposal.map.tables.empty() ? kNegative : kHolds;
}

int write_template(const Arguments& arguments) {
    po::options_description options("inventory template --xlsx OUT");
    options.add_options()("xlsx", po::value<std::string>()->required(), "the workbook to write");
    const auto values = parse_arguments("inventory template", arguments, options);
    if (!values) return values.exit_code();
    const auto written = write_file(*text_of(*values, "xlsx"), plans::empty_inventory_workbook());
    if (!written) print_faults(written.error());
    return written ? kHolds : kBadUsage;
}

struct Subcommand {
    std::string_view name;
    int (*run)(const Arguments&);
    std::string_view usage;
};

constexpr std::array<Subcommand, 6> kSubcommands{{
    {"check", check, "check PATH [--map MAP.toml] [--format json|csv|table]"},
    {"compare", compare, "compare BEFORE AFTER [--format json|csv|table]"},
    {"propose-map", propose_map, "propose-map PATH [--out MAP.toml]"},
    {"upload", upload_inventory,
     "upload PATH [--name NAME] [--map kept|none] [--map-out MAP.toml]  (at a running daemon)"},
    {"keep-map", keep_map, "keep-map MAP.toml  (at a running daemon)"},
    {"template", write_template, "template --xlsx OUT.xlsx"},
}};

}  // namespace

int inventory_command(const Arguments& arguments) {
    for (const Subcommand& command : kSubcommands) {
        if (!arguments.empty() && arguments.front() == command.name) {
            return command.run(Arguments(arguments.begin() + 1, arguments.end()));
        }
    }
    const bool is_help = asks_for_help(arguments);
    std::ostream& out = is_help ? std::cout : std::cerr;
    out << "usage:\n";
    for (const Subcommand& command : kSubcommands) {
        out << "  qingkongctl inventory " << command.usage << "\n";
    }
    return is_help ? kHolds : kBadUsage;
}

}  // namespace qk::ctl
