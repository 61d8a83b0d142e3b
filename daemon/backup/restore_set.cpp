#include "daemon/backup/restore_set.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <stdio.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>

#include "daemon/base/files.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/damage.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/signing_keys.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kLeftFreeBytes = std::uint64_t{64} << 20;

rules::Fault wrong(const std::string& path, std::string what, std::string cure) {
    return {{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError};
}

const char* const kAnotherSet = "换另一套备份 / take another set";

// In the set, and as the manifest says.
void check_file(const std::string& folder, const SetFile& file, rules::Faults& faults) {
    const std::string path = folder + "/" + file.path;
    std::error_code error;
    if (!fs::exists(fs::symlink_status(path, error))) {
        faults.push_back(wrong(
            path, "清单中有，备份中没有 / the manifest names it and it is missing", kAnotherSet));
        return;
    }
    const auto facts = facts_of_file(path);
    if (!facts) {
        const rules::Faults more = facts.error();
        faults.insert(faults.end(), more.begin(), more.end());
    } else if (facts->bytes != file.facts.bytes) {
        faults.push_back(
            wrong(path,
                  fmt::format("长度为 {0}，应为 {1} / has {0} bytes and had {1}: cut or changed",
                              facts->bytes, file.facts.bytes),
                  kAnotherSet));
    } else if (facts->sha256 != file.facts.sha256) {
        faults.push_back(
            wrong(path, "内容与清单的 SHA-256 不符 / is not what it was: its SHA-256 differs",
                  kAnotherSet));
    }
}

const SetFile* database_of(const Manifest& manifest) {
    const auto found = std::ranges::find(manifest.files, manifest.database, &SetFile::original);
    return found == manifest.files.end() ? nullptr : &*found;
}

// The key must be one that the bureau has had: the database of the set knows them. Whoever changed
// that too is found out by the fingerprint, which every enterprise has on paper.
rules::Faults check_signature(const std::string& folder, const Manifest& manifest,
                              const std::string& fingerprint) {
    const std::string file = folder + "/" + std::string(kManifestName);
    if (!is_signed(manifest)) {
        return {wrong(file,
                      "签名不符：清单被改过 / is not what was signed: the manifest was changed",
                      kAnotherSet)};
    }
    const std::string mine = plans::fingerprint_of(manifest.key);
    if (!fingerprint.empty() && fingerprint != mine && fingerprint != manifest.key) {
        return {wrong(file,
                      fmt::format("由另一把密钥签名：{0} / was signed by another key: {0}", mine),
                      kAnotherSet)};
    }
    try {
        Session db(folder + "/" + database_of(manifest)->path, SessionUse::kRead);
        const auto keys = key_history(db);
        const bool is_known = std::ranges::any_of(
            keys, [&](const plans::KeyRecord& record) { return record.key == manifest.key; });
        if (is_known) return {};
    } catch (const DatabaseError& error) {
        return {wrong(manifest.database, error.what(), kAnotherSet)};
    }
    return {wrong(file,
                  fmt::format("签名密钥不在其数据库中：{0} / was signed by a key that its database "
                              "does not know: {0}",
                              mine),
                  kAnotherSet)};
}

std::string without_slash(const std::string& folder) {
    fs::path path = fs::absolute(folder).lexically_normal();
    if (!path.has_filename() && path.has_relative_path()) path = path.parent_path();
    return path.string();
}

// A file that a restore which was killed has put there already counts as put there.
bool is_in_place(const std::string& path, const SetFile& file) {
    std::error_code error;
    if (!fs::is_regular_file(fs::symlink_status(path, error))) return false;
    const auto facts = facts_of_file(path);
    return facts && facts->sha256 == file.facts.sha256;
}

// A file gets its name when it is whole.
rules::Faults place(const std::string& from, const std::string& to, const SetFile& file) {
    const std::string part = to + ".part";
    std::error_code error;
    fs::remove(part, error);  // of one that was killed
    const auto facts = copy_file(from, part);
    if (!facts) return facts.error();
    if (facts->sha256 != file.facts.sha256) {
        fs::remove(part, error);
        return {wrong(from, "读取时变了 / changed while it was read", kAnotherSet)};
    }
    if (auto faults = give_back_rights(part, file.facts); !faults.empty()) return faults;
    if (::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
        return {wrong(to, std::strerror(errno), "移开它再恢复 / move it away, then restore")};
    }
    return {};
}

// Of the folders that were not there before; the innermost first, because who may not look into one
// cannot change what is in it.
rules::Faults give_back_folders(const Manifest& manifest, const std::string& root,
                                const std::set<std::string>& made) {
    for (auto folder = manifest.folders.rbegin(); folder != manifest.folders.rend(); ++folder) {
        const std::string path = place_of(root, folder->original);
        if (!made.contains(path)) continue;
        if (auto faults = give_back_rights(path, folder->rights); !faults.empty()) return faults;
    }
    return {};
}

rules::Faults place_all(const std::string& folder, const Manifest& manifest,
                        const std::string& root, bool is_fresh) {
    std::vector<const SetFile*> order;
    for (const SetFile& file : manifest.files) order.push_back(&file);
    std::ranges::stable_partition(
        order, [&](const SetFile* file) { return file->original != manifest.configuration; });
    std::set<std::string> made;
    for (const SetFolder& one : manifest.folders) {
        const std::string path = place_of(root, one.original);
        std::error_code error;
        if (!fs::exists(path, error)) made.insert(path);
    }
    std::set<std::string> folders;
    for (const SetFile* file : order) {
        const std::string to = place_of(root, file->original);
        folders.insert(fs::path(to).parent_path().string());
        if (!is_fresh && is_in_place(to, *file)) continue;
        if (auto faults = place(folder + "/" + file->path, to, *file); !faults.empty())
            return faults;
    }
    if (auto faults = give_back_folders(manifest, root, made); !faults.empty()) return faults;
    for (const std::string& one : folders) sync_folder(one);
    return {};
}

// What is there of another state would be written over, or taken for ours.
rules::Faults faults_of_place(const Manifest& manifest, const std::string& base) {
    const char* const kAway =
        "停服务，把旧的整套移开，再恢复 / stop the service, move the whole of the old state away, "
        "then "
        "restore";
    rules::Faults faults;
    std::set<std::string> ours;
    for (const SetFile& file : manifest.files) {
        const std::string path = place_of(base, file.original);
        ours.insert(path);
        ours.insert(path + ".part");
        std::error_code error;
        if (fs::exists(fs::symlink_status(path, error)) && !is_in_place(path, file)) {
            faults.push_back(
                wrong(path, "已存在，不覆盖 / is there already and is not written over", kAway));
        }
    }
    std::error_code error;
    for (const char* ending : {"-wal", "-shm", "-journal"}) {
        const std::string path = place_of(base, manifest.database + ending);
        if (!fs::exists(path, error)) continue;
        faults.push_back(wrong(path, "旧数据库的残留 / is of an earlier database", kAway));
    }
    if (manifest.journal.empty()) return faults;
    for (const auto& entry :
         fs::recursive_directory_iterator(place_of(base, manifest.journal), error)) {
        if (!entry.is_regular_file(error) || ours.contains(entry.path().string())) continue;
        faults.push_back(wrong(entry.path().string(),
                               "接收日志的文件夹里有别的文件 / is not of this journal", kAway));
    }
    return faults;
}

rules::Faults check_room(const Manifest& manifest, const std::string& root) {
    std::uint64_t wanted = kLeftFreeBytes;
    for (const SetFile& file : manifest.files) wanted += file.facts.bytes;
    const std::uint64_t free = free_bytes_at(root);
    if (free >= wanted) return {};
    return {wrong(
        root,
        fmt::format("空间不足：需要 {0} MiB，剩余 {1} MiB / not enough room: it takes {0} MiB, "
                    "and {1} MiB are left",
                    (wanted >> 20) + 1, free >> 20),
        "换一个磁盘 / another disk")};
}

rules::Faults journal_faults(const Manifest& manifest, const std::string& root) {
    rules::Faults faults;
    for (const SetFile& file : manifest.files) {
        if (!file.path.starts_with("journal/")) continue;
        const std::string path = place_of(root, file.original);
        const auto facts = facts_of_file(path);
        if (facts && facts->sha256 == file.facts.sha256) continue;
        faults.push_back(wrong(path,
                               "接收日志的文件缺失或不同 / a file of the journal is missing or "
                               "differs",
                               "再恢复一次 / restore once more"));
    }
    return faults;
}

}  // namespace

