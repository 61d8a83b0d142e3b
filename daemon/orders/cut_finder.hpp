// Finds the order after which the broker ends the link, so that it alone is set aside. Pure.
//
// Whatever was on its way when the link ended is suspect; suspects go out one at a time and before
// all others. Who is answered is innocent. With whom alone on its way the link ends is guilty: at
// once where the broker blames the publication, after kStrikesProve times where it says nothing,
// because a line may break at any time.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace qk::daemon {

inline constexpr int kStrikesProve = 3;

class CutFinder {
 public:
    // The link ended with these on their way; `reason` is what the broker said, 0: nothing. Answers
    // who is guilty.
    [[nodiscard]] std::optional<std::string> ended(const std::vector<std::string>& on_their_way,
                                                   int reason);
    void answered(const std::string& enterprise) { suspects_.erase(enterprise); }
    // Known to have done it: once more is proof.
    void suspect(const std::string& enterprise) { suspects_[enterprise] = kStrikesProve - 1; }
    [[nodiscard]] bool is_searching() const { return !suspects_.empty(); }
    // Who is to go out next, alone: whoever the link has not yet ended with goes first.
    [[nodiscard]] std::optional<std::string> next() const;

 private:
    std::map<std::string, int> suspects_;  // how often the link ended with it alone
};

}  // namespace qk::daemon
