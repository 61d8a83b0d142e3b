// Random draws (双随机) as rows.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct DrawRow {
    std::int64_t number = 0;
    std::string purpose;
    std::string lists;  // canonical JSON
    std::string lists_sha256;
    std::string seed_sha256;
    std::string public_source;
    rules::Instant committed_at{};
    std::string committed_by;
    std::int64_t audit_entry = 0;
    std::optional<std::string> seed{};  // until it is drawn shown to nobody
    std::string public_value;
    std::optional<rules::Instant> drawn_at{};
    std::string drawn_by;
    std::string drawn;  // JSON
};
std::int64_t insert_draw(Session& db, const DrawRow& row);
void store_draw(Session& db, const DrawRow& row);
[[nodiscard]] std::optional<DrawRow> load_draw(Session& db, std::int64_t number);
[[nodiscard]] std::vector<DrawRow> list_draws(Session& db, const NewestFirst& stretch);
[[nodiscard]] std::size_t count_draws(Session& db);

}  // namespace qk::daemon
