// How much one enterprise may send, and how often one meter may report. Counts in memory, by the
// minute or hour of arrival; a restart begins anew. Answers to orders have a count of their own, so
// that a meter which floods never stops a receipt.
//
// What is over a limit is kept among the rejected messages with the reason given here.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <utility>

#include "daemon/base/text_map.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct SenderQuota {
    int messages_per_minute = 6000;             // of an enterprise; receipts and status apart
    int rows_per_minute = 100'000;              // of an enterprise
    int readings_per_meter_hour = 40'000;       // more than a year of quarters of an hour at once
    std::chrono::seconds reading_interval{10};  // between two readings of one meter
};

class SenderLimits {
 public:
    SenderLimits() = default;
    SenderLimits(const SenderLimits&) = delete;
    SenderLimits& operator=(const SenderLimits&) = delete;
    // Each answers why the message is not taken in, or nothing.
    [[nodiscard]] std::string admit_message(const SenderQuota& quota, const std::string& enterprise,
                                            rules::Instant arrived, bool is_answer);
    [[nodiscard]] std::string admit_rows(const SenderQuota& quota, const std::string& enterprise,
                                         rules::Instant arrived, std::size_t rows);
    // `times` of the readings of one message, in any order.
    [[nodiscard]] std::string admit_readings(const SenderQuota& quota, const std::string& meter,
                                             rules::Instant arrived,
                                             std::span<const rules::Instant> times);
    // Whether those readings of a meter, or one of them and the last before, are nearer to each
    // other than is allowed: a fault that time does not mend.
    [[nodiscard]] bool are_too_close(const SenderQuota& quota, const std::string& meter,
                                     std::span<const rules::Instant> times) const;
    void clear();

 private:
    struct Sender {
        std::int64_t minute = 0;
        std::int64_t messages = 0;
        std::int64_t answers = 0;
        std::int64_t rows = 0;
    };
    struct Meter {
        std::int64_t hour = 0;
        std::int64_t readings = 0;
        rules::Instant last{};
    };
    [[nodiscard]] Sender& sender(const std::string& enterprise, rules::Instant arrived);

    TextMap<Sender> senders_;
    TextMap<Meter> meters_;
};

}  // namespace qk::daemon
