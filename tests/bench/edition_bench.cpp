// An edition of 100,000 enterprises with 300,000 lines: loading it, and deriving what everybody
// owes at all three levels, with reasons and floors.
//
//   edition_bench [ENTERPRISES]
//
// Times are ratios to two plain parses of the same tables: one that only finds the cells (the
// strict measure, the limit is taken of it), and one that keeps them as rows of strings, as a
// program without an inventory would. Memory is bytes an enterprise beyond the characters of the
// texts. Everything is measured at a quarter of the size too, because growth has to be linear.
#include <fmt/format.h>
#include <malloc.h>

#include <charconv>
#include <chrono>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <unordered_set>

#include "plans/inventory/read_inventory.hpp"
#include "plans/response/obligation_table.hpp"
#include "plans/text/csv.hpp"
#include "tests/bench/made_inventory.hpp"

namespace {

using qk::bench::generate;
using qk::plans::NamedTable;

// The best of five; `prepare` and what the work answers are not timed.
template <class Prepare, class Work>
double seconds_of(Prepare prepare, Work work) {
    double best = 1e9;
    for (int i = 0; i < 5; ++i) {
        auto input = prepare();
        const auto from = std::chrono::steady_clock::now();
        [[maybe_unused]] const auto answer = work(std::move(input));
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - from;
        best = std::min(best, taken.count());
    }
    return best;
}

std::size_t find_cells(const std::vector<NamedTable>& tables) {
    std::size_t cells = 0;
    for (const NamedTable& table : tables) {
        qk::plans::CsvReader reader(table.bytes, table.name);
        qk::plans::CsvRow row;
        while (reader.next(row)) cells += row.cells.size();
    }
    return cells;
}

using Rows = std::vector<std::vector<std::string>>;

Rows keep_rows(const std::vector<NamedTable>& tables) {
    Rows rows;
    for (const NamedTable& table : tables) {
        qk::plans::CsvReader reader(table.bytes, table.name);
        qk::plans::CsvRow row;
        while (reader.next(row)) rows.emplace_back(row.cells.begin(), row.cells.end());
    }
    return rows;
}

// Characters of the texts that the inventory holds; those that rows share are there once.
std::size_t characters_of(const qk::plans::Inventory& inventory) {
    std::size_t sum = 0;
    std::unordered_set<const char*> seen;
    const auto add = [&](const qk::plans::SharedText& text) {
        if (seen.insert(text.text().data()).second) sum += text.size();
    };
    for (const auto& e : inventory.enterprises) {
        for (const auto* text :
             {&e.id, &e.name, &e.region, &e.industry, &e.contact, &e.phone, &e.permit}) {
            add(*text);
        }
    }
    for (const auto& l : inventory.lines) {
        for (const auto* text : {&l.enterprise, &l.id, &l.name, &l.equipment, &l.capacity_unit}) {
            add(*text);
        }
    }
    for (const auto& m : inventory.meters) {
        add(m.id);
        add(m.enterprise);
    }
    for (const auto& own : inventory.own_measures) add(own.detail);
    return sum;
}

std::size_t heap_bytes() { return mallinfo2().uordblks + mallinfo2().hblkhd; }

struct Plans {
    std::vector<qk::plans::ObligationTable> levels;
};

Plans derive_all(const qk::plans::Inventory& inventory) {
    static const qk::plans::RegionRules rules = qk::plans::national_sample_rules();
    Plans plans;
    const auto rows = std::make_shared<const std::vector<qk::plans::EnterpriseRows>>(
        qk::plans::rows_of(inventory));
    for (const qk::rules::Colour colour : qk::plans::kResponseColours) {
        const qk::plans::DeriveInput input{
            inventory, qk::plans::built_in_catalogue(), rules, colour, {},
            {},        qk::rules::kBeijingTime};
        plans.levels.push_back(qk::plans::derive_table(input, rows));
    }
    return plans;
}

// Every sentence and every chain of reasons of one level, one enterprise after the other.
std::size_t say_all(const qk::plans::ObligationTable& table) {
    std::size_t characters = 0;
    for (std::size_t i = 0; i < table.size(); ++i) {
        for (const qk::rules::Obligation& o : table.obligations(i)) {
            characters += o.detail.size();
            for (const qk::rules::Reason& reason : o.basis) characters += reason.text.size();
        }
    }
    return characters;
}

struct Measured {
    double cells_found = 0;
    double rows_kept = 0;
    double load = 0;
    double derive = 0;
    double loaded_bytes = 0;   // an enterprise, beyond characters
    double derived_bytes = 0;  // an enterprise, all levels
};

void print(int enterprises, std::size_t lines, const Measured& m) {
    const double both = m.load + m.derive;
    fmt::print("{} enterprises, {} lines\n", enterprises, lines);
    fmt::print("  plain parse: cells found {:.3f} s, rows kept {:.3f} s\n", m.cells_found,
               m.rows_kept);
    fmt::print("  load {:.3f} s: {:.2f} x finding cells (limit 2), {:.2f} x keeping rows\n", m.load,
               m.load / m.cells_found, m.load / m.rows_kept);
    fmt::print("  derive three levels {:.3f} s: {:.2f} x (limit 2), {:.2f} x\n", m.derive,
               m.derive / m.cells_found, m.derive / m.rows_kept);
    fmt::print("  both {:.3f} s: {:.2f} x, {:.2f} x\n", both, both / m.cells_found,
               both / m.rows_kept);
    fmt::print("  held beyond characters: {:.0f} bytes an enterprise (limit 1024), plans {:.0f}\n",
               m.loaded_bytes, m.derived_bytes);
}

Measured measure(int enterprises) {
    const std::vector<NamedTable> tables = generate(enterprises);
    const auto nothing = [] { return 0; };
    Measured m;
    m.cells_found = seconds_of(nothing, [&](int) { return find_cells(tables); });
    m.rows_kept = seconds_of(nothing, [&](int) { return keep_rows(tables); });
    const std::size_t before = heap_bytes();
    const qk::plans::ReadInventory answer = qk::plans::read_inventory(tables, "bench");
    const std::size_t held = heap_bytes() - before;
    if (!answer.inventory) {
        fmt::print(stderr, "{}\n", qk::rules::to_text(answer.findings).substr(0, 2000));
        return m;
    }
    const qk::plans::Inventory& inventory = *answer.inventory;
    m.loaded_bytes = static_cast<double>(held - characters_of(inventory)) / enterprises;
    m.load = seconds_of([&] { return tables; },
                        [](std::vector<NamedTable> input) {
                            return qk::plans::read_inventory(std::move(input), "bench");
                        });
    m.derive = seconds_of(nothing, [&](int) { return derive_all(inventory); });
    const std::size_t before_plans = heap_bytes();
    const Plans plans = derive_all(inventory);
    m.derived_bytes = static_cast<double>(heap_bytes() - before_plans) / enterprises;
    print(enterprises, inventory.lines.size(), m);
    std::size_t characters = 0;
    const double said =
        seconds_of(nothing, [&](int) { return characters = say_all(plans.levels[1]); });
    fmt::print("  one level in words: {:.3f} s, {} characters\n", said, characters);
    return m;
}

}  // namespace

int main(int argc, char** argv) {
    int enterprises = 100'000;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), enterprises);
    const Measured quarter = measure(enterprises / 4);
    const Measured whole = measure(enterprises);
    fmt::print("growth at 4 x the size: plain {:.2f} x, load {:.2f} x, derive {:.2f} x\n",
               whole.cells_found / quarter.cells_found, whole.load / quarter.load,
               whole.derive / quarter.derive);
    return whole.load <= 2 * whole.cells_found && whole.derive <= 2 * whole.cells_found &&
                   whole.loaded_bytes <= 1024
               ? 0
               : 1;
}
