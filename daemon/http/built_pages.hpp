// The pages for people that were built from daemon/console: one address for each entry, and the
// parts they share under /assets/, whose names change with what is in them. Open to all: what they
// show comes through the API, which asks who one is.
#pragma once

namespace qk::daemon {

class Router;

void add_built_page_routes(Router& router);

}  // namespace qk::daemon
