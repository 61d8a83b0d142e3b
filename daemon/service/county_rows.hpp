// Which county a row is about: the one place where rows are held against a person's region. A row
// is of the county that its enterprise's order names; one whose enterprise has no order is of none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/row_filter.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

// The county filter: only rows whose enterprise, the column of that name, has an order in a county
// whose code begins with `stem`. Empty: all.
void add_county(RowFilter& filter, std::string_view enterprise, const std::string& stem);

// Empty: it has no order.
[[nodiscard]] std::string region_of_order(Session& db, const std::string& enterprise);
// Empty: there is no such case.
[[nodiscard]] std::string enterprise_of_case(Session& db, const std::string& number);

struct OrderPlace {
    std::string enterprise;
    std::string region;
};
// Of all orders, in order of enterprise, those behind `after`.
[[nodiscard]] std::vector<OrderPlace> order_places(Session& db, const std::string& after,
                                                   std::size_t limit);

}  // namespace qk::daemon
