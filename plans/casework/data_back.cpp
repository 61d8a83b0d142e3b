#include "plans/casework/data_back.hpp"

#include <algorithm>

namespace qk::plans {

bool is_about_data(const rules::Finding& finding) {
    return finding.kind == rules::FindingKind::kMeterSilent ||
           finding.kind == rules::FindingKind::kPowerCut ||
           finding.kind == rules::FindingKind::kInvalidData;
}

bool calls_for_a_case(const rules::Finding& finding,
                      const std::optional<rules::Instant>& last_reading, rules::Instant now) {
    if (!is_about_data(finding)) return false;
    if (finding.kind != rules::FindingKind::kMeterSilent) return true;
    if (last_reading) return *last_reading + kBackFor <= now;
    return finding.span.length() >= kBackFor;
}

namespace {

// Of those before the last reading: what is missing behind it is merely not there yet.
rules::Instant end_of_gaps(const rules::Finding& finding, rules::Instant last_reading) {
    if (finding.missing.empty()) return finding.span.to;
    rules::Instant end = finding.span.from;
    for (const rules::Span& gap : finding.missing) {
        if (gap.from < last_reading) end = std::max(end, gap.to);
    }
    return end;
}

}  // namespace

bool is_data_back(const std::vector<rules::Finding>& findings,
                  const std::optional<rules::Instant>& last_reading, rules::Instant now) {
    return std::ranges::all_of(findings, [&](const rules::Finding& finding) {
        // Zero and invalid readings do arrive: only the verdict knows when they are good again.
        if (finding.kind != rules::FindingKind::kMeterSilent || !last_reading) return false;
        return *last_reading >= end_of_gaps(finding, *last_reading) + kBackFor &&
               *last_reading + kBackFor >= now;
    });
}

}  // namespace qk::plans
