#include "plans/hj212/part_watch.hpp"

#include <algorithm>
#include <utility>

namespace qk::plans::hj212 {

void PartWatch::forget(Place place) {
    parts_ -= place->second.seen.size();
    periods_.erase(place);
}

void PartWatch::give_up(Place place) {
    const auto& [key, period] = *place;
    IncompletePeriod one;
    std::tie(one.mn, one.cn, one.data_time) = key;
    one.parts = period.parts;
    for (unsigned part = 1; part <= period.parts && one.missing.size() < kMissingShown; ++part) {
        if (!period.seen.contains(part)) one.missing.push_back(part);
    }
    given_up_.push_back(std::move(one));
    forget(place);
}

void PartWatch::note(const Frame& frame, rules::Instant arrived) {
    const bool is_part = frame.outcome <= Outcome::kAcceptWarn && frame.parts && *frame.parts > 1 &&
                         frame.data_time && frame.head.mn && frame.head.cn;
    if (!is_part) return;
    const Key key{*frame.head.mn, *frame.head.cn, *frame.data_time};
    const auto place = periods_.try_emplace(key).first;
    Period& period = place->second;
    period.parts = std::max(period.parts, *frame.parts);
    period.last = std::max(period.last, arrived);
    if (period.seen.insert(*frame.part).second) ++parts_;
    if (period.seen.size() == period.parts) return forget(place);
    if (parts_ <= parts_max_) return;
    const auto oldest = std::min_element(
        periods_.begin(), periods_.end(),
        [](const auto& a, const auto& b) { return a.second.last < b.second.last; });
    give_up(oldest);
}

std::vector<IncompletePeriod> PartWatch::overdue(rules::Instant since) {
    for (auto place = periods_.begin(); place != periods_.end();) {
        const auto next = std::next(place);
        if (place->second.last < since) give_up(place);
        place = next;
    }
    return std::exchange(given_up_, {});
}

std::vector<IncompletePeriod> PartWatch::rest() { return overdue(rules::Instant::max()); }

}  // namespace qk::plans::hj212
