// A case as the API shows it: as it stands, with its steps, and with what is possible now.
#pragma once

#include <boost/json/object.hpp>
#include <string>

#include "daemon/compliance/case_desk.hpp"
#include "daemon/compliance/case_rows.hpp"

namespace qk::daemon {

// `next` is what this account could do now.
[[nodiscard]] boost::json::object case_json(const StoredCase& row, const CaseRules& rules,
                                            const std::string& person);
// With all its steps, its files, the items of a check, what may be considered, and how the order of
// its verdict was delivered.
[[nodiscard]] boost::json::object case_story(Session& db, const StoredCase& row,
                                             const CaseRules& rules, const std::string& person,
                                             rules::Instant now);
[[nodiscard]] boost::json::object case_file_json(const CaseFileRow& row, rules::Zone zone);

}  // namespace qk::daemon
