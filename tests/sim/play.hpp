// A small region under one stop order, for tests of the model and of the comparison with it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/response/signing.hpp"
#include "sim/model/world.hpp"

namespace qk::sim::test {

inline const rules::Zone kZone = rules::kBeijingTime;
// A Monday.
inline const rules::Instant kStart = *rules::parse_instant("2015-12-07 00:00", kZone);

// Signs the orders below.
[[nodiscard]] plans::SigningKey bureau_key();
[[nodiscard]] plans::Inventory small_inventory(int enterprises = 40);
// The behaviour for everybody who may have it.
[[nodiscard]] WorldOptions all(Behaviour behaviour);
// A signed order to an enterprise: every line stands from `from` to kStart + 3 d, or nothing any
// more.
[[nodiscard]] std::string stop_order(const plans::Inventory& inventory, std::size_t enterprise,
                                     std::int64_t revision = 1, bool is_lifted = false,
                                     rules::Instant from = kStart);

// The same of one line, which may run at 60 % and whose treatment must run on for two hours where
// it stops.
[[nodiscard]] std::string cap_order(const plans::Inventory& inventory, std::size_t enterprise,
                                    const std::string& line);

// What the enterprise is ordered: every line stands, or its first line runs at 60 %.
enum class Ordered { kStop, kCapOfFirstLine };

// One enterprise of a behaviour, from six hours before the order binds to two days after.
struct Play {
    explicit Play(Behaviour behaviour, Ordered ordered = Ordered::kStop);

    World world;
    std::size_t who = 0;
    std::vector<Outgoing> sent;

    [[nodiscard]] std::vector<std::string> lines() const;
    [[nodiscard]] std::string obligation() const;
    [[nodiscard]] DayTruth second_day() const;
    [[nodiscard]] const DayCount& count_of_day(int day) const;  // 0 is the first
    // Mean power in kW that its meter ("-P1") has sent of a day, empty: nothing.
    [[nodiscard]] std::optional<double> shown_kw(const std::string& meter, int day) const;
    [[nodiscard]] int receipts_of(const std::string& state) const;

 private:
    Ordered ordered_;
};

}  // namespace qk::sim::test
