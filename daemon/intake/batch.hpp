// A batch of messages into the database, in one transaction: readings, passages, receipts and
// presence are stored, what cannot be is kept as rejected with its reason. Every message may come
// twice.
//
// The first reading of a time counts; one that differs is kept beside it. Power is as it came, or
// derived: from the interval's energy, or from two values of a running register. What cannot be
// derived yet, or lies far above the meter's rating, is stored as invalid, so that it is never
// evidence.
#pragma once

#include <SQLiteCpp/Database.h>

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "daemon/intake/inventory_book.hpp"
#include "daemon/intake/journal.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::chrono::hours kRegisterGapMax{24};
inline constexpr std::size_t kRejectedPayloadBytesMax = 4096;

struct IntakeView {
    rules::Zone zone;
    std::shared_ptr<const plans::Inventory> inventory;
    std::shared_ptr<const InventoryIndex> index;
    int rejected_kept = 10'000;
};

struct BatchOutcome {
    std::size_t taken_in = 0;
    std::size_t readings = 0;
    std::size_t receipts = 0;
    std::size_t receipts_without_effect = 0;
    struct Rejection {
        std::string topic;
        std::string why;
    };
    std::vector<Rejection> rejected;
    std::size_t online = 0;  // enterprises online after the batch
    bool has_told = false;   // events were written, or orders asked for again
};

// The arrival time of each message is the "now" that its content is judged by.
[[nodiscard]] BatchOutcome take_messages(SQLite::Database& db,
                                         std::span<const JournalMessage> messages,
                                         const IntakeView& view);

}  // namespace qk::daemon
