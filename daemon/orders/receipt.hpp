// What an enterprise answers to an order (回执), and what each answer changes. Pure: a closed state
// machine
//
//     none -> received -> accepted -> executing -> done
//               any of these -> refused
//
// A step may be skipped (messages get lost or overtake each other), never undone: an earlier state
// that arrives late changes nothing. A receipt counts only for the revision that is in force.
//
// Who sent a message over the broker is not proved by it: a stranger's refusal would be final. So a
// named person who has telephoned may correct the state on record, whatever it is.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"

namespace qk::daemon {

enum class ReceiptState { kNone, kReceived, kAccepted, kExecuting, kDone, kRefused };
[[nodiscard]] std::string_view to_text(ReceiptState state);  // "received"
[[nodiscard]] std::optional<ReceiptState> parse_receipt_state(std::string_view text);

// Who has signed a receipt, where somebody did, and what.
struct ReceiptSeal {
    std::string enterprise;
    std::string key;  // public
    std::string signature;
    std::string text;  // that is signed
};

struct Receipt {
    std::string order;
    std::int64_t revision = 0;
    ReceiptState state = ReceiptState::kNone;
    rules::Instant at{};  // as its sender states it; what counts is when it arrived
    std::string by;
    std::string note;
    std::optional<ReceiptSeal> seal{};
};

enum class ReceiptEffect {
    kTaken,
    kRepeat,           // this state is on record now, or the same message was stored before
    kLate,             // a later state is on record, or another than the one to be corrected
    kOldRevision,      // of a revision that is no longer in force
    kUnknownRevision,  // of a revision that was never issued
    kUnknownOrder,     // the enterprise has no order of this id
    kWrongSignature,   // signed with what is not a registered key: shown, and nothing else
};
[[nodiscard]] std::string_view to_text(ReceiptEffect effect);  // "taken", "old revision", ...

struct PresentOrder {
    std::string order;
    std::int64_t revision = 0;
    ReceiptState state = ReceiptState::kNone;
    bool is_proved = false;  // the receipt that has brought it there
};

// `corrects`: the state on record that a person says is wrong; if it is another by now, nothing is
// corrected.
[[nodiscard]] ReceiptEffect judge_receipt(const std::optional<PresentOrder>& present,
                                          const Receipt& receipt,
                                          std::optional<ReceiptState> corrects = std::nullopt);

// What is said and what is on record cannot both be true: a refusal of what was accepted or carried
// out, or the reverse. Both are kept and shown; a person finds out which is.
[[nodiscard]] bool contradicts(ReceiptState on_record, ReceiptState said);

}  // namespace qk::daemon
