// The life of a warning (预警的生命周期) as a pure, total state machine.
//
// step(warning, event, floors) answers the next state and its effects as data, or a refusal that
// names why. Nothing takes effect by itself: a start, raise, lower, extension, merge, suspension,
// resumption or lift is a Change that is proposed, consulted on (会商) and signed by as many
// persons as its Approval asks for; the last signature applies it.
//
//   none -> draft -> issued -> in force <-> advisory -> lifted -> evaluated -> archived
//             \-> dropped (start rejected, withdrawn or lapsed)
//
// Optimistic: an event names the generation it saw; each accepted event raises it by one, so an
// event twice, or two officers at once, changes nothing the second time. Exercises run the same
// way, but floors from above do not bind them. Sources: handbook 1.2, 7 (9-11); the approval chain
// is the region's pack. Not here: who holds which role, what notices say, when a change is due
// (proposal.hpp).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/warning/colour.hpp"

namespace qk::rules {

enum class WarningStanding : std::uint8_t {
    kNone,      // nothing proposed yet
    kDraft,     // a start is proposed
    kIssued,    // signed, effective instant still to come
    kInForce,   // mandatory measures owed
    kAdvisory,  // advice only: the cause is excluded (dust, ozone, transport)
    kLifted,
    kEvaluated,
    kArchived,
    kDropped,  // the start was rejected, withdrawn or lapsed
};
inline constexpr std::size_t kWarningStandingCount = 9;
[[nodiscard]] std::string_view to_text(WarningStanding standing);  // "in_force"
[[nodiscard]] std::string_view to_chinese(WarningStanding standing);
[[nodiscard]] std::optional<WarningStanding> parse_warning_standing(std::string_view text);
// Issued, in force or advisory.
[[nodiscard]] bool is_running(WarningStanding standing);

enum class ChangeKind : std::uint8_t {
    kStart,
    kRaise,
    kLower,
    kExtend,
    kMerge,    // takes in a near second episode: later end, perhaps a stricter colour
    kSuspend,  // to advisory
    kResume,   // from advisory
    kLift,
};
inline constexpr std::size_t kChangeKindCount = 8;
[[nodiscard]] std::string_view to_text(ChangeKind kind);  // "start"
[[nodiscard]] std::string_view to_chinese(ChangeKind kind);
[[nodiscard]] std::optional<ChangeKind> parse_change_kind(std::string_view text);
// The decision's name in a pack's approval chain: "issue", "raise", "lower", "extend" or "lift".
[[nodiscard]] std::string_view decision_of(ChangeKind kind);

enum class Stage : std::uint8_t { kProposed, kConsulted, kSigning };
inline constexpr std::size_t kStageCount = 3;
[[nodiscard]] std::string_view to_text(Stage stage);
[[nodiscard]] std::string_view to_chinese(Stage stage);
[[nodiscard]] std::optional<Stage> parse_stage(std::string_view text);

// Who brings a change forward and who signs it, as the region's pack says for its kind and colour.
struct Approval {
    std::string proposer;                // role id; empty: anybody admitted
    std::vector<std::string> approvers;  // role ids, each of which may sign
    int persons = 1;                     // how many different persons must sign
    bool consultation = true;            // must be on record before the first signature
    // Whoever proposed the change, amended it or put its consultation on record does not sign it.
    bool four_eyes = true;

    friend bool operator==(const Approval&, const Approval&) = default;
};

inline constexpr std::string_view kSystem = "system";

// Who acts, and as what: the role ids of the pack that the person holds.
struct Actor {
    std::string person;
    std::vector<std::string> roles;

    friend bool operator==(const Actor&, const Actor&) = default;
};

// Why: in words, by which clause, on which stored data.
struct Why {
    std::string reason;
    std::string clause;
    std::string data;  // reference to the stored inputs the decision saw

    friend bool operator==(const Why&, const Why&) = default;
};

// "Not below `colour` from ... to ...", ordered by a higher tier.
struct ColourFloor {
    std::string id;
    std::string document;  // number of the letter
    std::string clause;    // its words
    Colour colour = Colour::kYellow;
    Span span;
    Instant recorded_at{};  // an order that binds frees of those before it alone
    // Who has proved that it is theirs, as people are told; empty: entered by hand.
    std::string source{};

