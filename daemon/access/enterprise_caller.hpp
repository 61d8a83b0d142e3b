// An enterprise as a caller: whoever came to its page by a one-time link is no account of the
// people file. The caller is then "enterprise:ID", as in the audit log; no id of an account or an
// enterprise holds a colon.
#pragma once

#include <string>
#include <string_view>

namespace qk::daemon {

inline constexpr std::string_view kEnterpriseCaller = "enterprise:";
// Of no county: such a caller's region covers no place.
inline constexpr std::string_view kRegionOfNoPlace = "enterprise";

[[nodiscard]] inline bool is_enterprise_caller(std::string_view person) {
    return person.starts_with(kEnterpriseCaller);
}
[[nodiscard]] inline std::string enterprise_caller(std::string_view enterprise) {
    return std::string(kEnterpriseCaller).append(enterprise);
}
// Empty: it is another kind of caller.
[[nodiscard]] inline std::string enterprise_behind(std::string_view person) {
    if (!is_enterprise_caller(person)) return {};
    return std::string(person.substr(kEnterpriseCaller.size()));
}

}  // namespace qk::daemon
