#include "plans/response/season_ledger.hpp"

#include <algorithm>
#include <array>
#include <boost/json/object.hpp>
#include <map>

namespace qk::plans {
namespace {

using rules::Compliance;
using rules::Instant;

constexpr std::array<std::string_view, 4> kEntryWords{"stood", "ran", "made_up", "withdrawn"};

rules::Span span_of(rules::CivilDay day, rules::Zone zone) {
    return {rules::start_of(day, zone), rules::start_of(day + std::chrono::days{1}, zone)};
}

// Whether spans in order of their start cover all of the day.
bool covered(const std::vector<rules::Span>& compliant, const rules::Span& day) {
    Instant reached = day.from;
    for (const rules::Span& span : compliant) {
        if (span.from > reached) break;
        reached = std::max(reached, span.to);
    }
    return reached >= day.to;
}

}  // namespace

std::string_view to_text(SeasonEntryKind kind) {
    return kEntryWords[static_cast<std::size_t>(kind)];
}

std::optional<SeasonEntryKind> parse_season_entry(std::string_view text) {
    for (std::size_t i = 0; i < kEntryWords.size(); ++i) {
        if (text == kEntryWords[i]) return static_cast<SeasonEntryKind>(i);
    }
    return std::nullopt;
}

SeasonRecord record_from(const SeasonWindow& window, const SeasonEvidence& evidence,
                         rules::CivilDay as_of, rules::Zone zone) {
    SeasonRecord record;
    record.window = window.id;
    std::map<rules::CivilDay, SeasonEntryKind> entered;
    for (const SeasonEntry& entry : evidence.entries) entered[entry.day] = entry.kind;
    std::vector<rules::Span> compliant;
    std::vector<rules::Span> broken;
    for (const JudgedStretch& stretch : evidence.judged) {
        if (stretch.compliance == Compliance::kCompliant) compliant.push_back(stretch.window);
        if (stretch.compliance == Compliance::kBreach && stretch.is_own) {
            broken.push_back(stretch.window);
        }
    }
    std::sort(compliant.begin(), compliant.end(),
              [](const rules::Span& a, const rules::Span& b) { return a.from < b.from; });
    for (const auto& [day, kind] : entered) {
        if (kind == SeasonEntryKind::kMadeUp) record.made_up.push_back(day);
    }
    for (rules::CivilDay day = window.from; day <= std::min(window.to, as_of);
         day += std::chrono::days{1}) {
        const auto entry = entered.find(day);
        const bool is_told = entry != entered.end() && (entry->second == SeasonEntryKind::kStood ||
                                                        entry->second == SeasonEntryKind::kRan);
        const rules::Span whole = span_of(day, zone);
        const bool is_broken = std::any_of(broken.begin(), broken.end(),
                                           [&](const auto& span) { return span.overlaps(whole); });
        if (is_told ? entry->second == SeasonEntryKind::kStood
                    : !is_broken && covered(compliant, whole)) {
            record.stood.push_back(day);
        } else if (!is_told && !is_broken) {
            record.unknown.push_back(day);
        }
    }
    return record;
}

boost::json::value to_json(const SeasonDebt& debt) {
    return boost::json::object{{"window", debt.window},
                               {"enterprise", debt.enterprise},
                               {"line", debt.line},
                               {"owed_days", debt.owed_days},
                               {"kept_days", debt.kept_days},
                               {"made_up_days", debt.made_up_days},
                               {"unknown_days", debt.unknown_days},
                               {"debt_days", debt.debt_days},
                               {"text", debt.text}};
}

}  // namespace qk::plans
