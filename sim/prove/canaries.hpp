// Faults that are planted on purpose, one at a time, to see whether the campaign finds them: a
// campaign that finds none of these says nothing when it finds none at all.
//
// They are planted at the ports, in the simulation alone: the daemon together with such a port
// behaves as a daemon with that fault would.
#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "sim/prove/sim_broker.hpp"
#include "sim/prove/sim_disk.hpp"

namespace qk::sim {

enum class Canary {
    kAcknowledgesFirst,  // a message is acknowledged before it is in the journal
    kJournalNotSynced,   // the journal takes a sync for done that was not
    kDatabaseNotSynced,  // so does the database
    kJournalNotRead,     // what the journal holds at the start is passed over
    kSettledWhenSent,    // an order counts as published before the broker has it
    kCutIsTaken,         // and one that was on its way when the link ended
    kNotRetained,        // orders are published without being retained
    kNothingCompared,    // what the broker holds is never held against the orders (R1)
    kRefusedIsTaken,     // what could not be written is acknowledged all the same
    kSubscribesLate,     // enterprises begin before the daemon has subscribed (the start race)
};
inline constexpr std::array kCanaries{Canary::kAcknowledgesFirst, Canary::kJournalNotSynced,
                                      Canary::kDatabaseNotSynced, Canary::kJournalNotRead,
                                      Canary::kSettledWhenSent,   Canary::kCutIsTaken,
                                      Canary::kNotRetained,       Canary::kNothingCompared,
                                      Canary::kRefusedIsTaken,    Canary::kSubscribesLate};
[[nodiscard]] std::string_view to_text(Canary canary);  // "acknowledges-first"
[[nodiscard]] std::optional<Canary> parse_canary(std::string_view text);

[[nodiscard]] SimDisk::Lies disk_lies_of(std::optional<Canary> canary);
[[nodiscard]] SimBroker::Lies broker_lies_of(std::optional<Canary> canary);

}  // namespace qk::sim
