// Refusals and what was granted, as rows. refusals.hpp decides what is written.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/refusal.hpp"
#include "daemon/store/newest_first.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct RefusalRow {
    std::int64_t number = 0;
    std::string enterprise;
    std::string order;
    std::int64_t revision = 0;
    std::int64_t receipt = 0;  // its number
    rules::Instant opened_at{};
    RefusalStanding standing = RefusalStanding::kOpen;
    std::optional<rules::Instant> answered_at{};
    std::string answered_by{};
    std::string reason{};
    // Of the receipt.
    std::string by{};
    std::string note{};
};

std::int64_t store_refusal(Session& db, const RefusalRow& row);
// The newest of this revision; none: it was not refused.
[[nodiscard]] std::optional<RefusalRow> refusal_of(Session& db, const std::string& enterprise,
                                                   std::int64_t revision);
struct RefusalAnswer {
    RefusalStanding standing = RefusalStanding::kOpen;
    rules::Instant at{};
    std::string person{};
    std::string reason{};
};
// The open one of this revision, if there is one.
void close_refusal(Session& db, const std::string& enterprise, std::int64_t revision,
                   const RefusalAnswer& answer);
// Without a standing all; `region_prefix` as of list_orders().
[[nodiscard]] std::vector<RefusalRow> list_refusals(Session& db,
                                                    std::optional<RefusalStanding> standing,
                                                    const NewestFirst& stretch,
                                                    const std::string& region_prefix);
[[nodiscard]] std::size_t count_refusals(Session& db, std::optional<RefusalStanding> standing,
                                         const std::string& region_prefix);
// The same revision is asked for again: nothing is on record, it goes out again, and deadlines run
// from now.
void ask_anew(Session& db, const std::string& enterprise, rules::Instant now);

void store_exceptions(Session& db, const plans::OrderDocument& order,
                      const std::vector<OrderException>& exceptions, std::int64_t refusal,
                      rules::Zone zone);
// What was granted of an order; prepared once for all documents of a decision.
class ExceptionReader {
 public:
    ExceptionReader(Session& db, rules::Zone zone);
    [[nodiscard]] std::vector<OrderException> of(const std::string& enterprise,
                                                 const std::string& order);

 private:
    Statement read_;
    rules::Zone zone_;
};

}  // namespace qk::daemon
