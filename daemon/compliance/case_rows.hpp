// Cases (线索) in the database. The daemon opens them from verdicts; people carry them on. What may
// follow what is decided by rules/compliance/case_flow.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/compliance/obligation_windows.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/result.hpp"
#include "rules/compliance/case_flow.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::daemon {

struct StoredCase {
    std::int64_t number = 0;
    std::string kind;
    std::string enterprise;
    std::string obligation;
    std::string warning;
    std::optional<std::int64_t> verdict;
    rules::CaseState state = rules::CaseState::kLead;
    std::string conclusion;
    rules::Instant opened_at{};
    rules::Instant changed_at{};
    std::string text;
};

// Opens the cases that a verdict calls for: a lead for a breach or suspicion, a case of data
// quality where meters are silent, cut or invalid. One that is open already notes a changed
// verdict. Returns the number of cases opened.
std::size_t open_cases(Session& db, const ObligationWindow& window, const rules::Verdict& verdict,
                       std::int64_t verdict_number, rules::Instant now);

struct CaseStepDone {
    std::string person;
    std::string note;
    std::optional<rules::Conclusion> conclusion;
    boost::json::value checklist;  // of a site check; null where there is none
};
// Refused when the case does not exist or takes no such step now.
[[nodiscard]] rules::Result<StoredCase> take_step(Session& db, std::int64_t number,
                                                  rules::CaseStep step, const CaseStepDone& done,
                                                  rules::Instant now);

struct CaseQuery {
    std::string state;
    std::string kind;
    std::string enterprise;
    std::string warning;
    std::string region_prefix;  // what the codes of the counties begin with
    std::size_t offset = 0;
    std::size_t limit = 100;
    std::int64_t below = INT64_MAX;  // of numbers below it
};
[[nodiscard]] std::vector<StoredCase> list_cases(Session& db, const CaseQuery& query);
[[nodiscard]] std::size_t count_cases(Session& db, const CaseQuery& query);
[[nodiscard]] std::optional<StoredCase> load_case(Session& db, std::int64_t number);
// The case with all its steps, and how the order of its verdict was delivered.
[[nodiscard]] boost::json::value case_story(Session& db, const StoredCase& stored,
                                            rules::Zone zone);
[[nodiscard]] boost::json::value to_json(const StoredCase& stored, rules::Zone zone);

}  // namespace qk::daemon
