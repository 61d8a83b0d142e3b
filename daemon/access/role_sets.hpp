// Who may call what: every set of roles that a route is open to, once and by name.
#pragma once

#include <set>

#include "daemon/access/person.hpp"

namespace qk::daemon {

using RoleSet = std::set<Role>;

// Open to all, without login.
inline const RoleSet kAnyone{};
// Everybody who may look at everything.
inline const RoleSet kReaders{Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                              Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin};
inline const RoleSet kEveryAccount{Role::kDutyOfficer,   Role::kApprover,   Role::kInspector,
                                   Role::kCountyOfficer, Role::kAuditor,    Role::kAdmin,
                                   Role::kFeed,          Role::kSmsGateway, Role::kAddressee};

inline const RoleSet kProposers{Role::kDutyOfficer};
inline const RoleSet kSigners{Role::kApprover};
inline const RoleSet kDesk{Role::kDutyOfficer, Role::kApprover};
// Who speaks with those concerned: enterprises on the telephone, counties about prompts.
inline const RoleSet kLiaisons{Role::kDutyOfficer, Role::kCountyOfficer};
// Who may say that what is on record of an answer is wrong.
inline const RoleSet kOverrulers{Role::kDutyOfficer, Role::kApprover, Role::kCountyOfficer};

inline const RoleSet kSeasonClerks{Role::kDutyOfficer, Role::kInspector, Role::kCountyOfficer};
inline const RoleSet kCaseWorkers{Role::kDutyOfficer, Role::kInspector, Role::kCountyOfficer,
                                  Role::kAdmin};
inline const RoleSet kJudges{Role::kDutyOfficer, Role::kAdmin};
// Everybody for whom something may wait; and who fills the roster and hands over a shift.
inline const RoleSet kDutyActors{Role::kDutyOfficer, Role::kApprover, Role::kInspector,
                                 Role::kCountyOfficer, Role::kAdmin};
inline const RoleSet kRosterKeepers{Role::kDutyOfficer, Role::kApprover, Role::kAdmin};
inline const RoleSet kReportKeepers{Role::kDutyOfficer, Role::kApprover, Role::kAdmin};

inline const RoleSet kAirSources{Role::kFeed, Role::kDutyOfficer, Role::kAdmin};
inline const RoleSet kSmsGateways{Role::kSmsGateway, Role::kDutyOfficer};
// Who reads tasks: an addressee its own alone. Who answers one: it, or somebody in its name.
inline const RoleSet kTaskReaders{Role::kDutyOfficer,   Role::kApprover, Role::kInspector,
                                  Role::kCountyOfficer, Role::kAuditor,  Role::kAdmin,
                                  Role::kAddressee};
inline const RoleSet kTaskAnswerers{Role::kDutyOfficer, Role::kInspector, Role::kCountyOfficer,
                                    Role::kAddressee};
inline const RoleSet kAdmins{Role::kAdmin};
inline const RoleSet kPackConfirmers{Role::kAdmin, Role::kApprover};
inline const RoleSet kAuditors{Role::kAuditor, Role::kAdmin};

}  // namespace qk::daemon
