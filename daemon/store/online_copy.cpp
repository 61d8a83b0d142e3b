#include "daemon/store/online_copy.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>

namespace qk::daemon {
namespace {

struct Finish {
    void operator()(sqlite3_backup* copy) const { (void)sqlite3_backup_finish(copy); }
};
using Copy = std::unique_ptr<sqlite3_backup, Finish>;

[[noreturn]] void fail(sqlite3* handle, const std::string& path) {
    throw DatabaseError(path + ": " + sqlite3_errmsg(handle), sqlite3_extended_errcode(handle));
}

// For its owner alone, whatever the umask is.
void create_closed(const std::string& path) {
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (file < 0) throw DatabaseError(path + ": " + std::strerror(errno), SQLITE_CANTOPEN);
    ::close(file);
}

void sync_copy(const std::string& path) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const int error = file >= 0 && ::fsync(file) == 0 ? 0 : errno;
    if (file >= 0) ::close(file);
    if (error != 0) throw DatabaseError(path + ": " + std::strerror(error), SQLITE_IOERR_FSYNC);
}

}  // namespace

void copy_online(Session& source, const std::string& path,
                 const std::function<void(CopiedPages)>& tell) {
    create_closed(path);
    {
        Session target(path, SessionUse::kWrite);
        // Nobody believes the file before it is whole, and then it is synced once.
        target.script("PRAGMA journal_mode=OFF");
        target.script("PRAGMA synchronous=OFF");
        const Copy copy(sqlite3_backup_init(target.handle(), "main", source.handle(), "main"));
        if (!copy) fail(target.handle(), path);
        int result = SQLITE_OK;
        while (result == SQLITE_OK) {
            result = sqlite3_backup_step(copy.get(), kCopiedPagesAtOnce);
            const std::int64_t all = sqlite3_backup_pagecount(copy.get());
            if (tell) tell({all - sqlite3_backup_remaining(copy.get()), all});
        }
        // A lock is not waited for: nobody else knows the target, and a snapshot needs none.
        if (result != SQLITE_DONE) {
            throw DatabaseError(path + ": " + sqlite3_errstr(result), result);
        }
    }
    {
        // The pages say that the database has a log beside it. Without one it can be opened where
        // nobody may write.
        Session target(path, SessionUse::kWrite);
        target.script("PRAGMA synchronous=OFF");
        target.script("PRAGMA journal_mode=DELETE");
    }
    sync_copy(path);
}

void roll_back_half_done(const std::string& path) {
    std::error_code error;
    if (!std::filesystem::exists(path + "-journal", error)) return;
    Session db(path, SessionUse::kWrite);
    (void)db.count("SELECT count(*) FROM sqlite_master");  // the first reading rolls back
}

std::uint64_t bytes_of_copy(Session& source) {
    const auto pages = source.count("PRAGMA page_count");
    const auto size = source.count("PRAGMA page_size");
    return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size);
}

}  // namespace qk::daemon
