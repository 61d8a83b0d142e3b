// The audit log over the API: its entries, and whether its chain holds.
#pragma once

#include "daemon/api/api.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

void add_audit_routes(Router& router, Context& context);

}  // namespace qk::daemon
