// One look at all that waits for a person, in one transaction: what is answered is closed, what is
// new is opened, and the step of a ladder that is due is taken. A step is a row; what it does in
// the database (publish again, phone list) is done with it, and the call that tells people is
// stored beside it, for DutyCalls to carry out.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "daemon/roster/matter_sources.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

// Taken in one transaction; the rest waits for the next, which follows at once.
inline constexpr std::size_t kStepsPerPass = 500;

struct PassOutcome {
    std::optional<rules::Instant> look_at;  // empty: nothing waits for time to pass
    std::size_t open = 0;
    std::size_t beyond = 0;  // over the limit of open matters, at least
    std::size_t opened = 0;
    std::size_t closed = 0;
    std::size_t steps = 0;
    std::vector<std::string> new_gaps;  // of the roster, in words
    std::size_t gaps = 0;               // open

    [[nodiscard]] bool has_changed() const { return opened + closed + steps > 0; }
};
// Whether a pass would write anything; reads only, so that a look without work holds up nobody. Its
// outcome is what run_pass() would answer where there is nothing to do.
struct PassPreview {
    bool has_work = false;
    PassOutcome outcome;
};
[[nodiscard]] PassPreview preview_pass(Session& db, const DutyView& view);
PassOutcome run_pass(Session& db, const DutyView& view);

// As its ladder is asked about it.
struct MatterRow;
[[nodiscard]] plans::MatterState state_of(const MatterRow& row, const FoundMatter& found);

}  // namespace qk::daemon
