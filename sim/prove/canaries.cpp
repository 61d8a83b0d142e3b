#include "sim/prove/canaries.hpp"

#include <algorithm>

namespace qk::sim {
namespace {

constexpr std::array<std::string_view, kCanaries.size()> kNames{
    "acknowledges-first", "journal-not-synced", "database-not-synced", "journal-not-read",
    "settled-when-sent",  "cut-is-taken",       "not-retained",        "nothing-compared",
    "refused-is-taken",   "subscribes-late"};

}  // namespace

std::string_view to_text(Canary canary) { return kNames[static_cast<std::size_t>(canary)]; }

std::optional<Canary> parse_canary(std::string_view text) {
    const auto found = std::ranges::find(kNames, text);
    if (found == kNames.end()) return std::nullopt;
    return kCanaries[static_cast<std::size_t>(found - kNames.begin())];
}

SimDisk::Lies disk_lies_of(std::optional<Canary> canary) {
    SimDisk::Lies lies;
    lies.syncs_nothing = canary == Canary::kJournalNotSynced;
    lies.syncs_no_database = canary == Canary::kDatabaseNotSynced;
    lies.lists_no_segments = canary == Canary::kJournalNotRead;
    return lies;
}

SimBroker::Lies broker_lies_of(std::optional<Canary> canary) {
    SimBroker::Lies lies;
    lies.acknowledges_first = canary == Canary::kAcknowledgesFirst;
    lies.settles_when_sent = canary == Canary::kSettledWhenSent;
    lies.cut_is_taken = canary == Canary::kCutIsTaken;
    lies.retains_nothing = canary == Canary::kNotRetained;
    lies.compares_nothing = canary == Canary::kNothingCompared;
    lies.takes_no_refusal = canary == Canary::kRefusedIsTaken;
    return lies;
}

}  // namespace qk::sim
