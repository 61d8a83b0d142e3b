// Whether this region has followed the regional prompts it was given: by itself, once a warning of
// the colour that was asked for, or a stricter one, runs. Other places are recorded by people.
#pragma once

#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

// Marks what `warning` fulfils; an exercise fulfils nothing.
void note_own_follow_up(Session& db, const DeskView& view, const rules::Warning& warning);

// The numbers of the prompts that it would note as followed.
[[nodiscard]] std::vector<std::string> prompts_followed(Session& db, const DeskView& view,
                                                        const rules::Warning& warning);

}  // namespace qk::daemon
