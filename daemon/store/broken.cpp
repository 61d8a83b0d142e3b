#include "daemon/store/broken.hpp"

#include <fmt/format.h>
#include <sqlite3.h>
#include <sys/statvfs.h>

#include <array>

#include "daemon/base/messages.hpp"

namespace qk::daemon {
namespace {

struct Words {
    StorageTrouble trouble;
    std::string_view chinese;
    std::string_view cure;
};

constexpr std::array<Words, 6> kWords{{
    {StorageTrouble::kFull, "磁盘已满",
     "请清出磁盘空间后重新启动服务；已确认收到的数据仍在数据库或接收日志中，启动后继续处理"},
    {StorageTrouble::kDamaged, "文件已损坏",
     "请停止服务，先另存数据库（连同 -wal、-shm "
     "文件）和接收日志目录，再用最近的备份覆盖数据库并删除 "
     "-wal、-shm 文件；没有备份时用 sqlite3 的 .recover 导出到新文件"},
    {StorageTrouble::kReadOnly, "只读，不能写入",
     "请检查磁盘挂载方式、文件属主和权限（mount、dmesg、ls -l），恢复可写后重新启动服务"},
    {StorageTrouble::kNoDescriptor, "文件描述符已用尽", "请提高服务的 LimitNOFILE 后重新启动服务"},
    {StorageTrouble::kNumbersUsedUp,
     "被改动过或已损坏：表中的编号已到最大值，不能再写入（磁盘并没有满）",
     "请停止服务，另存数据库（连同 -wal、-shm "
     "文件），查明是谁改动了数据库，再用最近的备份覆盖并删除 -wal、-shm "
     "文件；没有备份时用 sqlite3 删除该表中编号为 9223372036854775807 的行，把 sqlite_sequence "
     "中该表的 seq "
     "改为其余行的最大编号，然后启动服务"},
    {StorageTrouble::kOther, "磁盘读写出错",
     "请检查磁盘和文件系统（dmesg、smartctl），修复后重新启动服务"},
}};

const Words& words_of(StorageTrouble trouble) { return kWords[static_cast<std::size_t>(trouble)]; }

// In the words of sqlite3_errstr() and strerror().
struct Sign {
    std::string_view text;
    StorageTrouble trouble;
};
constexpr std::array<Sign, 12> kSigns{{
    {"numbers are used up", StorageTrouble::kNumbersUsedUp},
    {"No space left", StorageTrouble::kFull},
    {"is full", StorageTrouble::kFull},
    {"quota exceeded", StorageTrouble::kFull},
    {"File too large", StorageTrouble::kFull},
    {"malformed", StorageTrouble::kDamaged},
    {"not a database", StorageTrouble::kDamaged},
    {"readonly", StorageTrouble::kReadOnly},
    {"Read-only", StorageTrouble::kReadOnly},
    {"read-only", StorageTrouble::kReadOnly},
    {"Permission denied", StorageTrouble::kReadOnly},
    {"Too many open files", StorageTrouble::kNoDescriptor},
}};

}  // namespace

bool is_broken_storage(int code) {
    switch (code & 0xff) {
        case SQLITE_FULL:
        case SQLITE_CORRUPT:
        case SQLITE_IOERR:
        case SQLITE_NOTADB:
        case SQLITE_CANTOPEN:
        case SQLITE_READONLY:
            return true;
        default:
            return false;
    }
}

bool is_refused_content(int code) {
    switch (code & 0xff) {
        case SQLITE_CONSTRAINT:
        case SQLITE_TOOBIG:
        case SQLITE_MISMATCH:
        case SQLITE_RANGE:
            return true;
        default:
            return false;
    }
}

bool is_full_storage(int code) { return (code & 0xff) == SQLITE_FULL; }

std::string numbers_used_up(std::string_view table) {
    return fmt::format(
        "the disk is not the trouble: table '{}' holds the number 9223372036854775807, so its "
        "numbers are used up; the database was edited or is damaged",
        table);
}

std::string unreadable_row(std::string_view what, std::string_view why) {
    return fmt::format(
        "数据库中的{}无法读取，已损坏或被改动 / the database was damaged or changed by hand: {}",
        what, why);
}

StorageTrouble trouble_of(std::string_view why) {
    for (const Sign& sign : kSigns) {
        if (why.find(sign.text) != std::string_view::npos) return sign.trouble;
    }
    return StorageTrouble::kOther;
}

std::string_view to_chinese(StorageTrouble trouble) { return words_of(trouble).chinese; }
std::string_view cure_in_chinese(StorageTrouble trouble) { return words_of(trouble).cure; }

std::string free_space_at(const std::string& path) {
    const std::size_t slash = path.rfind('/');
    const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
    struct ::statvfs about {};
    if (::statvfs(path.c_str(), &about) != 0 && ::statvfs(folder.c_str(), &about) != 0) return "?";
    constexpr double kMebibyte = 1024.0 * 1024.0;
    const double bytes = static_cast<double>(about.f_bavail) * static_cast<double>(about.f_frsize);
    return fmt::format("{:.1f} MiB", bytes / kMebibyte);
}

void tell_broken(Log& log, StoragePart part, const std::string& path, std::string_view why) {
    const StorageTrouble trouble = trouble_of(why);
    log.write(kStoreBroken, {{"part", part == StoragePart::kDatabase ? "数据库" : "接收日志"},
                             {"path", path},
                             {"what", to_chinese(trouble)},
                             {"free", free_space_at(path)},
                             {"cure", cure_in_chinese(trouble)},
                             {"why", why}});
}

}  // namespace qk::daemon
