// County targets over the API: setting them, giving the values that come from outside (emission,
// electricity), and following all of them. PM2.5 is followed by the observations in the store.
#pragma once

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"

namespace qk::daemon {

void add_target_routes(Router& router, Context& context);

}  // namespace qk::daemon
