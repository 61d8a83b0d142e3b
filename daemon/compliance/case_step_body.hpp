// What a person sends with a step of a case, or with a file of one, read from the body of a
// request.
#pragma once

#include <string>

#include "daemon/compliance/case_desk.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

struct Call;

// Every fault at once. What the step itself refuses is not known here.
[[nodiscard]] rules::Result<CaseStepGiven> read_case_step(const Call& call, plans::CaseAct act,
                                                          rules::Instant now, rules::Zone zone);

struct CaseFileGiven {
    CaseFileRow row;
    std::string content;
};
[[nodiscard]] rules::Result<CaseFileGiven> read_case_file(const Call& call, rules::Instant now,
                                                          rules::Zone zone);

}  // namespace qk::daemon
