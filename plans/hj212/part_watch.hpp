// Periods that are sent in parts, and which parts of them have not come. Parts are frames of their
// own, merged by (MN, CN, DataTime) and never put together as bytes, because each may carry a QN of
// its own.
//
// Bounded: over the limit the oldest period is given up, and told as incomplete.
#pragma once

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

struct IncompletePeriod {
    std::string mn;
    std::string cn;
    rules::Instant data_time{};
    unsigned parts = 0;
    std::vector<unsigned> missing;  // the first kMissingShown
};
inline constexpr std::size_t kMissingShown = 20;

class PartWatch {
 public:
    explicit PartWatch(std::size_t parts_max = 100'000) : parts_max_(parts_max) {}

    void note(const Frame& frame, rules::Instant arrived);
    // Periods of which the last part came before `since`; they are forgotten.
    [[nodiscard]] std::vector<IncompletePeriod> overdue(rules::Instant since);
    // All that are not complete; they are forgotten.
    [[nodiscard]] std::vector<IncompletePeriod> rest();

 private:
    using Key = std::tuple<std::string, std::string, rules::Instant>;
    struct Period {
        unsigned parts = 0;
        std::set<unsigned> seen;
        rules::Instant last{};
    };
    using Place = std::map<Key, Period>::iterator;
    void give_up(Place place);
    void forget(Place place);

    std::size_t parts_max_;
    std::size_t parts_ = 0;  // seen, of all periods
    std::map<Key, Period> periods_;
    std::vector<IncompletePeriod> given_up_;
};

}  // namespace qk::plans::hj212
