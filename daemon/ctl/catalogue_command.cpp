// qingkongctl catalogue: check a catalogue of measures, list the trades, show what is built in.
#include <fmt/format.h>

#include <iostream>

#include "daemon/base/files.hpp"
#include "daemon/ctl/case_file.hpp"
#include "daemon/ctl/catalogue_online.hpp"
#include "daemon/ctl/commands.hpp"
#include "daemon/ctl/findings.hpp"
#include "daemon/ctl/output.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/trades.hpp"
#include "plans/text/json_values.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;

int run_check(const Call& call) {
    const Format format = format_of(call);
    const std::string path = *call.text("name");
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

int run_list(const Call& call) {
    const Format format = format_of(call);
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

int run_show(const Call& call) {
    const Format format = format_of(call);
    const std::string written = *call.text("name");
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

// How far a reason goes, in one line.
std::string effect_of(const plans::TreatmentReason& reason) {
    std::string text = reason.relaxes ? "relax" : "tighten";
    if (reason.grades_by > 0) text += fmt::format(" by {} grade(s)", reason.grades_by);
    if (reason.relaxes) text += ", not above " + reason.not_above;
    if (reason.up_to) text += fmt::format(", up to {}", rules::to_text(*reason.up_to));
    for (const rules::Colour colour : plans::kResponseColours) {
        for (const rules::Measure& measure : plans::measures_at(reason, colour)) {
            text += fmt::format(", {}: {}", rules::to_text(colour), rules::to_text(measure.form));
        }
    }
    return text;
}

int run_reasons(const Call& call) {
    plans::Catalogue catalogue = plans::built_in_catalogue();
    if (const auto path = call.text("name")) {
        const auto text = read_file(*path);
        const auto own = text ? plans::read_catalogue(*text, *path)
                              : rules::Result<plans::Catalogue>(text.error());
        if (!own) {
            print_faults(own.error());
            return kBadUsage;
        }
        catalogue.replace_by(*own);
    }
    json::array all;
    Table table{{"id", "name", "english", "effect", "certainty", "effect_certainty", "source"}, {}};
    for (const plans::TreatmentReason& reason : catalogue.reasons().all()) {
        const std::vector<std::string> row{reason.id,
                                           reason.name,
                                           reason.english,
                                           effect_of(reason),
                                           std::string(rules::to_text(reason.certainty)),
                                           std::string(rules::to_text(reason.effect_certainty)),
                                           reason.source};
        json::object one;
        for (std::size_t i = 0; i < row.size(); ++i) one[table.columns[i]] = row[i];
        one["words"] = plans::texts(reason.words);
        one["trades"] = plans::texts(reason.trades);
        one["effect_source"] = reason.effect_source;
        all.emplace_back(std::move(one));
        table.rows.push_back(row);
    }
    print(std::cout, format_of(call), all, table);
    return kHolds;
}

}  // namespace

Command catalogue_command() {
    Command catalogue{
        .name = "catalogue",
        .what = {"分行业减排措施目录：检查、列出、查看、试算、启用",
                 "measures by trade: check, list, show, try and put in force"},
        .commands =
            {{.name = "check",
              .what = {"检查一个措施目录文件", "say what is wrong with a catalogue"},
              .options = {place("name", "FILE",
                                {"TOML 目录；- 为标准输入", "TOML; - is standard input"})
                              .required(),
                          format_option()},
              .examples = {"qingkongctl catalogue check catalogue.toml"},
              .run = run_check},
             {.name = "list",
              .what = {"列出内置目录的行业", "the trades of the built-in catalogue"},
              .options = {format_option()},
              .examples = {"qingkongctl catalogue list"},
              .run = run_list},
             {.name = "show",
              .what = {"查看一个行业的措施", "the measures of one trade"},
              .options = {place("name", "TRADE", {"行业编号或名称", "its id or name"}).required(),
                          format_option()},
              .examples = {"qingkongctl catalogue show cement"},
              .run = run_show},
             {.name = "reasons",
              .what = {"列出加严、放宽理由及其来源",
                       "the reasons that tighten or relax, with their sources"},
              .options = {place("name", "FILE",
                                {"叠加在内置目录上的本地目录（TOML）；可不填",
                                 "a catalogue of your own over the built-in one; may be left out"}),
                          format_option()},
              .examples = {"qingkongctl catalogue reasons"},
              .run = run_reasons}},
    };
    catalogue.commands.push_back(test_command("catalogue"));
    for (Command& command : online_catalogue_commands()) catalogue.commands.push_back(command);
    return catalogue;
}

}  // namespace qk::ctl
