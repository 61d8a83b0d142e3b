// A response plan derived once more by what was stored with it.
//
// It is equal when the rules of this program ask the same of everybody, at the same times, for the
// same reasons and in the same words, and the floors come out alike. A difference names enterprise,
// line and obligation, what is asked, and the reason that decides then and now.
#pragma once

#include <boost/json/value.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "plans/decision/plan_inputs.hpp"
#include "plans/response/plan_draft.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

struct PlanRecord {
    std::string warning;
    std::int64_t generation = 0;
    rules::Instant at{};
    boost::json::value plan;     // to_json(ResponsePlan)
    boost::json::value summary;  // summary_json(ResponsePlan)
    boost::json::value owed;     // owed_json(ResponsePlan)
};

// What the inputs name, read from where it is stored.
struct PlanGround {
    std::shared_ptr<const Inventory> inventory;
    std::shared_ptr<const RegionPack> pack;
    std::shared_ptr<const SeasonPlan> season;
    std::shared_ptr<const CatalogueInForce> catalogue;
};
// Refused where a control cannot be read by this program.
[[nodiscard]] rules::Result<PlanQuestion> question_of(const PlanInputs& inputs,
                                                      const PlanGround& ground);

enum class PlanAgreement {
    kEqual,
    kWordsDiffer,  // the same is asked at the same times, for other reasons or in other words
    kDiffers,      // somebody owes something else, or a floor comes out otherwise
    kUnreadable,   // the record, or what its inputs name, cannot be read: nothing is derived
    kNoInputs,     // made before inputs of plans were kept: it cannot be derived again
};
inline constexpr std::size_t kPlanAgreementCount = 5;
// "equal", "words_differ", "differs", "unreadable", "no_inputs"
[[nodiscard]] std::string_view to_text(PlanAgreement agreement);

struct OwedChange {
    std::string enterprise;
    std::string line;  // empty: of the whole enterprise
    std::string obligation;
    std::string then;  // "limit_load 0.2 from 2026-12-01T00:00…"; empty: it was not owed
    std::string now;
    std::string reason_then;  // what decided: "catalogue: cement/C/orange"
    std::string reason_now;

    friend bool operator==(const OwedChange&, const OwedChange&) = default;
};
inline constexpr std::size_t kOwedChangesShownMax = 200;  // of one plan; all are counted

struct PlanAgain {
    PlanAgreement agreement = PlanAgreement::kUnreadable;
    std::size_t changes = 0;
    std::vector<OwedChange> shown;
    std::vector<std::string> others;  // paths of the summary, or why it cannot be read
};
[[nodiscard]] PlanAgain derive_again(const PlanRecord& record, const PlanQuestion& question);

// With why.
[[nodiscard]] PlanAgain unreadable_plan(const rules::Faults& faults);

}  // namespace qk::plans
