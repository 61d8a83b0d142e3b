// What people of a part of the region may do: a province covers its cities, a city its counties
// (GB/T 2260: 410000, 411000, 411002). A caller without a named region sees the daemon's whole
// region.
#pragma once

#include <string_view>

namespace qk::daemon {

// What the codes of all places in a region begin with: "4110" of 411000; empty: of everywhere.
[[nodiscard]] inline std::string_view region_prefix(std::string_view region) {
    constexpr std::size_t kCodeDigits = 6;
    if (region.size() != kCodeDigits) return region;
    while (region.ends_with("00")) region.remove_suffix(2);
    return region;
}

// Whether a place lies in the region of a person.
[[nodiscard]] inline bool covers(std::string_view of_person, std::string_view place) {
    return of_person == place || place.starts_with(region_prefix(of_person));
}

}  // namespace qk::daemon
