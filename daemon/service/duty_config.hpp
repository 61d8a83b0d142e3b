// The settings of duty (值班): the roster's file, the ladders of escalation, who is told.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "plans/roster/ladder.hpp"
#include "rules/base/result.hpp"

namespace qk::plans {
class TomlTable;
}  // namespace qk::plans

namespace qk::daemon {

struct DutyConfig {
    std::string roster_file;         // .toml or .csv; empty: handed in through the API
    std::string ladders_file;        // empty: the shipped ladders
    std::vector<std::string> hooks;  // gateways that call people: "https://…" or "exec:/path"
    int gap_days = 14;               // so far ahead the roster must be filled
    int matters_most = 5000;         // open at once; what is beyond is counted and logged

    // Read from the files above by load_duty(), or given directly by simulations and tests.
    std::string roster_text;
    std::shared_ptr<const plans::Ladders> ladders;  // null: the shipped ones
};
inline constexpr int kGapDaysMost = 92;
inline constexpr int kMattersMost = 20'000;

// But for the hooks.
void read_duty(plans::TomlTable& section, DutyConfig& duty);
// What is wrong with the files that it names; the roster is held against the accounts later.
[[nodiscard]] rules::Faults load_duty(DutyConfig& duty);

}  // namespace qk::daemon
