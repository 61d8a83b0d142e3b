// qingkongctl inventory: checks an inventory and says everything that is wrong with it.
#include <fmt/format.h>

#include <array>
#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/inventory_files.hpp"
#include "daemon/ctl/output.hpp"

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
            {"area_emissions", inventory.area_emissions.size()}};
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

int check(const Arguments& arguments) {
    po::options_description options("inventory check PATH");
    options.add_options()("path", po::value<std::string>(), "folder of CSV tables, or an .xlsx");
    options.add_options()("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("inventory check", arguments, options, {"path"});
    if (!values) return kBadUsage;
    const auto format = choose_format(text_of(*values, "format"));
    const auto path = text_of(*values, "path");
    if (!format) return kBadUsage;
    if (!path) {
        std::cerr << "qingkongctl inventory check: no path: a folder of CSV tables or an .xlsx\n";
        return kBadUsage;
    }
    const auto answer = load_inventory(*path);
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

struct Subcommand {
    std::string_view name;
    int (*run)(const Arguments&);
    std::string_view usage;
};

constexpr std::array<Subcommand, 1> kSubcommands{{
    {"check", check, "check PATH [--format json|csv|table]"},
}};

}  // namespace

int inventory_command(const Arguments& arguments) {
    for (const Subcommand& command : kSubcommands) {
        if (!arguments.empty() && arguments.front() == command.name) {
            return command.run(Arguments(arguments.begin() + 1, arguments.end()));
        }
    }
    std::cerr << "usage:\n";
    for (const Subcommand& command : kSubcommands) {
        std::cerr << "  qingkongctl inventory " << command.usage << "\n";
    }
    return kBadUsage;
}

}  // namespace qk::ctl
