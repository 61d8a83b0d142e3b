// County targets over the API: setting them, giving values that come from outside, and following
// all of them: PM2.5 by the observations in the store, electricity and emission by the readings of
// the county's meters and outlets. A value that was given goes before one of ours.
#pragma once

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"

namespace qk::daemon {

void add_target_routes(Router& router, Context& context);

}  // namespace qk::daemon
