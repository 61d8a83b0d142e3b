// The parts of a report that are gathered apart. Internal to daemon/verify.
#pragma once

#include "daemon/compliance/duty_windows.hpp"
#include "daemon/compliance/report_source.hpp"

namespace qk::daemon {

void add_story(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_air(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_orders(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_verdicts(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_curves(Session& db, const ReportSetting& setting, plans::WarningReport& report);
void add_planned(Session& db, const ReportSetting& setting, plans::WarningReport& report);

// The name of a county, or its code where the pack does not name it.
[[nodiscard]] std::string county_name(const plans::RegionPack& pack, const std::string& code);

}  // namespace qk::daemon
