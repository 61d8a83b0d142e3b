#include "plans/response/plan_draft.hpp"

#include "plans/measures/catalogue_texts.hpp"
#include "plans/response/plan_owed.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {

namespace {

template <class Answer>
Answer answer_with(const PlanQuestion& question, Answer (*make)(const PlanInput&)) {
    const RegionRules rules = rules_in_force(*question.pack, question.catalogue.get());
    const Catalogue& catalogue =
        question.catalogue ? question.catalogue->catalogue : built_in_catalogue();
    PlanInput input{*question.inventory, catalogue,         rules,
                    question.pack->zone, question.segments, question.now};
    input.grade_changes = &question.grade_changes;
    input.issued_at = question.now;
    input.season = question.season.get();
    SeasonPlan both;
    if (!question.controls.empty()) {
        both = with_controls(question.season.get(), question.controls);
        input.season = &both;
    }
    return make(input);
}

}  // namespace

ResponsePlan derive_plan(const PlanQuestion& question) {
    return answer_with(question, make_response_plan);
}

PlanOutline derive_outline(const PlanQuestion& question) {
    return answer_with(question, outline_plan);
}

PlanDraft make_draft(PlanQuestion question) {
    ResponsePlan plan = derive_plan(question);
    std::string owed = canonical_text(owed_json(plan));
    return {std::move(question), std::move(plan), std::move(owed)};
}

}  // namespace qk::plans
