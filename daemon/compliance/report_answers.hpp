// When each answer to an order first came, as a report tells it. Pure.
//
// A correction takes back the state it names and every state beyond the one it puts on record: a
// refusal that was never sent is not told as one, and who began, had not, and began again, began
// the second time. What a correction leaves alone came when it first came.
#pragma once

#include <vector>

#include "daemon/orders/receipt.hpp"
#include "plans/documents/report.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct AnswerOnRecord {
    ReceiptState state = ReceiptState::kNone;
    rules::Instant at{};
    bool is_taken = false;  // it moved the order; else it came late or for an older revision
};

// All answers to one revision, in the order in which they were stored. What `order` knows from
// other revisions stays where it is earlier.
void add_answers(const std::vector<AnswerOnRecord>& answers, plans::OrderAnswer& order);

}  // namespace qk::daemon
