// A refusal (高炉不能停) and what may be answered to it. Pure.
//
//     open -> confirmed   the enterprise is right, and what it refused is not asked
//          -> amended     something less is asked in its place
//          -> insisted    the order stands, and the same revision is asked for again
//          -> overruled   it was none: a person took the receipt back
//          -> superseded  the order has changed meanwhile
//
// What is granted holds for the obligation with the share that it was refused with, for as long as
// the order keeps its id: a derivation that comes later does not ask for it again, a stricter one
// does. A grant only ever asks for less than was signed.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/response/order.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

enum class RefusalStanding { kOpen, kConfirmed, kAmended, kInsisted, kOverruled, kSuperseded };
[[nodiscard]] std::string_view to_text(RefusalStanding standing);  // "open"
[[nodiscard]] std::optional<RefusalStanding> parse_refusal_standing(std::string_view text);

// What a person grants of one obligation. Dropped, or a smaller share, or a later begin.
struct ObligationChange {
    std::string obligation;
    bool is_dropped = false;
    std::optional<double> ratio{};
    std::optional<rules::Instant> from{};
    std::string detail{};  // the sentence the enterprise reads; with a ratio
};
inline constexpr std::size_t kChangesMax = 200;  // in one answer
// {"changes":[{"obligation","drop":true} | {"obligation","ratio","detail","from"}]}
[[nodiscard]] rules::Result<std::vector<ObligationChange>> read_changes(
    const boost::json::value& body, rules::Zone zone);

// What the order asks in place of one obligation, or that it does not ask it.
struct OrderException {
    std::string obligation;
    double ratio = 0;  // as it was refused
    std::optional<rules::Obligation> granted{};
};
// Why it is granted, as it stands in the basis of what is asked instead.
struct GrantReason {
    std::string text;
    std::string source;
};
// A change that names no obligation of the order, that asks for more, or that no instrument could
// be held against, is a fault.
[[nodiscard]] rules::Result<std::vector<OrderException>> exceptions_of(
    const plans::OrderDocument& order, const std::vector<ObligationChange>& changes,
    const GrantReason& reason);
// Every obligation of the order is dropped.
[[nodiscard]] std::vector<OrderException> all_dropped(const plans::OrderDocument& order);

// The document with what was granted. True: something of it was.
bool apply_exceptions(plans::OrderDocument& order, const std::vector<OrderException>& exceptions);

}  // namespace qk::daemon
