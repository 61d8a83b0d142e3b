// The configuration of a daemon in simulated time: the people of the story, its inventory and a
// signing key that follows from the seed.
#pragma once

#include <string>

#include "daemon/app.hpp"
#include "sim/story/link.hpp"
#include "sim/story/stage.hpp"

namespace qk::sim {

// `folder`: where database and journal lie; empty: both in memory.
[[nodiscard]] daemon::Config config_of(const Stage& stage, const std::string& folder);
// What a person of the story shows to the daemon.
[[nodiscard]] std::string token_of(Who who);
// "qingkong/1/{region}/{enterprise}/order" -> the enterprise.
[[nodiscard]] std::string enterprise_in(const std::string& topic);

}  // namespace qk::sim
