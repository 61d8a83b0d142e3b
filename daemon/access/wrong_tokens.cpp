#include "daemon/access/wrong_tokens.hpp"

namespace qk::daemon {
namespace {

constexpr std::int64_t kMinute = 60;
const std::string kEverybodyElse;

}  // namespace

WrongTokens::Noted WrongTokens::note(const std::string& address, rules::Instant now,
                                     int per_minute) {
    const std::int64_t minute = now.time_since_epoch().count() / kMinute;
    if (minute != minute_) {
        minute_ = minute;
        counts_.clear();
    }
    const bool is_known = counts_.contains(address) || counts_.size() < kTokenAddressesMax;
    int& count = counts_[is_known ? address : kEverybodyElse];
    Noted noted;
    noted.is_over = count >= per_minute;
    noted.is_first = count == per_minute;
    if (count <= per_minute) ++count;
    return noted;
}

std::int64_t seconds_left_of_minute(rules::Instant now) {
    return kMinute - now.time_since_epoch().count() % kMinute;
}

}  // namespace qk::daemon
