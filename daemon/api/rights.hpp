// What the caller of a route may do by the region of their account.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "daemon/access/region_scope.hpp"
#include "daemon/api/answers.hpp"

namespace qk::daemon {

// Of the caller's region, for lists.
[[nodiscard]] inline std::string caller_region_prefix(const Call& call) {
    return call.caller ? std::string(region_prefix(call.caller->region)) : std::string();
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
