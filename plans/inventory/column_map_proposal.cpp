#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plans/inventory/column_map.hpp"

namespace qk::plans {
namespace {

constexpr double kCertain = 1.0;
constexpr double kContained = 0.8;
constexpr double kSimilarLeast = 0.6;  // below this a column is not proposed
// A sheet feeds a table when this share of the required columns is found.
constexpr double kTableLeast = 0.5;

std::vector<std::string> characters_of(std::string_view text) {
    std::vector<std::string> out;
    for (const char c : text) {
        if ((static_cast<unsigned char>(c) & 0xC0) != 0x80 || out.empty()) out.emplace_back();
        out.back() += c;
    }
    return out;
}

// Last bracket of a header, if it names a unit: "so2排放量(t/a)" -> "t/a".
std::string unit_of(const std::string& header) {
    const std::size_t open = header.rfind('(');
    const std::size_t close = header.rfind(')');
    if (open == std::string::npos || close == std::string::npos || close < open) return {};
    const std::string unit = header.substr(open + 1, close - open - 1);
    const bool is_unit = unit.find('/') != std::string::npos || unit == "kw" || unit == "h";
    return is_unit ? unit : std::string();
}

// A name taken apart once, because every header is compared with every known name.
struct Name {
    explicit Name(std::string_view written) : whole(normalised_header(written)) {
        unit = unit_of(whole);
        plain = whole.substr(0, whole.find('('));
        const auto characters = characters_of(plain);
        for (std::size_t i = 0; i + 1 < characters.size(); ++i) {
            pairs.push_back(characters[i] + characters[i + 1]);
        }
        std::ranges::sort(pairs);
    }

