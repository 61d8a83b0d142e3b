#include "daemon/service/inventory_registry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "daemon/api/upload_reader.hpp"
#include "daemon/base/files.hpp"
#include "daemon/service/inventory_rows.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "plans/inventory/column_map.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/open_questions.hpp"
#include "plans/text/sha256.hpp"
#include "plans/text/xlsx_reader.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr const char* kCurrentKey = "inventory_edition";
// An entry of the audit stays readable; all are among the findings of the answer.
constexpr std::size_t kAnsweredMax = 200;
constexpr const char* kMapKey = "inventory_column_map";

// By which map the sheets of an upload are to be read.
struct MapChoice {
    std::string column_map = "none";
    std::optional<std::string> kept;  // to be used; empty: what came is read as it is
    rules::Faults remarks;            // why a map that is kept is not used
};

MapChoice choose_map(const InventoryUpload& upload, const std::optional<std::string>& kept,
                     const std::optional<rules::Result<EditionSheets>>& sheets) {
    MapChoice choice;
    if (upload.files.contains(kColumnMapFile)) {
        choice.column_map = "uploaded";
        return choice;
    }
    if (upload.kept_map == KeptMap::kNever || !kept) return choice;
    const auto map = plans::read_column_map(*kept, kColumnMapFile);
    if (upload.kept_map == KeptMap::kIfItFits && map) {
        // What cannot be opened at all is told by the reading.
        if (!sheets || !*sheets) return choice;
        choice.remarks = plans::misfits((*sheets)->book, *map, (*sheets)->file);
        if (!choice.remarks.empty()) return choice;
    }
    choice.column_map = "kept";
    choice.kept = kept;
    return choice;
}

// What a person might confirm for sheets of their own names; empty for the inventory's own tables.
struct Proposal {
    std::string toml;
    rules::Faults remarks;
};

Proposal propose(const EditionSheets& sheets) {
    plans::ProposedMap proposal = plans::propose_map(sheets.book, sheets.file);
    if (proposal.map.tables.empty() || !plans::has_own_names(proposal)) return {};
    return {plans::to_toml(proposal), std::move(proposal.remarks)};
}

constexpr std::size_t kHashDigits = 8;
constexpr std::size_t kHashDigitsMore = 32;  // where two contents begin with the same hash

std::string edition_name(const std::string& name, const std::string& hash, std::size_t digits) {
    return fmt::format("{}-{}", name, hash.substr(0, digits));
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
        const std::string mn = inventory.outlets[i].mn.str();
        if (mn.empty()) continue;
        const auto [known, is_first] = outlets_of_mns_.emplace(mn, std::optional(i));
        if (!is_first) known->second.reset();
    }
    for (std::size_t i = 0; i < inventory.series.size(); ++i) {
        series_.emplace(inventory.series[i].id, i);
    }
}

