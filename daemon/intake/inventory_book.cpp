#include "daemon/intake/inventory_book.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "daemon/ctl/files.hpp"
#include "daemon/sha256.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/sql.hpp"
#include "daemon/store/store.hpp"
#include "plans/inventory/column_map.hpp"
#include "plans/text/xlsx_reader.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCurrentKey = "inventory_edition";
constexpr const char* kMapKey = "inventory_column_map";

std::string content_hash(const InventoryFiles& files) {
    std::string all;
    for (const auto& [name, bytes] : files) {
        all += fmt::format("{}\n{}\n", name, bytes.size());
        all += bytes;
    }
    return sha256_hex(all);
}

plans::ReadInventory refused(const rules::Faults& findings) { return {std::nullopt, findings}; }

// The tables of an upload, without what lies beside them.
std::vector<plans::NamedTable> tables_in(const InventoryFiles& files) {
    std::vector<plans::NamedTable> tables;
    for (const auto& [name, bytes] : files) {
        if (name == kColumnMapFile || name == kSeasonFile) continue;
        plans::NamedTable table;
        table.name = name;
        table.bytes = bytes;
        tables.push_back(std::move(table));
    }
    return tables;
}

struct Sheets {
    plans::Workbook book;
    std::string file;  // as findings name it
};

// A bureau's own sheets: one workbook, or CSV tables.
rules::Result<Sheets> sheets_in(const InventoryFiles& files, const std::string& edition) {
    const auto tables = tables_in(files);
    const bool is_workbook = tables.size() == 1 && plans::looks_like_zip(tables.front().bytes);
    auto book = is_workbook ? plans::read_xlsx(tables.front().bytes, tables.front().name)
                            : plans::workbook_of(tables);
    if (!book) return book.error();
    return Sheets{std::move(*book), is_workbook ? tables.front().name : edition};
}

// By the map that came with them.
plans::ReadInventory parse_mapped(const InventoryFiles& files, const std::string& toml,
                                  const std::string& edition, const plans::ReadOptions& options) {
    const auto map = plans::read_column_map(toml, kColumnMapFile);
    if (!map) return refused(map.error());
    auto sheets = sheets_in(files, edition);
    if (!sheets) return refused(sheets.error());
    return plans::read_mapped(std::move(sheets->book), *map, sheets->file, edition, options);
}

plans::ReadInventory parse(const InventoryFiles& files, const std::string& edition,
                           const plans::ReadOptions& options) {
    if (const auto map = files.find(kColumnMapFile); map != files.end()) {
        return parse_mapped(files, map->second, edition, options);
    }
    return plans::read_inventory(tables_in(files), edition, options);
}

using Season = std::shared_ptr<const plans::SeasonPlan>;

rules::Result<Season> season_in(const InventoryFiles& files) {
    const auto file = files.find(kSeasonFile);
    if (file == files.end()) return std::make_shared<const plans::SeasonPlan>();
    auto season = plans::read_season(file->second, kSeasonFile);
    if (!season) return season.error();
    return std::make_shared<const plans::SeasonPlan>(*std::move(season));
}

// The files of an upload, with the map by which they are to be read.
struct MapChoice {
    std::string column_map = "none";
    std::optional<std::string> kept;  // to be used; empty: what came is read as it is
    rules::Faults remarks;            // why a map that is kept is not used
};

MapChoice choose_map(SQLite::Database& db, const InventoryUpload& upload) {
    MapChoice choice;
    if (upload.files.contains(kColumnMapFile)) {
        choice.column_map = "uploaded";
        return choice;
    }
    if (upload.kept_map == KeptMap::kNever) return choice;
    auto kept = InventoryBook::kept_map(db);
    if (!kept) return choice;
    const auto map = plans::read_column_map(*kept, kColumnMapFile);
    if (upload.kept_map == KeptMap::kIfItFits && map) {
        // What cannot be opened at all is told by the reading.
        const auto sheets = sheets_in(upload.files, upload.name);
        if (!sheets) return choice;
        choice.remarks = plans::misfits(sheets->book, *map, sheets->file);
        if (!choice.remarks.empty()) return choice;
    }
    choice.column_map = "kept";
    choice.kept = std::move(kept);
    return choice;
}

