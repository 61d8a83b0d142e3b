// qingkongctl catalogue: check a catalogue of measures, list the trades, show what is built in.
#include <fmt/format.h>

#include <iostream>

#include "daemon/ctl/arguments.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/trades.hpp"

namespace qk::ctl {
namespace {

namespace po = boost::program_options;
namespace json = boost::json;

int run_check(const std::string& path, Format format) {
    const auto text = read_file(path);
    if (!text) {
        print_faults(text.error());
        return kBadUsage;
    }
    rules::Faults findings;
    const auto read = plans::read_catalogue(*text, path, &findings);
    if (!read) findings = read.error();
    print_faults(findings);
    return print_findings(format, path, findings);
}

// The least certain clause of a trade says how far the trade can be trusted.
std::string_view certainty_of(std::string_view trade) {
    auto worst = rules::Certainty::kPrimary;
    for (const plans::CatalogueClause& clause : plans::built_in_catalogue().clauses()) {
        if (clause.trade == trade) worst = std::max(worst, clause.certainty);
    }
    return rules::to_text(worst);
}

int run_list(Format format) {
    json::array all;
    Table table{{"id", "number", "name", "certainty"}, {}};
    for (const plans::Trade& trade : plans::all_trades()) {
        const std::string_view certainty = certainty_of(trade.id);
        json::object one;
        one["id"] = trade.id;
        one["number"] = trade.number;
        one["name"] = trade.chinese;
        one["certainty"] = certainty;
        all.emplace_back(std::move(one));
        table.rows.push_back({std::string(trade.id), std::to_string(trade.number),
                              std::string(trade.chinese), std::string(certainty)});
    }
    print(std::cout, format, all, table);
    return kHolds;
}

std::string sentences_of(const plans::CatalogueClause& clause) {
    std::string text;
    for (const rules::Measure& measure : clause.measures) {
        text += rules::sentence_of(measure, rules::MeasureTarget{});
    }
    return text.empty() ? "无强制措施。" : text;
}

int run_show(const std::string& written, Format format) {
    const plans::Trade* trade = plans::find_trade(written);
    if (trade == nullptr) {
        std::cerr << "qingkongctl catalogue show: '" << written
                  << "' is not a trade: see 'qingkongctl catalogue list'\n";
        return kBadUsage;
    }
    json::array all;
    Table table{{"trade", "grade", "level", "certainty", "measures", "source"}, {}};
    for (const plans::CatalogueClause& clause : plans::built_in_catalogue().clauses()) {
        if (clause.trade != trade->id) continue;
        json::object one;
        one["id"] = clause.id;
        one["trade"] = clause.trade;
        one["grade"] = clause.grade;
        one["colour"] = rules::to_text(clause.colour);
        one["certainty"] = rules::to_text(clause.certainty);
        one["source"] = clause.source;
        one["note"] = clause.note;
        one["measures"] = sentences_of(clause);
        all.emplace_back(std::move(one));
        table.rows.push_back(
            {clause.trade, clause.grade, std::string(rules::to_text(clause.colour)),
             std::string(rules::to_text(clause.certainty)), sentences_of(clause), clause.source});
    }
    print(std::cout, format, all, table);
    return kHolds;
}

}  // namespace

int catalogue_command(const Arguments& arguments) {
    po::options_description options("catalogue check FILE | list | show TRADE");
    auto add = options.add_options();
    add("what", po::value<std::string>(), "check, list or show");
    add("name", po::value<std::string>(), "file, or trade");
    add("format", po::value<std::string>(), "json, csv or table");
    const auto values = parse_arguments("catalogue", arguments, options, {"what", "name"});
    if (!values) return values.exit_code();
    const auto format = choose_format(text_of(*values, "format"));
    const auto what = text_of(*values, "what");
    const auto name = text_of(*values, "name");
    if (!format) return kBadUsage;
    if (what == "list") return run_list(*format);
    if (what == "check" && name) return run_check(*name, *format);
    if (what == "show" && name) return run_show(*name, *format);
    std::cerr << "usage:\n  qingkongctl catalogue check FILE\n  qingkongctl catalogue list\n"
                 "  qingkongctl catalogue show TRADE\n";
    return kBadUsage;
}

}  // namespace qk::ctl
