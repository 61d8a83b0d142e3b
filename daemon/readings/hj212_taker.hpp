// What frames of HJ 212 bring into the store, within the transaction of a batch: values of stacks
// as reported, hours as readings that verdicts are made of, and values of further series by the
// bureau's map of points.
//
// By the setting hj212.readings_from hours are also made of a device's minutes or moments, once the
// hour is over, of devices that send no hours themselves; a day is held against its hours and
// becomes no reading, because verdicts take each reading of a stack for the mean of an hour.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/readings/hj212_message.hpp"
#include "daemon/readings/intake_rows.hpp"
#include "daemon/service/hj212_config.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

// So late the last minutes of an hour may come; then it is made of what is there.
inline constexpr std::chrono::minutes kHourSettles{5};

// A day's mean as it was sent, far from that of its hours.
struct DayDifference {
    std::string outlet;
    std::string factor;
    rules::Instant day{};
    double sent = 0;
    double of_hours = 0;
};

struct Hj212Taken {
    std::size_t stack_values = 0;  // stored, none of them twice
    std::size_t series_values = 0;
    std::size_t series_unknown = 0;  // of points whose series is not in the inventory
    std::size_t hours_made = 0;
    std::vector<DayDifference> days;

    void add(Hj212Taken&& more);
};

class Hj212Taker {
 public:
    struct Basis {
        const plans::Inventory& inventory;
        const InventoryIndex& index;
        const Hj212Config& config;
    };
    Hj212Taker(Session& db, IntakeWriter& rows, const Basis& basis);

    [[nodiscard]] Hj212Message read(const JournalMessage& message);
    // Whose it is; empty: the MN is at no outlet and in no point of the map.
    [[nodiscard]] std::optional<std::string> enterprise_of(const Hj212Message& said) const;
    void store(const Hj212Message& said, rules::Instant arrived,
               const std::optional<std::uint64_t>& raw);
    // At the end of the batch.
    [[nodiscard]] Hj212Taken finish();

 private:
    struct Hour {
        std::string outlet;
        std::string command;
        rules::Instant from{};
        friend auto operator<=>(const Hour&, const Hour&) = default;
    };
    [[nodiscard]] bool makes_readings_from(const std::string& command) const;
    void note_hours(const std::string& outlet, const std::string& command, rules::Instant t,
                    rules::Instant arrived);
    void make_hour(const Hour& hour, rules::Instant arrived);
    void check_day(const std::string& outlet, const Hj212Value& value);
    void store_series(const Hj212Message& said, rules::Instant arrived,
                      const std::optional<std::uint64_t>& raw);

    Session& db_;
    IntakeWriter& rows_;
    Basis basis_;
    plans::hj212::DecodeSetting decoding_;
    std::map<Hour, rules::Instant> hours_;  // to be looked at, with the latest arrival
    Hj212Taken taken_;
};

}  // namespace qk::daemon
