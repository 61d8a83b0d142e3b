// What the broker holds on the topics of orders, against the table of orders (自查保留指令). At
// each connect the broker tells all that it holds; afterwards it tells what others put there.
// Whatever differs is published again from the table:
//
//     nothing               the broker lost it, or never had it
//     an earlier revision   the broker is older than it should be; while we are linked, somebody
//                           plays an old order back
//     a revision of ours    this database is older than what it issued, as after a restore from a
//     that is not here      copy: left there for a person to look at (held at a connect only)
//     anything else         somebody forged or deleted it
//
// What is put later stands above such a revision: enterprises have it and take nothing below.
// A document on a topic of one of our enterprises that owes nothing there is removed, unless it
// bears our signature: then this database is not the one that issued it, and a person must look.
// Topics of enterprises that we do not know are left alone, because a broker may serve several
// daemons.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/base/ports.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct WatchView {
    // The county of an enterprise of the inventory in use.
    std::function<std::optional<std::string>(const std::string& enterprise)> region_of;
    std::string public_key;
    rules::Zone zone;
};

struct HeldFindings {
    std::vector<std::string> held;       // enterprises whose topic bears a document of ours
    std::vector<std::string> outdated;   // of these, an earlier one, though it had been published
    std::vector<std::string> tampered;   // enterprises on whose topics somebody else was
    std::vector<std::string> to_remove;  // topics
    std::size_t of_others = 0;           // topics of enterprises that we do not know
    std::size_t not_of_this_store = 0;   // signed by us, and not known here
};
// In the transaction it also asks for every order that must go out again.
[[nodiscard]] HeldFindings hold_against_orders(Session& db,
                                               const std::vector<MessageBus::Held>& documents,
                                               const WatchView& view);

// Asks for every published order that is not among `held`; how many there are.
std::size_t ask_missing(Session& db, const std::set<std::string>& held);

// When an order is put back again: at once, then after pauses that double while somebody goes on
// replacing it, so that two publishers do not outdo each other.
class RestorePace {
 public:
    struct Turn {
        rules::Instant when{};
        bool is_new = false;  // false: one is waiting to go out already
    };
    [[nodiscard]] Turn next(const std::string& enterprise, rules::Instant now);

 private:
    struct Pace {
        rules::Instant until{};
        std::chrono::seconds pause{0};
    };
    std::map<std::string, Pace> paces_;
};
inline constexpr std::chrono::seconds kRestorePauseFirst{1};
inline constexpr std::chrono::seconds kRestorePauseMost{300};
inline constexpr std::chrono::seconds kRestoreCalm{3600};  // then it is forgotten
inline constexpr std::size_t kRestorePacesMax = 200'000;

}  // namespace qk::daemon
