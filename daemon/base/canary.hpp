// Bugs that are planted on purpose, one at a time, where somebody might make them by mistake: what
// the simulator finds proves that it looks (`qingkong-sim prove --canaries`).
//
// They are compiled in only with the build option QK_CANARIES. Without it planted() is false while
// compiling, and nothing of them is in the program. With it, one of them may be planted at a time
// in the whole process.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <optional>
#include <string_view>

#ifndef QK_CANARIES  // said by qk_base to whoever links it
#define QK_CANARIES 0
#endif

namespace qk::daemon {

inline constexpr bool kHasCanaries = QK_CANARIES != 0;

enum class Canary : std::uint8_t {
    kAcknowledgedEarly,
    kJournalUnsynced,
    kJournalFailureHidden,
    kPlaceBeforeRows,
    kBacklogSkipped,
    kDamageCutAsTail,
    kJournalDamageUnsaid,
    kPlaceNotChecked,
    kRejectedNotKept,
    kRejectedUnsaid,
    kFutureRefused,
    kReadingOverwritten,
    kMeterOfOthers,
    kSessionForgotten,
    kReceiptsNotSubscribed,
    kOwnNotSubscribed,
    kReceiptTwice,
    kOldReceiptTaken,
    kNobodyCalled,
    kRevisionSkipped,
    kCutIsPublished,
    kSentIsPublished,
    kChangeNotHeard,
    kOrderNotRetained,
    kMissingNotAsked,
    kOutdatedLeft,
    kRetainedCleared,
    kOrdersBehindReadings,
    kDropsUnsaid,
    kLiftForgetsOne,
    kDueForgotten,
    kAuditApart,
    kAuditLinkSkipped,
    kAuditEndNotCompared,
    kCommitUnsynced,
    kAnswerNotKept,
    kInputsNotKept,
    kJudgedUnknowing,
    kBreachWithoutEvidence,
    kJudgedOnce,
    kStateUnlocked,
};
inline constexpr std::size_t kCanaryCount = 41;

struct CanaryWords {
    std::string_view name;
    std::string_view what;
};
// In their order.
inline constexpr std::array<CanaryWords, kCanaryCount> kCanaryWords{{
    {"acknowledged-early", "a message is acknowledged before it is in the journal"},
    {"journal-unsynced", "the journal is not synced before a message is acknowledged"},
    {"journal-failure-hidden", "a message that the journal could not take is acknowledged"},
    {"place-before-rows", "the place in the journal is stored before what was read up to it"},
    {"backlog-skipped", "a start goes on at the end of the journal"},
    {"damage-cut-as-tail", "damage in the middle of the journal is cut off as a torn tail (R6)"},
    {"journal-damage-unsaid", "the log says nothing of a damaged or missing journal (R5)"},
    {"place-not-checked", "a place that is not the end of a record is believed (R5)"},
    {"rejected-not-kept", "a message that is refused is not kept"},
    {"rejected-unsaid", "a message that is refused has no line in the log"},
    {"future-refused", "what a clock that went back takes for the future is refused for good (R8)"},
    {"reading-overwritten", "a second reading of a time replaces the first"},
    {"meter-of-others", "an enterprise may send readings of another's meter"},
    {"session-forgotten", "each start connects under a new client id"},
    {"receipts-not-subscribed", "receipts are not subscribed"},
    {"own-not-subscribed", "what the broker holds is not asked for (R1)"},
    {"receipt-twice", "a receipt that comes again is stored again"},
    {"old-receipt-taken", "a receipt of an earlier revision counts for the present one"},
    {"nobody-called", "nobody is put on the telephone list"},
    {"revision-skipped", "an order's revision goes up by two"},
    {"cut-is-published", "an order on its way when the link ends counts as published"},
    {"sent-is-published", "an order counts as published when it is sent"},
    {"change-not-heard", "the dispatcher does not look when orders have changed"},
    {"order-not-retained", "orders are published without being retained"},
    {"missing-not-asked", "an order that the broker does not hold is left so (R1)"},
    {"outdated-left", "an older order that the broker holds is left there"},
    {"retained-cleared", "orders that the broker holds are taken from it at a connect"},
    {"orders-behind-readings", "orders wait for the connection of the readings (R9)"},
    {"drops-unsaid", "nothing is said of messages that the broker has thrown away (R3)"},
    {"lift-forgets-one", "a lift leaves one enterprise its order"},
    {"due-forgotten", "a warning whose time has come is not moved on"},
    {"audit-apart", "the audit entry is written in a transaction of its own"},
    {"audit-link-skipped", "an audit entry does not follow from the one before it"},
    {"audit-end-not-compared", "an audit log whose end was cut off goes on as if whole (R7)"},
    {"commit-unsynced", "a commit does not wait for the disk"},
    {"answer-not-kept", "the answer of a command is not kept with its effect"},
    {"inputs-not-kept", "a decision is stored without what it was made of"},
    {"judged-unknowing", "an order is judged from before it could be known (R2)"},
    {"breach-without-evidence", "a verdict names no readings"},
    {"judged-once", "a verdict is final when it is made"},
    {"state-unlocked", "two daemons may run on one database and journal (R4)"},
}};

#if QK_CANARIES
inline std::atomic<int> planted_canary{-1};
inline void plant(std::optional<Canary> canary) {
    planted_canary = canary ? static_cast<int>(*canary) : -1;
}
[[nodiscard]] inline bool planted(Canary canary) {
    return planted_canary == static_cast<int>(canary);
}
#else
constexpr void plant(std::optional<Canary>) {}
[[nodiscard]] constexpr bool planted(Canary) { return false; }
#endif

}  // namespace qk::daemon
