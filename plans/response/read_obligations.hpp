// Obligations out of a JSON document: what `qingkongctl derive` prints, an order document, one
// enterprise of either, or a bare array. Wherever an "obligations" list stands, it is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

[[nodiscard]] rules::Result<std::vector<rules::Obligation>> read_obligations(
    std::string_view text, const std::string& file, rules::Zone zone);

}  // namespace qk::plans
