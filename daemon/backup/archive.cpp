#include "daemon/backup/archive.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <cstring>
#include <filesystem>

#include "daemon/backup/copied_file.hpp"
#include "daemon/backup/manifest.hpp"
#include "daemon/backup/places.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/damage.hpp"
#include "daemon/store/online_copy.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/signing_keys.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kFormat = "qingkong-archive 1";

rules::Faults fault(const std::string& path, std::string what, std::string cure) {
    return {{{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

// Begins with the format, as a manifest does (is_signed_as_backup).
std::string signed_text(const ArchiveNotes& notes) {
    std::string text = std::string(kFormat) + "\n";
    for (const auto& [key, value] : notes) {
        if (key != "signature") text += fmt::format("{} {}:{}\n", key, value.size(), value);
    }
    return text;
}

ArchiveNotes notes_of(const ArchiveWish& wish, const StateFacts& state) {
    ArchiveNotes notes{{"format", std::string(kFormat)},
                       {"made_at", rules::to_iso(wish.now, rules::kBeijingTime)},
                       {"program", QK_VERSION},
                       {"from", rules::to_iso(wish.season.from, rules::kBeijingTime)},
                       {"to", rules::to_iso(wish.season.to, rules::kBeijingTime)}};
    for (const auto& [name, answer] : state) notes["state." + name] = answer;
    return notes;
}

rules::Result<ArchiveFacts> fill(const ArchiveWish& wish, const SetPlaces& places,
                                 const std::string& part) {
    {
        Session db(places.database, SessionUse::kRead);
        const Transaction snapshot(db, TransactionKind::kRead);
        (void)state_facts(db);  // fixes the snapshot
        // VACUUM writes the whole once more.
        const std::uint64_t wanted = 3 * bytes_of_copy(db);
        const std::uint64_t free = free_bytes_at(part);
        if (free < wanted) {
            return fault(
                part,
                fmt::format("空间不足：需要 {0} MiB，剩余 {1} MiB / not enough room: it takes "
                            "{0} MiB, and {1} MiB are left",
                            (wanted >> 20) + 1, free >> 20),
                "换一个磁盘 / another disk");
        }
        copy_online(db, part, nullptr);
    }
    Session copy(part, SessionUse::kWrite);
    copy.script("PRAGMA journal_mode=OFF");
    keep_season(copy, wish.season);
    ArchiveFacts facts;
    facts.state = state_facts(copy);
    facts.notes = notes_of(wish, facts.state);
    facts.notes["digest"] = digest_of_rows(copy);
    facts.audit_entries = last_audit_number(copy);
    if (places.signing_key.empty()) {
        return fault(wish.configuration, "没有 signing.key_file / names no signing.key_file",
                     "写明签名私钥 / name the signing key");
    }
    const auto key = read_key(places.signing_key);
    if (!key) return key.error();
    facts.notes["key"] = key->public_key_hex();
    facts.notes["signature"] = key->sign_hex(plans::Purpose::kBackup, signed_text(facts.notes));
    facts.signed_by = plans::fingerprint_of(key->public_key_hex());
    write_notes(copy, facts.notes);
    return facts;
}

rules::Faults check_signature(Session& db, const std::string& file, const ArchiveNotes& notes,
                              const std::string& fingerprint) {
    const auto noted = [&notes](const std::string& name) {
        const auto found = notes.find(name);
        return found == notes.end() ? std::string() : found->second;
    };
    const char* const kCure = "换另一份副本 / take another copy";
    if (!is_signed_as_backup(noted("key"), signed_text(notes), noted("signature"))) {
        return fault(file, "签名不符：说明被改过 / its notes are not what was signed", kCure);
    }
    const std::string mine = plans::fingerprint_of(noted("key"));
    const bool is_other =
        !fingerprint.empty() && fingerprint != mine && fingerprint != noted("key");
    const auto keys = key_history(db);
    const bool is_known = std::ranges::any_of(
        keys, [&](const plans::KeyRecord& record) { return record.key == noted("key"); });
    if (is_other || !is_known) {
        return fault(file,
                     fmt::format("由另一把密钥签名：{0} / was signed by another key: {0}", mine),
                     kCure);
    }
    if (digest_of_rows(db) != noted("digest")) {
        return fault(file, "行的摘要不符：内容被改过 / its rows are not what was signed", kCure);
    }
    return {};
}

}  // namespace

rules::Result<ArchiveFacts> make_archive(const ArchiveWish& wish) {
    const auto text = read_regular_file(wish.configuration);
    if (!text) return text.error();
    const auto places = find_places(*text, wish.configuration, {});
    if (!places) return places.error();
    std::error_code error;
    if (fs::exists(fs::symlink_status(wish.file, error))) {
        return fault(wish.file, "已存在，不覆盖 / is there already and is not written over",
                     "写另一个文件名 / name another file");
    }
    if (wish.season.from >= wish.season.to) {
        return fault(wish.file, "结束不在开始之后 / the end is not after the beginning",
                     "--from 2025-11-01 --to 2026-03-31");
    }
    const std::string part = wish.file + ".part";
    fs::remove(part, error);  // of one that was killed
    rules::Result<ArchiveFacts> facts = ArchiveFacts{};
    try {
        facts = fill(wish, *places, part);
    } catch (const DatabaseError& failure) {
        facts = fault(wish.file, failure.what(),
                      "查看磁盘空间和权限 / look at the room on the disk and at the rights");
    }
    if (facts) {
        if (auto synced = sync_file(part); !synced.empty()) facts = std::move(synced);
    }
    if (facts && ::chmod(part.c_str(), 0400) == 0 &&
        ::renameat2(AT_FDCWD, part.c_str(), AT_FDCWD, wish.file.c_str(), RENAME_NOREPLACE) == 0) {
        sync_folder(fs::absolute(wish.file).parent_path().string());
        return facts;
    }
    if (facts) {
        facts = fault(wish.file, std::strerror(errno), "写另一个文件名 / name another file");
    }
    fs::remove(part, error);
    return facts;
}

rules::Result<ArchiveFacts> check_archive(const std::string& file, const std::string& fingerprint) {
    std::error_code error;
    if (!fs::is_regular_file(file, error)) {
        return fault(file, "没有这个文件 / is not a file", "qingkongctl archive make 生成的文件");
    }
    const std::atomic<bool> is_to_end{false};
    const auto damage = find_damage(file, is_to_end);
    if (!damage.empty()) {
        return fault(file, "已损坏 / is damaged: " + damage.front(),
                     "换另一份副本 / take another copy");
    }
    try {
        Session db(file, SessionUse::kRead);
        ArchiveFacts facts;
        facts.notes = read_notes(db);
        if (!facts.notes.contains("format") || facts.notes["format"] != kFormat) {
            return fault(
                file, "不是季度存档 / is not an archive of a season",
                "qingkongctl archive make 生成的文件 / a file of qingkongctl archive make");
        }
        if (auto faults = check_signature(db, file, facts.notes, fingerprint); !faults.empty()) {
            return faults;
        }
        if (auto breaks = check_audit_chain(db); !breaks.empty()) return breaks;
        facts.state = state_facts(db);
        facts.signed_by = plans::fingerprint_of(facts.notes["key"]);
        facts.audit_entries = last_audit_number(db);
        return facts;
    } catch (const DatabaseError& failure) {
        return fault(file, failure.what(), "换另一份副本 / take another copy");
    }
}

}  // namespace qk::daemon
