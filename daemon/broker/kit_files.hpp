// Writes the files of a kit. A person who may not read one is told so by its mode; the broker's
// account reads by its group.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "rules/base/result.hpp"

namespace qk::broker {

class KitFiles {
 public:
    // `account`: of the broker; counts only where root writes.
    explicit KitFiles(const std::string& account);
    [[nodiscard]] rules::Result<void> write(const std::filesystem::path& path,
                                            std::string_view bytes, mode_t mode,
                                            bool is_brokers) const;
    [[nodiscard]] rules::Result<void> make_folder(const std::filesystem::path& path, mode_t mode,
                                                  bool is_brokers, bool may_write) const;

 private:
    [[nodiscard]] rules::Result<void> give(const std::filesystem::path& path, mode_t mode,
                                           bool is_brokers, bool may_write) const;

    uid_t user_ = static_cast<uid_t>(-1);
    gid_t group_ = static_cast<gid_t>(-1);
};

}  // namespace qk::broker
