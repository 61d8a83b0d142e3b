// A batch of messages into the database, in one transaction: readings, passages, receipts and
// presence are stored, what cannot be is kept as rejected with its reason. Every message may come
// twice: the second time changes nothing. The channel of a message decides how it is read; that
// switch is BatchWriter::take and nowhere else.
//
// The first reading of a time counts; one that differs is kept beside it. Power is as it came, or
// derived: from the interval's energy, or from two values of a running register. What cannot be
// derived yet, or lies far above the meter's rating, is stored as invalid, so that it is never
// evidence. Readings are stored in the order of their key at the end of the batch, which costs half
// of storing them as they come.
//
// While the clock stands behind where it was (clock_watch.hpp), a message whose only fault is a
// time in the future is held, and taken in when time has come.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "daemon/readings/hj212_taker.hpp"
#include "daemon/readings/journal.hpp"
#include "daemon/readings/message_content.hpp"
#include "daemon/readings/raw_archive.hpp"
#include "daemon/readings/sender_limits.hpp"
#include "daemon/service/hj212_config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::size_t kRejectedPayloadBytesMax = 4096;

struct IntakeView {
    rules::Zone zone;
    std::shared_ptr<const plans::Inventory> inventory;
    std::shared_ptr<const InventoryIndex> index;
    int rejected_kept = 10'000;
    int unknown_receipts_kept = 100;
    int held_messages = 200'000;
    SenderQuota quota;
    std::shared_ptr<const Hj212Config> hj212;  // null: by what is shipped
    RawArchive* raw = nullptr;                 // none: frames are not kept as they came
    SenderLimits* limits = nullptr;            // none: nothing is limited
    // Where the wall clock would stand if it had not gone back; empty: it has not.
    std::optional<rules::Instant> clock_expected;
    // By how much later than that it may be: it was behind at the start already.
    std::chrono::seconds clock_unsure{0};
    // What a receipt's arrival is off by, where the wall clock has gone back.
    std::chrono::seconds arrives_later{0};
    // Of the messages, in their order, where they were read before, by this zone and index; else
    // empty.
    std::span<const MessageContent> contents;
};

struct BatchOutcome {
    std::size_t taken_in = 0;
    std::size_t readings = 0;
    Hj212Taken hj212;
    std::size_t registers_anew = 0;  // that fell: another meter, or set to zero
    std::size_t receipts = 0;
    std::size_t receipts_without_effect = 0;
    struct Rejection {
        std::string topic;
        std::string why;
    };
    std::vector<Rejection> rejected;
    std::map<std::string, std::size_t> over_limit;  // messages by enterprise; among `rejected`
    std::size_t held = 0;                           // until the clock is right again
    std::size_t online = 0;                         // enterprises online after the batch
    bool has_told = false;         // events were written, or orders asked for again
    std::set<std::string> marked;  // enterprises that are to be told what is durable
};

using TakeMessages = std::function<BatchOutcome(
    Session& db, std::span<const JournalMessage> messages, const IntakeView& view)>;

// The arrival time of each message is the "now" that its content is judged by.
[[nodiscard]] BatchOutcome take_messages(Session& db, std::span<const JournalMessage> messages,
                                         const IntakeView& view);

// A message that was set aside is on record all the same.
void pass_mark(Session& db, const JournalMessage& message, const IntakeView& view,
               BatchOutcome& outcome);

// Keeps a message with the reason why it was not taken in; the same message once. The answer is how
// it is shown.
BatchOutcome::Rejection keep_rejected(Session& db, const JournalMessage& message,
                                      const std::string& why);

}  // namespace qk::daemon
