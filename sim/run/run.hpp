// `qingkong-sim run`: one episode in simulated time, its transcript on a stream.
//
// The seed stands in the first line; the same seed, scenario and program give the same bytes.
#pragma once

#include <ostream>

#include "rules/base/result.hpp"
#include "sim/story/ledger.hpp"
#include "sim/story/stage.hpp"

namespace qk::sim {

[[nodiscard]] rules::Result<Ledger> run_episode(const StageOptions& options, std::ostream& out);

}  // namespace qk::sim
