#include "daemon/warnings/plan_ground.hpp"

#include <utility>

#include "daemon/warnings/plan_input_rows.hpp"
#include "plans/packs/pack_texts.hpp"
#include "plans/response/plan_owed.hpp"
#include "plans/text/json.hpp"
#include "plans/text/sha256.hpp"

namespace qk::daemon {

void keep_plan_inputs(Session& db, const DeskView& view, const StoredWarning& warning,
                      const plans::PlanDraft& draft, std::vector<plans::ControlWeighed> weighed) {
    const plans::PlanQuestion& question = draft.question;
    plans::PlanInputs inputs;
    inputs.edition = question.inventory->edition;
    inputs.grade_names = view.grade_names;
    if (question.pack->texts) {
        const std::string texts = plans::canonical_text(to_json(*question.pack->texts));
        inputs.pack_sha256 = keep_plan_text(db, texts, view.now);
    }
    if (question.catalogue) {
        inputs.catalogue = question.catalogue->number;
        inputs.catalogue_sha256 = question.catalogue->sha256;
    } else {
        const auto shipped = plans::over_shipped("as-shipped", "");
        inputs.catalogue_sha256 =
            keep_plan_text(db, plans::canonical_text(to_json(shipped)), view.now);
    }
    inputs.has_season = question.season != nullptr;
    inputs.controls = std::move(weighed);
    inputs.grade_changes = question.grade_changes;
    inputs.segments = question.segments;
    inputs.now = question.now;
    PlanInputsRow row;
    row.body = plans::canonical_text(to_json(inputs));
    row.sha256 = plans::sha256_hex(row.body);
    row.owed =
        draft.owed.empty() ? plans::canonical_text(plans::owed_json(draft.plan)) : draft.owed;
    store_plan_inputs(db, warning.state.id, warning.plan_generation, row);
}

}  // namespace qk::daemon
