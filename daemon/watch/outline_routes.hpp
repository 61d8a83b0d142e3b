// The API of the map's outlines: given by an administrator, checked, in use at once; and taken out
// of use, which leaves the schematic map.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_outline_routes(Router& router, Context& context);

}  // namespace qk::daemon
