// The API (contract §6) as a function of a request: no sockets here. The Beast server carries
// requests from the network, the simulator calls in process; both get the same answers.
//
// For the .cpp files that serve routes: they use all of it. Headers name what they need.
#pragma once

#include "daemon/api/answers.hpp"      // IWYU pragma: export
#include "daemon/api/call.hpp"         // IWYU pragma: export
#include "daemon/api/page_policy.hpp"  // IWYU pragma: export
#include "daemon/api/router.hpp"       // IWYU pragma: export
