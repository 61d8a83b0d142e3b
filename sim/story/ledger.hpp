// What happened in a story, counted stage by stage: forecast, proposal, decision, order, receipt,
// verdict, reduction, lift, report. The summary of a run is this ledger, and a stage that is empty
// is named.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/story/compare.hpp"

namespace qk::sim {

struct FloorLine {
    std::string warning;
    std::string colour;
    std::string pollutant;
    double share = 0;
    double floor = 0;
    bool met = false;
};

// Peak-shift and seasonal control, which need no warning.
struct SeasonLine {
    std::uint64_t orders = 0;  // documents that name no warning
    int owed_days = 0;
    int kept_days = 0;
    int unknown_days = 0;
    int debt_days = 0;
    int debtors = 0;  // lines
};

struct Ledger {
    int forecasts = 0;
    int observations = 0;  // hours
    int proposals = 0;
    int consultations = 0;
    int signatures = 0;
    std::map<std::string, int>
        decided;               // by kind of change: "start", "raise", "lower", "lift", ...
    std::uint64_t orders = 0;  // documents that reached an enterprise
    std::uint64_t enterprises_ordered = 0;
    std::uint64_t receipts = 0;       // that the daemon has
    std::uint64_t receipts_sent = 0;  // each counted once, however often it was repeated
    std::uint64_t readings = 0;
    std::vector<FloorLine> floors;
    SeasonLine season;
    Comparison comparison;
    int reports = 0;
    bool is_of_verdicts = false;          // the story asks nothing of its air but one order
    std::vector<std::string> violations;  // of the checkers
    std::map<std::string, int> refusals;  // calls the daemon refused, and how often; bounded

    void refuse(std::string text);
};

inline constexpr std::size_t kRefusalsKept = 20;

// What a whole loop needs and this one lacks, in words.
[[nodiscard]] std::vector<std::string> missing_stages(const Ledger& ledger);
[[nodiscard]] std::string to_text(const Ledger& ledger);
// 0, or 1 when a stage is missing, a checker objects or the verdicts are wrong where they must not
// be.
[[nodiscard]] int exit_code_of(const Ledger& ledger);

}  // namespace qk::sim
