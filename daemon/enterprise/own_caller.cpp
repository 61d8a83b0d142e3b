#include "daemon/enterprise/own_caller.hpp"

#include "daemon/access/enterprise_caller.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"

namespace qk::daemon {

std::optional<OwnCaller> own_caller_of(const Context& context, const Call& call) {
    if (!call.caller) return std::nullopt;
    OwnCaller own;
    own.person = call.caller->id;
    own.enterprise = enterprise_behind(own.person);
    if (own.enterprise.empty()) own.enterprise = own.person;
    const auto place = context.inventories.index()->enterprise(own.enterprise);
    if (!place) return std::nullopt;
    own.inventory = context.inventories.current();
    own.place = *place;
    return own;
}

ApiResponse answer_no_enterprise() {
    return answer_problem(404, "此账号没有对应的企业", "no enterprise stands behind this account",
                          rules::refuse("no enterprise stands behind this account",
                                        "账号须与清单中的企业编号相同，且企业在现行清单中 / the "
                                        "account's id is that of an enterprise of the inventory"));
}

}  // namespace qk::daemon
