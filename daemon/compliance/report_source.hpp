// Gathers the evaluation report of a warning from the database: its story, the air, orders and
// receipts, verdicts, the worst curves, what was planned. Only copies facts; the figures are
// plans/documents's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "daemon/store/session.hpp"
#include "plans/documents/report.hpp"
#include "plans/inventory/inventory.hpp"
#include "plans/packs/region_pack.hpp"

namespace qk::daemon {

// So many of the worst cases have their power drawn.
inline constexpr std::size_t kCurvesDrawn = 6;
inline constexpr std::size_t kVerdictsInReportMax = 200'000;

struct ReportSetting {
    const plans::RegionPack& pack;
    const plans::Inventory& inventory;
    rules::Instant now{};
    // Of a part of the region: what its counties' codes begin with. Orders, verdicts, curves and
    // masses are then of its enterprises alone; floors, which bind the whole region, are not told.
    std::string region_prefix{};
};

// Empty when there is no such warning.
[[nodiscard]] std::optional<plans::WarningReport> gather_report(Session& db,
                                                                const ReportSetting& setting,
                                                                const std::string& warning);

}  // namespace qk::daemon