    std::string whole;
    std::string plain;  // without brackets
    std::string unit;
    std::vector<std::string> pairs;  // of characters, sorted
};

// Share of character pairs that two names have in common (Dice), 0 to 1.
double similarity(const Name& a, const Name& b) {
    if (a.pairs.empty() || b.pairs.empty()) return a.plain == b.plain ? 1 : 0;
    std::size_t common = 0;
    for (std::size_t i = 0, j = 0; i < a.pairs.size() && j < b.pairs.size();) {
        const int order = a.pairs[i].compare(b.pairs[j]);
        common += order == 0 ? 1 : 0;
        if (order <= 0) ++i;
        if (order >= 0) ++j;
    }
    return 2.0 * static_cast<double>(common) / static_cast<double>(a.pairs.size() + b.pairs.size());
}

using NamesOfFields = std::vector<std::vector<Name>>;  // by field

NamesOfFields names_of(const TableSpec& table) {
    NamesOfFields names;
    for (const Field& field : table.fields) {
        std::vector<Name>& of_field = names.emplace_back();
        of_field.emplace_back(field.name);
        of_field.emplace_back(field.chinese);
        std::string_view rest = field.aliases.substr(0, field.aliases.find("||"));
        while (!rest.empty()) {
            const std::size_t bar = rest.find('|');
            of_field.emplace_back(rest.substr(0, bar));
            rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
        }
    }
    return names;
}

struct Match {
    double sure = 0;
    std::string why;
};

Match match(const std::vector<Name>& names, const Name& header) {
    constexpr std::size_t kBytesLeast = 4;  // a shorter name is contained in too much
    Match best;
    if (header.whole.empty()) return best;
    for (const Name& name : names) {
        if (name.whole == header.whole) return {kCertain, "known name"};
        // The unit is part of what a column means; without one it must be asked for.
        if (header.unit != name.unit || header.plain.empty() || name.plain.size() < kBytesLeast) {
            continue;
        }
        if (best.sure < kContained && header.plain.find(name.plain) != std::string::npos) {
            best = {kContained, fmt::format("contains '{}'", name.plain)};
        }
        const double alike = similarity(header, name) * 0.9;
        if (alike >= kSimilarLeast && alike > best.sure) {
            best = {alike, fmt::format("similar to '{}'", name.plain)};
        }
    }
    return best;
}

struct TableGuess {
    std::vector<ColumnChoice> choices;
    int header_row = 0;
    double required_found = 0;  // share
    double sure = 0;            // sum
};

// Best assignment of the header's cells to the table's fields, surest first, each used once.
TableGuess guess_table(const TableSpec& table, const NamesOfFields& names,
                       std::span<const std::string_view> header) {
    struct Pair {
        double sure;
        std::size_t field, column;
        std::string why;
    };
    std::vector<Pair> pairs;
    for (std::size_t column = 0; column < header.size(); ++column) {
        const Name name(header[column]);
        for (std::size_t field = 0; field < names.size(); ++field) {
            Match found = match(names[field], name);
            if (found.sure >= kSimilarLeast) {
                pairs.push_back({found.sure, field, column, std::move(found.why)});
            }
        }
    }
    std::ranges::stable_sort(pairs, std::greater{}, &Pair::sure);
    TableGuess guess;
    for (const Field& field : table.fields)
        guess.choices.push_back({std::string(field.name), {}, 0, {}});
    std::set<std::size_t> used;
    for (const Pair& pair : pairs) {
        ColumnChoice& choice = guess.choices[pair.field];
        if (!choice.header.empty() || used.contains(pair.column)) continue;
        used.insert(pair.column);
        choice.header = header[pair.column];
        choice.sure = pair.sure;
        choice.why = pair.why;
    }
    double required = 0, found = 0;
    for (std::size_t i = 0; i < table.fields.size(); ++i) {
        guess.sure += guess.choices[i].sure;
        if (table.fields[i].need != Need::kRequired) continue;
        ++required;
        if (!guess.choices[i].header.empty()) ++found;
    }
    guess.required_found = found / required;
    return guess;
}

TableGuess best_header(const TableSpec& table, const NamesOfFields& names, const Sheet& sheet) {
    TableGuess best;
    for (const Sheet::Row& row : sheet.rows) {
        if (row.number > kHeaderRowMax) break;
        TableGuess guess = guess_table(table, names, sheet.cells_of(row));
        guess.header_row = row.number;
        if (guess.sure > best.sure) best = std::move(guess);
    }
    return best;
}

// An enterprise that has a row for each of its lines stands once in the enterprises.
void finish_enterprises(TableMap& map, bool feeds_lines) {
    if (map.kind == TableKind::kEnterprises && feeds_lines) map.distinct = "id";
    if (!feeds_lines) return;
    for (const std::string field : {"id", "name", "region", "industry", "grade", "category"}) {
        if (map.kind == TableKind::kEnterprises && map.columns.contains(field)) {
            map.fill_down.push_back(field);
        }
    }
    if (map.kind == TableKind::kLines) map.fill_down.emplace_back("enterprise");
}

// The emission of a line or region that a header names, in whatever unit.
const Field* emission_named(const TableSpec& table, const NamesOfFields& names,
                            const Name& header) {
    constexpr double kSameLeast = 0.7;
    for (std::size_t i = 0; i < names.size(); ++i) {
        for (const Name& name : names[i]) {
            if (name.unit == "kg/d" && similarity(name, header) >= kSameLeast) {
                return &table.fields[i];
            }
        }
    }
    return nullptr;
}

void remark_units(const TableSpec& table, const NamesOfFields& names, const TableGuess& guess,
                  const Sheet& sheet, const std::string& place, rules::Faults& remarks) {
    for (const Sheet::Row& row : sheet.rows) {
        if (row.number != guess.header_row) continue;
        const auto cells = sheet.cells_of(row);
        for (std::size_t i = 0; i < cells.size(); ++i) {
            const Name header(cells[i]);
            if (header.unit.empty() || header.unit == "kg/d") continue;
            const Field* field = emission_named(table, names, header);
            if (field == nullptr) continue;
            remarks.push_back({{place, row.number, static_cast<int>(i) + 1},
                               fmt::format("column '{}' is in {}, '{}' wants kg/d", cells[i],
                                           header.unit, field->name),
                               "add a column in kg/d; Qingkong does not guess working days",
                               rules::Severity::kWarning});
        }
    }
}

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') out += '\\';
        if (c == '\n')
            out += "\\n";
        else if (c == '\t')
            out += "\\t";
        else if (static_cast<unsigned char>(c) >= 0x20)
            out += c;
    }
    return out + "\"";
}

}  // namespace

