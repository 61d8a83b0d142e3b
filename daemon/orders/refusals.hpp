// Refusals as cases: opened by the receipt, answered by a named person within a deadline, which is
// followed by the phone list (receipts.hpp); they end with the revision that was refused. Each step
// leaves an audit entry and an event.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/orders/receipt_rows.hpp"
#include "daemon/orders/refusal_rows.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

struct ApiResponse;
class Router;

// In the transaction of the receipt that was taken.
void open_refusal(Session& db, const Receipt& receipt, const ReceiptOrigin& origin,
                  std::int64_t number);
// A person took the refusal back: it was none.
void overrule_refusal(Session& db, const Receipt& receipt, const ReceiptOrigin& origin);

// Who answers a refusal, and why.
struct RefusalAct {
    std::string enterprise;
    std::int64_t revision = 0;  // as the person has seen it; 0: the one in force
    std::string person;
    std::string person_region;
    std::string remote;
    std::string reason;
    rules::Instant now{};
    rules::Zone zone = rules::kBeijingTime;
};
// It stands: nothing of what was refused is asked any more.
ApiResponse confirm_refusal(Session& db, const RefusalAct& act, const plans::SigningKey& key);
// Less is asked in its place, by a new revision.
ApiResponse amend_order(Session& db, const RefusalAct& act,
                        const std::vector<ObligationChange>& changes, const plans::SigningKey& key);
// The order stands: the same revision goes out again, and its answer is waited for anew.
ApiResponse insist_on_order(Session& db, const RefusalAct& act);

void add_refusal_routes(Context& context, Router& router);

}  // namespace qk::daemon