rules::Result<Manifest> check_set(const std::string& folder, const std::string& fingerprint) {
    const std::string file = folder + "/" + std::string(kManifestName);
    std::error_code error;
    if (!fs::exists(file, error)) {
        return rules::Faults{wrong(
            folder,
            folder.ends_with(".part")
                ? "中途中断、没有写完的备份 / was cut off while it was made: half of a set"
                : "没有 manifest.json：不是一整套备份 / has no manifest.json: not a whole set",
            kAnotherSet)};
    }
    const auto text = read_regular_file(file);
    if (!text) return text.error();
    auto manifest = read_manifest(*text, file);
    if (!manifest) return manifest;
    if (database_of(*manifest) == nullptr) {
        return rules::Faults{wrong(file, "没有数据库 / names no database", kAnotherSet)};
    }
    rules::Faults faults;
    for (const SetFile& one : manifest->files) check_file(folder, one, faults);
    if (faults.empty()) faults = check_signature(folder, *manifest, fingerprint);
    if (!faults.empty()) return faults;
    return manifest;
}

std::string place_of(const std::string& root, const std::string& original) {
    const std::string base = without_slash(root);
    return base == "/" ? original : base + original;
}

rules::Faults restore_set(const std::string& folder, const Manifest& manifest,
                          const std::string& root) {
    if (auto faults = check_room(manifest, root); !faults.empty()) return faults;
    const std::string base = without_slash(root);
    std::error_code error;
    const bool is_there = fs::exists(base, error);
    if (is_there && !fs::is_directory(base, error)) {
        return {wrong(base, "不是文件夹 / is not a folder", "写一个文件夹 / name a folder")};
    }
    if (!is_there || fs::is_empty(base, error)) {
        const std::string part = base + ".part";
        fs::remove_all(part, error);
        make_private_folders(part);
        rules::Faults faults = place_all(folder, manifest, part, true);
        if (faults.empty() && ::rename(part.c_str(), base.c_str()) != 0) {
            faults.push_back(
                wrong(base, std::strerror(errno), "写另一个文件夹 / name another folder"));
        }
        if (!faults.empty()) fs::remove_all(part, error);
        sync_folder(fs::path(base).parent_path().string());
        return faults;
    }
    rules::Faults faults = faults_of_place(manifest, base);
    if (!faults.empty()) return faults;
    return place_all(folder, manifest, base, false);
}