// What a person might confirm for sheets that were refused; empty for the inventory's own tables.
std::string proposed_map(const InventoryUpload& upload, rules::Faults& findings) {
    const auto sheets = sheets_in(upload.files, upload.name);
    if (!sheets) return {};
    const plans::ProposedMap proposal = plans::propose_map(sheets->book, sheets->file);
    if (proposal.map.tables.empty() || !plans::has_own_names(proposal)) return {};
    findings.insert(findings.end(), proposal.remarks.begin(), proposal.remarks.end());
    return plans::to_toml(proposal);
}

struct Row {
    std::int64_t number = 0;
    std::string edition;
};

std::optional<Row> find_row(SQLite::Database& db, const char* condition, const std::string& value) {
    SQLite::Statement read(
        db, fmt::format("SELECT number, edition FROM inventory_editions WHERE {} = ?", condition));
    read.bind(1, value);
    if (!read.executeStep()) return std::nullopt;
    Row row;
    row.number = read.getColumn(0).getInt64();
    row.edition = text_at(read, 1);
    return row;
}

InventoryFiles load_files(SQLite::Database& db, std::int64_t number) {
    InventoryFiles files;
    SQLite::Statement read(db, "SELECT name, bytes FROM inventory_files WHERE edition = ?");
    read.bind(1, number);
    while (read.executeStep()) files[text_at(read, 0)] = text_at(read, 1);
    return files;
}

void store_files(SQLite::Database& db, std::int64_t number, const InventoryFiles& files) {
    SQLite::Statement write(db, "INSERT INTO inventory_files(edition, name, bytes) VALUES(?,?,?)");
    for (const auto& [name, bytes] : files) {
        write.bind(1, number);
        write.bind(2, name);
        write.bind(3, bytes.data(), static_cast<int>(bytes.size()));
        write.exec();
        write.reset();
    }
}

std::string lower_ending(const fs::path& path) {
    std::string ending = path.extension().string();
    for (char& c : ending) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    return ending;
}

}  // namespace

InventoryIndex::InventoryIndex(const plans::Inventory& inventory) {
    for (std::size_t i = 0; i < inventory.enterprises.size(); ++i) {
        enterprises_.emplace(inventory.enterprises[i].id, i);
    }
    for (std::size_t i = 0; i < inventory.meters.size(); ++i) {
        meters_.emplace(inventory.meters[i].id, i);
    }
    for (std::size_t i = 0; i < inventory.outlets.size(); ++i) {
        outlets_.emplace(inventory.outlets[i].id, i);
    }
}

