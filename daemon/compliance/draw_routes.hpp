// The API of random draws (双随机): committed to with the seed's hash and the lists in the audit
// log, then revealed and drawn. How it is drawn is plans/casework/draw.hpp.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_draw_routes(Router& router, Context& context);

}  // namespace qk::daemon