bool Verified::holds() const {
    return faults.empty() &&
           std::ranges::all_of(answers, [](const ComparedAnswer& one) { return one.is_same(); });
}

Verified verify_restored(const Manifest& manifest, const std::string& root) {
    Verified verified;
    const std::string path = place_of(root, manifest.database);
    const std::atomic<bool> is_to_end{false};
    for (const std::string& damage : find_damage(path, is_to_end)) {
        verified.faults.push_back(wrong(path, "数据库已损坏 / is damaged: " + damage, kAnotherSet));
    }
    const rules::Faults journal = journal_faults(manifest, root);
    verified.faults.insert(verified.faults.end(), journal.begin(), journal.end());
    try {
        Session db(path, SessionUse::kRead);
        StateFacts now = state_facts(db);
        for (const auto& [name, then] : manifest.state) {
            verified.answers.push_back({name, then, now.contains(name) ? now[name] : "?"});
        }
        const rules::Faults breaks = check_audit_chain(db);
        verified.faults.insert(verified.faults.end(), breaks.begin(), breaks.end());
        verified.audit_entries = last_audit_number(db);
    } catch (const DatabaseError& error) {
        verified.faults.push_back(wrong(path, error.what(), kAnotherSet));
    }
    return verified;
}

}  // namespace qk::daemon
