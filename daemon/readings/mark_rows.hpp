// Marks of what is durable as rows: one for each queue of an enterprise's agent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/base/message_sequence.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct MarkRow {
    std::string enterprise;
    std::string region;  // of the topic on which it last sent
    SpoolMark mark;
    rules::Instant raised_at{};
};

[[nodiscard]] std::optional<MarkRow> mark_of(Session& db, const std::string& enterprise,
                                             const std::string& spool);
void store_mark(Session& db, const MarkRow& row);
// All but those that rose last.
void drop_old_marks(Session& db, const std::string& enterprise, std::size_t kept);
// Those that rose last come first.
[[nodiscard]] std::vector<MarkRow> marks_of(Session& db, const std::string& enterprise);
// Enterprises that have one, in their order, behind `after`.
[[nodiscard]] std::vector<std::string> marked_enterprises(Session& db, const std::string& after,
                                                          std::size_t limit);

}  // namespace qk::daemon
