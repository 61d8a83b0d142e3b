// The charts of a report, each as inline SVG. Internal to plans/documents and to pages that show
// one curve.
#pragma once

#include <string>
#include <vector>

#include "plans/documents/report.hpp"

namespace qk::plans {

// Observed and forecast AQI with thresholds, the warning's colours as windows, and its moments.
[[nodiscard]] std::string aqi_chart(const WarningReport& report);
// How many orders were published, received, accepted, under way and done, over time.
[[nodiscard]] std::string receipts_chart(const WarningReport& report);
[[nodiscard]] std::string compliance_chart(const std::string& title,
                                           const std::vector<GroupCounts>& groups);
// Measured power against baseline and cap, with order window and findings.
[[nodiscard]] std::string power_chart(const PowerCurve& curve, rules::Zone zone);
[[nodiscard]] std::string reduction_chart(const std::vector<AchievedReduction>& rows);

}  // namespace qk::plans
