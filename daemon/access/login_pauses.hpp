// Wrong log-ins in a row, by account and by address: after so many, the next try has to wait, and
// each further wrong one makes it wait twice as long. An account that does not exist is counted
// like one that does, so that nobody learns which exist. Pure; time is a parameter.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"

namespace qk::daemon {

// So many names are told apart; the one that was tried least lately gives way.
inline constexpr std::size_t kTriedNamesMax = 10'000;
// Wrong tries are forgotten after so long without another.
inline constexpr std::chrono::hours kTriesKept{24};
// From one address come the people of a whole office.
inline constexpr int kAddressTriesFactor = 4;

struct PauseRule {
    int tries = 5;
    std::chrono::seconds first{30};
    std::chrono::seconds most{900};
};

struct Tries {
    std::string name;  // "account:li.na", "address:10.0.0.7"
    int wrong = 0;
    rules::Instant last{};
    rules::Instant paused_until{};
};

[[nodiscard]] std::string account_name(std::string_view id);
// Of IPv6 the network of 64 bits, which one caller has as a whole.
[[nodiscard]] std::string address_name(std::string_view address);

class LoginPauses {
 public:
    // What was kept of before the start.
    void restore(Tries tries);
    // For how long this name has still to wait.
    [[nodiscard]] std::chrono::seconds left(const std::string& name, rules::Instant now) const;
    // One more wrong try; how it stands now.
    const Tries& note_wrong(const std::string& name, rules::Instant now, const PauseRule& rule);
    // Whether there was anything to forget.
    bool forget(const std::string& name);
    [[nodiscard]] const Tries* find(const std::string& name) const;
    // Names that gave way or were forgotten since it was last asked.
    std::vector<std::string> take_dropped(rules::Instant now);

 private:
    std::map<std::string, Tries> tries_;
    std::vector<std::string> dropped_;
};

}  // namespace qk::daemon
