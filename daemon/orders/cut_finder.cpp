#include "daemon/orders/cut_finder.hpp"

#include <algorithm>

#include "daemon/base/mqtt_reason.hpp"

namespace qk::daemon {

std::optional<std::string> CutFinder::ended(const std::vector<std::string>& on_their_way,
                                            int reason) {
    const Blame blame = blame_of(reason);
    if (on_their_way.empty() || blame == Blame::kSomethingElse) return std::nullopt;
    for (const std::string& enterprise : on_their_way) suspects_.try_emplace(enterprise, 0);
    if (on_their_way.size() > 1) return std::nullopt;
    const auto alone = suspects_.find(on_their_way.front());
    alone->second += blame == Blame::kPublication ? kStrikesProve : 1;
    if (alone->second < kStrikesProve) return std::nullopt;
    suspects_.erase(alone);
    return on_their_way.front();
}

std::optional<std::string> CutFinder::next() const {
    const auto first = std::ranges::min_element(
        suspects_, [](const auto& a, const auto& b) { return a.second < b.second; });
    if (first == suspects_.end()) return std::nullopt;
    return first->first;
}

}  // namespace qk::daemon
