// Receipts: taking one in, and noticing which have not come.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/orders/receipt.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// Stores the receipt with its effect; one that is taken also moves the order's state, takes the
// enterprise off the phone list, and leaves an audit entry and an event; a refusal opens its case
// (refusals.hpp). One that contradicts what is on record is stored beside it, and the enterprise is
// to be telephoned. A repeat changes nothing; it is stored where somebody else says it, or proves
// it. Where a person corrects what is on record, it stays there, and the audit entry says what was
// wrong and why. One with a wrong signature moves and contradicts nothing, and is told with an
// event and an audit entry of its own.
ReceiptEffect take_receipt(Session& db, const Receipt& receipt, const ReceiptOrigin& origin);

// Puts every enterprise whose answer is overdue on the phone list; how many are new. Deadlines for
// received and accepted run from the issue, for executing from when the order takes effect. A
// lifted order must only be received.
std::size_t list_overdue(Session& db, const ReceiptDeadlines& deadlines, rules::Instant now);

}  // namespace qk::daemon
