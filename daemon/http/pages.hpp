// The console's page, style and script, carried in the binary. They are open to all: what they show
// comes through the API, which wants a token.
#pragma once

namespace qk::daemon {

class Router;

void add_page_routes(Router& router);

}  // namespace qk::daemon
