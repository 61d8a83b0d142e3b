#include "daemon/backup/upgrade_copy.hpp"

#include <fmt/format.h>

#include <atomic>
#include <filesystem>

#include "daemon/backup/copied_file.hpp"
#include "daemon/backup/state_rows.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/damage.hpp"
#include "daemon/store/online_copy.hpp"
#include "daemon/store/schema.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLeftFreeBytes = std::uint64_t{256} << 20;

rules::Faults refused(const std::string& path, std::string what) {
    return {
        {{path, 0, 0},
         std::move(what),
         "数据库未改动：腾出空间后再启动，或装回原版本；或停服务后把已核对的备份中的数据库链接为此"
         "名 / the "
         "database is as it was: make room and start again, or put the earlier version back, or "
         "link the database of a set that was taken since the stop to this name",
         rules::Severity::kError}};
}

rules::Faults check_copy(const std::string& copy, const StateFacts& state, bool reads_all) {
    if (reads_all) {
        const std::atomic<bool> is_to_end{false};
        const auto damage = find_damage(copy, is_to_end);
        if (!damage.empty()) {
            return refused(copy,
                           "升级前的副本已损坏 / the copy made before the upgrade is damaged: " +
                               damage.front());
        }
    }
    Session db(copy, SessionUse::kRead);
    if (state_facts(db) == state) return {};
    return refused(copy,
                   "升级前的副本与原件回答不同 / the copy made before the upgrade does not answer "
                   "as the database does");
}

rules::Result<std::optional<UpgradeCopy>> copy_and_check(Session& db, const std::string& database) {
    const Transaction snapshot(db, TransactionKind::kRead);
    const StateFacts state = state_facts(db);
    UpgradeCopy copy;
    copy.bytes = bytes_of_copy(db);
    copy.is_every_page_read = copy.bytes <= kUpgradeCopyReadMax;
    copy.path = fmt::format("{}.schema-{}", database, state.at("schema"));
    std::error_code error;
    // Of an earlier try, or put there by a person, perhaps as a link to another disk.
    if (fs::exists(copy.path, error) && check_copy(copy.path, state, true).empty()) {
        copy.is_every_page_read = true;
        return std::optional(std::move(copy));
    }
    const std::uint64_t free = free_bytes_at(database);
    if (free < copy.bytes + kLeftFreeBytes) {
        return refused(
            copy.path,
            fmt::format(
                "升级前复制数据库空间不足：需要 {0} MiB，剩余 {1} MiB / there is no room to copy "
                "the database before the upgrade: it takes {0} MiB, and {1} MiB are left",
                ((copy.bytes + kLeftFreeBytes) >> 20) + 1, free >> 20));
    }
    const std::string part = copy.path + ".part";
    fs::remove(part, error);  // of a start that was killed
    copy_online(db, part, nullptr);
    if (auto faults = check_copy(part, state, copy.is_every_page_read); !faults.empty()) {
        fs::remove(part, error);
        return faults;
    }
    fs::rename(part, copy.path, error);
    if (error) return refused(copy.path, error.message());
    sync_folder(fs::path(copy.path).parent_path().string());
    return std::optional(std::move(copy));
}

}  // namespace

rules::Result<std::optional<UpgradeCopy>> copy_before_upgrade(const std::string& database) {
    std::error_code error;
    if (database == ":memory:" || !fs::exists(database, error)) return std::optional<UpgradeCopy>();
    try {
        // Of a start that was killed while it turned a restored database to its log.
        roll_back_half_done(database);
        Session db(database, SessionUse::kRead);
        if (!has_steps_ahead(db)) return std::optional<UpgradeCopy>();
        return copy_and_check(db, database);
    } catch (const DatabaseError& failure) {
        // Room does not help here, nor does the earlier version.
        if (trouble_of(failure.what()) == StorageTrouble::kDamaged) {
            return rules::Faults{
                {{database, 0, 0},
                 std::string(
                     "数据库已损坏，或不是数据库 / the database is damaged or is not one: ") +
                     failure.what(),
                 std::string(kUnreadableCure),
                 rules::Severity::kError}};
        }
        return refused(database,
                       std::string("升级前复制数据库失败 / the database was not copied before "
                                   "the upgrade: ") +
                           failure.what());
    }
}

}  // namespace qk::daemon
