// The plan of a decision, derived beside the writer.
//
// Who owes what under a colour takes long for a large inventory, and the one writer must not wait
// for it. A decision that needs a plan for which there is no draft throws PlanNeeded with exactly
// what the plan rests on, and nothing of it is written. The plan is then derived on another thread
// and the decision asked again with the draft. Inside the transaction nothing is left to do but to
// compare: where the warning, the pack, the inventory or the season has changed meanwhile, the
// question is another one, and the draft does not answer it.
#pragma once

#include <exception>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "plans/measures/catalogue_texts.hpp"
#include "plans/measures/season.hpp"
#include "plans/response/response_plan.hpp"

namespace qk::plans {

// All that a plan depends on; the pointers are those in use when the decision was asked for.
struct PlanQuestion {
    std::shared_ptr<const Inventory> inventory;
    std::shared_ptr<const RegionPack> pack;
    std::shared_ptr<const SeasonPlan> season;  // null: weighed against none
    std::vector<rules::Segment> segments;      // empty: a lift
    rules::Instant now{};
    std::vector<SeasonWindow> controls{};  // temporary controls, weighed as the season is
    std::shared_ptr<const CatalogueInForce> catalogue{};  // null: as shipped
    std::vector<GradeChange> grade_changes{};             // that count beside the edition

    friend bool operator==(const PlanQuestion&, const PlanQuestion&) = default;
};
[[nodiscard]] ResponsePlan derive_plan(const PlanQuestion& question);
// Without words, of a plan that is only asked about; fast enough to be asked while people speak.
[[nodiscard]] PlanOutline derive_outline(const PlanQuestion& question);

struct PlanDraft {
    PlanQuestion question;
    ResponsePlan plan;
    std::string owed{};  // owed_json() of the plan as it is stored; empty: still to be made
};
// The plan with all of it that takes long.
[[nodiscard]] PlanDraft make_draft(PlanQuestion question);

class PlanNeeded : public std::exception {
 public:
    explicit PlanNeeded(PlanQuestion asked) : question_(std::move(asked)) {}
    [[nodiscard]] const char* what() const noexcept override { return "a plan has to be derived"; }
    [[nodiscard]] const PlanQuestion& question() const { return question_; }

 private:
    PlanQuestion question_;
};

}  // namespace qk::plans
