// Replay (回放): the API of the desk as it was. Read only; what cannot be told of a past instant is
// named and not guessed.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_past_routes(Router& router, Context& context);

}  // namespace qk::daemon
