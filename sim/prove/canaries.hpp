// Faults that are planted on purpose, one at a time, to see whether the campaign finds them: a
// campaign that finds none of these says nothing when it finds none at all.
//
// Some are planted at the ports, in the simulation alone: the daemon together with such a port
// behaves as a daemon with that fault would. The others are planted in the daemon's own code
// (daemon/base/canary.hpp), in a build with QK_CANARIES.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "daemon/base/canary.hpp"
#include "sim/prove/sim_broker.hpp"
#include "sim/prove/sim_disk.hpp"

namespace qk::sim {

enum class PortCanary {
    kAcknowledgesFirst,
    kJournalNotSynced,
    kDatabaseNotSynced,
    kJournalNotRead,
    kSettledWhenSent,
    kCutIsTaken,
    kNotRetained,
    kNothingCompared,
    kRefusedIsTaken,
    kSubscribesLate,
};

struct Canary {
    std::string_view name;  // "acknowledges-first"
    std::string_view what;  // is planted, in a sentence
    std::optional<PortCanary> at_port;
    std::optional<daemon::Canary> in_code;
};

// Those that this build can plant: at the ports, and behind them those in the code.
[[nodiscard]] const std::vector<Canary>& all_canaries();
[[nodiscard]] const Canary* find_canary(std::string_view name);  // null: there is none

// While this lives, the daemon's code has it. Null: none.
class Planting {
 public:
    explicit Planting(const Canary* canary) {
        daemon::plant(canary == nullptr ? std::nullopt : canary->in_code);
    }
    ~Planting() { daemon::plant(std::nullopt); }
    Planting(const Planting&) = delete;
    Planting& operator=(const Planting&) = delete;
};

[[nodiscard]] SimDisk::Lies disk_lies_of(const Canary* canary);
[[nodiscard]] SimBroker::Lies broker_lies_of(const Canary* canary);
[[nodiscard]] bool subscribes_late(const Canary* canary);

}  // namespace qk::sim
