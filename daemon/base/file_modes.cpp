#include "daemon/base/file_modes.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

namespace qk::daemon {
namespace {

constexpr mode_t kOthers = 077;

rules::Faults fault(const std::string& path, std::string what, std::string cure) {
    return {{{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

void tighten(const std::string& path, Tightened& outcome) {
    struct ::stat about {};
    if (::lstat(path.c_str(), &about) != 0) return;
    const bool is_ours = S_ISREG(about.st_mode) || S_ISDIR(about.st_mode);
    if (!is_ours || (about.st_mode & kOthers) == 0) return;
    if (::chmod(path.c_str(), about.st_mode & 07777U & ~kOthers) == 0) {
        outcome.changed.push_back(path);
    } else {
        outcome.failed.push_back(path + ": " + std::strerror(errno));
    }
}

}  // namespace

rules::Faults check_mode(const std::string& path, const std::string& what, Privacy privacy) {
    struct ::stat about {};
    if (path.empty() || ::stat(path.c_str(), &about) != 0) return {};
    const auto mode = about.st_mode & 07777U;
    if (about.st_uid != 0 && about.st_uid != ::geteuid()) {
        return fault(path, what + " belongs to another user, who can change it",
                     "chown it to the service's user or to root");
    }
    const bool is_writable = (mode & 022U) != 0;
    const bool is_readable = privacy == Privacy::kOwnerOnly    ? (mode & 077U) != 0
                             : privacy == Privacy::kOwnerGroup ? (mode & 007U) != 0
                                                               : false;
    if (!is_writable && !is_readable) return {};
    const char* verb = is_readable ? "read" : "changed";
    const char* cure = privacy == Privacy::kOwnerOnly    ? "chmod 0600"
                       : privacy == Privacy::kOwnerGroup ? "chmod 0600, or 0640 for its group"
                                                         : "chmod go-w";
    return fault(path, fmt::format("{} can be {} by others (mode {:04o})", what, verb, mode), cure);
}

Tightened tighten_files(const std::string& store_path, const std::string& journal_folder) {
    Tightened outcome;
    for (const char* ending : {"", "-wal", "-shm"}) tighten(store_path + ending, outcome);
    if (journal_folder.empty()) return outcome;
    tighten(journal_folder, outcome);
    std::error_code error;
    for (const auto& entry : std::filesystem::directory_iterator(journal_folder, error)) {
        tighten(entry.path().string(), outcome);
    }
    return outcome;
}

}  // namespace qk::daemon
