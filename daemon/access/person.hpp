// Who may call: people and machines with their roles, as the people file names them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::daemon {

// Roles of people and machines that call the API.
enum class Role {
    kDutyOfficer,    // 值班员: proposes, consults, records
    kApprover,       // 签发人: signs
    kInspector,      // 执法
    kCountyOfficer,  // 县区
    kAuditor,        // 审计: reads everything, changes nothing
    kAdmin,          // 管理员: configuration, inventory, rules
    kFeed,           // a machine that pushes forecasts and observations
    kSmsGateway,     // a machine that hands on what enterprises answer by SMS
    kAddressee,      // 责任对象: sees and answers the tasks that are given to it
};

[[nodiscard]] std::string_view to_text(Role role);  // "duty_officer"
[[nodiscard]] std::string_view to_chinese(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view text);

struct Person {
    std::string id;    // account, for example "zhang.wei"
    std::string name;  // as printed in documents
    std::set<Role> roles;
    // Role ids of the region pack's approval chain that the person holds ("director"). None named:
    // an approver may sign for every one of them, a duty officer propose for every one.
    std::set<std::string> positions;
    std::string region;                        // empty: all regions of this daemon
    std::string token_sha256;                  // hex; the token itself is never stored
    std::optional<rules::CivilDay> expires{};  // the last day on which the token is taken
    bool disabled = false;                     // kept in the list, and may do nothing

    friend bool operator==(const Person&, const Person&) = default;
};

// Everybody without an account takes turns as one.
inline constexpr char kPublicReader[] = "(public)";

// Whether an account may act. Its last day ends in the zone of the people file, Asia/Shanghai.
enum class Admission { kGood, kUnknown, kDisabled, kExpired };
[[nodiscard]] Admission admission_of(const Person& person, rules::Instant now);

}  // namespace qk::daemon
