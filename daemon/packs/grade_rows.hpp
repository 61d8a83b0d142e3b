// Grades that changed beside the inventory's edition (清单印发后的绩效分级变更) as rows: the
// enterprises that a paper (adoption_rows.hpp) changes.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/response/grade_changes.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// What is decided by people stays short: more than this is a new edition's business.
inline constexpr std::size_t kGradeChangesPerPaperMax = 2000;
inline constexpr std::size_t kGradeChangesMax = 5000;  // that count beside one edition

void put_grade_changes(Session& db, std::int64_t paper,
                       const std::vector<plans::GradeChange>& changes);
[[nodiscard]] std::vector<plans::GradeChange> changes_of_paper(Session& db, std::int64_t paper);

// Those that count beside an edition: confirmed, and entered after the edition was taken in, or of
// a later day than that. What an edition was printed with is older and is in it. In order of entry.
[[nodiscard]] std::vector<plans::GradeChange> grade_changes_beside(Session& db,
                                                                   const std::string& edition,
                                                                   rules::Zone zone);

// How many papers were confirmed or taken back: as long as it stays, so does what counts.
[[nodiscard]] std::int64_t count_grade_steps(Session& db);

}  // namespace qk::daemon
