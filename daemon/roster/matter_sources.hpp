// What waits for a person now (待办事项), gathered from the other subjects: proposals, prompts,
// orders without an answer, refusals, cases, data that stopped, gaps in the roster.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/addressees/addressee.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/roster/escalation.hpp"
#include "plans/roster/ladder.hpp"
#include "plans/roster/roster.hpp"

namespace qk::daemon {

struct Context;

// What duty is decided on, as it is at one instant.
struct DutyView {
    rules::Instant now{};
    std::shared_ptr<const plans::RegionPack> pack;
    std::shared_ptr<const plans::Ladders> ladders;
    std::shared_ptr<const plans::Roster> roster;
    std::vector<plans::DutyPerson> people;  // who may act at all
    bool is_broker_up = true;
    std::chrono::hours forecast_stale{36};
    std::chrono::hours gap_span{24 * 14};
    std::size_t matters_most = 5000;
    std::vector<std::string> hooks;
    std::shared_ptr<const plans::AddresseeList> addressees{};  // null: nobody
};
[[nodiscard]] DutyView duty_view(const Context& context,
                                 std::shared_ptr<const plans::Roster> roster);
// The accounts that may act at `now`, with the positions of the pack that each of them holds.
[[nodiscard]] std::vector<plans::DutyPerson> duty_people(const Context& context);

struct MatterKey {
    plans::MatterKind kind = plans::MatterKind::kSignature;
    std::string subject;
    std::string revision;

    friend auto operator<=>(const MatterKey&, const MatterKey&) = default;
};
struct FoundMatter {
    std::string region;  // of which place it is; empty: of the whole region
    std::string text;    // Chinese, one sentence
    bool exercise = false;
    std::optional<rules::Instant> since;     // empty: since it was first seen
    std::optional<rules::Instant> deadline;  // empty: by its ladder
    std::vector<std::string> awaits;
    std::set<std::string> answered;
    std::set<std::string> barred;
};
struct FoundMatters {
    std::map<MatterKey, FoundMatter> all;
    // Of these kinds there is more than is named; the oldest are.
    std::set<plans::MatterKind> cut;
    // Something may come about by the passing of time alone.
    std::optional<rules::Instant> look_at;
};
[[nodiscard]] FoundMatters find_matters(Session& db, const DutyView& view);
// One alone, as it stands now; empty: it is answered, or of another revision.
[[nodiscard]] std::optional<FoundMatter> find_matter(Session& db, const DutyView& view,
                                                     const MatterKey& key);

}  // namespace qk::daemon
