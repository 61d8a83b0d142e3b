// What an enterprise is shown of its orders, receipts and cases: everything that binds it, and
// nothing of who works on it. Of a lead nothing before the site check, which comes unannounced.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "daemon/compliance/case_rows.hpp"
#include "daemon/enterprise/own_caller.hpp"
#include "daemon/orders/order_rows.hpp"
#include "daemon/orders/receipt_rows.hpp"
#include "daemon/orders/refusal_rows.hpp"
#include "daemon/service/config.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct OwnView {
    rules::Zone zone;
    ReceiptDeadlines deadlines;

    [[nodiscard]] boost::json::object receipt(const StoredReceipt& stored) const;
    [[nodiscard]] boost::json::object refusal(const RefusalRow& row) const;
    // With the signed document as "document", its receipts and refusal.
    [[nodiscard]] boost::json::object order(Session& db, const StoredOrder& order) const;
    [[nodiscard]] boost::json::object one_case(Session& db, const StoredCase& row) const;
};

[[nodiscard]] bool may_be_seen(const StoredCase& row);
// Name, county, trade, lines and meters.
[[nodiscard]] boost::json::object facts_json(const OwnCaller& own);

}  // namespace qk::daemon
