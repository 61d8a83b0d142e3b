// The API of the keys with which enterprises sign their receipts: registered by a named person who
// has compared the key with what the enterprise has told, revoked with a reason. To rotate, the new
// one is registered and the old one revoked.
#pragma once

#include <cstddef>

namespace qk::daemon {

class Router;
struct Context;

inline constexpr std::size_t kKeysPerEnterpriseMax = 50;  // ever

void add_enterprise_key_routes(Router& router, Context& context);

}  // namespace qk::daemon
