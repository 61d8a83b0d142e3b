// Reading what came in over the API: enterprises with their presence, raw readings, rejected
// messages.
#pragma once

#include "daemon/api/api.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

void add_intake_routes(Router& router, Context& context);

}  // namespace qk::daemon
