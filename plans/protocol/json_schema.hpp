// A JSON value held against a JSON Schema, as far as our own documents use it: type, enum,
// required, properties, items, limits, pattern, anyOf, references into the same document. Pure.
//
// A word that limits and is not one of these is a fault of the schema, so that nothing passes for
// checked that was not.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

namespace qk::plans {

// What does not fit, "/obligations/0/ratio: is above 1"; at most this many.
inline constexpr std::size_t kSchemaFaultsMax = 20;

// `root` is the document in which "#/..." points.
[[nodiscard]] std::vector<std::string> schema_faults(const boost::json::value& value,
                                                     const boost::json::value& schema,
                                                     const boost::json::value& root);

}  // namespace qk::plans
