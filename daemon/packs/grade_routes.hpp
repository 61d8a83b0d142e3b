// Grades that change beside the edition in use (清单印发后的绩效分级变更): put up by a named person
// with the paper and who decided, tried on the inventory, confirmed by another person, and counted
// from their day by whatever is decided after it, where the region's pack says that such changes
// count. A new edition has the grades of its day printed in it, so older changes end with it
// (grade_rows.hpp).
#pragma once

namespace qk::daemon {

class Router;
struct Context;

void add_grade_routes(Router& router, Context& context);

}  // namespace qk::daemon
