// A decoded frame or fault as one JSON object, and in one line for people.
#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <vector>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

// {"outcome", "reasons", "head", "flags", "cp", "factors", "crc_ok", ...}: these stand in each.
[[nodiscard]] boost::json::object to_json(const Frame& frame);

// Outcome, offset, MN, CN, DataTime, reasons, values.
[[nodiscard]] std::vector<std::string> columns_of_frames();
[[nodiscard]] std::vector<std::string> to_row(const Frame& frame);

}  // namespace qk::plans::hj212
