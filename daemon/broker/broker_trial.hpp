// Whether a broker does what the protocol asks of it, clause by clause: what 'broker check' finds
// of a folder, and what can be asked of a broker that runs, whoever made it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/broker/findings.hpp"
#include "daemon/broker/probe.hpp"
#include "plans/protocol/client_judge.hpp"

namespace qk::broker {

inline constexpr int kQueuedLeast = 2000;  // clause BRK-5

// QoS 1 both ways, retained messages, sessions and their queues. `keeper` keeps a session, `sender`
// is another client id; both may read and write orders. Nothing of it stays.
[[nodiscard]] Findings try_sessions(const ProbeDoor& door, ProbeLogin keeper,
                                    const ProbeLogin& sender);

struct BrokerTrialWishes {
    ProbeDoor door;
    ProbeLogin bureau;
    // One that runs is asked as an enterprise, too, where its user is given.
    std::optional<ProbeLogin> enterprise;
    std::string region;
};
// Of a broker that runs. What is published there is on topics of an enterprise that is made up, and
// on `receipt` and `order` of the one that is named.
[[nodiscard]] Findings try_running_broker(const BrokerTrialWishes& wishes);

[[nodiscard]] std::vector<plans::ClauseScore> scores_of(const Findings& findings);

}  // namespace qk::broker
