#include "daemon/base/state_lock.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>
#include <utility>

namespace qk::daemon {
namespace {

rules::Faults refuse(const std::string& path, std::string what, std::string cure) {
    return {{{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

// The number that the holder has written, or nothing that could be read.
std::string holder_of(int handle) {
    char text[32];
    const ssize_t size = ::pread(handle, text, sizeof(text), 0);
    std::string number;
    for (ssize_t i = 0; i < size && text[i] >= '0' && text[i] <= '9'; ++i) number += text[i];
    return number.empty() ? "?" : number;
}

// The file may have been deleted by hand between open and lock; then the lock is on nothing.
bool is_still_there(int handle, const std::string& path) {
    struct ::stat held {};
    struct ::stat named {};
    return ::fstat(handle, &held) == 0 && ::stat(path.c_str(), &named) == 0 &&
           held.st_ino == named.st_ino && held.st_dev == named.st_dev;
}

}  // namespace

rules::Result<StateLock> StateLock::take(const std::string& path) {
    constexpr int kTries = 3;
    for (int i = 0; i < kTries; ++i) {
        const int handle = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0640);
        if (handle < 0) {
            const std::string why = std::generic_category().message(errno);
            return refuse(
                path, fmt::format("锁文件无法打开：{0} / the lock file cannot be opened: {0}", why),
                "服务用户可写的文件夹 / a folder that the daemon may write to");
        }
        StateLock lock(handle);
        if (::flock(handle, LOCK_EX | LOCK_NB) != 0) {
            const std::string holder = holder_of(handle);
            return refuse(
                path,
                fmt::format("另一个 qingkongd（进程 {0}）正在使用这些数据 / another "
                            "qingkongd (process {0}) uses this state",
                            holder),
                "先停止它，或为本进程另设 store.path 与 store.journal / stop it first, or "
                "give this one a store.path and store.journal of its own");
        }
        if (!is_still_there(handle, path)) continue;
        const std::string number = fmt::format("{}\n", ::getpid());
        // Only words for an administrator; the lock holds without them.
        const bool is_written =
            ::ftruncate(handle, 0) == 0 && ::pwrite(handle, number.data(), number.size(), 0) > 0;
        (void)is_written;
        return lock;
    }
    return refuse(path, "锁文件被反复删除 / the lock file is deleted again and again",
                  "查找删除它的程序 / find what deletes it");
}

StateLock::~StateLock() {
    if (handle_ >= 0) ::close(handle_);
}

StateLock::StateLock(StateLock&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}

std::string StateLock::beside(const std::string& database) {
    std::error_code failed;
    const std::filesystem::path real = std::filesystem::canonical(database, failed);
    return (failed ? database : real.string()) + ".lock";
}

}  // namespace qk::daemon
