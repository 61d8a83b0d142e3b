// Reading what came in over the API: enterprises with their presence, raw readings, rejected
// messages.
#pragma once

#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;

void add_intake_routes(Router& router, Context& context);

}  // namespace qk::daemon
