// Before the schema goes forward: the database as the older program left it, copied beside itself
// and looked through. The older program opens no newer schema, so this copy is the way back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "rules/base/result.hpp"

namespace qk::daemon {

struct UpgradeCopy {
    std::string path;  // "qingkong.db.schema-380": the newest step that is in it
    std::uint64_t bytes = 0;
    bool is_every_page_read = false;
};

// A longer copy is not read page by page again, because the service is down meanwhile: only what it
// answers is compared.
inline constexpr std::uint64_t kUpgradeCopyReadMax = std::uint64_t{2} << 30;

// Nothing where there is no database yet, or none of an older program. Faults: nothing was changed,
// and the start must be refused.
[[nodiscard]] rules::Result<std::optional<UpgradeCopy>> copy_before_upgrade(
    const std::string& database);

}  // namespace qk::daemon
