// Which enterprise a call is of. It came by a one-time link, or has an account of the role
// addressee in the people file whose id is the enterprise's.
#pragma once

#include <optional>
#include <string>

#include "daemon/access/role_sets.hpp"
#include "plans/inventory/inventory.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
struct Context;

inline const RoleSet kEnterprises{Role::kAddressee};

struct OwnCaller {
    std::string enterprise;
    std::string person;                                   // of audit entries
    std::shared_ptr<const plans::Inventory> inventory{};  // in which it stands
    std::size_t place = 0;

    [[nodiscard]] const plans::Enterprise& row() const { return inventory->enterprises[place]; }
};
// Empty: behind the account stands no enterprise of the inventory in use.
[[nodiscard]] std::optional<OwnCaller> own_caller_of(const Context& context, const Call& call);
[[nodiscard]] ApiResponse answer_no_enterprise();

}  // namespace qk::daemon
