#include "plans/inventory/read_inventory.hpp"

#include <algorithm>
#include <array>
#include <future>
#include <system_error>

#include "plans/inventory/check_inventory.hpp"
#include "plans/inventory/table_readers.hpp"
#include "plans/text/encoding.hpp"
#include "plans/text/xlsx_reader.hpp"

namespace qk::plans {
namespace {

std::string_view base_name(std::string_view path) {
    const std::size_t slash = path.find_last_of("/\\");
    if (slash != std::string_view::npos) path.remove_prefix(slash + 1);
    const std::size_t dot = path.rfind('.');
    return dot == std::string_view::npos ? path : path.substr(0, dot);
}

// Lines of a text, each with its end.
template <class Use>
void each_line(std::string_view bytes, Use use) {
    for (int line = 1; !bytes.empty(); ++line) {
        const std::size_t end = std::min(bytes.find('\n'), bytes.size() - 1) + 1;
        use(line, bytes.substr(0, end));
        bytes.remove_prefix(end);
    }
}

// Number of the first cell that is not UTF-8.
int cell_in_other_encoding(std::string_view line) {
    for (int column = 1;; ++column) {
        const std::size_t comma = line.find(',');
        if (comma == std::string_view::npos || !is_utf8(line.substr(0, comma))) return column;
        line.remove_prefix(comma + 1);
    }
}

// A file that is not UTF-8 as a whole but has lines of Chinese that are: two encodings pasted
// together. Read as GB18030 those lines would turn into other, wrong characters without any fault.
// The lines of the lesser part are named. False: one encoding.
bool find_mixed_encodings(std::string_view bytes, const std::string& file,
                          rules::FaultList& findings) {
    constexpr std::ptrdiff_t kMultibyteMin = 12;  // four characters: no accident of GB18030
    std::vector<int> utf8;
    std::vector<std::pair<int, int>> other;
    each_line(bytes, [&](int line, std::string_view text) {
        const auto high = [](char c) { return static_cast<unsigned char>(c) >= 0x80; };
        if (!is_utf8(text)) {
            other.emplace_back(line, cell_in_other_encoding(text));
        } else if (std::ranges::count_if(text, high) >= kMultibyteMin) {
            utf8.push_back(line);
        }
    });
    if (utf8.empty()) return false;
    const auto add = [&](int line, int column, std::string_view what) {
        findings.push_back({{file, line, column},
                            "mixed encodings: this line is " + std::string(what),
                            "save the whole file in one encoding",
                            rules::Severity::kError});
    };
    if (utf8.size() > other.size()) {
        for (const auto& [line, column] : other) add(line, column, "not UTF-8, others are");
    } else {
        for (const int line : utf8) add(line, 0, "UTF-8, others are not");
    }
    return true;
}

// Line by line, so that the rest of a damaged file is still looked at. What a line is not readable
// as at all becomes '?', with a finding.
std::string decode_lines(std::string_view bytes, const std::string& file, bool is_mixed,
                         rules::FaultList& findings) {
    std::string all;
    each_line(bytes, [&](int line, std::string_view text) {
        auto decoded = to_utf8(text, file);
        if (decoded) {
            all += *decoded;
            return;
        }
        const rules::Faults faults = decoded.error();
        if (!is_mixed) {
            const auto wrong = std::clamp<std::size_t>(
                static_cast<std::size_t>(std::max(faults.front().place.column, 1)) - 1, 0,
                text.size());
            const auto column = std::ranges::count(text.substr(0, wrong), ',') + 1;
            findings.push_back({{file, line, static_cast<int>(column)},
                                faults.front().what,
                                faults.front().cure,
                                rules::Severity::kError});
        }
        for (const char c : text) all += static_cast<unsigned char>(c) < 0x80 ? c : '?';
    });
    return all;
}

// The work's answer: worked out by a thread of its own where that is worth one and the system gives
// it, else when it is asked for.
template <class Work>
auto beside(bool is_worth_it, Work work) -> std::future<decltype(work())> {
    try {
        if (is_worth_it) return std::async(std::launch::async, work);
    } catch (const std::system_error&) {
        // No thread is to be had: nothing is lost but time.
    }
    return std::async(std::launch::deferred, work);
}

struct Decoded {
    std::optional<std::string> text;
    bool is_gb18030 = false;
};

// Takes the bytes out of `table`: what is UTF-8 already is not copied.
Decoded decode(NamedTable& table, rules::FaultList& findings) {
    const std::string_view bytes = table.bytes;
    if (bytes.starts_with("\xFF\xFE") || bytes.starts_with("\xFE\xFF")) {
        findings.push_back({{table.name, 1, 0},
                            "the file is UTF-16",
                            "save it as UTF-8 (CSV UTF-8) or GB18030",
                            rules::Severity::kError});
        return {};
    }
    if (is_utf8(bytes)) {
        table.bytes.erase(0, bytes.size() - without_byte_order_marks(bytes).size());
        return {std::move(table.bytes), false};
    }
    if (find_mixed_encodings(bytes, table.name, findings)) {
        return {decode_lines(bytes, table.name, true, findings), false};
    }
    auto text = to_utf8(bytes, table.name);
    if (!text) return {decode_lines(bytes, table.name, false, findings), true};
    return {std::move(*text), true};
}

// A table ready to be read, and what its bytes were.
struct Opened {
    std::unique_ptr<RowSource> source;  // null: unreadable
    bool is_ascii = true;
    bool is_gb18030 = false;
    rules::FaultList findings;
};

Opened open_table(NamedTable& table) {
    Opened opened;
    Decoded decoded = decode(table, opened.findings);
    if (!decoded.text) return opened;
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    opened.is_ascii = std::ranges::all_of(*decoded.text, is_ascii);
    opened.is_gb18030 = decoded.is_gb18030;
    opened.source = std::make_unique<CsvRowSource>(*std::move(decoded.text), table.name);
    return opened;
}

// The table of each kind; null where there is none.
using ChosenTables = std::array<NamedTable*, kTableCount>;

ChosenTables choose_tables(std::vector<NamedTable>& tables, rules::FaultList& findings) {
    ChosenTables chosen{};
    for (NamedTable& table : tables) {
        const auto kind = find_table(base_name(table.name));
        if (!kind) {
            findings.push_back({{table.name, 0, 0},
                                "is not a table of an inventory and is not read",
                                "enterprises, lines, measures, meters, outlets, area_emissions, "
                                "dust_sites, transport_users, department_tasks",
                                rules::Severity::kWarning});
            continue;
        }
        NamedTable*& place = chosen[static_cast<std::size_t>(*kind)];
        if (place != nullptr) {
            findings.push_back({{table.name, 0, 0},
                                "is a second table '" + std::string(table_of(*kind).name) + "'; " +
                                    place->name + " is the first",
                                "keep one of the two",
                                rules::Severity::kError});
            continue;
        }
        place = &table;
    }
    return chosen;
}

void note_encodings(const std::vector<std::string>& utf8, const std::vector<std::string>& gb18030,
                    rules::FaultList& findings) {
    if (utf8.empty() || gb18030.empty()) return;
    findings.push_back({{gb18030.front(), 0, 0},
                        "this file is GB18030, " + utf8.front() + " is UTF-8",
                        "save all files in one encoding",
                        rules::Severity::kWarning});
}

void note_missing(const InventorySources& sources, const std::string& folder,
                  rules::FaultList& findings) {
    for (const TableSpec& table : inventory_tables()) {
        const auto number = static_cast<std::size_t>(table.kind);
        if (sources.tables[number] || sources.is_unreadable[number]) continue;
        if (!table.required && table.if_missing.empty()) continue;
        const std::string name = std::string(table.name) + " (" + std::string(table.chinese) + ")";
        findings.push_back({{folder, 0, 0},
                            "table " + name + " is missing" +
                                (table.required ? "" : ": " + std::string(table.if_missing)),
                            table.required ? "a CSV file or a sheet of that name" : "",
                            table.required ? rules::Severity::kError : rules::Severity::kNote});
    }
}

// By table, then row and column; findings without a place come first.
void sort_findings(rules::Faults& findings, const TableOrigin (&origins)[kTableCount]) {
    const auto table_number = [&](const std::string& place) {
        for (std::size_t i = 0; i < kTableCount; ++i) {
            if (!place.empty() && origins[i].place == place) return i + 1;
        }
        return std::size_t{0};
    };
    struct Key {
        std::size_t table;
        int line;
        int column;
        std::size_t number;
        auto operator<=>(const Key&) const = default;
    };
    std::vector<Key> order;
    order.reserve(findings.size());
    for (std::size_t i = 0; i < findings.size(); ++i) {
        const rules::Place& place = findings[i].place;
        order.push_back({table_number(place.file), place.line, place.column, i});
    }
    std::ranges::sort(order);
    rules::Faults sorted;
    sorted.reserve(findings.size());
    for (const Key& key : order) sorted.push_back(std::move(findings[key.number]));
    findings = std::move(sorted);
}

void mark_long_idle(ReadState& state) {
    std::ranges::sort(state.long_idle);
    for (std::size_t i = 0; i < state.inventory.lines.size(); ++i) {
        if (std::ranges::binary_search(state.long_idle, state.line_of[i])) {
            state.inventory.lines[i].idle = true;
        }
    }
}

}  // namespace

ReadInventory read_inventory(InventorySources sources, const std::string& edition,
                             const ReadOptions& options, rules::FaultList findings) {
    note_missing(sources, edition, findings);
    Inventory inventory;
    inventory.edition = edition;
    ReadState state{options, inventory, findings, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}};
    if (!sources.tables[0]) state.index.give_up();
    for (const auto& table : sources.tables) {
        if (table) table->set_unseen_is(options.wrong_id);
    }
    std::future<LinesRead> lines;
    if (RowSource* source = sources.tables[static_cast<std::size_t>(TableKind::kLines)].get()) {
        lines = beside(source->row_estimate() > options.rows_beside,
                       [source, &options] { return read_lines(*source, options); });
    }
    // Of every table but the lines.
    constexpr void (*kReaders[kTableCount])(RowSource&, ReadState&) = {
        read_enterprises,      nullptr,
        read_measures,         read_meters,
        read_outlets,          read_area_emissions,
        read_dust_sites,       read_transport_users,
        read_department_tasks, read_series};
    for (std::size_t i = 0; i < kTableCount; ++i) {
        if (sources.tables[i] && kReaders[i] != nullptr) kReaders[i](*sources.tables[i], state);
    }
    if (lines.valid()) place_lines(lines.get(), state);
    group_by_enterprise(state);
    mark_long_idle(state);
    if (sources.tables[0] && inventory.enterprises.empty() && !findings.has_errors()) {
        findings.push_back({{sources.tables[0]->place(), 0, 0},
                            "no enterprise",
                            "one row an enterprise",
                            rules::Severity::kError});
    }
    check_inventory(state);
    rules::Faults sorted = std::move(findings.kept());
    sort_findings(sorted, state.origin_of);
    const rules::Faults rest = findings.rest();
    sorted.insert(sorted.end(), rest.begin(), rest.end());
    if (findings.has_errors()) return {std::nullopt, std::move(sorted)};
    return {std::move(inventory), std::move(sorted)};
}

