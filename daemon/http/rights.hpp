// What people of a part of the region may do: a province covers its cities, a city its counties
// (GB/T 2260: 410000, 411000, 411002). Who is of no named region is of the daemon's whole region.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/http/api.hpp"

namespace qk::daemon {

// What the codes of all places in a region begin with: "4110" of 411000; empty: of everywhere.
[[nodiscard]] inline std::string_view code_stem(std::string_view region) {
    constexpr std::size_t kCodeDigits = 6;
    if (region.size() != kCodeDigits) return region;
    while (region.ends_with("00")) region.remove_suffix(2);
    return region;
}
// Of the caller's region, for lists.
[[nodiscard]] inline std::string caller_stem(const Call& call) {
    return call.caller ? std::string(code_stem(call.caller->region)) : std::string();
}

// Whether a place lies in the region of a person.
[[nodiscard]] inline bool covers(std::string_view of_person, std::string_view place) {
    return of_person == place || place.starts_with(code_stem(of_person));
}

[[nodiscard]] inline bool covers(const Call& call, std::string_view place) {
    return !call.caller || covers(call.caller->region, place);
}

// The refusal of an act that concerns the whole region, for who is of a part of it.
[[nodiscard]] inline std::optional<ApiResponse> refuse_part(const Call& call,
                                                            const std::string& region_code) {
    if (covers(call, region_code)) return std::nullopt;
    return answer_problem(403, "您的辖区不含本地区，无权进行此操作",
                          "this concerns the whole region; you are of " + call.caller->region);
}

}  // namespace qk::daemon
