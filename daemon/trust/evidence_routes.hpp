// The proof of the audit log over the API: signed heads (open to all, also as an Atom feed), the
// check against heads that the caller has kept, and the export.
#pragma once

#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;

inline constexpr const char* kHeadsPath = "/api/v1/audit/heads";
inline constexpr const char* kHeadsFeedPath = "/api/v1/audit/heads.atom";

void add_evidence_routes(Router& router, Context& context);

}  // namespace qk::daemon
