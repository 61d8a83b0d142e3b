// The commands of qingkongctl. Each noun declares what can be done with it in NOUN_command.cpp;
// commands.cpp puts them together.
#pragma once

#include <vector>

#include "daemon/base/exit_code.hpp"
#include "daemon/command_line/command_line.hpp"

namespace qk::ctl {

using command_line::Bilingual;
using command_line::Call;
using command_line::Command;
using command_line::flag;
using command_line::joined;
using command_line::option;
using command_line::Options;
using command_line::place;

// The whole of it.
[[nodiscard]] Command qingkongctl();

[[nodiscard]] Command account_command();
[[nodiscard]] Command addressee_command();
[[nodiscard]] Command aqi_command();
[[nodiscard]] Command backtest_command();
[[nodiscard]] Command broker_command();
[[nodiscard]] Command call_command();
[[nodiscard]] Command case_command();
[[nodiscard]] std::vector<Command> case_step_commands();  // of the one before
[[nodiscard]] Command catalogue_command();
[[nodiscard]] Command cause_command();
[[nodiscard]] Command conformance_command();
[[nodiscard]] Command control_command();
[[nodiscard]] Command coverage_command();
[[nodiscard]] Command derive_command();
[[nodiscard]] Command draw_command();
[[nodiscard]] Command duty_command();
[[nodiscard]] Command enterprise_command();
[[nodiscard]] Command enterprise_key_command();  // of the one before
[[nodiscard]] Command events_command();
[[nodiscard]] Command evidence_command();
[[nodiscard]] Command federation_command();
[[nodiscard]] Command floor_command();
[[nodiscard]] Command forecast_command();
[[nodiscard]] Command grade_command();
[[nodiscard]] Command hj212_command();
[[nodiscard]] Command init_command();
[[nodiscard]] Command inventory_command();
[[nodiscard]] Command key_command();
[[nodiscard]] Command login_command();
[[nodiscard]] Command logout_command();
[[nodiscard]] Command notice_command();
[[nodiscard]] Command order_command();
[[nodiscard]] Command pack_command();
[[nodiscard]] Command paper_command();
[[nodiscard]] Command plan_command();
[[nodiscard]] Command prompt_command();
[[nodiscard]] Command protocol_command();
[[nodiscard]] Command replay_command();
[[nodiscard]] Command season_command();
[[nodiscard]] Command standard_command();
[[nodiscard]] Command status_command();
[[nodiscard]] Command targets_command();
[[nodiscard]] Command task_command();
[[nodiscard]] Command token_command();
[[nodiscard]] Command trigger_command();
[[nodiscard]] Command verdict_command();
[[nodiscard]] Command verify_command();
[[nodiscard]] Command warning_command();

}  // namespace qk::ctl
