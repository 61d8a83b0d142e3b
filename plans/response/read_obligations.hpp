// Obligations out of a JSON document: what `qingkongctl derive` prints, an order document, one
// enterprise of either, or a bare array. Wherever an "obligations" list stands, it is read.
//
// An obligation, or the order or enterprise around it, may say how it was delivered: "delivery":
// {"published_at": T, "received_at": T, "telephoned_at": T}, each of which may be left out. Then it
// is judged from when it could be known, and {} says that it never was. Without the member it
// counts as known from its start.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/compliance/delivery.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

struct GivenObligation {
    rules::Obligation obligation;
    std::optional<rules::Delivery> delivery;
};

[[nodiscard]] rules::Result<std::vector<GivenObligation>> read_obligations(std::string_view text,
                                                                           const std::string& file,
                                                                           rules::Zone zone);

}  // namespace qk::plans
