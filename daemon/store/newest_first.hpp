// A stretch of a list by number, newest first: what every list of rows that grows is asked by.
// Three whole numbers by their names, because side by side they would change places unseen.
#pragma once

#include <cstddef>
#include <cstdint>

namespace qk::daemon {

struct NewestFirst {
    std::size_t limit = 0;
    std::size_t offset = 0;
    std::int64_t below = INT64_MAX;  // only rows with a smaller number
};

}  // namespace qk::daemon
