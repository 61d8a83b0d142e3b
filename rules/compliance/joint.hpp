// Joint judgement (联合研判, 生产—治污—排放): feeds of one plant that contradict each other, or
// that do with the order what they never did before. Internal to rules/compliance.
//
// Source of the question: joint watch on production, treatment and emission (handbook 5.1, seeds
// 000 and 001 八(一)); that no text gives limits is why each of them is learned from the plant's
// own days before the order (usual.hpp) and stated. Whatever is found is a lead for a site check: a
// cut cable, a dead gateway or an honest change explains most of it. It accuses nobody; what it may
// do to an answer is to take "compliant" away where the instrument that says so is in doubt.
//
// lead_chance a winter is what the limits are reckoned from, parted over the tests and the pieces
// of a winter: each limit is where the plant's own past, with a heavy tail behind it, comes to lie
// that seldom. It is a sum and no measurement. Silence, zeros, repeated values and plates have no
// such limit and are not in it, and that the past resembles the time of the order is assumed. What
// an own past cannot bound (the first standing of a kiln that never stood) takes longer to be said,
// and says so.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "rules/compliance/judging.hpp"

namespace qk::rules {

// kCannotTell where an instrument that would clear the plant is in doubt; else kCompliant.
[[nodiscard]] Compliance find_joint(const JudgeInput& input, std::vector<Finding>& findings);

// ---- its parts ----

// The lines that the obligation is about.
[[nodiscard]] std::vector<std::string> lines_of(const JudgeInput& input);
// Those of the line, or, where it has none, those of the whole plant.
[[nodiscard]] Meters treatment_of_line(const Evidence& evidence, const std::string& line);
// From when on the plant may have acted on the order: since it could know of it, which may be
// before it is bound.
[[nodiscard]] Instant knew_since(const JudgeInput& input);
// Since when an order of the same warning, this one or an earlier one, could be known.
[[nodiscard]] Instant warned_since(const JudgeInput& input);
// The chance that one test may say something wrong of one piece of four hours.
[[nodiscard]] double chance_of_block(const JudgingParameters& parameters);
[[nodiscard]] Finding joint_finding(FindingKind kind, const Span& span, std::string instrument);
[[nodiscard]] const PowerReading* reading_ending(const PowerSeries& series, Instant end);
// Of all meters together at one instant; empty where one of them says nothing that is believed.
[[nodiscard]] std::optional<double> power_at(const Meters& meters, Instant end);
[[nodiscard]] double normal_power(const Meters& meters);

// joint_meter.cpp: silent, at zero, total against parts
[[nodiscard]] Compliance find_silence(const JudgeInput& input, std::vector<Finding>& findings);
[[nodiscard]] Compliance find_zeros(const JudgeInput& input, std::vector<Finding>& findings);
[[nodiscard]] Compliance find_disagreement(const JudgeInput& input, std::vector<Finding>& findings);
// joint_series.cpp: repeated, flat, cut away at the top
[[nodiscard]] Compliance find_made_up(const JudgeInput& input, std::vector<Finding>& findings);
// joint_treatment.cpp
[[nodiscard]] Compliance find_treatment_apart(const JudgeInput& input,
                                              std::vector<Finding>& findings);
// joint_stack.cpp
[[nodiscard]] Compliance find_emission_apart(const JudgeInput& input,
                                             std::vector<Finding>& findings);
// joint_moved.cpp: load and trucks that went elsewhere
void find_moved_load(const JudgeInput& input, std::vector<Finding>& findings);
void find_plates(const JudgeInput& input, std::vector<Finding>& findings);

}  // namespace qk::rules
