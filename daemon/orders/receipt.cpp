#include "daemon/orders/receipt.hpp"

#include <array>

#include "daemon/base/canary.hpp"

namespace qk::daemon {

std::string_view to_text(ReceiptState state) {
    switch (state) {
        case ReceiptState::kNone:
            return "none";
        case ReceiptState::kReceived:
            return "received";
        case ReceiptState::kAccepted:
            return "accepted";
        case ReceiptState::kExecuting:
            return "executing";
        case ReceiptState::kDone:
            return "done";
        case ReceiptState::kRefused:
            return "refused";
    }
    return "none";
}

std::optional<ReceiptState> parse_receipt_state(std::string_view text) {
    constexpr std::array kAll{ReceiptState::kNone,     ReceiptState::kReceived,
                              ReceiptState::kAccepted, ReceiptState::kExecuting,
                              ReceiptState::kDone,     ReceiptState::kRefused};
    for (const ReceiptState state : kAll) {
        if (to_text(state) == text) return state;
    }
    return std::nullopt;
}

std::string_view to_text(ReceiptEffect effect) {
    switch (effect) {
        case ReceiptEffect::kTaken:
            return "taken";
        case ReceiptEffect::kRepeat:
            return "repeat";
        case ReceiptEffect::kLate:
            return "late";
        case ReceiptEffect::kOldRevision:
            return "old revision";
        case ReceiptEffect::kUnknownRevision:
            return "unknown revision";
        case ReceiptEffect::kUnknownOrder:
            return "unknown order";
        case ReceiptEffect::kWrongSignature:
            return "wrong signature";
    }
    return "unknown order";
}

ReceiptEffect judge_receipt(const std::optional<PresentOrder>& present, const Receipt& receipt,
                            std::optional<ReceiptState> corrects) {
    if (!present) return ReceiptEffect::kUnknownOrder;
    if (receipt.revision > present->revision) return ReceiptEffect::kUnknownRevision;
    const bool is_old = receipt.revision < present->revision;
    if (is_old && !planted(Canary::kOldReceiptTaken)) return ReceiptEffect::kOldRevision;
    if (receipt.order != present->order) return ReceiptEffect::kUnknownOrder;
    if (receipt.state == present->state) return ReceiptEffect::kRepeat;
    // The states stand in their order; a refusal and the end are final.
    const bool is_final =
        present->state == ReceiptState::kDone || present->state == ReceiptState::kRefused;
    if (corrects) {
        return *corrects == present->state ? ReceiptEffect::kTaken : ReceiptEffect::kLate;
    }
    if (is_final || receipt.state < present->state) return ReceiptEffect::kLate;
    return ReceiptEffect::kTaken;
}

bool contradicts(ReceiptState on_record, ReceiptState said) {
    const auto complies = [](ReceiptState state) {
        return state == ReceiptState::kAccepted || state == ReceiptState::kExecuting ||
               state == ReceiptState::kDone;
    };
    return (said == ReceiptState::kRefused && complies(on_record)) ||
           (on_record == ReceiptState::kRefused && complies(said));
}

}  // namespace qk::daemon
