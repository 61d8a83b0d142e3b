#include "daemon/backup/archive_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <vector>

#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

constexpr std::string_view kNotes = "archive_notes";

struct TimedTable {
    const char* table;
    const char* time;
};
constexpr TimedTable kTimed[] = {
    {"readings", "t_end"},    {"reading_repeats", "t_end"}, {"stack_readings", "t_end"},
    {"gate_passages", "t"},   {"hj212_values", "t"},        {"series_values", "t"},
    {"observations", "hour"}, {"rejected", "arrived"},      {"events", "at"},
};

struct Column {
    std::string name;
    std::string type;
    std::int64_t key = 0;  // its place in the primary key, from 1
};

bool has_table(Session& db, std::string_view name) {
    return db.has("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = ?",
                  std::string(name));
}

std::vector<Column> columns_of(Session& db, const std::string& table) {
    std::vector<Column> columns;
    Statement rows(db, "SELECT name, type, pk FROM pragma_table_info(?)", table);
    while (rows.next()) columns.push_back({rows.text(0), rows.text(1), rows.integer(2)});
    return columns;
}

// By the primary key, so that the order is not one of how the rows lie on the disk.
std::string query_of(const std::string& table, const std::vector<Column>& columns) {
    std::vector<Column> keys;
    std::string names;
    for (const Column& column : columns) {
        names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", column.name);
        if (column.key > 0) keys.push_back(column);
    }
    std::ranges::sort(keys, {}, &Column::key);
    std::string order;
    for (const Column& column : keys) {
        order += fmt::format("{}\"{}\"", order.empty() ? "" : ", ", column.name);
    }
    return fmt::format("SELECT {} FROM \"{}\" ORDER BY {}", names, table,
                       order.empty() ? "rowid" : order);
}

void add_value(plans::Sha256& hash, const Statement& row, int index, const std::string& type) {
    if (row.is_null(index)) return hash.add("n;");
    if (type == "INTEGER") return hash.add(fmt::format("i{};", row.integer(index)));
    if (type == "REAL") {
        return hash.add(fmt::format("r{:016x};", std::bit_cast<std::uint64_t>(row.number(index))));
    }
    const std::string text = row.text(index);
    hash.add(fmt::format("t{}:", text.size()));
    hash.add(text);
}

}  // namespace

void keep_season(Session& copy, const SeasonSpan& season) {
    Transaction transaction(copy, TransactionKind::kWrite);
    for (const TimedTable& one : kTimed) {
        if (!has_table(copy, one.table)) continue;
        copy.exec(fmt::format("DELETE FROM {0} WHERE {1} < ?1 OR {1} >= ?2", one.table, one.time),
                  season.from, season.to);
    }
    for (const char* table : {"command_answers", "held_messages", "held_before"}) {
        if (has_table(copy, table)) copy.exec(fmt::format("DELETE FROM {}", table));
    }
    copy.exec("DELETE FROM meta WHERE key LIKE 'mqtt%' OR key LIKE 'client%'");
    transaction.commit();
    copy.script("VACUUM");
}

void write_notes(Session& copy, const ArchiveNotes& notes) {
    copy.script(fmt::format(
        "CREATE TABLE {}(key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID",
        kNotes));
    Transaction transaction(copy, TransactionKind::kWrite);
    for (const auto& [key, value] : notes) {
        copy.exec(fmt::format("INSERT INTO {}(key, value) VALUES(?, ?)", kNotes), key, value);
    }
    transaction.commit();
}

ArchiveNotes read_notes(Session& archive) {
    ArchiveNotes notes;
    if (!has_table(archive, kNotes)) return notes;
    Statement rows(archive, fmt::format("SELECT key, value FROM {}", kNotes));
    while (rows.next()) notes[rows.text(0)] = rows.text(1);
    return notes;
}

std::string digest_of_rows(Session& archive) {
    std::vector<std::string> tables;
    archive.each(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE "
        "'\\' ORDER BY name",
        [&](const Statement& row) { tables.push_back(row.text(0)); });
    plans::Sha256 hash;
    for (const std::string& table : tables) {
        if (table == kNotes) continue;
        const std::vector<Column> columns = columns_of(archive, table);
        hash.add(fmt::format("table {}\n", table));
        for (const Column& column : columns) hash.add(column.name + " " + column.type + "\n");
        Statement rows(archive, query_of(table, columns));
        while (rows.next()) {
            for (int i = 0; i < rows.columns(); ++i) {
                add_value(hash, rows, i, columns[static_cast<std::size_t>(i)].type);
            }
            hash.add("\n");
        }
    }
    return hash.hex();
}

}  // namespace qk::daemon
