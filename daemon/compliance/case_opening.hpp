// Cases as verdicts make them: opened, told of a changed verdict, and, where they are about data,
// ended when the data are back. All by the daemon, with a step, an audit entry and an event each,
// in the transaction of the verdict.
#pragma once

#include "daemon/compliance/case_rows.hpp"
#include "daemon/compliance/obligation_windows.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::daemon {

// Opens the cases that a verdict calls for: a lead for a breach or suspicion, a case of data
// quality where meters are silent, cut or invalid and not back yet. One that is open already notes
// a changed verdict; one that ended without a conclusion opens again. Returns the number opened.
std::size_t open_cases(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
                       std::int64_t verdict_number, rules::Instant now);

// Those about data alone: also of a version that only went on, since a meter may fall silent again
// without another version.
std::size_t open_data_cases_of(Session& db, const ObligationWindow& window,
                               const rules::Verdict& verdict, std::int64_t verdict_number,
                               rules::Instant now);

struct DataCasesLooked {
    std::int64_t last = 0;  // the number to go on behind; 0: all have been looked at
    std::size_t closed = 0;
};
inline constexpr std::size_t kDataCasesPerLook = 200;
[[nodiscard]] DataCasesLooked close_returned_data(Session& db, std::int64_t after,
                                                  rules::Instant now, rules::Zone zone);

}  // namespace qk::daemon
