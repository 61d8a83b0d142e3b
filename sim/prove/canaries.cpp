#include "sim/prove/canaries.hpp"

#include <algorithm>
#include <array>

namespace qk::sim {
namespace {

struct AtPort {
    PortCanary canary;
    std::string_view name;
    std::string_view what;
};
constexpr std::array<AtPort, 10> kAtPorts{{
    {PortCanary::kAcknowledgesFirst, "acknowledges-first",
     "a message is acknowledged before the daemon has it"},
    {PortCanary::kJournalNotSynced, "journal-not-synced",
     "the journal takes a sync for done that was not"},
    {PortCanary::kDatabaseNotSynced, "database-not-synced", "so does the database"},
    {PortCanary::kJournalNotRead, "journal-not-read",
     "what the journal holds at the start is passed over"},
    {PortCanary::kSettledWhenSent, "settled-when-sent",
     "a publication counts as taken before the broker has it"},
    {PortCanary::kCutIsTaken, "cut-is-taken", "and one that was on its way when the link ended"},
    {PortCanary::kNotRetained, "not-retained", "orders are published without being retained"},
    {PortCanary::kNothingCompared, "nothing-compared", "what the broker holds is never told (R1)"},
    {PortCanary::kRefusedIsTaken, "refused-is-taken",
     "what could not be written is acknowledged all the same"},
    {PortCanary::kSubscribesLate, "subscribes-late",
     "enterprises begin before the daemon has subscribed (the start race)"},
}};

std::vector<Canary> make_all() {
    std::vector<Canary> all;
    for (const AtPort& one : kAtPorts) all.push_back({one.name, one.what, one.canary, {}});
    if (!daemon::kHasCanaries) return all;
    for (std::size_t i = 0; i < daemon::kCanaryCount; ++i) {
        const daemon::CanaryWords& words = daemon::kCanaryWords[i];
        all.push_back({words.name, words.what, {}, static_cast<daemon::Canary>(i)});
    }
    return all;
}

bool is(const Canary* canary, PortCanary wanted) {
    return canary != nullptr && canary->at_port == wanted;
}

}  // namespace

const std::vector<Canary>& all_canaries() {
    static const std::vector<Canary> kAll = make_all();
    return kAll;
}

const Canary* find_canary(std::string_view name) {
    const auto found = std::ranges::find(all_canaries(), name, &Canary::name);
    return found == all_canaries().end() ? nullptr : &*found;
}

SimDisk::Lies disk_lies_of(const Canary* canary) {
    SimDisk::Lies lies;
    lies.syncs_nothing = is(canary, PortCanary::kJournalNotSynced);
    lies.syncs_no_database = is(canary, PortCanary::kDatabaseNotSynced);
    lies.lists_no_segments = is(canary, PortCanary::kJournalNotRead);
    return lies;
}

SimBroker::Lies broker_lies_of(const Canary* canary) {
    SimBroker::Lies lies;
    lies.acknowledges_first = is(canary, PortCanary::kAcknowledgesFirst);
    lies.settles_when_sent = is(canary, PortCanary::kSettledWhenSent);
    lies.cut_is_taken = is(canary, PortCanary::kCutIsTaken);
    lies.retains_nothing = is(canary, PortCanary::kNotRetained);
    lies.compares_nothing = is(canary, PortCanary::kNothingCompared);
    lies.takes_no_refusal = is(canary, PortCanary::kRefusedIsTaken);
    return lies;
}

bool subscribes_late(const Canary* canary) { return is(canary, PortCanary::kSubscribesLate); }

}  // namespace qk::sim
