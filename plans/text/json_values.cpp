#include "plans/text/json_values.hpp"

namespace qk::plans {

boost::json::value iso(rules::Instant at, rules::Zone zone) {
    return boost::json::value(rules::to_iso(at, zone));
}

boost::json::value iso(const std::optional<rules::Instant>& at, rules::Zone zone) {
    return at ? iso(*at, zone) : boost::json::value(nullptr);
}

boost::json::string word(std::string_view text) { return boost::json::string(text); }

boost::json::array texts(const std::vector<std::string>& items) {
    boost::json::array array;
    array.reserve(items.size());
    for (const std::string& item : items) array.emplace_back(item);
    return array;
}

}  // namespace qk::plans