    friend bool operator==(const ColourFloor&, const ColourFloor&) = default;
};

// Whether the order from above that a change refers to covers it (order_from_above.hpp).
struct OrderAnswer {
    bool binds = false;
    std::string why;          // Chinese; of an order that does not bind, what is wrong with it
    std::string recorded_by;  // who put the order on record; empty: it is not on record
    Instant recorded_at{};    // when; asked anew at every event, so not stored with the change

    friend bool operator==(const OrderAnswer&, const OrderAnswer&) = default;
};

struct Signature {
    std::string person;
    std::string role;
    Instant at{};

    friend bool operator==(const Signature&, const Signature&) = default;
};

struct Change {
    std::int64_t number = 0;  // within the warning, from 1
    ChangeKind kind = ChangeKind::kStart;
    Colour colour = Colour::kYellow;     // of a lift: the colour it ends
    bool mandatory = true;               // of a start: false where only advice is due
    std::string cause{};                 // of advice: what it is about, Chinese
    Instant from{};                      // earliest effect; never before the last signature
    std::optional<Instant> expected_to;  // expected end; empty: "解除时间另行通知"
    std::string proposer;
    Instant proposed_at{};
    Instant lapses_at{};  // cannot be signed from then on
    std::string
        ordered_by;  // number of the prompt or floor that orders it; empty: our own decision
    std::optional<OrderAnswer> order;       // what was found about `ordered_by` last
    std::vector<std::string> consulted_by;  // who amended it or recorded a consultation on it
    Why why;
    Approval approval;
    Stage stage = Stage::kProposed;
    std::vector<Signature> signatures;

    friend bool operator==(const Change&, const Change&) = default;
};

// A stretch of one colour. The last one is open; an earlier one ends where the next begins.
struct Segment {
    Colour colour = Colour::kYellow;
    bool mandatory = true;
    Instant from{};
    std::optional<Instant> to;
    std::string cause{};  // of advice: what it is about, Chinese

    friend bool operator==(const Segment&, const Segment&) = default;
};

struct Warning {
    std::string id;
    bool exercise = false;
    WarningStanding standing = WarningStanding::kNone;
    std::int64_t generation = 0;
    std::optional<Instant> issued_at;
    std::optional<Instant> lifted_at;
    std::optional<Instant> expected_to;
    std::vector<Segment> segments;
    std::optional<Change> pending;
    std::int64_t changes = 0;  // number of the last change

    friend bool operator==(const Warning&, const Warning&) = default;
};

// The stretch that rules at an instant, and the one that was decided last.
[[nodiscard]] const Segment* segment_at(const Warning& warning, Instant at);
[[nodiscard]] const Segment* last_segment(const Warning& warning);

// Of which colour a change is. A lift, an extension and a suspension are of the colour that the
// warning has, whatever colour is named with them.
[[nodiscard]] Colour colour_of_change(const Warning& warning, ChangeKind kind, Colour named);
// By whose colour it is signed: the strictest of its own and of those that it ends or cuts short.
// Nobody takes a red warning back who could not have issued it. A lift is of `now`, whatever is
// named in `from`.
[[nodiscard]] Colour colour_to_sign(const Warning& warning, ChangeKind kind, Colour named,
                                    Instant from, Instant now);

// ---- Events ----

// Only the members a person decides on; number, stage and signatures are set by the machine.
struct Propose {
    Change change;
};
// A consultation was held. It may amend what is proposed; signatures given before are then void.
struct Amendment {
    Colour colour = Colour::kYellow;
    Instant from{};
    std::optional<Instant> expected_to;
    Approval approval;  // of the amended colour
};
struct Consult {
    std::optional<Amendment> amendment;
};
struct Sign {};
struct Reject {};
// Taken back by its proposer, or by the system because a changed proposal supersedes it.
struct Withdraw {};
struct Lapse {};       // its time ran out
struct TakeEffect {};  // an instant of the timeline was reached
struct Evaluate {};    // the evaluation is on record
struct Archive {};

using EventKind =
    std::variant<Propose, Consult, Sign, Reject, Withdraw, Lapse, TakeEffect, Evaluate, Archive>;
[[nodiscard]] std::string_view name_of(const EventKind& kind);  // "propose"

struct LifeEvent {
    EventKind kind;
    Actor by;
    Why why;
    Instant at{};
    Zone zone;                    // in which a refusal names times: that of the region
    std::int64_t generation = 0;  // of the warning as the actor saw it
    // Of a change with `ordered_by`: whether that order covers it now. Nobody asked: it does not.
    std::optional<OrderAnswer> order{};
};

// ---- Effects ----

enum class NoticeKind { kAlert, kUpdate, kCancel };
[[nodiscard]] std::string_view to_text(NoticeKind kind);  // "alert"
[[nodiscard]] std::optional<NoticeKind> parse_notice_kind(std::string_view text);

struct AskOperator {  // a person must act on the pending change
    std::int64_t change = 0;
    std::vector<std::string> roles;
    int persons_missing = 0;
    bool consultation_missing = false;

