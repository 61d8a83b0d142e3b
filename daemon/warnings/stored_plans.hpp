// Every response plan derived once more, out of a database alone: what `qingkongctl replay` shows
// beside decisions and verdicts.
//
// Nothing is written, and no daemon need run; an archived copy of the database does as well.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <string>

#include "plans/decision/plan_again.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct CheckedPlan {
    std::string warning;
    std::int64_t generation = 0;
    rules::Instant at{};
    plans::PlanAgain again;
};

// The newest first, at most `most`, until `take` answers false. Refused where the file cannot be
// read or is not a database of qingkongd.
[[nodiscard]] rules::Result<void> check_plans(
    const std::string& database, const std::function<bool(const CheckedPlan&)>& take,
    std::size_t most = std::numeric_limits<std::int32_t>::max());

}  // namespace qk::daemon
