// What a warning and a prompt ask of addressees beside the enterprises, written in the transaction
// of the decision; and what a county's answer makes of its follow-up.
#pragma once

#include <string>
#include <vector>

#include "daemon/addressees/tasks.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"
#include "daemon/warnings/prompt_rows.hpp"

namespace qk::daemon {

// The tasks of a warning as its segments ask them; none: they are lifted. An exercise reaches only
// who takes part, where that was said.
void write_tasks(Session& db, const DeskView& view, const StoredWarning& warning,
                 const std::vector<rules::Segment>& segments);
// Each county addressee that is to follow a prompt, by the prompt's deadline.
void write_prompt_tasks(Session& db, const DeskView& view, const PromptRow& prompt,
                        const std::string& person);
// The tasks of prompts that are over, and of those that are gone, are lifted; false: there were
// none. Who has not answered by the deadline is asked until the prompt itself ends.
bool lift_tasks_of_past_prompts(Session& db, const DeskView& view);
// An addressee takes part in the exercise that runs; true where none does, or nobody was named.
[[nodiscard]] bool takes_part(Session& db, const std::string& addressee, const std::string& region);

// A county has answered that it is done: its follow-up of the prompt is recorded with it.
void note_county_done(Session& db, const TaskRow& task, const TaskOrigin& origin,
                      const plans::TaskAnswer& answer);
// The reverse: people have recorded it, so that the county need not answer any more.
void note_prompt_followed(Session& db, const FollowUpRow& row, const std::string& remote);

}  // namespace qk::daemon
