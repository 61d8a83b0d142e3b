// From an inventory and a level to what every enterprise owes, and to the reductions against the
// floors.
//
// Pure, total and explained: every enterprise of the inventory is answered, every obligation
// carries its chain of reasons, and the same input gives the same bytes. `derive` never issues
// anything. Four steps make the answer, each a function of values: classify.hpp, collect.hpp,
// resolve_line.hpp, assemble.hpp; obligation_table.cpp walks them.
#pragma once

#include <boost/json/value.hpp>
#include <functional>
#include <string>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/response/derive_input.hpp"
#include "plans/response/floors.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/obligation.hpp"

namespace qk::plans {

class JsonOut;  // plans/text/json_out.hpp

// What is cut on one line. Each line is rounded to the gram for itself, the enterprise once over
// all its lines.
struct LineReduction {
    std::string line;
    DailyEmission reduction;
};

struct EnterpriseObligations {
    std::size_t enterprise = 0;  // index into Inventory::enterprises
    std::vector<rules::Obligation> obligations;
    DailyEmission reduction;
    // Why the enterprise is treated as it is; present even where it owes nothing.
    std::vector<rules::Reason> reasons;
    std::vector<LineReduction> lines;  // in inventory order
};

struct DerivedObligations {
    rules::Colour colour = rules::Colour::kYellow;
    std::vector<EnterpriseObligations> enterprises;  // one per enterprise, in inventory order
    std::vector<FloorAnswer> floors;                 // one a pollutant
    rules::Faults remarks;  // deviations, idle lines, unmeasurable duties, ...
};

// For a province, prefer derive_table() (obligation_table.hpp), which keeps the same answer in a
// compact form.
[[nodiscard]] DerivedObligations derive(const DeriveInput& input);

// {"so2_kg_d":…, "nox_kg_d":…, "pm_kg_d":…, "vocs_kg_d":…}, exact to the gram.
[[nodiscard]] boost::json::value to_json(const DailyEmission& emission);
[[nodiscard]] boost::json::value to_json(const FloorAnswer& floor);
[[nodiscard]] boost::json::value to_json(const OtherSource& source, rules::Colour colour);
[[nodiscard]] boost::json::value to_json(const DepartmentTask& task);
// As `qingkongctl derive` prints it.
[[nodiscard]] boost::json::value to_json(const EnterpriseObligations& duties,
                                         const Inventory& inventory, rules::Zone zone);
void write_json(JsonOut& out, const EnterpriseObligations& duties, const Inventory& inventory,
                rules::Zone zone);
// The same with obligations and reasons that others write, item by item.
void write_json(JsonOut& out, const EnterpriseObligations& frame, const Inventory& inventory,
                const std::function<void()>& write_obligations,
                const std::function<void()>& write_reasons);

}  // namespace qk::plans
