// Reads a catalogue file: trades, a source, and [[rule]] tables by grade with a table per colour.
#include <fmt/format.h>

#include <algorithm>

#include "plans/inventory/grade_cell.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/measure_table.hpp"
#include "plans/measures/trades.hpp"
#include "plans/text/toml_table.hpp"

namespace qk::plans {
namespace {

constexpr std::size_t kCatalogueBytesMax = 4 << 20;
constexpr std::size_t kRulesMax = 1000;
constexpr std::size_t kMeasuresMax = 100;
constexpr std::string_view kCertainties = "primary, secondary, remembered or sample";
constexpr std::string_view kOtherGrades = "*";

// source, certainty and note of a file, a rule or a level; what is not said is inherited.
void read_origin(TomlTable& table, CatalogueClause& clause) {
    if (const auto source = table.text("source")) clause.source = *source;
    if (const auto note = table.text("note")) clause.note = *note;
    if (const auto known = table.word("certainty", rules::parse_certainty, kCertainties)) {
        clause.certainty = *known;
    }
}

void read_level(TomlTable& level, CatalogueClause& clause) {
    read_origin(level, clause);
    if (!level.has("do")) {
        level.wrong("do", "is missing", "do = [{ form = \"stop\" }], or do = [] for nothing");
    }
    for (TomlTable& table : level.tables("do", kMeasuresMax)) {
        clause.measures.push_back(read_measure(table));
        table.finish();
    }
    level.finish();
}

std::vector<std::string> read_grades(TomlTable& rule) {
    const std::vector<std::string> all = rule.texts("grades");
    if (all.empty()) rule.wrong("grades", "names no grade", "grades = [\"B\"]");
    std::vector<std::string> grades;
    for (const std::string& written : all) {
        if (written == kOtherGrades) {
            grades.push_back(written);
        } else if (const auto grade = grade_named(written)) {
            grades.push_back(grade->name);
        } else {
            rule.wrong("grades", fmt::format("'{}' is not a grade", written),
                       "A+, A, B, B-, C, D, leading (引领性), non-leading (非引领性), ungraded "
                       "(未评级), or * for the others");
        }
    }
    return grades;
}

void read_rule(TomlTable& rule, const std::vector<std::string>& trades, const CatalogueClause& head,
               std::vector<CatalogueClause>& clauses) {
    const std::vector<std::string> grades = read_grades(rule);
    CatalogueClause of_rule = head;
    read_origin(rule, of_rule);
    for (const rules::Colour colour : kResponseColours) {
        auto level = rule.table(rules::to_text(colour));
        if (!level) {
            rule.wrong(rules::to_text(colour), "is missing",
                       "every rule says what holds at yellow, orange and red");
            continue;
        }
        CatalogueClause clause = of_rule;
        clause.colour = colour;
        read_level(*level, clause);
        for (const std::string& trade : trades) {
            for (const std::string& grade : grades) {
                clause.trade = trade;
                clause.grade = grade;
                clause.id = fmt::format("{}/{}/{}", trade, grade, rules::to_text(colour));
                clauses.push_back(clause);
            }
        }
    }
    rule.finish();
}

// "11-15"; 0: it is none.
int read_day_of_year(TomlTable& table, std::string_view key) {
    const auto text = table.text(key);
    if (!text) return 0;
    // A leap year, so that the 29th of February is a day.
    const auto day = rules::parse_day("2024-" + *text);
    if (!day) {
        table.wrong(key, fmt::format("'{}' is not a day of the year", *text), "for example 11-15");
        return 0;
    }
    const std::chrono::year_month_day date{std::chrono::sys_days{day->time_since_epoch()}};
    return static_cast<int>(static_cast<unsigned>(date.month()) * 100 +
                            static_cast<unsigned>(date.day()));
}

void read_least_loads(TomlTable& document, const std::vector<std::string>& trades,
                      const CatalogueClause& head, std::vector<LeastLoad>& all) {
    for (TomlTable& table : document.tables("minimum_load", kRulesMax)) {
        CatalogueClause origin = head;
        read_origin(table, origin);
        LeastLoad least;
        least.of = table.texts("of");
        if (!table.has("share")) table.wrong("share", "is missing", "a share of normal load, 0.7");
        least.share = table.number("share", 0, 1).value_or(0);
        least.from_day = read_day_of_year(table, "from");
        least.to_day = read_day_of_year(table, "to");
        if (table.has("from") != table.has("to")) {
            table.wrong("from", "wants 'to' beside it", "both, or neither for the whole year");
        }
        least.source = origin.source;
        least.certainty = origin.certainty;
        table.finish();
        for (const std::string& trade : trades) {
            least.trade = trade;
            all.push_back(least);
        }
    }
}

std::vector<CatalogueClause> read_document(TomlTable& document, std::vector<LeastLoad>& least,
                                           CatalogueClause& head) {
    std::vector<CatalogueClause> clauses;
    const std::vector<std::string> trades = document.texts("trades");
    // A file may add words for lines, or reasons, and nothing else.
    const bool only_words = (document.has("process") || document.has("reason")) &&
                            !document.has("rule") && !document.has("minimum_load") &&
                            trades.empty();
    if (trades.empty() && !only_words) {
        document.wrong("trades", "names no trade", "trades = [\"cement\"]");
    }
    for (const std::string& trade : trades) {
        if (trade != kDefaultTrade && trade_by_id(trade) == nullptr) {
            document.wrong("trades", fmt::format("'{}' is not the id of a trade", trade),
                           "an id as 'qingkongctl catalogue list' prints them");
        }
    }
    if (!document.has("source")) {
        document.wrong("source", "is missing", "the document that the measures are taken from");
    }
    read_origin(document, head);
    (void)document.day("checked");
    if (!document.has("rule") && !only_words) {
        document.wrong("rule", "is missing", "[[rule]] with grades, yellow, orange and red");
    }
    for (TomlTable& rule : document.tables("rule", kRulesMax)) {
        read_rule(rule, trades, head, clauses);
    }
    read_least_loads(document, trades, head, least);
    return clauses;
}

double heaviest(const CatalogueClause& clause) {
    double share = 0;
    for (const rules::Measure& measure : clause.measures) {
        share = std::max(share, rules::emission_share(measure));
    }
    return share;
}

void remark_falling_levels(const Catalogue& catalogue, const std::string& file,
                           rules::Faults& remarks) {
    for (const CatalogueClause& clause : catalogue.clauses()) {
        if (clause.colour == rules::Colour::kYellow) continue;
        const auto lower = static_cast<rules::Colour>(static_cast<int>(clause.colour) - 1);
        const CatalogueClause* below = catalogue.find(clause.trade, clause.grade, lower);
        if (below != nullptr && heaviest(clause) < heaviest(*below)) {
            remarks.push_back({{file, 0, 0},
                               fmt::format("{} cuts less than {}", clause.id, below->id),
                               "a higher level asks at least as much",
                               rules::Severity::kWarning});
        }
    }
}

}  // namespace

rules::Result<Catalogue> read_catalogue(std::string_view toml, const std::string& file,
                                        rules::Faults* remarks) {
    const auto document = parse_toml(toml, file, kCatalogueBytesMax);
    if (!document) return document.error();
    rules::Faults faults;
    TomlTable root(*document, "", file, faults);
    std::vector<LeastLoad> least_loads;
    CatalogueClause head;
    std::vector<CatalogueClause> clauses = read_document(root, least_loads, head);
    Catalogue catalogue;
    // Who asks for remarks reads a file of the bureau's own, which is laid over ours.
    const TreatmentReasons* laid_over =
        remarks == nullptr ? nullptr : &built_in_catalogue().reasons();
    catalogue.add_reasons(read_reasons(root, {head.source, head.certainty, laid_over}));
    catalogue.add_processes(read_processes(root, built_in_line_words()));
    root.finish();
    for (LeastLoad& least : least_loads) catalogue.add(std::move(least));
    for (CatalogueClause& clause : clauses) {
        if (catalogue.find(clause.trade, clause.grade, clause.colour) != nullptr) {
            root.wrong("rule", fmt::format("{} is given twice", clause.id),
                       "name each trade and grade once");
            continue;
        }
        catalogue.add(std::move(clause));
    }
    if (rules::has_errors(faults)) return faults;
    if (remarks != nullptr) {
        remarks->insert(remarks->end(), faults.begin(), faults.end());
        remark_falling_levels(catalogue, file, *remarks);
    }
    return catalogue;
}

}  // namespace qk::plans
