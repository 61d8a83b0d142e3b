// What the steps of a ladder give to others: the county step a follow-up task for the county
// (督促), the site-check step a task for inspectors (现场核查). One task for all matters of a step,
// lifted when the last of them is answered. Tasks that nobody answers are matters themselves; those
// of a county or of inspectors are told to people and make no further tasks.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "daemon/roster/matter_rows.hpp"
#include "daemon/roster/matter_sources.hpp"
#include "daemon/store/session.hpp"
#include "plans/roster/ladder.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct FollowedMatter {
    std::int64_t number = 0;
    std::string text;
};
struct FollowUpStep {
    plans::MatterKind kind = plans::MatterKind::kOrder;
    std::size_t step = 0;
    plans::LadderAction action = plans::LadderAction::kRemind;
    std::string region;
    bool exercise = false;
};

[[nodiscard]] bool is_followed_by_others(Session& db, const MatterRow& row);
void give_follow_up_tasks(Session& db, const DutyView& view, const FollowUpStep& step,
                          const std::vector<FollowedMatter>& matters);
// The matter is closed.
void lift_follow_up_tasks(Session& db, const DutyView& view, std::int64_t matter);

// The step of a matter that is a task: it goes out again, or is put on the phone list.
void act_on_task(Session& db, const MatterRow& row, plans::LadderAction action, rules::Instant now);
// The county's own task of a prompt goes out again with each step.
void ask_county_again(Session& db, const MatterRow& row, rules::Instant now);

}  // namespace qk::daemon
