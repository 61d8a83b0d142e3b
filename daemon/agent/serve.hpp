// The running agent: its broker line and one loop that waits for signals, answers and time.
#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "daemon/agent/settings.hpp"
#include "daemon/base/log.hpp"
#include "rules/base/time.hpp"

namespace qk::agent {

struct Clocks {
    std::function<rules::Instant()> now;
    std::function<std::chrono::steady_clock::time_point()> tick;
};

// Until SIGTERM or SIGINT; the exit code. A refusal to start is told on the log.
[[nodiscard]] int serve(const Settings& settings, const Clocks& clocks, daemon::Log& log);

}  // namespace qk::agent
