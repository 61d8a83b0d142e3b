// The API of cases for people of the bureau: lists, one case, its steps, its files. A statement on
// paper is handed in by them; what an enterprise says for itself comes over daemon/enterprise.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_case_routes(Router& router, Context& context);

}  // namespace qk::daemon
