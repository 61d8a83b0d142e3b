#include "daemon/backup/copied_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <filesystem>
#include <limits>
#include <vector>

#include "plans/text/sha256.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kPieceBytes = std::size_t{1} << 20;
constexpr std::uint64_t kWhole = std::numeric_limits<std::uint64_t>::max();

rules::Faults fault(const std::string& path, const char* what, int error) {
    return {{{path, 0, 0},
             fmt::format("{}: {}", what, std::strerror(error)),
             "查看磁盘空间和权限 / look at the room on the disk and at the rights",
             rules::Severity::kError}};
}

class OpenFile {
 public:
    explicit OpenFile(int handle) : handle_(handle) {}
    ~OpenFile() {
        if (handle_ >= 0) ::close(handle_);
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    [[nodiscard]] int get() const { return handle_; }

 private:
    int handle_;
};

std::string name_of_user(uid_t id) {
    const ::passwd* found = ::getpwuid(id);
    return found != nullptr ? found->pw_name : std::to_string(id);
}
std::string name_of_group(gid_t id) {
    const ::group* found = ::getgrgid(id);
    return found != nullptr ? found->gr_name : std::to_string(id);
}

bool to_number(const std::string& text, unsigned& number) {
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc{} && end == text.data() + text.size();
}

bool write_all(int to, const char* bytes, std::size_t size) {
    while (size > 0) {
        const ssize_t done = ::write(to, bytes, size);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return false;
        bytes += done;
        size -= static_cast<std::size_t>(done);
    }
    return true;
}

void take_rights(const struct ::stat& about, FileFacts& facts) {
    facts.mode = about.st_mode & 0777U;
    facts.owner = name_of_user(about.st_uid);
    facts.group = name_of_group(about.st_gid);
}

// From the beginning, whatever was read of it before. `to` below 0: it is only looked at.
int read_through(int from, std::uint64_t bytes, int to, FileFacts& facts) {
    plans::Sha256 hash;
    std::vector<char> piece(kPieceBytes);
    while (facts.bytes < bytes) {
        const std::uint64_t wanted = std::min<std::uint64_t>(bytes - facts.bytes, piece.size());
        const ssize_t size = ::pread(from, piece.data(), wanted, static_cast<off_t>(facts.bytes));
        if (size < 0 && errno == EINTR) continue;
        if (size < 0) return errno;
        if (size == 0) break;
        hash.add({piece.data(), static_cast<std::size_t>(size)});
        if (to >= 0 && !write_all(to, piece.data(), static_cast<std::size_t>(size))) return errno;
        facts.bytes += static_cast<std::uint64_t>(size);
    }
    facts.sha256 = hash.hex();
    struct ::stat about {};
    if (::fstat(from, &about) != 0) return errno;
    take_rights(about, facts);
    return 0;
}

}  // namespace

rules::Result<FileFacts> copy_open_file(int from, std::uint64_t bytes, const std::string& to) {
    make_private_folders(fs::path(to).parent_path().string());
    const OpenFile target(
        ::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
    if (target.get() < 0) return fault(to, "无法写入 / cannot be written", errno);
    FileFacts facts;
    if (const int error = read_through(from, bytes, target.get(), facts); error != 0) {
        return fault(to, "复制失败 / was not copied", error);
    }
    if (::fsync(target.get()) != 0) return fault(to, "无法写入 / cannot be written", errno);
    return facts;
}

rules::Result<FileFacts> copy_file(const std::string& from, const std::string& to) {
    const OpenFile source(::open(from.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    if (source.get() < 0) return fault(from, "无法读取 / cannot be read", errno);
    return copy_open_file(source.get(), kWhole, to);
}

rules::Result<FileFacts> facts_of_file(const std::string& path) {
    const OpenFile source(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
    if (source.get() < 0) return fault(path, "无法读取 / cannot be read", errno);
    FileFacts facts;
    if (const int error = read_through(source.get(), kWhole, -1, facts); error != 0) {
        return fault(path, "无法读取 / cannot be read", error);
    }
    return facts;
}

FileFacts rights_of_file(const std::string& path) {
    FileFacts facts;
    struct ::stat about {};
    if (::stat(path.c_str(), &about) == 0) take_rights(about, facts);
    return facts;
}

rules::Faults give_back_rights(const std::string& path, const FileFacts& facts) {
    if (::geteuid() == 0) {
        const ::passwd* user = ::getpwnam(facts.owner.c_str());
        const ::group* group = ::getgrnam(facts.group.c_str());
        unsigned uid = user != nullptr ? user->pw_uid : 0;
        unsigned gid = group != nullptr ? group->gr_gid : 0;
        const bool is_known = (user != nullptr || to_number(facts.owner, uid)) &&
                              (group != nullptr || to_number(facts.group, gid));
        if (!is_known) {
            return {{{path, 0, 0},
                     fmt::format(
                         "本机没有用户 {0} 或组 {1} / this machine has no user {0} or group {1}",
                         facts.owner, facts.group),
                     "先安装软件包，再恢复 / install the package first, then restore",
                     rules::Severity::kError}};
        }
        if (::chown(path.c_str(), uid, gid) != 0) {
            return fault(path, "属主未改 / the owner was not changed", errno);
        }
    }
    if (::chmod(path.c_str(), facts.mode) != 0) {
        return fault(path, "权限未改 / the mode was not changed", errno);
    }
    return {};
}

rules::Faults sync_file(const std::string& path) {
    const OpenFile file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0 || ::fsync(file.get()) != 0) {
        return fault(path, "无法写入 / cannot be written", errno);
    }
    return {};
}

void make_private_folders(const std::string& folder) {
    std::error_code error;
    if (folder.empty() || fs::exists(folder, error)) return;
    make_private_folders(fs::path(folder).parent_path().string());
    (void)::mkdir(folder.c_str(), 0700);  // who then writes into it says what is wrong
}

void sync_folder(const std::string& folder) {
    const OpenFile handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (handle.get() >= 0) (void)::fsync(handle.get());
}

std::uint64_t free_bytes_at(const std::string& path) {
    std::error_code error;
    fs::path folder = fs::absolute(path);
    while (!fs::exists(folder, error) && folder.has_relative_path()) folder = folder.parent_path();
    struct ::statvfs about {};
    if (::statvfs(folder.c_str(), &about) != 0) return 0;
    return static_cast<std::uint64_t>(about.f_bavail) * about.f_frsize;
}

}  // namespace qk::daemon
