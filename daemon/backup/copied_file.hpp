// A file copied byte by byte with its SHA-256, who owned it and what others might do with it.
#pragma once

#include <cstdint>
#include <string>

#include "rules/base/result.hpp"

namespace qk::daemon {

struct FileFacts {
    std::uint64_t bytes = 0;
    std::string sha256;
    unsigned mode = 0;  // "rwxr-x---" as a number
    std::string owner;  // by name, or by number where it has none
    std::string group;
};

// From an open file, at most `bytes` of it: of one that still grows, what was there then. `to` must
// not be there; it is on the disk when this returns, for its owner alone. Folders above are made.
[[nodiscard]] rules::Result<FileFacts> copy_open_file(int from, std::uint64_t bytes,
                                                      const std::string& to);
[[nodiscard]] rules::Result<FileFacts> copy_file(const std::string& from, const std::string& to);
// Of one that lies there.
[[nodiscard]] rules::Result<FileFacts> facts_of_file(const std::string& path);
// Mode, owner and group alone.
[[nodiscard]] FileFacts rights_of_file(const std::string& path);
// What it was; owner and group only as root. A name that this machine does not know is a fault.
[[nodiscard]] rules::Faults give_back_rights(const std::string& path, const FileFacts& facts);

[[nodiscard]] rules::Faults sync_file(const std::string& path);
void make_private_folders(const std::string& folder);  // those that are not there, mode 0700
void sync_folder(const std::string& folder);
// Of the file system that holds the nearest folder which is there.
[[nodiscard]] std::uint64_t free_bytes_at(const std::string& path);

}  // namespace qk::daemon
