// The coverage audit of the edition in use over the API: its gaps by name, page by page.
#pragma once

#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;

void add_coverage_routes(Router& router, Context& context);

}  // namespace qk::daemon
