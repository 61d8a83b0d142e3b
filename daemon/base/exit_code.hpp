// Exit codes of every program (contract §0).
#pragma once

namespace qk {

enum ExitCode : int {
    kHolds = 0,        // done, and the answer is good
    kNegative = 1,     // done, and the answer is a negative finding
    kBadUsage = 2,     // bad usage or unreadable input
    kUnreachable = 3,  // the daemon cannot be reached or refused
};

}  // namespace qk
