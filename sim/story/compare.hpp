// The daemon's verdicts beside the truth of the model.
//
// Two things must never happen: a verdict of breach, or of suspected breach, against an enterprise
// that broke nothing in the window, and a breach of a whole day that the meters showed and no
// verdict found. Everything between is counted and printed.
#pragma once

#include <array>
#include <boost/json/array.hpp>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/compliance/verdict.hpp"
#include "sim/model/world.hpp"

namespace qk::sim {

struct JudgedWindow {
    std::string enterprise;
    std::string obligation;
    std::string warning;
    rules::Span window;
    rules::Compliance compliance = rules::Compliance::kCannotTell;
    struct Cited {
        std::string meter;
        std::vector<rules::Instant> readings;
    };
    std::vector<Cited> evidence;
    bool has_lead_beside = false;  // found beside the question; a lead whatever the answer

    // A suspicion is a lead for a site check; only a breach accuses. Both find a broken day.
    [[nodiscard]] bool is_breach() const { return compliance == rules::Compliance::kBreach; }
    [[nodiscard]] bool is_lead() const {
        return compliance == rules::Compliance::kBreach ||
               compliance == rules::Compliance::kBreachSuspected || has_lead_beside;
    }
};

// Items of GET /api/v1/verdicts. A member that is missing is a fault: the comparison would lie.
[[nodiscard]] rules::Result<std::vector<JudgedWindow>> read_judged(const boost::json::array& items,
                                                                   rules::Zone zone);

inline constexpr std::size_t kComplianceCount = 4;

struct BehaviourRow {
    std::array<int, kComplianceCount> windows{};  // verdicts, by Compliance
    std::array<int, 5> days{};                    // truth, by DayTruth; judged by power only
    // Days on which something was broken in any way, by power, treatment or at the gate, for more
    // than a trifle; and those of them with a lead.
    int wrong_days = 0;
    int wrong_days_found = 0;
};

struct Comparison {
    std::array<BehaviourRow, kBehaviourCount> rows{};
    int windows = 0;
    int whole_days = 0;  // that a power meter could show
    int whole_days_found = 0;
    // Days that were broken, their load moved away or their treatment faked, and nothing that was
    // sent shows it plainly; a lead found from something else. Told only: what cannot be seen is no
    // fault of the judge.
    int hidden_days = 0;
    int hidden_days_found = 0;
    std::vector<std::string> false_accusations;     // breach, but nothing was broken
    std::vector<std::string> unfounded_suspicions;  // suspected, but nothing was broken; told only
    std::set<std::string> unfounded_of;             // the enterprises of these
    int windows_kept = 0;                           // in which nothing was broken at all
    std::vector<std::string> missed_hidden_days;    // told only
    std::vector<std::string> missed_whole_days;
    std::vector<std::string> made_up_evidence;  // readings cited that were never sent

    [[nodiscard]] bool holds() const {
        return false_accusations.empty() && missed_whole_days.empty() && made_up_evidence.empty();
    }
};

[[nodiscard]] Comparison compare(const World& world, const std::vector<JudgedWindow>& verdicts,
                                 rules::Zone zone);
[[nodiscard]] std::string to_text(const Comparison& comparison);

}  // namespace qk::sim
