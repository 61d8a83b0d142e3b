// Inventory editions over the API: listing them and uploading one.
#pragma once

#include "daemon/api/api.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/service/context.hpp"

namespace qk::daemon {

// `uploads` reads what is uploaded.
void add_inventory_routes(Router& router, Context& context,
                          UploadReader& uploads = upload_reader_of_caller());

}  // namespace qk::daemon
