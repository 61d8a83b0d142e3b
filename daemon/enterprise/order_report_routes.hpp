// The API of reports of how an order is carried out: handed in by the enterprise with photos, read
// by it and by people of the bureau.
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_order_report_routes(Router& router, Context& context);

}  // namespace qk::daemon
