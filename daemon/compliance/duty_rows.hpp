// Obligations of all revisions as rows, and how the revisions were delivered.
// obligation_windows.hpp puts them together.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/delivery.hpp"

namespace qk::daemon {

// What one revision says of an obligation.
struct DutyRow {
    std::string enterprise;
    std::int64_t revision = 0;
    std::string warning;
    rules::Instant from{};
    std::optional<rules::Instant> to;
    std::optional<rules::Instant> replaced_at;
    std::string json;
};
struct DutyQuery {
    // All of one warning; empty: of what had not ended by `since` and had begun by `now`.
    std::string warning;
    std::string enterprise;  // empty: of all
    rules::Instant since{};
    rules::Instant now{};
};
// In order of enterprise, obligation and revision, one after the other, since those of a whole
// region are many. No exercises.
void each_duty(Session& db, const DutyQuery& query,
               const std::function<void(const DutyRow&)>& take);

// What is on record of revisions of an enterprise's order. A receipt counts by our clock, and not
// if it came before there was such a revision; a call by when it was held, within what is possible.
class DeliveryReader {
 public:
    explicit DeliveryReader(Session& db);
    [[nodiscard]] rules::Delivery of(const std::string& enterprise, std::int64_t first,
                                     std::int64_t last);

 private:
    Statement published_;
    Statement answered_;
};

// From the first obligation to the last of each warning that had not ended by `since`.
[[nodiscard]] std::vector<rules::Span> warning_spans(Session& db, rules::Instant since,
                                                     rules::Instant now);

struct OrderCounts {
    std::int64_t orders = 0;
    std::int64_t revisions = 0;     // of all orders
    std::int64_t publications = 0;  // number of the last
};
[[nodiscard]] OrderCounts count_revisions(Session& db);

}  // namespace qk::daemon
