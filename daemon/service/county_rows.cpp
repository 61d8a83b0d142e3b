#include "daemon/service/county_rows.hpp"

#include <fmt/format.h>

namespace qk::daemon {

void add_county(RowFilter& filter, std::string_view enterprise, const std::string& stem) {
    if (stem.empty()) return;
    filter.add(fmt::format("{} IN (SELECT o.enterprise FROM orders AS o WHERE o.region >= ? AND "
                           "o.region < ?)",
                           enterprise),
               stem, end_of_stem(stem));
}

std::string region_of_order(Session& db, const std::string& enterprise) {
    return db.one<std::string>("SELECT region FROM orders WHERE enterprise = ?", enterprise)
        .value_or("");
}

std::string enterprise_of_case(Session& db, const std::string& number) {
    return db.one<std::string>("SELECT enterprise FROM cases WHERE number = ?", number)
        .value_or("");
}

std::vector<OrderPlace> order_places(Session& db, const std::string& after, std::size_t limit) {
    Statement read(
        db,
        "SELECT enterprise, region FROM orders WHERE enterprise > ?1 ORDER BY enterprise "
        "LIMIT ?2",
        after, limit);
    std::vector<OrderPlace> places;
    while (read.next()) places.push_back({read.text(0), read.text(1)});
    return places;
}

}  // namespace qk::daemon
