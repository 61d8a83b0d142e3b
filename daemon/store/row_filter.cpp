#include "daemon/store/row_filter.hpp"

#include <fmt/format.h>

namespace qk::daemon {

std::string end_of_stem(const std::string& stem) {
    return stem + "\U0010FFFF";  // the last character there is
}

void RowFilter::add_beginning(std::string_view column, const std::string& stem) {
    if (stem.empty()) return;
    add(fmt::format("{0} >= ? AND {0} < ?", column), stem, end_of_stem(stem));
}

int RowFilter::bind_to(Statement& statement) const {
    int place = 1;
    for (const Value& value : values_) {
        std::visit([&](const auto& one) { statement.bind(place++, one); }, value);
    }
    return place;
}

}  // namespace qk::daemon