std::optional<std::size_t> InventoryIndex::enterprise(std::string_view id) const {
    const auto found = enterprises_.find(std::string(id));
    return found == enterprises_.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::size_t> InventoryIndex::meter(std::string_view id) const {
    const auto found = meters_.find(std::string(id));
    return found == meters_.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::size_t> InventoryIndex::outlet(std::string_view id) const {
    const auto found = outlets_.find(std::string(id));
    return found == outlets_.end() ? std::nullopt : std::optional(found->second);
}

rules::Result<InventoryFiles> read_inventory_files(const std::string& path) {
    std::error_code error;
    InventoryFiles files;
    if (!fs::is_directory(path, error)) {
        auto bytes = ctl::read_file(path);
        if (!bytes) return bytes.error();
        files[fs::path(path).filename().string()] = std::move(*bytes);
        return files;
    }
    rules::Faults faults;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const bool is_beside = name == kColumnMapFile || name == kSeasonFile;
        if (lower_ending(at->path()) != ".csv" && !is_beside) continue;
        auto bytes = ctl::read_file(at->path().string());
        if (bytes) {
            files[at->path().filename().string()] = std::move(*bytes);
        } else {
            const rules::Faults more = bytes.error();
            faults.insert(faults.end(), more.begin(), more.end());
        }
    }
    if (error) {
        faults.push_back({{path, 0, 0},
                          error.message(),
                          "name a folder that can be read",
                          rules::Severity::kError});
    }
    if (!faults.empty()) return faults;
    return files;
}

InventoryBook::InventoryBook(Store& store, plans::ReadOptions options)
    : store_(store), options_(std::move(options)) {
    current_ = std::make_shared<const plans::Inventory>();
    index_ = std::make_shared<const InventoryIndex>(*current_);
    season_ = std::make_shared<const plans::SeasonPlan>();
}

InventoryBook::Taken InventoryBook::take_in(SQLite::Database& db, const InventoryFiles& files,
                                            const Origin& origin, rules::Instant now) const {
    Taken taken;
    const std::string hash = content_hash(files);
    const auto known = find_row(db, "sha256", hash);
    const std::string edition =
        known ? known->edition : fmt::format("{}-{}", origin.name, hash.substr(0, 8));
    plans::ReadInventory read = parse(files, edition, options_);
    taken.findings = std::move(read.findings);
    auto season = season_in(files);
    if (!season) {
        const rules::Faults more = season.error();
        taken.findings.insert(taken.findings.end(), more.begin(), more.end());
    }
    if (!read.inventory || !season) return taken;
    taken.season = *std::move(season);
    taken.inventory = std::make_shared<const plans::Inventory>(std::move(*read.inventory));
    taken.index = std::make_shared<const InventoryIndex>(*taken.inventory);
    taken.is_new = !known;
    if (known) {
        taken.number = known->number;
    } else {
        SQLite::Statement write(db,
                                "INSERT INTO inventory_editions(edition, sha256, loaded_at, "
                                "person, source, enterprises, lines, meters) "
                                "VALUES(?,?,?,?,?,?,?,?)");
        write.bind(1, edition);
        write.bind(2, hash);
        bind(write, 3, now);
        write.bind(4, origin.person);
        write.bind(5, origin.source);
        write.bind(6, static_cast<std::int64_t>(taken.inventory->enterprises.size()));
        write.bind(7, static_cast<std::int64_t>(taken.inventory->lines.size()));
        write.bind(8, static_cast<std::int64_t>(taken.inventory->meters.size()));
        write.exec();
        taken.number = db.getLastInsertRowid();
        store_files(db, taken.number, files);
        const auto map = files.find(kColumnMapFile);
        if (map != files.end()) set_meta(db, kMapKey, map->second);
    }
    const std::string number = std::to_string(taken.number);
    if (get_meta(db, kCurrentKey) == number) return taken;
    set_meta(db, kCurrentKey, number);
    AuditEntry entry;
    entry.at = now;
    entry.person = origin.person;
    entry.action = "inventory.use";
    entry.subject = edition;
    entry.detail = {{"sha256", hash}, {"source", origin.source}};
    append_audit(db, entry);
    append_event(db, now, "inventory", {{"edition", edition}});
    return taken;
}

void InventoryBook::use(const Taken& taken) {
    current_ = taken.inventory;
    index_ = taken.index;
    season_ = taken.season;
}

rules::Result<void> InventoryBook::restore() {
    Season season;
    auto work = [this, &season](SQLite::Database& db) -> rules::Result<plans::Inventory> {
        const auto number = get_meta(db, kCurrentKey);
        if (!number) return plans::Inventory{};
        const auto row = find_row(db, "number", *number);
        if (!row) return rules::refuse("the edition in use is not in the database");
        auto read = season_in(load_files(db, row->number));
        if (!read) return read.error();
        season = *std::move(read);
        return edition(db, row->edition);
    };
    auto inventory = store_.transact_now(work);
    if (!inventory) return inventory.error();
    current_ = std::make_shared<const plans::Inventory>(std::move(*inventory));
    index_ = std::make_shared<const InventoryIndex>(*current_);
    if (season) season_ = std::move(season);
    return {};
}

rules::Result<void> InventoryBook::take_now(const InventoryFiles& files, const std::string& name,
                                            rules::Instant now) {
    Origin origin;
    origin.name = name;
    origin.person = "system";
    origin.source = "configuration";
    // Content that was taken in before stays what it was: an edition uploaded since then is kept in
    // use.
    auto work = [&](SQLite::Database& db) {
        if (find_row(db, "sha256", content_hash(files))) return Taken{};
        return take_in(db, files, origin, now);
    };
    const Taken taken = store_.transact_now(work);
    if (rules::has_errors(taken.findings)) return taken.findings;
    if (taken.inventory) use(taken);
    return {};
}

boost::asio::awaitable<InventoryUploaded> InventoryBook::take(InventoryUpload upload) {
    InventoryUploaded done;
    auto work = [this, &upload, &done](SQLite::Database& db) {
        Origin origin;
        origin.name = upload.name;
        origin.person = upload.person;
        origin.source = "upload";
        const MapChoice choice = choose_map(db, upload);
        done.column_map = choice.column_map;
        if (upload.kept_map == KeptMap::kAlways && choice.column_map == "none") {
            Taken none;
            none.findings = rules::refuse("no column map has been confirmed",
                                          "confirm one, or upload map.toml beside the sheets");
            return none;
        }
        if (choice.kept) upload.files[kColumnMapFile] = *choice.kept;
        Taken taken = take_in(db, upload.files, origin, upload.now);
        if (taken.inventory || choice.column_map != "none") return taken;
        done.proposed_map = proposed_map(upload, taken.findings);
        if (!done.proposed_map.empty()) {
            taken.findings.insert(taken.findings.end(), choice.remarks.begin(),
                                  choice.remarks.end());
        }
        return taken;
    };
    const Taken taken = co_await store_.transact(std::move(work));
    done.findings = taken.findings;
    if (!taken.inventory) co_return done;
    use(taken);
    done.is_taken = true;
    done.is_new = taken.is_new;
    done.edition = taken.inventory->edition;
    co_return done;
}

std::optional<std::string> InventoryBook::kept_map(SQLite::Database& db) {
    if (auto confirmed = get_meta(db, kMapKey)) return confirmed;
    // Editions of before maps were confirmed by themselves.
    SQLite::Statement read(
        db, "SELECT bytes FROM inventory_files WHERE name = ? ORDER BY edition DESC LIMIT 1");
    read.bind(1, kColumnMapFile);
    if (!read.executeStep()) return std::nullopt;
    return text_at(read, 0);
}

rules::Result<KeptColumnMap> InventoryBook::keep_map(SQLite::Database& db, const std::string& toml,
                                                     const MapConfirmation& by) {
    KeptColumnMap kept;
    kept.toml = plans::confirmed_map(toml, by.name);
    const auto map = plans::read_column_map(kept.toml, kColumnMapFile);
    if (!map) return map.error();
    set_meta(db, kMapKey, kept.toml);
    AuditEntry entry;
    entry.at = by.now;
    entry.person = by.person;
    entry.remote = by.remote;
    entry.action = "inventory.map";
    entry.subject = sha256_hex(kept.toml);
    entry.detail = {{"confirmed_by", map->confirmed_by}, {"map", kept.toml}};
    kept.audit = append_audit(db, entry);
    return kept;
}

rules::Result<plans::Inventory> InventoryBook::edition(SQLite::Database& db,
                                                       const std::string& name) const {
    const auto row = find_row(db, "edition", name);
    if (!row) return rules::refuse(fmt::format("there is no inventory edition '{}'", name));
    plans::ReadInventory read = parse(load_files(db, row->number), name, options_);
    if (!read.inventory) return read.findings;
    return std::move(*read.inventory);
}

}  // namespace qk::daemon
