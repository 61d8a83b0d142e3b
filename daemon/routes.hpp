// Making a Route in one line: the shape that all services share.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "daemon/http/api.hpp"

namespace qk::daemon {

// Everybody who may look at everything.
[[nodiscard]] inline std::set<Role> all_readers() {
    return {Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
            Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};
}

struct RouteText {
    std::string method;
    std::string pattern;
    std::string summary;
    std::vector<FieldNote> query;
    std::vector<FieldNote> body;
    // Of uploads: kinds of body beside JSON, and how long one may be.
    std::vector<std::string> media{};
    std::uint64_t body_bytes_max = kJsonBodyBytesMax;
};

// Hours of a year of many stations, or a forecast with its members.
inline constexpr std::uint64_t kAirUploadBytesMax = std::uint64_t{64} << 20;
// The inventory of a hundred thousand enterprises, as JSON of its tables.
inline constexpr std::uint64_t kInventoryUploadBytesMax = std::uint64_t{256} << 20;

inline void add_route(Router& router, RouteText text, std::set<Role> roles, Handler handler) {
    Route route;
    route.method = std::move(text.method);
    route.pattern = std::move(text.pattern);
    route.roles = std::move(roles);
    route.summary = std::move(text.summary);
    route.handler = std::move(handler);
    route.query = std::move(text.query);
    route.body = std::move(text.body);
    route.media = std::move(text.media);
    route.body_bytes_max = text.body_bytes_max;
    router.add(std::move(route));
}

}  // namespace qk::daemon