ReadInventory read_inventory(std::vector<NamedTable> tables, const std::string& edition,
                             const ReadOptions& options) {
    if (tables.size() == 1 && looks_like_zip(tables.front().bytes)) {
        auto book = read_xlsx(tables.front().bytes, tables.front().name);
        if (!book) return {std::nullopt, book.error()};
        return read_inventory(std::move(*book), tables.front().name, edition, options);
    }
    rules::FaultList findings;
    const ChosenTables chosen = choose_tables(tables, findings);
    constexpr std::size_t kRowBytes = 64;  // of a short row
    std::array<std::future<Opened>, kTableCount> opening;
    for (std::size_t i = 0; i < kTableCount; ++i) {
        if (NamedTable* table = chosen[i]) {
            opening[i] = beside(table->bytes.size() > options.rows_beside * kRowBytes,
                                [table] { return open_table(*table); });
        }
    }
    InventorySources sources;
    std::vector<std::string> utf8, gb18030;
    for (std::size_t i = 0; i < kTableCount; ++i) {
        if (chosen[i] == nullptr) continue;
        Opened opened = opening[i].get();
        findings.append(std::move(opened.findings));
        if (!opened.is_ascii) (opened.is_gb18030 ? gb18030 : utf8).push_back(chosen[i]->name);
        sources.is_unreadable[i] = opened.source == nullptr;
        sources.tables[i] = std::move(opened.source);
    }
    note_encodings(utf8, gb18030, findings);
    return read_inventory(std::move(sources), edition, options, std::move(findings));
}

}  // namespace qk::plans
