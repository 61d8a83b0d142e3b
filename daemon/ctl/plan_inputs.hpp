// What every command that makes a plan reads: an inventory, the region's rules, a catalogue, a
// season. Faults are printed here; an empty answer means the command returns kBadUsage.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>

#include "daemon/command_line/command_line.hpp"
#include "plans/inventory/inventory.hpp"
#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/obligation_table.hpp"

namespace qk::ctl {

struct PlanInputs {
    plans::Inventory inventory;
    plans::Catalogue catalogue;
    plans::RegionRules rules;
    std::optional<plans::SeasonPlan> season;
    std::vector<plans::GradeChange> grade_changes;
    rules::Zone zone;
    rules::Instant this_hour{};
};

// --inventory PATH, which is required.
[[nodiscard]] command_line::Option inventory_option();
// --level COLOUR, which is required.
[[nodiscard]] command_line::Option level_option();
// --at TIME: when the measures start.
[[nodiscard]] command_line::Option start_option();
// --pack ID|FILE.
[[nodiscard]] command_line::Option pack_option();
// --catalogue FILE.
[[nodiscard]] command_line::Option catalogue_option();
// --season FILE.
[[nodiscard]] command_line::Option season_option();
// Reads --season, or season.toml of the inventory's folder, into `inputs` by the rules that it has;
// false, with what is wrong printed, where it cannot be read.
[[nodiscard]] bool load_season(const command_line::Call& call, const std::string& inventory,
                               PlanInputs& inputs);
// The names of grades that --pack adds; empty, with a sentence on stderr, where it cannot be read.
[[nodiscard]] std::optional<plans::GradeNames> grade_names_in(const command_line::Call& call);
// The rules of --pack and the catalogue of --catalogue, without an inventory; likewise empty.
[[nodiscard]] std::optional<PlanInputs> rules_in(const command_line::Call& call);
// --pack, --catalogue, --season, --grade-changes and --map.
[[nodiscard]] command_line::Options plan_options();
// Reads --inventory and the above; `inventory` instead of the option where it is given.
[[nodiscard]] std::optional<PlanInputs> load_plan_inputs(
    const command_line::Call& call, const std::optional<std::string>& inventory = std::nullopt);
// Without `from` the measures start this hour.
[[nodiscard]] plans::DeriveInput derive_input(const PlanInputs& inputs, rules::Colour colour,
                                              std::optional<rules::Instant> from);
// Prints what is wrong with the inventory; empty when nothing could be loaded. `map` is the path of
// a confirmed column map.
[[nodiscard]] std::optional<plans::Inventory> inventory_at(
    const std::string& path, const std::optional<std::string>& map = std::nullopt,
    const plans::RegionRules& rules = plans::national_sample_rules());

// Empty, with a sentence on stderr, where the option is no colour.
[[nodiscard]] std::optional<rules::Colour> colour_in(const command_line::Call& call,
                                                     const std::string& option);
// Outer empty: wrong; inner empty: not given.
[[nodiscard]] std::optional<std::optional<rules::Instant>> instant_in(
    const command_line::Call& call, const std::string& option, rules::Zone zone);

[[nodiscard]] rules::Faults remarks_of(const plans::ObligationTable& table,
                                       const PlanInputs& inputs);
[[nodiscard]] boost::json::value faults_to_json(const rules::Faults& faults);
[[nodiscard]] bool floors_met(const std::vector<plans::FloorAnswer>& floors);

}  // namespace qk::ctl
