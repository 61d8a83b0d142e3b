// Grades that changed beside the inventory's edition (清单印发后的绩效分级变更) as rows: papers,
// and the enterprises that each of them changes.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/packs/catalogue_rows.hpp"
#include "daemon/store/session.hpp"
#include "plans/response/grade_changes.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct GradePaper {
    std::int64_t number = 0;
    std::string paper;       // title and number of the document
    std::string decided_by;  // the authority or meeting
    rules::Instant put_at{};
    std::string put_by;
    std::string trial;  // JSON
    std::optional<rules::Instant> confirmed_at;
    std::string confirmed_by;
    std::optional<rules::Instant> withdrawn_at;
    std::string withdrawn_by;
    std::string withdrawn_why;
};

// What is decided by people stays short: more than this is a new edition's business.
inline constexpr std::size_t kGradeChangesPerPaperMax = 2000;
inline constexpr std::size_t kGradeChangesMax = 5000;  // that count beside one edition

[[nodiscard]] std::int64_t put_grade_paper(Session& db, const GradePaper& paper,
                                           const std::vector<plans::GradeChange>& changes);
[[nodiscard]] std::optional<GradePaper> load_grade_paper(Session& db, std::int64_t number);
// Newest first.
[[nodiscard]] std::vector<GradePaper> list_grade_papers(Session& db, std::size_t limit,
                                                        std::size_t offset);
[[nodiscard]] std::size_t count_grade_papers(Session& db);
[[nodiscard]] std::vector<plans::GradeChange> changes_of_paper(Session& db,
                                                               const GradePaper& paper);

// Those that count beside an edition: confirmed, and entered after the edition was taken in, or of
// a later day than that. What an edition was printed with is older and is in it. In order of entry.
[[nodiscard]] std::vector<plans::GradeChange> grade_changes_beside(Session& db,
                                                                   const std::string& edition,
                                                                   rules::Zone zone);

// False: nothing of that number waits for it.
[[nodiscard]] bool confirm_grade_paper(Session& db, const RuleStep& step);
// As long as none of its changes has begun to count on the day.
[[nodiscard]] bool withdraw_grade_paper(Session& db, const RuleStep& step, rules::CivilDay today);

}  // namespace qk::daemon
