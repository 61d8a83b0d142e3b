// Concentrations that are what they say only in another unit, and readings about zero.
//
// Nothing is guessed: what fits no air is named and refused with what to write instead. Small
// negative readings are the noise of an instrument about zero (HJ 817 and HJ 818 let them take part
// as what lies below the detection limit); they count as 0, so that clean air has a valid day.
#pragma once

#include <optional>
#include <string>

#include "plans/feeds/columns.hpp"
#include "rules/air/series.hpp"

namespace qk::plans {

// Half of the values lie where the scale of HJ 633 has ended: 60 mg/m³ over a day, 150 in an hour.
[[nodiscard]] bool is_carbon_monoxide_in_micrograms(const rules::HourlySeries& series);
// Carbon monoxide of the whole series from µg/m³ to mg/m³.
void take_carbon_monoxide_as_micrograms(rules::HourlySeries& series);
// Particles that never reach 1 µg/m³ although they vary: mg/m³.
[[nodiscard]] bool are_particles_in_milligrams(const rules::HourlySeries& series);

// Sets readings from -5 to 0 that are no whole number (those are marks: -1, -9) to 0; how many.
[[nodiscard]] std::size_t settle_small_negatives(rules::HourlySeries& series);

// The fault of a series whose unit fits no air, given its bare columns; empty where it does.
struct BareUnits {
    bool carbon_monoxide = false;
    bool particles = false;
};
[[nodiscard]] std::optional<rules::Fault> unit_fault(const rules::HourlySeries& series,
                                                     BareUnits bare);

}  // namespace qk::plans
