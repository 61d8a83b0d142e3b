#include "daemon/ctl/commands.hpp"

namespace qk::ctl {
namespace {

rules::Instant called_at{};

}  // namespace

rules::Instant now() { return called_at; }
void set_now(rules::Instant instant) { called_at = instant; }

}  // namespace qk::ctl
