// Outlines of counties as rows; the newest counts.
#pragma once

#include <optional>
#include <string>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct StoredOutlines {
    std::int64_t number = 0;
    std::string name;
    std::string source;    // where they are from, with the review number (审图号)
    std::string sha256;    // of the file
    std::string counties;  // JSON; empty: they were taken out of use
    std::string given_by;
    rules::Instant given_at{};
};
[[nodiscard]] std::optional<StoredOutlines> newest_outlines(Session& db);
// Its number. The texts of the older ones go; who gave what and when stays.
std::int64_t store_outlines(Session& db, const StoredOutlines& outlines);

}  // namespace qk::daemon