    friend bool operator==(const AskOperator&, const AskOperator&) = default;
};
struct DeriveOrders {  // mandatory stretches that are not over, in order of time; not empty
    std::vector<Segment> segments;

    friend bool operator==(const DeriveOrders&, const DeriveOrders&) = default;
};
struct LiftOrders {  // nobody owes anything from then on
    Instant at{};

    friend bool operator==(const LiftOrders&, const LiftOrders&) = default;
};
struct PublishNotice {
    NoticeKind kind = NoticeKind::kAlert;
    std::string text_kind;  // which text of the pack: "issue", "raise", "lower", "extend", ...
    Colour colour = Colour::kYellow;
    std::optional<Colour> from_colour;  // of what binds so far; of advice: none
    Instant from{};
    std::string cause{};  // of advice, Chinese

    friend bool operator==(const PublishNotice&, const PublishNotice&) = default;
};
struct WakeAt {  // send TakeEffect then
    Instant at{};

    friend bool operator==(const WakeAt&, const WakeAt&) = default;
};
struct StartEvaluation {
    friend bool operator==(const StartEvaluation&, const StartEvaluation&) = default;
};
using Effect =
    std::variant<AskOperator, DeriveOrders, LiftOrders, PublishNotice, WakeAt, StartEvaluation>;
[[nodiscard]] std::string_view name_of(const Effect& effect);  // "derive_orders"
// An effect of that name with nothing in it yet.
[[nodiscard]] std::optional<Effect> effect_named(std::string_view name);

struct Step {
    Warning next;
    std::vector<Effect> effects;
    std::optional<Change> applied;  // the change whose last signature this was
    std::optional<Change> closed;   // the change rejected, withdrawn or lapsed
};

// ---- Refusals ----

enum class Refusal {
    kStale,   // another decision came first: read again
    kNobody,  // no person named
    kNoReason,
    kNotNow,         // this event means nothing in this state
    kChangePending,  // one change at a time
    kNothingPending,
    kRoleMayNotPropose,
    kRoleMayNotSign,
    kSignedAlready,       // nobody signs twice
    kProposerMayNotSign,  // four eyes: not by who proposed, amended or recorded the consultation
    kConsultationMissing,
    kLapsed,
    kNotLapsedYet,
    kNothingDue,
    kBelowFloor,
    kNotStricter,
    kNotMilder,
    kNotLater,
    kNotTheProposer,
    kWrongSpan,
    kNotClear,  // the 36-hour rule does not hold (lift.hpp); said by whoever asked it
    kUnfilled,  // the notice has places that nobody has filled in; said by whoever composed it
};
[[nodiscard]] std::string_view to_text(Refusal refusal);  // "signed_already"
[[nodiscard]] std::string_view to_chinese(Refusal refusal);

struct Refused {
    Refusal name = Refusal::kNotNow;
    std::string what;    // sentence: what is refused and why, with the values
    std::string clause;  // of the floor that forbids it; may be empty
};

using StepAnswer = std::variant<Step, Refused>;

[[nodiscard]] StepAnswer step(const Warning& warning, const LifeEvent& event,
                              const std::vector<ColourFloor>& floors);

// The floor that forbids to have this colour (empty: no mandatory warning at all) at that instant.
[[nodiscard]] const ColourFloor* forbidding_floor(const std::vector<ColourFloor>& floors,
                                                  Instant at, std::optional<Colour> colour);

}  // namespace qk::rules
