// `qingkong-sim live`: a story played against a running daemon and a real broker.
#pragma once

#include <ostream>

#include "rules/base/result.hpp"
#include "sim/live/live_link.hpp"
#include "sim/story/ledger.hpp"
#include "sim/story/stage.hpp"

namespace qk::sim {

// Progress goes to `out` as it happens, the summary at the end.
[[nodiscard]] rules::Result<Ledger> play_live(const StageOptions& options, LiveOptions live,
                                              std::ostream& out);

}  // namespace qk::sim
