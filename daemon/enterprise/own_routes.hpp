// The API of an enterprise's own page: what it has to do, its answers, its curves, its cases, its
// board. Every route is about the enterprise behind the caller; none names one.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_own_routes(Router& router, Context& context);
void add_own_case_routes(Router& router, Context& context);  // own_routes_cases.cpp

}  // namespace qk::daemon
