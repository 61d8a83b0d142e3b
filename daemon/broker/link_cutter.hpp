// Ends the links of those whose certificates have become void. mosquitto looks at the list when a
// client comes, and never again while it stays: its link has to be taken over once, by its own
// name, which the authority can give.
#pragma once

#include <string>
#include <vector>

#include "daemon/broker/plant_authority.hpp"

namespace qk::broker {

// After a reload. `void_one`: on the new list; until the broker refuses it, nobody is cut off, who
// could come back by what is void. Refused where the broker does not read the list in time, or
// where a link could not be taken over.
[[nodiscard]] rules::Result<void> end_links(const std::string& folder, const KitFacts& facts,
                                            const PlantAuthority& authority,
                                            const CertifiedKey& void_one,
                                            const std::vector<std::string>& users,
                                            rules::Instant now);

// Whether a broker takes the daemon of this kit in, whatever its process id. Nobody else's does.
[[nodiscard]] bool takes_the_daemon(const std::string& folder);

}  // namespace qk::broker
