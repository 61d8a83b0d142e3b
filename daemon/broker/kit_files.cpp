#include "daemon/broker/kit_files.hpp"

#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "daemon/base/files.hpp"

namespace qk::broker {

namespace fs = std::filesystem;

namespace {

rules::Faults fault_at(const fs::path& path, std::string what, std::string cure) {
    return rules::Faults{{{path.string(), 0, 0}, std::move(what), std::move(cure)}};
}

}  // namespace

KitFiles::KitFiles(const std::string& account) {
    if (account.empty() || ::geteuid() != 0) return;
    if (const struct ::passwd* found = ::getpwnam(account.c_str()); found != nullptr) {
        user_ = found->pw_uid;
        group_ = found->pw_gid;
    }
}

rules::Result<void> KitFiles::write(const fs::path& path, std::string_view bytes, mode_t mode,
                                    bool is_brokers) const {
    const mode_t before = ::umask(0077);
    auto written = write_file(path.string(), bytes);
    ::umask(before);
    if (!written) return written;
    return give(path, mode, is_brokers, false);
}

rules::Result<void> KitFiles::make_folder(const fs::path& path, mode_t mode, bool is_brokers,
                                          bool may_write) const {
    std::error_code error;
    // The broker's account goes through what lies above.
    const mode_t before = ::umask(0022);
    fs::create_directories(path.parent_path(), error);
    ::umask(0077);
    if (!error) fs::create_directory(path, error);
    ::umask(before);
    if (error) return fault_at(path, error.message(), "a place you may write to");
    return give(path, mode, is_brokers, may_write);
}

rules::Result<void> KitFiles::give(const fs::path& path, mode_t mode, bool is_brokers,
                                   bool may_write) const {
    const bool is_given = is_brokers && group_ != static_cast<gid_t>(-1);
    if (is_given && ::chown(path.c_str(), may_write ? user_ : ::geteuid(), group_) != 0) {
        return fault_at(path, std::strerror(errno), "run it as root");
    }
    const mode_t reached = is_given || (mode & 7U) != 0 ? mode : mode & 0700U;
    if (::chmod(path.c_str(), reached) != 0) {
        return fault_at(path, std::strerror(errno), "a file system with modes");
    }
    return {};
}

}  // namespace qk::broker
