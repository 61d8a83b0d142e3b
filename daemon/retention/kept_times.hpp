// The stretches of time that readings stay for, whatever the meter: those that a verdict rests on,
// for verdicts are never deleted; those of obligations that may still be judged; and those of open
// cases.
//
// Read in steps of a few milliseconds. What the verdicts of past nights rest on is kept in `meta`
// with the number of the last of them, so that a night reads only those that have come since.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/compliance/keeping.hpp"

namespace qk::daemon {

inline constexpr std::size_t kVerdictsPerStep = 100;
inline constexpr std::size_t kEndsPerStep = 16;  // each may be that of thousands of obligations

struct KeptTimesSetting {
    rules::Instant now{};
    rules::Instant judged_since{};  // obligations that ended later may still be judged
    rules::Reach reach;
};

class KeptTimes {
 public:
    explicit KeptTimes(const KeptTimesSetting& setting) : setting_(setting) {}

    // One step; false when all has been read.
    [[nodiscard]] bool read_some(Session& db);
    [[nodiscard]] const std::vector<rules::Span>& spans() const { return spans_; }

 private:
    enum class At { kStart, kVerdicts, kObligations, kCases, kEnd };

    void read_noted(Session& db);
    void write_noted(Session& db) const;
    [[nodiscard]] bool read_verdicts(Session& db);
    [[nodiscard]] bool read_obligations(Session& db);
    [[nodiscard]] bool read_cases(Session& db);
    [[nodiscard]] const std::vector<rules::BoundTime>& bound_times(Session& db,
                                                                   const std::string& enterprise);
    void hold(const rules::Span& span);

    KeptTimesSetting setting_;
    At at_ = At::kStart;
    std::vector<rules::Span> spans_;  // joined
    // Of verdicts that will not be extended any more, up to `noted_`.
    std::vector<rules::Span> noted_spans_;
    std::int64_t noted_ = 0;
    bool has_open_ = false;  // a verdict after `noted_` may still be extended
    std::int64_t verdict_ = 0;
    rules::Instant end_{};
    std::int64_t case_ = 0;
    std::map<std::string, std::vector<rules::BoundTime>> bound_times_;
};

}  // namespace qk::daemon
