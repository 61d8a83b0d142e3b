// Parts of a document that may be missing: read as null or as an empty list, so that what reads
// them names what it wanted. They live as long as the document, as JsonFields needs it.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

namespace qk::plans {

[[nodiscard]] inline const boost::json::value& or_null(const boost::json::value* value) {
    static const boost::json::value kNull;
    return value == nullptr ? kNull : *value;
}
// The items of a list; none where it is not one.
[[nodiscard]] inline const boost::json::array& items_of(const boost::json::value* value) {
    static const boost::json::array kNone;
    return value != nullptr && value->is_array() ? value->get_array() : kNone;
}

}  // namespace qk::plans