ProposedMap propose_map(const Workbook& book, const std::string& file) {
    ProposedMap proposal;
    struct Fed {
        std::size_t sheet;
        TableGuess guess;
    };
    std::vector<std::pair<TableKind, Fed>> fed;
    for (const TableSpec& table : inventory_tables()) {
        const NamesOfFields names = names_of(table);
        // What is optional and nothing is lost without (dust sites, …) looks like any other list of
        // names and numbers: only a sheet that is called so is proposed.
        const bool by_name_alone = !table.required && table.if_missing.empty();
        std::optional<Fed> best;
        for (std::size_t i = 0; i < book.sheets.size(); ++i) {
            TableGuess guess = best_header(table, names, book.sheets[i]);
            const bool named = find_table(book.sheets[i].name) == table.kind;
            if (named) guess.sure += 100;  // the sheet's own name settles it
            if (by_name_alone && !named) continue;
            const bool enough = guess.required_found >= (named ? 0.01 : kTableLeast);
            if (enough && (!best || guess.sure > best->guess.sure)) best = Fed{i, std::move(guess)};
        }
        if (best)
            fed.emplace_back(table.kind, std::move(*best));
        else if (!by_name_alone) {
            proposal.remarks.push_back(
                {{file, 0, 0},
                 fmt::format("no sheet looks like the table {} ({})", table.name, table.chinese),
                 "",
                 table.required ? rules::Severity::kWarning : rules::Severity::kNote});
        }
    }
    const auto line_sheet =
        std::ranges::find(fed, TableKind::kLines, &std::pair<TableKind, Fed>::first);
    for (const auto& [kind, from] : fed) {
        const Sheet& sheet = book.sheets[from.sheet];
        TableMap map;
        map.kind = kind;
        map.sheet = sheet.name;
        map.header_row = from.guess.header_row;
        for (const ColumnChoice& choice : from.guess.choices) {
            if (!choice.header.empty()) map.columns[choice.field] = choice.header;
        }
        finish_enterprises(map, line_sheet != fed.end() && line_sheet->second.sheet == from.sheet);
        if (kind == TableKind::kLines || kind == TableKind::kAreaEmissions) {
            remark_units(table_of(kind), names_of(table_of(kind)), from.guess, sheet,
                         file + ":" + sheet.name, proposal.remarks);
        }
        proposal.map.tables.push_back(std::move(map));
        proposal.choices.push_back(from.guess.choices);
    }
    return proposal;
}

bool has_own_names(const ProposedMap& proposal) {
    for (const TableSpec& table : inventory_tables()) {
        if (!table.required) continue;
        const auto map = std::ranges::find(proposal.map.tables, table.kind, &TableMap::kind);
        if (map == proposal.map.tables.end() || find_table(map->sheet) != table.kind) return true;
        const auto& choices =
            proposal.choices[static_cast<std::size_t>(map - proposal.map.tables.begin())];
        for (std::size_t i = 0; i < table.fields.size(); ++i) {
            if (table.fields[i].need == Need::kRequired && choices[i].sure < kCertain) return true;
        }
    }
    return false;
}

std::string to_toml(const ProposedMap& proposal) {
    std::string out =
        "# 列对应表：请核对每一列，改正后在 confirmed_by 写上确认人姓名。\n"
        "# Column map: check every column, then write your name under confirmed_by.\n"
        "confirmed_by = \"\"\n";
    for (std::size_t t = 0; t < proposal.map.tables.size(); ++t) {
        const TableMap& map = proposal.map.tables[t];
        const TableSpec& table = table_of(map.kind);
        out += fmt::format("\n[{}]  # {}\nsheet = {}\nheader_row = {}\n", table.name, table.chinese,
                           toml_string(map.sheet), map.header_row);
        if (!map.distinct.empty()) out += fmt::format("distinct = \"{}\"\n", map.distinct);
        if (!map.fill_down.empty()) {
            std::string fields;
            for (const std::string& field : map.fill_down) {
                fields += (fields.empty() ? "\"" : ", \"") + field + "\"";
            }
            out += fmt::format("fill_down = [{}]\n", fields);
        }
        out += fmt::format("[{}.columns]\n", table.name);
        for (std::size_t i = 0; i < table.fields.size(); ++i) {
            const Field& field = table.fields[i];
            const ColumnChoice& choice = proposal.choices[t][i];
            if (!choice.header.empty()) {
                out += fmt::format("{} = {}  # {}: {:.0f}%, {}\n", field.name,
                                   toml_string(choice.header), field.chinese, choice.sure * 100,
                                   choice.why);
            } else if (field.need == Need::kRequired) {
                out += fmt::format("# {} = \"\"  # {}: required and not found; {}\n", field.name,
                                   field.chinese, field.legend);
            } else {
                out += fmt::format("# {} = \"\"  # {}: not found\n", field.name, field.chinese);
            }
        }
    }
    return out;
}

}  // namespace qk::plans
