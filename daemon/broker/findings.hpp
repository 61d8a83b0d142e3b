// What a check of a broker has found: a line for each thing that was looked at or tried.
#pragma once

#include <string>
#include <vector>

namespace qk::broker {

struct Finding {
    bool is_good = false;
    std::string what;      // what holds, or what does not
    std::string cure;      // of what does not
    std::string clause{};  // of the published protocol that it is about; may be empty
};

using Findings = std::vector<Finding>;

[[nodiscard]] inline bool is_whole(const Findings& findings) {
    for (const Finding& finding : findings) {
        if (!finding.is_good) return false;
    }
    return true;
}

}  // namespace qk::broker
