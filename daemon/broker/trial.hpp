// The check of a broker: its files are looked at, a test broker of the same configuration is asked
// for what must fail, as a stranger and as an enterprise, and is ended and killed to count what it
// kept. Nothing of this touches a running broker; ask_running() does, and changes nothing there.
#pragma once

#include <string>

#include "daemon/broker/configuration.hpp"
#include "daemon/broker/findings.hpp"
#include "daemon/broker/kit.hpp"
#include "daemon/broker/probe.hpp"
#include "rules/base/time.hpp"

namespace qk::broker {

// Modes, users, access list and certificate of the folder.
[[nodiscard]] Findings look_at_files(const std::string& folder, const KitFacts& facts,
                                     rules::Instant now);

// A refusal: the trial cannot be made at all.
[[nodiscard]] rules::Result<Findings> try_configuration(const std::string& program,
                                                        const std::string& folder,
                                                        const KitFacts& facts,
                                                        const BrokerConfiguration& configuration,
                                                        rules::Instant now);

// What a stranger must not be let in for, at a broker that runs.
[[nodiscard]] Findings try_as_stranger(const ProbeDoor& door);
[[nodiscard]] Findings ask_running(const std::string& folder, const KitFacts& facts);

}  // namespace qk::broker
