// A region pack as JSON, every section with its origin, samples marked; for `pack show` and the
// API.
#pragma once

#include <boost/json/object.hpp>

#include "plans/packs/region_pack.hpp"

namespace qk::plans {

[[nodiscard]] boost::json::object to_json(const RegionPack& pack);
[[nodiscard]] boost::json::array to_json(const std::vector<SampleMark>& samples);

}  // namespace qk::plans
