#include "daemon/access/person.hpp"

#include "rules/base/enum_words.hpp"

namespace qk::daemon {
namespace {

constexpr rules::EnumWords<Role, 9> kRoles{{
    {Role::kDutyOfficer, {"duty_officer", "值班员"}},
    {Role::kApprover, {"approver", "签发人"}},
    {Role::kInspector, {"inspector", "执法人员"}},
    {Role::kCountyOfficer, {"county_officer", "县区人员"}},
    {Role::kAuditor, {"auditor", "审计"}},
    {Role::kAdmin, {"admin", "管理员"}},
    {Role::kFeed, {"feed", "数据推送"}},
    {Role::kSmsGateway, {"sms_gateway", "短信网关"}},
    {Role::kAddressee, {"addressee", "责任对象"}},
}};

}  // namespace

std::string_view to_text(Role role) { return kRoles.english(role); }
std::string_view to_chinese(Role role) { return kRoles.chinese(role); }
std::optional<Role> parse_role(std::string_view text) { return kRoles.parse(text); }

Admission admission_of(const Person& person, rules::Instant now) {
    if (person.disabled) return Admission::kDisabled;
    if (!person.expires) return Admission::kGood;
    const auto end = rules::start_of(*person.expires + std::chrono::days{1}, rules::kBeijingTime);
    return now < end ? Admission::kGood : Admission::kExpired;
}

}  // namespace qk::daemon
