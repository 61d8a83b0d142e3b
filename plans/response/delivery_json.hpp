// How an order was delivered, as JSON: {"known_from", "by", "published_at", "received_at",
// "telephoned_at"}, null where it is not on record.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "rules/base/result.hpp"
#include "rules/compliance/delivery.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::value to_json(const rules::Delivery& delivery, rules::Zone zone);
// "known_from" alone counts as the publication; an empty object says that nothing is on record.
[[nodiscard]] rules::Delivery delivery_from_json(const boost::json::value& value,
                                                 const std::string& file, rules::Zone zone,
                                                 rules::Faults& faults);

}  // namespace qk::plans
