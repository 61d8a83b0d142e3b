// What a warning really cut, gathered from readings for plans/accounts/real_reduction: the
// production meters of every line that owes a cut, their baselines, and whether they ran in the 30
// days before.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "daemon/compliance/report_source.hpp"
#include "plans/accounts/real_reduction.hpp"

namespace qk::daemon {

struct RealReductions {
    std::vector<plans::RealLine> lines;
    std::vector<plans::ReductionStanding> standings;  // a pollutant each; none without a line
};
// From the start of the warning's first obligation up to setting.now, with what had arrived by
// then. A line without a production meter or a baseline is there, and nobody can tell of it. The
// floor is that of `colour`; of a part of the region there is none.
[[nodiscard]] RealReductions load_real_reductions(Session& db, const ReportSetting& setting,
                                                  const std::string& warning,
                                                  std::optional<rules::Colour> colour);
// Whether the highest forecast of each of the next 36 hours stays at or below every limit of the
// colour; empty: not every hour is forecast.
[[nodiscard]] std::optional<bool> air_stays_below(const plans::WarningReport& report,
                                                  const plans::RegionPack& pack,
                                                  rules::Colour colour);
// Into the report, with what that proposes.
void add_real_reductions(Session& db, const ReportSetting& setting, plans::WarningReport& report);

}  // namespace qk::daemon
