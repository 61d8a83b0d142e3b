// The commands of qingkongctl. Each takes what was typed after its name and returns an exit code.
#pragma once

#include <string>
#include <vector>

#include "daemon/ctl/exit_code.hpp"
#include "rules/base/time.hpp"

namespace qk::ctl {

using Arguments = std::vector<std::string>;

// The instant at which the program was called. Only main reads the clock; tests set what they like.
[[nodiscard]] rules::Instant now();
void set_now(rules::Instant instant);

[[nodiscard]] int aqi_command(const Arguments& arguments);
[[nodiscard]] int backtest_command(const Arguments& arguments);
[[nodiscard]] int call_command(const Arguments& arguments);
[[nodiscard]] int events_command(const Arguments& arguments);
[[nodiscard]] int catalogue_command(const Arguments& arguments);
[[nodiscard]] int derive_command(const Arguments& arguments);
[[nodiscard]] int floor_command(const Arguments& arguments);
[[nodiscard]] int forecast_command(const Arguments& arguments);
[[nodiscard]] int inventory_command(const Arguments& arguments);
[[nodiscard]] int key_command(const Arguments& arguments);
[[nodiscard]] int notice_command(const Arguments& arguments);
[[nodiscard]] int pack_command(const Arguments& arguments);
[[nodiscard]] int paper_command(const Arguments& arguments);
[[nodiscard]] int plan_command(const Arguments& arguments);
[[nodiscard]] int prompt_command(const Arguments& arguments);
[[nodiscard]] int season_command(const Arguments& arguments);
[[nodiscard]] int standard_command(const Arguments& arguments);
[[nodiscard]] int targets_command(const Arguments& arguments);
[[nodiscard]] int token_command(const Arguments& arguments);
[[nodiscard]] int trigger_command(const Arguments& arguments);
[[nodiscard]] int verify_command(const Arguments& arguments);
[[nodiscard]] int warning_command(const Arguments& arguments);

}  // namespace qk::ctl
