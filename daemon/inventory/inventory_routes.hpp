// Inventory editions over the API: listing them and uploading one.
#pragma once

#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;
class UploadReader;

// `uploads` reads what is uploaded.
void add_inventory_routes(Router& router, Context& context, UploadReader& uploads);

}  // namespace qk::daemon
