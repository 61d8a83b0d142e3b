// The duty desk (值班台): decisions about warnings, each inside one transaction of the store: load,
// ask the pure rules, write state, story, effects (orders, notices), audit entry and event. What is
// refused writes nothing.
//
// Everything here runs on the store's thread and takes what it needs as arguments; the clock, the
// pack and the inventory are those of the moment at which the decision was asked for.
#pragma once

#include <boost/json/value.hpp>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "daemon/access/person.hpp"
#include "daemon/store/session.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/addressees/addressee.hpp"
#include "plans/decision/decision_inputs.hpp"
#include "plans/inventory/grade_cell.hpp"
#include "plans/inventory/inventory.hpp"
#include "plans/measures/season.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/response/order.hpp"
#include "plans/response/plan_draft.hpp"
#include "rules/warning/life.hpp"
#include "rules/warning/proposal.hpp"

namespace qk::daemon {

struct DeskView {
    rules::Instant now{};
    std::shared_ptr<const plans::RegionPack> pack;
    std::shared_ptr<const plans::Inventory> inventory;
    const plans::SigningKey& key;
    std::string public_url;          // "https://…" without a slash at its end
    std::vector<std::string> hooks;  // gateways that get every notice
    // Peak-shift and seasonal control of the inventory's edition; null: none.
    std::shared_ptr<const plans::SeasonPlan> season{};
    std::shared_ptr<const plans::CatalogueInForce> catalogue{};  // null: as shipped
    // Plans are derived inside the transaction only where it is said so; otherwise there is a
    // draft, or the decision throws plans::PlanNeeded.
    bool derives_inside = true;
    std::shared_ptr<const plans::PlanDraft> draft{};
    plans::GradeNames grade_names{};  // by which the inventory was read
    // Who is given tasks beside the enterprises; null: nobody.
    std::shared_ptr<const plans::AddresseeList> addressees{};
};

struct Context;
// As things are at this moment.
[[nodiscard]] DeskView desk_view(const Context& context);

// Who asks, and from where; roles are those of the pack's approval chain.
struct DeskPerson {
    rules::Actor actor;
    std::string remote;
    std::string region{};  // a county's own people; empty: all regions
};
[[nodiscard]] DeskPerson system_person();
// The pack's roles a person holds: the positions named in the account; where none are named, every
// role that proposes for a duty officer, every role that signs for an approver.
[[nodiscard]] DeskPerson desk_person(const Person& person, const std::string& remote,
                                     const plans::RegionPack& pack);

// Who brings forward and who signs, by the colour that rules::colour_to_sign gives; empty: the pack
// names nobody, so nobody may.
[[nodiscard]] std::optional<rules::Approval> approval_of(const plans::RegionPack& pack,
                                                         rules::ChangeKind kind,
                                                         rules::Colour colour);

// One event on its way into a warning's life.
struct DeskEvent {
    rules::EventKind kind;
    rules::Why why;
    std::optional<std::int64_t> generation;  // as the person saw it; empty: the present one
    std::optional<Checked> checked;
    boost::json::value detail;
    std::string proposal;  // of the system's own Propose: its proposal as JSON
};

struct DeskDone {
    StoredWarning warning;
    std::vector<rules::Effect> effects;
};
using DeskAnswer = std::variant<DeskDone, rules::Refused>;

[[nodiscard]] DeskAnswer take_event(Session& db, const DeskView& view, StoredWarning warning,
                                    const DeskPerson& person, DeskEvent event);

// ---- What the desk knows now ----

// Air, running warning, floors and prompts; corrections are those of the open warning.
[[nodiscard]] plans::DecisionInputs gather_inputs(Session& db, const DeskView& view);

// ---- What the desk does by itself ----

struct AssessOutcome {
    rules::Assessment assessment;
    rules::Novelty novelty = rules::Novelty::kKeep;
    std::string warning;  // that a proposal was made for or withdrawn from; may be empty
};
// Lets due stretches take effect and lapsed proposals go; false: nothing was due.
bool run_due_events(Session& db, const DeskView& view);
[[nodiscard]] AssessOutcome assess_and_propose(Session& db, const DeskView& view);

// ---- What people ask for ----

struct ChangeRequest {
    rules::ChangeKind kind = rules::ChangeKind::kStart;
    std::optional<rules::Colour> colour;
    std::optional<bool> mandatory;
    std::optional<rules::Instant> from;
    std::optional<rules::Instant> expected_to;
    std::optional<rules::Instant> lapses_at;
    std::string ordered_by;
    rules::Why why;
    bool exercise = false;
    // Of an exercise: enterprises and counties, which alone get its orders; empty: everybody does.
    std::vector<std::string> participants{};
    std::optional<std::int64_t> generation;
};
inline constexpr std::size_t kParticipantsMost = 1000;
[[nodiscard]] DeskAnswer propose_start(Session& db, const DeskView& view, const DeskPerson& person,
                                       const ChangeRequest& request);
[[nodiscard]] DeskAnswer propose_change(Session& db, const DeskView& view, const DeskPerson& person,
                                        const StoredWarning& warning, const ChangeRequest& request);

// A statement of a cause taken back, with the reason.
struct CauseWithdrawal {
    std::int64_t number = 0;
    std::string why;
};

struct ConsultRequest {
    boost::json::array participants;  // [{"name","unit"}]
    std::string summary;
    std::vector<plans::Correction> corrections;
    std::vector<plans::StatedCause> causes;  // their number and person are the desk's
    std::vector<CauseWithdrawal> withdrawn_causes;
    std::optional<rules::Colour> colour;  // with any of these three the proposal is amended
    std::optional<rules::Instant> from;
    std::optional<rules::Instant> expected_to;
    bool amends = false;
    rules::Why why;
    std::int64_t generation = 0;
};
struct ConsultAnswer {
    DeskAnswer answer;
    boost::json::value effect;  // the assessment without and with the corrections
};
[[nodiscard]] ConsultAnswer consult(Session& db, const DeskView& view, const DeskPerson& person,
                                    const StoredWarning& warning, const ConsultRequest& request);

struct SimpleRequest {  // sign, reject, withdraw, evaluate, archive
    rules::Why why;
    std::int64_t generation = 0;
};
[[nodiscard]] DeskAnswer sign(Session& db, const DeskView& view, const DeskPerson& person,
                              const StoredWarning& warning, const SimpleRequest& request);

}  // namespace qk::daemon
