#include "daemon/service/inventory_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {
namespace {

constexpr const char* kColumns =
    "number, edition, sha256, loaded_at, person, source, enterprises, lines, meters";

EditionRow row_of(const Statement& read) {
    return {read.integer(0),
            read.text(1),
            read.text(2),
            read.instant(3),
            read.text(4),
            read.text(5),
            read.get<std::size_t>(6),
            read.get<std::size_t>(7),
            read.get<std::size_t>(8)};
}

std::optional<EditionRow> find_edition(Session& db, std::string_view column,
                                       const std::string& value) {
    Statement read(
        db, fmt::format("SELECT {} FROM inventory_editions WHERE {} = ?", kColumns, column), value);
    if (!read.next()) return std::nullopt;
    return row_of(read);
}

}  // namespace

std::int64_t store_edition(Session& db, const EditionRow& row, const InventoryFiles& files) {
    db.exec(
        "INSERT INTO inventory_editions(edition, sha256, loaded_at, "
        "person, source, enterprises, lines, meters) "
        "VALUES(?,?,?,?,?,?,?,?)",
        row.edition, row.sha256, row.loaded_at, row.person, row.source, row.enterprises, row.lines,
        row.meters);
    const std::int64_t number = db.last_id();
    Statement write(db, "INSERT INTO inventory_files(edition, name, bytes) VALUES(?,?,?)");
    for (const auto& [name, bytes] : files) write.run(number, name, Blob{bytes});
    return number;
}

std::optional<EditionRow> edition_of_number(Session& db, const std::string& number) {
    return find_edition(db, "number", number);
}

std::optional<EditionRow> edition_of_hash(Session& db, const std::string& sha256) {
    return find_edition(db, "sha256", sha256);
}

std::optional<EditionRow> edition_of_name(Session& db, const std::string& edition) {
    return find_edition(db, "edition", edition);
}

std::vector<EditionRow> list_editions(Session& db, std::size_t offset, std::size_t limit) {
    Statement read(db,
                   fmt::format("SELECT {} FROM inventory_editions ORDER BY number DESC LIMIT ? "
                               "OFFSET ?",
                               kColumns),
                   limit, offset);
    std::vector<EditionRow> rows;
    while (read.next()) rows.push_back(row_of(read));
    return rows;
}

std::size_t count_editions(Session& db) {
    return static_cast<std::size_t>(db.count("SELECT count(*) FROM inventory_editions"));
}

rules::Faults damaged_edition(const EditionRow& row, const std::string& sha256) {
    return rules::refuse(
        fmt::format("数据库中清单版本 {} 登记的校验值与其内容不符，该行已损坏或被改动 / the "
                    "database says another hash of inventory edition {} than its content has: its "
                    "row (inventory_editions.sha256) is damaged or was changed by hand",
                    row.edition, row.edition),
        fmt::format(
            "停止服务，从备份恢复数据库；没有备份时先另存数据库再改正：/ stop the daemon "
            "and restore the database from a copy; without one, copy the file and put it "
            "right: sqlite3 FILE \"UPDATE inventory_editions SET sha256 = '{}' WHERE number "
            "= {}\"",
            sha256, row.number));
}

InventoryFiles load_files(Session& db, std::int64_t edition) {
    InventoryFiles files;
    Statement read(db, "SELECT name, bytes FROM inventory_files WHERE edition = ?", edition);
    while (read.next()) files[read.text(0)] = read.text(1);
    return files;
}

std::optional<std::string> newest_file(Session& db, const std::string& name) {
    return db.one<std::string>(
        "SELECT bytes FROM inventory_files WHERE name = ? ORDER BY edition DESC LIMIT 1", name);
}

}  // namespace qk::daemon
