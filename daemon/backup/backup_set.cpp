#include "daemon/backup/backup_set.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include "daemon/backup/places.hpp"
#include "daemon/base/files.hpp"
#include "daemon/base/key_file.hpp"
#include "daemon/base/state_lock.hpp"
#include "daemon/store/online_copy.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

// Left free on the disk beside what the set takes: a backup must not fill what the daemon lives on.
constexpr std::uint64_t kLeftFreeBytes = std::uint64_t{256} << 20;
constexpr int kTries = 5;
const char* const kDatabaseInSet = "database/qingkong.db";

rules::Faults fault(const std::string& path, std::string what, std::string cure) {
    return {{{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

std::string without_slash(const std::string& folder) {
    fs::path path = fs::absolute(folder).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return path.string();
}

// A file of the journal, held open: one that the daemon deletes meanwhile can still be read.
class HeldFile {
 public:
    HeldFile(std::string path, int handle) : path_(std::move(path)), handle_(handle) {}
    ~HeldFile() {
        if (handle_ >= 0) ::close(handle_);
    }
    HeldFile(HeldFile&& other) noexcept
        : path_(std::move(other.path_)), handle_(std::exchange(other.handle_, -1)) {}
    HeldFile& operator=(HeldFile&&) = delete;

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] int handle() const { return handle_; }
    [[nodiscard]] std::uint64_t bytes() const {
        struct ::stat about {};
        return ::fstat(handle_, &about) == 0 ? static_cast<std::uint64_t>(about.st_size) : 0;
    }

 private:
    std::string path_;
    int handle_;
};

// "0000000012.log" -> 12; what is not a segment has none.
std::optional<std::uint64_t> number_of_segment(const fs::path& path) {
    constexpr std::size_t kDigits = 10;
    const std::string name = path.filename().string();
    if (name.size() != kDigits + 4 || !name.ends_with(".log")) return std::nullopt;
    std::uint64_t number = 0;
    for (const char c : name.substr(0, kDigits)) {
        if (c < '0' || c > '9') return std::nullopt;
        number = 10 * number + static_cast<std::uint64_t>(c - '0');
    }
    return number;
}

class HeldJournal {
 public:
    explicit HeldJournal(std::string folder) : folder_(std::move(folder)) {}

    // Opens what is there and not yet held.
    rules::Faults hold() {
        if (folder_.empty()) return {};
        std::error_code error;
        for (const auto& entry : fs::directory_iterator(folder_, error)) {
            const auto number = number_of_segment(entry.path());
            if (!number || segments_.contains(*number)) continue;
            const std::string path = entry.path().string();
            const int handle = ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
            if (handle >= 0) {
                segments_.emplace(*number, HeldFile(path, handle));
            } else if (errno != ENOENT) {  // deleted between the two: the database has it
                return fault(path, std::strerror(errno),
                             "以能读取的用户运行 / run it as who may read it");
            }
        }
        if (error) {
            return fault(folder_,
                         "接收日志无法读取 / the journal cannot be read: " + error.message(),
                         "以能读取的用户运行 / run it as who may read it");
        }
        return {};
    }
    // One that came and went between two looks would be a hole.
    [[nodiscard]] bool has_hole() const {
        if (segments_.empty()) return false;
        return segments_.rbegin()->first - segments_.begin()->first + 1 != segments_.size();
    }
    [[nodiscard]] const std::map<std::uint64_t, HeldFile>& segments() const { return segments_; }

 private:
    std::string folder_;
    std::map<std::uint64_t, HeldFile> segments_;
};

// The set while it is made. Whatever is left of it at the end goes.
class Making {
 public:
    Making(const BackupWish& wish, SetPlaces places,
           const std::function<void(std::string_view)>& tell)
        : wish_(wish),
          places_(std::move(places)),
          tell_(tell),
          folder_(without_slash(wish.folder)),
          part_(folder_ + ".part") {}
    ~Making() {
        std::error_code ignored;
        if (is_begun_) fs::remove_all(part_, ignored);
    }
    Making(const Making&) = delete;
    Making& operator=(const Making&) = delete;

    rules::Result<Manifest> run() {
        if (auto faults = check_place(); !faults.empty()) return faults;
        make_private_folders(fs::path(folder_).parent_path().string());
        // Two at once would write into one folder. The lock goes with the process.
        auto lock = StateLock::take(folder_ + ".lock");
        if (!lock) {
            return fault(folder_, "此处正在备份 / a backup is being made here",
                         "等它结束 / wait until it is done");
        }
        std::error_code error;
        fs::remove_all(part_, error);
        is_begun_ = true;
        make_private_folders(part_);
        rules::Faults faults = fill();
        if (faults.empty()) faults = finish();
        fs::remove(folder_ + ".lock", error);
        if (!faults.empty()) return faults;
        return std::move(manifest_);
    }

 private:
    // A folder that is there must be an earlier set: nothing else is replaced.
    rules::Faults check_place() const {
        std::error_code error;
        if (!fs::exists(fs::symlink_status(folder_, error))) return {};
        const bool is_set = fs::is_regular_file(fs::path(folder_) / kManifestName, error);
        if (is_set && !fs::is_symlink(fs::symlink_status(folder_, error))) return {};
        return fault(
            folder_, "已存在，且不是一套备份 / is there and is not a set",
            "另写一个文件夹，例如以日期为名 / name another folder, for example by the day");
    }

    rules::Faults fill() {
        HeldJournal journal(places_.journal);
        try {
            std::error_code error;
            if (!fs::is_regular_file(places_.database, error)) {
                return fault(places_.database, "没有数据库 / there is no database",
                             "核对 store.path；守护进程至少启动过一次 / look at store.path; the "
                             "daemon must have run once");
            }
            Session db(places_.database, SessionUse::kRead);
            for (int i = 1;; ++i) {
                if (auto faults = journal.hold(); !faults.empty()) return faults;
                Transaction snapshot(db, TransactionKind::kRead);
                manifest_.state = state_facts(db);  // the first reading fixes the snapshot
                if (auto faults = journal.hold(); !faults.empty()) return faults;
                if (!journal.has_hole()) return copy(db, journal);
                if (i == kTries) {
                    return fault(
                        places_.journal, "文件编号不连续 / the numbers of its files have a hole",
                        "启动 qingkongd 一次，再看日志 / start qingkongd once and read its log");
                }
            }
        } catch (const DatabaseError& error) {
            return fault(
                places_.database,
                std::string("数据库复制失败 / the database was not copied: ") + error.what(),
                "查看磁盘空间和权限 / look at the room on the disk and at the rights");
        }
    }

    rules::Faults copy(Session& db, const HeldJournal& journal) {
        std::uint64_t wanted = bytes_of_copy(db);
        std::map<std::uint64_t, std::uint64_t> ends;  // of the journal's files, as of now
        for (const auto& [number, file] : journal.segments()) wanted += ends[number] = file.bytes();
        std::error_code error;
        for (const NamedFile& file : places_.files) wanted += fs::file_size(file.path, error);
        const std::uint64_t free = free_bytes_at(part_);
        if (free < wanted + kLeftFreeBytes) {
            constexpr double kMebibyte = 1024.0 * 1024.0;
            return fault(
                part_,
                fmt::format("空间不足：需要 {0:.0f} MiB（另留 256 MiB），剩余 {1:.0f} MiB / "
                            "not enough room: it takes {0:.0f} MiB beside 256 MiB that "
                            "stay free, and {1:.0f} MiB are left",
                            static_cast<double>(wanted) / kMebibyte,
                            static_cast<double>(free) / kMebibyte),
                "换一个磁盘，或删除旧的备份 / another disk, or delete old sets");
        }
        // Small files first: what a person changes is then near the moment of the snapshot.
        if (auto faults = copy_named(); !faults.empty()) return faults;
        if (auto faults = copy_journal(journal, ends); !faults.empty()) return faults;
        const std::string target = part_ + "/" + kDatabaseInSet;
        make_private_folders(fs::path(target).parent_path().string());
        std::int64_t told = 0;
        copy_online(db, target, [this, &told](CopiedPages pages) {
            constexpr std::int64_t kTellEvery = 64 * kCopiedPagesAtOnce;
            if (pages.done - told < kTellEvery) return;
            told = pages.done;
            tell_(fmt::format("数据库 database: {} / {} 页 pages", pages.done, pages.all));
        });
        if (auto added = add(kDatabaseInSet, places_.database, false); !added.empty()) return added;
        // Whose the original is, and what it allows: the copy is ours and closed.
        const FileFacts original = rights_of_file(places_.database);
        SetFile& entry = manifest_.files.back();
        entry.facts.mode = original.mode;
        entry.facts.owner = original.owner;
        entry.facts.group = original.group;
        return {};
    }

    rules::Faults add(const std::string& path, const std::string& original, bool is_secret) {
        auto facts = facts_of_file(part_ + "/" + path);
        if (!facts) return facts.error();
        manifest_.files.push_back({path, original, is_secret, std::move(*facts)});
        return {};
    }

    rules::Faults copy_named() {
        for (const NamedFile& file : places_.files) {
            if (file.is_secret && !wish_.has_keys) {
                manifest_.left_out.push_back(file.key + " = " + file.path);
                continue;
            }
            const std::string path = "files" + file.path;
            auto facts = copy_file(file.path, part_ + "/" + path);
            if (!facts) return facts.error();
            manifest_.files.push_back({path, file.path, file.is_secret, std::move(*facts)});
        }
        return {};
    }

    // The segments as they were at the snapshot, then what lies beside them and hardly changes.
    rules::Faults copy_journal(const HeldJournal& journal,
                               const std::map<std::uint64_t, std::uint64_t>& ends) {
        for (const auto& [number, file] : journal.segments()) {
            const std::string path = "journal/" + fs::path(file.path()).filename().string();
            auto facts = copy_open_file(file.handle(), ends.at(number), part_ + "/" + path);
            if (!facts) return facts.error();
            manifest_.files.push_back({path, file.path(), false, std::move(*facts)});
        }
        std::error_code error;
        if (places_.journal.empty() || !fs::exists(places_.journal, error)) return {};
        std::vector<fs::path> more;
        for (const char* name : {"key", "quarantine", "retry", "damaged"}) {
            const fs::path path = fs::path(places_.journal) / name;
            if (fs::is_regular_file(path, error)) more.push_back(path);
            if (!fs::is_directory(path, error)) continue;
            for (const auto& entry : fs::recursive_directory_iterator(path, error)) {
                if (entry.is_regular_file(error)) more.push_back(entry.path());
            }
        }
        std::ranges::sort(more);
        for (const fs::path& file : more) {
            if (!fs::exists(file, error)) continue;  // taken in meanwhile
            const std::string path =
                "journal/" + fs::relative(file, places_.journal, error).string();
            auto facts = copy_file(file.string(), part_ + "/" + path);
            if (!facts) return facts.error();
            manifest_.files.push_back({path, file.string(), false, std::move(*facts)});
        }
        return {};
    }

    rules::Faults finish() {
        manifest_.made_at = wish_.now;
        std::set<std::string> folders;
        for (const SetFile& file : manifest_.files) {
            folders.insert(fs::path(file.original).parent_path().string());
        }
        for (const std::string& folder : folders) {
            manifest_.folders.push_back({folder, rights_of_file(folder)});
        }
        manifest_.program = QK_VERSION;
        manifest_.configuration = places_.configuration;
        manifest_.database = places_.database;
        manifest_.journal = places_.journal;
        manifest_.has_keys = wish_.has_keys;
        manifest_.left_out.insert(manifest_.left_out.begin(), places_.left_out.begin(),
                                  places_.left_out.end());
        if (!places_.signing_key.empty()) {
            auto key = read_key(places_.signing_key);
            if (!key) return key.error();
            sign(manifest_, *key);
        }
        const auto written =
            write_file(part_ + "/" + std::string(kManifestName), to_file(manifest_));
        if (!written) return written.error();
        for (const auto& entry : fs::recursive_directory_iterator(part_)) {
            if (entry.is_directory()) sync_folder(entry.path().string());
        }
        sync_folder(part_);
        return give_name();
    }

    // With an earlier set they change places in one step; then the earlier one goes.
    rules::Faults give_name() {
        std::error_code error;
        const bool is_there = fs::exists(folder_, error);
        const unsigned how = is_there ? RENAME_EXCHANGE : RENAME_NOREPLACE;
        if (::renameat2(AT_FDCWD, part_.c_str(), AT_FDCWD, folder_.c_str(), how) != 0) {
            return fault(
                folder_, fmt::format("改名失败 / got not its name: {}", std::strerror(errno)),
                "写到本机的文件系统，再整套复制出去 / write to a file system of this host, "
                "then copy the set elsewhere");
        }
        sync_folder(fs::path(folder_).parent_path().string());
        return {};
    }

    const BackupWish& wish_;
    SetPlaces places_;
    const std::function<void(std::string_view)>& tell_;
    std::string folder_;
    std::string part_;
    Manifest manifest_;
    bool is_begun_ = false;
};

}  // namespace

rules::Result<Manifest> take_backup(const BackupWish& wish,
                                    const std::function<void(std::string_view)>& tell) {
    const auto text = read_regular_file(wish.configuration);
    if (!text) return text.error();
    auto places = find_places(*text, wish.configuration, wish.also);
    if (!places) return places.error();
    Making making(wish, std::move(*places), tell);
    return making.run();
}

}  // namespace qk::daemon
