// What changes between two plans, obligation by obligation. The desk compares a new plan with the
// one in force as it is stored, which keeps only what is owed; `qingkongctl plan diff` compares two
// at hand.
//
// Times do not count: a later start alone does not change what is owed.
#pragma once

#include <boost/json/value.hpp>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "plans/response/response_plan.hpp"
#include "rules/duty/continuity.hpp"

namespace qk::plans {

struct OwedTerms {
    std::string enterprise;
    rules::AskedShare asked;
    std::string detail;  // empty in a plan that was stored
};
// By the base of the obligation's key, so that an obligation of two segments counts once, as it
// stands in the later one.
using TermsByKey = std::map<std::string, OwedTerms, std::less<>>;

[[nodiscard]] TermsByKey terms_of(const ResponsePlan& plan);
// Of a plan as to_json() wrote it; null: nothing is owed.
[[nodiscard]] TermsByKey terms_from_json(const boost::json::value& plan);

struct TermsChange {
    std::string key;
    std::optional<OwedTerms> before;  // empty: added
    std::optional<OwedTerms> after;   // empty: removed
};

struct PlanDifference {
    std::vector<TermsChange> changes;  // what the later plan has by key, then what it has not
    std::size_t unchanged = 0;
};

[[nodiscard]] PlanDifference difference(const TermsByKey& before, const TermsByKey& after);

// Of a stored plan and an outline, counted without the words of what is not shown.
[[nodiscard]] boost::json::value difference_json(const boost::json::value& stored,
                                                 const PlanOutline& after);

inline constexpr std::size_t kDifferencesShownMax = 200;
// {"added","removed","changed","unchanged", "examples":[…]}
[[nodiscard]] boost::json::value to_json(const PlanDifference& difference);

}  // namespace qk::plans
