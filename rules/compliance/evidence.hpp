// What the instruments of one enterprise recorded, as the judge sees it: power with its baseline,
// stacks, and the gate. Everything is ordered by time and without repeats; a gap is simply absent.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "rules/compliance/baseline.hpp"
#include "rules/compliance/readings.hpp"
#include "rules/compliance/usual.hpp"

namespace qk::rules {

// One power meter: readings of the window and of some hours before it, and its yardstick.
struct MeterEvidence {
    PowerSeries series;
    MeterBaseline baseline;
};

// One reading of a stack: the mean of the interval that ends at `end`.
struct StackReading {
    Instant end{};
    double mg_per_m3 = 0;
    std::optional<double> flow_m3_per_h;  // standard state, dry
    bool valid = true;

    friend bool operator==(const StackReading&, const StackReading&) = default;
};

struct StackSeries {
    std::string outlet;
    std::string line;    // empty: the whole enterprise
    std::string factor;  // "so2", "nox", "pm", "vocs"
    std::chrono::minutes interval{60};
    std::vector<StackReading> readings;  // with the days before the window, for pre-warning mass
};

struct GatePassage {
    Instant at{};
    std::string plate;
    std::string stage;      // emission standard, "国四"
    std::string direction;  // "in", "out"
    std::string kind{};  // of vehicle or pass: "危险品", "新能源", …; empty: not recorded

    friend bool operator==(const GatePassage&, const GatePassage&) = default;
};

struct Evidence {
    std::vector<MeterEvidence> meters;       // all of the enterprise
    std::vector<std::string> lines;          // ids of all its lines, with or without meters
    std::optional<MeterEvidence> unmetered;  // unmetered_series() with its own baseline
    std::vector<StackSeries> stacks;
    std::vector<GatePassage> passages;  // with those of the days before the window
    Usual usual{};                      // what these meters did before the order
    // Whole days before the order that lay under a warning, in order of time and apart: what stacks
    // and gates showed then is not what they ordinarily show.
    std::vector<Span> under_warning{};

    [[nodiscard]] bool is_ordinary(Instant at) const;  // an interval by its end
};

// So much ordinary time before `before`: days under a warning are stepped over.
[[nodiscard]] Instant ordinary_before(Instant before, std::chrono::seconds length,
                                      std::span<const Span> under_warning);

// Baselines from the readings before `before`, and what only the total meter shows; `excluded`:
// warnings, the present one among them. Lines, stacks and passages are the caller's to add. A meter
// without any readings belongs in `meters` all the same.
[[nodiscard]] Evidence gather_evidence(std::vector<PowerSeries> meters, Instant before,
                                       std::span<const Span> excluded,
                                       const JudgingParameters& parameters, Zone zone);

}  // namespace qk::rules
