// Orders, their receipts and refusals as the API shows them.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <optional>
#include <vector>

#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/orders/refusal_rows.hpp"
#include "daemon/service/config.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct OrderJson {
    rules::Zone zone;
    ReceiptDeadlines deadlines;

    [[nodiscard]] boost::json::object order(const StoredOrder& order) const;
    [[nodiscard]] boost::json::object receipt(const StoredReceipt& stored) const;
    [[nodiscard]] boost::json::object refusal(const RefusalRow& row) const;
    // What came back to one revision: the receipts, whether some of them contradict what is on
    // record and no person has spoken since, the refusal.
    [[nodiscard]] boost::json::object answers(const std::vector<StoredReceipt>& receipts,
                                              const std::optional<RefusalRow>& refusal) const;
};

}  // namespace qk::daemon
