// A message of the journal as far as it can be understood without the store: its topic, where its
// sender and instrument stand in the inventory, and what it says or why it cannot be read. Pure, so
// that it may be done on another thread before the batch is taken in (read_ahead.hpp).
#pragma once

#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "daemon/readings/journal.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// What a message is understood by. Contents of another basis are not used.
struct ContentBasis {
    rules::Zone zone;
    std::shared_ptr<const InventoryIndex> index;

    friend bool operator==(const ContentBasis&, const ContentBasis&) = default;
};

// Nothing: it was not looked at yet.
using Said = std::variant<std::monostate, rules::Faults, std::vector<MeterReading>,
                          std::vector<StackReading>, std::vector<SeriesReading>,
                          std::vector<GatePassage>, Receipt, Presence>;

struct MessageContent {
    std::optional<Topic> topic;             // empty: none of ours
    std::optional<std::size_t> enterprise;  // its place in the inventory
    std::optional<std::size_t> instrument;  // meter, outlet or series, likewise
    Said said;
};

// Over MQTT, without what it says.
[[nodiscard]] MessageContent place_content(const JournalMessage& message,
                                           const ContentBasis& basis);
[[nodiscard]] Said read_said(const Topic& topic, std::string_view payload,
                             const MessageContext& context);
// The arrival time of the message is the "now" that it is judged by.
[[nodiscard]] MessageContext context_of(const JournalMessage& message, rules::Zone zone);

// Messages in the order of the journal, with what they say.
struct Stretch {
    std::vector<JournalMessage> messages;
    // Of the messages, by `basis`; an empty one was not looked at. None at all: none was.
    std::vector<MessageContent> contents;
    std::vector<JournalFinding> findings;
    std::optional<ContentBasis> basis;
};

// All of it. What throws is left unread: whoever takes the message in meets it again and knows what
// to do about it.
[[nodiscard]] MessageContent read_content(const JournalMessage& message, const ContentBasis& basis);

}  // namespace qk::daemon
