// The data area: parameters and values by code. Internal to the folder.
#pragma once

#include <string_view>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

// `area` is what stands behind "CP=", in clear.
void read_content(std::string_view area, const DecodeSetting& setting, Frame& frame);
// DataTime alone, as the parameter that it is where it stands by itself between separators.
void find_data_time(std::string_view area, Frame& frame);
// When the data is of, and how late it came.
void judge_data_time(Frame& frame);
// Which values may be evidence.
void judge_evidence(Frame& frame);

// "a21026" or "02": whether the code is of the form of 2017 and 2025, or of 2005.
[[nodiscard]] bool has_form_of_2017(std::string_view code);
[[nodiscard]] bool has_form_of_2005(std::string_view code);

}  // namespace qk::plans::hj212
