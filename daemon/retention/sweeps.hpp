// What goes when it is old, kind by kind, in pieces that hold the writer for a moment only.
//
// What cites what, and so what stays:
//
//   verdict              -> readings (power, stack, gate, repeats) of its window and of all days
//   since its
//                           enterprise was bound, with those before that its baseline may look back
//                           to, whatever the meter; as long as the verdict is there, and that is
//                           for good
//   obligation that may  -> the same of the time that it bound (verdicts_days), and of an open case
//   still be judged
//   warning (its story)  -> decision inputs, by hash; the forecasts those inputs name, with their
//   bytes audit entry          -> forecasts and deliveries of observations, by number and SHA-256:
//   their rows
//                           stay for good, only the bytes of old ones that no decision names are
//                           emptied
//   order, receipt, notice, report, verdict, case, audit: never touched, so their own words stay
//
// A piece is one transaction and can be repeated; a stop between two of them leaves nothing half
// done.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "daemon/service/config.hpp"
#include "daemon/store/session.hpp"
#include "plans/inventory/inventory.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::size_t kNarrowRowsPerPiece = 1000;  // of some hundred bytes
inline constexpr std::size_t kWideRowsPerPiece = 4;       // documents of up to some megabytes
// Repeats say that an instrument contradicts itself; the newest tell that as well as all of them.
inline constexpr std::size_t kRepeatsKeptMax = 1'000'000;

struct SweepSetting {
    rules::Instant now{};
    Retention retention;
    std::chrono::seconds look_back{0};  // of baselines
    const plans::Inventory& inventory;
};

// What one piece did. `is_done`: the kind has no further piece in this run.
struct SweepPiece {
    std::size_t rows = 0;
    bool is_done = false;
};

struct Sweep {
    std::string kind;  // as the log names it
    // Lives no longer than the run; remembers where the last piece ended.
    std::function<SweepPiece(Session&)> piece;
};

// Of one run, in order. The setting must outlive them.
[[nodiscard]] std::vector<Sweep> sweeps_of(const SweepSetting& setting);

}  // namespace qk::daemon
