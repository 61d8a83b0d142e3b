#include "daemon/orders/receipt.hpp"

#include <gtest/gtest.h>

#include <array>

namespace qk::daemon {
namespace {

constexpr std::array kStates{ReceiptState::kNone,     ReceiptState::kReceived,
                             ReceiptState::kAccepted, ReceiptState::kExecuting,
                             ReceiptState::kDone,     ReceiptState::kRefused};

Receipt receipt(ReceiptState state, std::int64_t revision = 3) {
    Receipt made;
    made.order = "o";
    made.revision = revision;
    made.state = state;
    return made;
}

TEST(Receipt, EveryPairOfStatesHasItsAnswer) {
    for (const ReceiptState present : kStates) {
        for (const ReceiptState next : kStates) {
            const PresentOrder order{"o", 3, present};
            const bool is_final =
                present == ReceiptState::kDone || present == ReceiptState::kRefused;
            const ReceiptEffect expected = next == present              ? ReceiptEffect::kRepeat
                                           : is_final || next < present ? ReceiptEffect::kLate
                                                                        : ReceiptEffect::kTaken;
            EXPECT_EQ(judge_receipt(order, receipt(next)), expected)
                << to_text(present) << " -> " << to_text(next);
        }
    }
}

// A stranger's refusal would be final otherwise: nothing in it proves who sent it.
TEST(Receipt, APersonCorrectsWhateverStateIsOnRecordButOnlyTheOneThatWasSeen) {
    for (const ReceiptState present : kStates) {
        for (const ReceiptState next : kStates) {
            const PresentOrder order{"o", 3, present};
            const auto expected = next == present ? ReceiptEffect::kRepeat : ReceiptEffect::kTaken;
            EXPECT_EQ(judge_receipt(order, receipt(next), present), expected)
                << to_text(present) << " -> " << to_text(next);
            for (const ReceiptState seen : kStates) {
                if (seen == present) continue;
                EXPECT_EQ(judge_receipt(order, receipt(next), seen),
                          next == present ? ReceiptEffect::kRepeat : ReceiptEffect::kLate)
                    << to_text(present) << " -> " << to_text(next) << " for " << to_text(seen);
            }
        }
    }
    const PresentOrder order{"o", 3, ReceiptState::kRefused};
    EXPECT_EQ(judge_receipt(order, receipt(ReceiptState::kDone, 2), ReceiptState::kRefused),
              ReceiptEffect::kOldRevision);
}

TEST(Receipt, OnlyTheRevisionInForceCounts) {
    const PresentOrder order{"o", 3, ReceiptState::kNone};
    EXPECT_EQ(judge_receipt(order, receipt(ReceiptState::kDone, 2)), ReceiptEffect::kOldRevision);
    EXPECT_EQ(judge_receipt(order, receipt(ReceiptState::kDone, 4)),
              ReceiptEffect::kUnknownRevision);
    EXPECT_EQ(judge_receipt(std::nullopt, receipt(ReceiptState::kDone)),
              ReceiptEffect::kUnknownOrder);
}

TEST(Receipt, AnotherOrdersReceiptHasNoEffect) {
    const PresentOrder order{"other", 3, ReceiptState::kNone};
    EXPECT_EQ(judge_receipt(order, receipt(ReceiptState::kDone)), ReceiptEffect::kUnknownOrder);
}

TEST(Receipt, ARefusalAndComplianceContradictEachOtherAndNothingElseDoes) {
    for (const ReceiptState on_record : kStates) {
        for (const ReceiptState said : kStates) {
            const auto complies = [](ReceiptState state) {
                return state >= ReceiptState::kAccepted && state <= ReceiptState::kDone;
            };
            const bool expected = (on_record == ReceiptState::kRefused && complies(said)) ||
                                  (said == ReceiptState::kRefused && complies(on_record));
            EXPECT_EQ(contradicts(on_record, said), expected)
                << to_text(on_record) << ", " << to_text(said);
        }
    }
}

TEST(Receipt, StatesReadBackFromTheirText) {
    for (const ReceiptState state : kStates) {
        EXPECT_EQ(parse_receipt_state(to_text(state)), state);
    }
    EXPECT_EQ(parse_receipt_state("maybe"), std::nullopt);
}

}  // namespace
}  // namespace qk::daemon