std::optional<std::size_t> InventoryIndex::enterprise(std::string_view id) const {
    const auto found = enterprises_.find(id);
    return found == enterprises_.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::size_t> InventoryIndex::meter(std::string_view id) const {
    const auto found = meters_.find(id);
    return found == meters_.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::size_t> InventoryIndex::outlet(std::string_view id) const {
    const auto found = outlets_.find(id);
    return found == outlets_.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::size_t> InventoryIndex::series(std::string_view id) const {
    const auto found = series_.find(id);
    return found == series_.end() ? std::nullopt : std::optional(found->second);
}
std::optional<std::size_t> InventoryIndex::outlet_of_mn(std::string_view mn) const {
    const auto found = outlets_of_mns_.find(mn);
    return found == outlets_of_mns_.end() ? std::nullopt : found->second;
}

rules::Result<InventoryFiles> read_inventory_files(const std::string& path) {
    std::error_code error;
    InventoryFiles files;
    if (!fs::is_directory(path, error)) {
        auto bytes = read_regular_file(path);
        if (!bytes) return bytes.error();
        files[fs::path(path).filename().string()] = std::move(*bytes);
        return files;
    }
    rules::Faults faults;
    for (fs::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const bool is_beside = name == kColumnMapFile || name == kSeasonFile;
        if (lower_ending(at->path()) != ".csv" && !is_beside) continue;
        auto bytes = read_regular_file(at->path().string());
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

InventoryRegistry::InventoryRegistry(Store& store, plans::ReadOptions options)
    : store_(store), options_(std::move(options)) {
    current_ = std::make_shared<const plans::Inventory>();
    index_ = std::make_shared<const InventoryIndex>(*current_);
    season_ = std::make_shared<const plans::SeasonPlan>();
}

// What an upload says, read outside any transaction.
struct PreparedInventory {
    InventoryFiles files;  // with the map by which they were read
    std::string hash;
    std::optional<plans::Inventory> inventory;  // empty: refused
    std::shared_ptr<const plans::SeasonPlan> season;
    rules::Faults findings;
    std::string column_map = "none";
    std::string proposed_map;
    std::vector<std::string> answered;  // questions, by the answer that came with the upload
    std::size_t open_questions = 0;
};

namespace {

PreparedInventory prepare(InventoryFiles files, const std::string& name,
                          const plans::ReadOptions& options,
                          std::optional<rules::Result<EditionSheets>> sheets) {
    PreparedInventory prepared;
    prepared.hash = hash_of_files(files);
    const std::string edition = edition_name(name, prepared.hash, kHashDigits);
    plans::ReadInventory read = inventory_in(files, edition, options, std::move(sheets));
    prepared.findings = std::move(read.findings);
    auto season = season_in(files, options, rules::Severity::kError);
    if (season) {
        prepared.season = *std::move(season);
        prepared.inventory = std::move(read.inventory);
    } else {
        const rules::Faults more = season.error();
        prepared.findings.insert(prepared.findings.end(), more.begin(), more.end());
    }
    prepared.files = std::move(files);
    return prepared;
}

// Without an answer to every question the edition is not put in force.
void ask(PreparedInventory& prepared, const InventoryUpload& upload) {
    if (!prepared.inventory || upload.pack == nullptr) return;
    const plans::Catalogue& catalogue =
        upload.catalogue ? upload.catalogue->catalogue : plans::built_in_catalogue();
    const plans::RegionRules region = plans::from_pack(*upload.pack);
    for (rules::Fault& finding :
         plans::reason_findings(*prepared.inventory, catalogue, region, upload.pack->zone)) {
        prepared.findings.push_back(std::move(finding));
    }
    rules::Faults questions =
        plans::open_questions(*prepared.inventory, catalogue, region, upload.pack->zone);
    if (questions.empty()) return;
    prepared.open_questions = questions.size();
    for (rules::Fault& question : questions) {
        if (!upload.answer.empty()) {
            if (prepared.answered.size() < kAnsweredMax) prepared.answered.push_back(question.what);
        } else {
            question.severity = rules::Severity::kError;
        }
        prepared.findings.push_back(std::move(question));
    }
    if (upload.answer.empty()) prepared.inventory.reset();
}

PreparedInventory prepare_upload(const InventoryUpload& upload,
                                 const std::optional<std::string>& kept,
                                 const plans::ReadOptions& options) {
    // A workbook is opened once. Tables are opened as sheets only where a map is looked at.
    std::optional<rules::Result<EditionSheets>> sheets;
    const bool looks_at_map = kept && upload.kept_map == KeptMap::kIfItFits;
    if (is_workbook(upload.files) || looks_at_map) sheets = sheets_in(upload.files, upload.name);
    const MapChoice choice = choose_map(upload, kept, sheets);
    if (upload.kept_map == KeptMap::kAlways && choice.column_map == "none") {
        PreparedInventory none;
        none.findings = rules::refuse("no column map has been confirmed",
                                      "confirm one, or upload map.toml beside the sheets");
        return none;
    }
    Proposal proposal;
    const bool is_open = sheets && *sheets && choice.column_map == "none";
    if (is_open) proposal = propose(**sheets);
    InventoryFiles files = upload.files;
    if (choice.kept) files[kColumnMapFile] = *choice.kept;
    PreparedInventory prepared = prepare(std::move(files), upload.name, options, std::move(sheets));
    prepared.column_map = choice.column_map;
    if (prepared.inventory || choice.column_map != "none") return prepared;
    if (!is_open) {
        const auto opened = sheets_in(upload.files, upload.name);
        if (opened) proposal = propose(*opened);
    }
    if (proposal.toml.empty()) return prepared;
    prepared.proposed_map = std::move(proposal.toml);
    rules::Faults& findings = prepared.findings;
    findings.insert(findings.end(), proposal.remarks.begin(), proposal.remarks.end());
    findings.insert(findings.end(), choice.remarks.begin(), choice.remarks.end());
    return prepared;
}

}  // namespace

InventoryRegistry::Taken InventoryRegistry::keep(Session& db, PreparedInventory& prepared,
                                                 const Origin& origin, rules::Instant now) {
    Taken taken;
    if (!prepared.inventory) return taken;
    const auto known = edition_of_hash(db, prepared.hash);
    if (known) prepared.inventory->edition = known->edition;
    const auto namesake = known ? std::nullopt : edition_of_name(db, prepared.inventory->edition);
    if (namesake) {
        if (hash_of_files(load_files(db, namesake->number)) == prepared.hash) {
            taken.faults = damaged_edition(*namesake, prepared.hash);
            return taken;
        }
        prepared.inventory->edition = edition_name(origin.name, prepared.hash, kHashDigitsMore);
    }
    const std::string edition = prepared.inventory->edition;
    taken.season = prepared.season;
    taken.inventory = std::make_shared<const plans::Inventory>(*std::move(prepared.inventory));
    taken.is_new = !known;
    if (known) {
        taken.number = known->number;
    } else {
        const plans::Inventory& inventory = *taken.inventory;
        const EditionRow row{0,
                             edition,
                             prepared.hash,
                             now,
                             origin.person,
                             origin.source,
                             inventory.enterprises.size(),
                             inventory.lines.size(),
                             inventory.meters.size()};
        taken.number = store_edition(db, row, prepared.files);
        const auto map = prepared.files.find(kColumnMapFile);
        if (map != prepared.files.end()) set_meta(db, kMapKey, map->second);
    }
    const std::string number = std::to_string(taken.number);
    if (get_meta(db, kCurrentKey) == number) return taken;
    set_meta(db, kCurrentKey, number);
    AuditEntry entry;
    entry.at = now;
    entry.person = origin.person;
    entry.action = "inventory.use";
    entry.subject = edition;
    entry.detail = {{"sha256", prepared.hash}, {"source", origin.source}};
    if (!prepared.answered.empty()) {
        json::array questions;
        for (const std::string& one : prepared.answered) questions.emplace_back(one);
        json::object& detail = entry.detail.as_object();
        detail["answer"] = origin.answer;
        detail["questions"] = std::move(questions);
        detail["question_count"] = prepared.open_questions;
    }
    append_audit(db, entry);
    append_event(db, now, "inventory", {{"edition", edition}});
    return taken;
}

void InventoryRegistry::use(const Taken& taken) {
    current_ = taken.inventory;
    index_ = std::make_shared<const InventoryIndex>(*current_);
    season_ = taken.season;
}

std::optional<std::string> InventoryRegistry::edition_in_use(Session& db) {
    const auto number = get_meta(db, kCurrentKey);
    if (!number) return std::nullopt;
    const auto row = edition_of_number(db, *number);
    if (!row) return std::nullopt;
    return row->edition;
}

rules::Result<void> InventoryRegistry::restore() {
    std::shared_ptr<const plans::SeasonPlan> season;
    std::string name;
    auto work = [this, &season, &name](Session& db) -> rules::Result<plans::Inventory> {
        const auto number = get_meta(db, kCurrentKey);
        if (!number) return plans::Inventory{};
        const auto row = edition_of_number(db, *number);
        if (!row) {
            return rules::refuse(
                unreadable_row("清单",
                               fmt::format("edition number '{}' is in use and not there", *number)),
                std::string(kUnreadableCure));
        }
        name = row->edition;
        auto read = season_in(load_files(db, row->number), options_, rules::Severity::kWarning);
        if (!read) return read.error();
        season = *std::move(read);
        return edition(db, row->edition);
    };
    auto inventory = store_.transact_now(work);
    if (!inventory && name.empty()) return inventory.error();
    if (!inventory) {
        // Whoever reads of tables that are missing must not look for them in the files.
        rules::Faults faults = rules::refuse(
            unreadable_row("清单", fmt::format("edition '{}', which is in use", name)),
            std::string(kUnreadableCure));
        const rules::Faults more = inventory.error();
        faults.insert(faults.end(), more.begin(), more.end());
        return faults;
    }
    current_ = std::make_shared<const plans::Inventory>(std::move(*inventory));
    index_ = std::make_shared<const InventoryIndex>(*current_);
    if (season) season_ = std::move(season);
    return {};
}

rules::Result<void> InventoryRegistry::take_now(const InventoryFiles& files,
                                                const std::string& name, rules::Instant now) {
    Origin origin;
    origin.name = name;
    origin.person = "system";
    origin.source = "configuration";
    // Content that was taken in before stays what it was: an edition uploaded since then is kept in
    // use.
    const std::string hash = hash_of_files(files);
    auto look = [&](Session& db) { return edition_of_hash(db, hash).has_value(); };
    if (store_.transact_now(look)) return {};
    PreparedInventory prepared = prepare(files, name, options_, {});
    if (rules::has_errors(prepared.findings)) return prepared.findings;
    auto work = [&](Session& db) { return keep(db, prepared, origin, now); };
    const Taken taken = store_.transact_now(work);
    if (!taken.faults.empty()) return taken.faults;
    if (taken.inventory) use(taken);
    return {};
}

boost::asio::awaitable<InventoryUploaded> InventoryRegistry::take(InventoryUpload upload,
                                                                  UploadReader& reader) {
    Origin origin;
    origin.name = upload.name;
    origin.person = upload.person;
    origin.source = "upload";
    origin.answer = upload.answer;
    InventoryUploaded done;
    Taken taken;
    // Should somebody confirm another map meanwhile, the sheets are read again by that one.
    constexpr int kTriesMax = 3;
    for (int tries = 0; tries < kTriesMax; ++tries) {
        auto look = [](Session& db) { return kept_map(db); };
        const auto kept = co_await store_.transact(std::move(look));
        auto reading = [&] {
            PreparedInventory read = prepare_upload(upload, kept, options_);
            ask(read, upload);
            return read;
        };
        PreparedInventory prepared = co_await reader.run(std::move(reading));
        done.findings = std::move(prepared.findings);
        done.column_map = prepared.column_map;
        done.proposed_map = std::move(prepared.proposed_map);
        done.open_questions = prepared.open_questions;
        if (!prepared.inventory) co_return done;
        bool is_of_now = true;
        auto work = [&](Session& db) {
            is_of_now = upload.kept_map == KeptMap::kNever || kept_map(db) == kept;
            if (!is_of_now) return Taken{};
            return keep(db, prepared, origin, upload.now);
        };
        taken = co_await store_.transact(std::move(work));
        if (is_of_now) break;
    }
    if (!taken.faults.empty()) {
        done.findings = std::move(taken.faults);
        co_return done;
    }
    if (!taken.inventory) {
        done.findings = rules::refuse("the column map was changed while the sheets were read",
                                      "upload them again");
        co_return done;
    }
    use(taken);
    done.is_taken = true;
    done.is_new = taken.is_new;
    done.edition = taken.inventory->edition;
    co_return done;
}

std::optional<std::string> InventoryRegistry::kept_map(Session& db) {
    if (auto confirmed = get_meta(db, kMapKey)) return confirmed;
    // Editions of before maps were confirmed by themselves.
    return newest_file(db, kColumnMapFile);
}

rules::Result<KeptColumnMap> InventoryRegistry::keep_map(Session& db, const std::string& toml,
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
    entry.subject = plans::sha256_hex(kept.toml);
    entry.detail = {{"confirmed_by", map->confirmed_by}, {"map", kept.toml}};
    kept.audit = append_audit(db, entry);
    return kept;
}

rules::Result<plans::Inventory> InventoryRegistry::edition(Session& db,
                                                           const std::string& name) const {
    const auto row = edition_of_name(db, name);
    if (!row) return rules::refuse(fmt::format("there is no inventory edition '{}'", name));
    plans::ReadOptions options = options_;
    options.wrong_id = rules::Severity::kWarning;
    plans::ReadInventory read = inventory_in(load_files(db, row->number), name, options);
    if (!read.inventory) return read.findings;
    return std::move(*read.inventory);
}

}  // namespace qk::daemon
