// How often each address has called with a token that nobody has, in the present minute.
//
// Tokens are random and long, so that trying them leads nowhere; what is bounded is the noise. Only
// wrong tokens are counted and only they are refused: behind one proxy or one office address sit
// people who must be able to sign while somebody's old script keeps knocking.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>

#include "rules/base/time.hpp"

namespace qk::daemon {

// So many addresses are told apart in a minute; all further ones share one count.
inline constexpr std::size_t kTokenAddressesMax = 10'000;

class WrongTokens {
 public:
    struct Noted {
        bool is_over = false;   // beyond the limit: to be refused as too many
        bool is_first = false;  // the first of its minute beyond the limit: worth a line in the log
    };
    Noted note(const std::string& address, rules::Instant now, int per_minute);
    [[nodiscard]] std::size_t addresses() const { return counts_.size(); }

 private:
    std::int64_t minute_ = 0;
    std::unordered_map<std::string, int> counts_;  // of the present minute
};

// Seconds until the next minute begins.
[[nodiscard]] std::int64_t seconds_left_of_minute(rules::Instant now);

}  // namespace qk::daemon
