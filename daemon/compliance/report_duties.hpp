// What was owed and what was done, for the evaluation report of a warning: verdicts, the curves of
// the worst cases, the mass that was planned to be cut.
#pragma once

#include <optional>
#include <string>

#include "daemon/compliance/report_source.hpp"

namespace qk::daemon {

void add_verdicts(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_curves(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_planned(Session& db, const ReportSetting& setting, plans::WarningReport& report);

// The share that a floor asks of one emission; empty: none.
[[nodiscard]] std::optional<double> floor_of(const plans::ReductionFloor& floor,
                                             plans::Emission emission);

// The name of a county, or its code where the pack does not name it.
[[nodiscard]] std::string county_name(const plans::RegionPack& pack, const std::string& code);

}  // namespace qk::daemon
