// Inventory editions over the API: listing them and uploading one.
#pragma once

#include "daemon/context.hpp"
#include "daemon/http/api.hpp"

namespace qk::daemon {

void add_inventory_routes(Router& router, Context& context);

}  // namespace qk::daemon
