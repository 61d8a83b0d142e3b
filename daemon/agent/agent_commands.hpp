// The command line of qingkong-agent.
#pragma once

#include "daemon/command_line/command_line.hpp"

namespace qk::agent {

// `serve_with` runs the agent with the configuration at that path; it has the clocks.
[[nodiscard]] command_line::Command qingkong_agent(int (*serve_call)(const command_line::Call&));

}  // namespace qk::agent
