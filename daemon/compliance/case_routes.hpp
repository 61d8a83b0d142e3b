// The API of cases: lists, one case, its steps, its files. An enterprise has no account here; its
// statement is handed in by people of the bureau or county, with its paper as a file.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_case_routes(Router& router, Context& context);

}  // namespace qk::daemon
