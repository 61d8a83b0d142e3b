// Cases (线索) and their steps as rows. What may follow what is decided by
// plans/casework/case_steps; case_opening.hpp opens them from verdicts, case_desk.hpp takes the
// steps of people.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/casework/case_steps.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct StoredCase {
    std::int64_t number = 0;
    std::string enterprise;
    std::string obligation;
    rules::Instant window_from{};
    std::string warning;
    std::optional<std::int64_t> verdict;
    plans::CaseStanding standing;
    std::vector<std::string> inspectors{};   // who is sent
    std::optional<rules::Instant> due_at{};  // by when: the visit, or putting it right
    std::int64_t failed_rechecks = 0;
    rules::Instant opened_at{};
    rules::Instant changed_at{};
    std::string text;
};
// Its number; one of this kind, enterprise, obligation and window is not there yet.
std::int64_t insert_case(Session& db, const StoredCase& row);
// Everything of it that changes.
void store_case(Session& db, const StoredCase& row);
// The one of that window; of a season, whose windows are days, also one that is still open.
[[nodiscard]] std::optional<StoredCase> case_of_window(Session& db, const StoredCase& wanted,
                                                       bool is_of_season);

struct CaseStepRow {
    rules::Instant at{};
    std::string step;
    std::string person;
    boost::json::value detail;
};
void add_case_step(Session& db, std::int64_t number, const CaseStepRow& row);
inline constexpr std::size_t kCaseStepsMax = 500;  // of one case: more than people can have done
[[nodiscard]] std::size_t count_case_steps(Session& db, std::int64_t number);
[[nodiscard]] std::vector<CaseStepRow> steps_of_case(Session& db, std::int64_t number);

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
// Those about data on which nobody has concluded, by number, behind that one.
[[nodiscard]] std::vector<StoredCase> open_data_cases(Session& db, std::int64_t after,
                                                      std::size_t limit);

// ---- Files ----

struct CaseFileRow {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string person;
    std::string name;
    std::string media;
    std::int64_t bytes = 0;
    std::string sha256;
    std::optional<rules::Instant> taken_at{};
    std::optional<double> longitude{};
    std::optional<double> latitude{};
    std::string datum;
};
// Its number; of the same bytes of one case the one there is.
std::int64_t store_case_file(Session& db, std::int64_t number, const CaseFileRow& row,
                             std::string_view content);
[[nodiscard]] std::vector<CaseFileRow> files_of_case(Session& db, std::int64_t number);
[[nodiscard]] std::optional<std::string> content_of_case_file(Session& db, std::int64_t number,
                                                              std::int64_t file);

}  // namespace qk::daemon
