// The audit log over the API: its entries, and whether its chain holds.
#pragma once

#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;

void add_audit_routes(Router& router, Context& context);

}  // namespace qk::daemon
