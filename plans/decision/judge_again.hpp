// A verdict judged once more, by what was stored with it and the readings as they are found now.
//
// It holds when the readings are those of then and the judge of this program comes to the same
// verdict. Anything else is named: a reading that is gone or says something else, a member of the
// verdict with both its values, another edition of the judge.
#pragma once

#include <boost/json/value.hpp>
#include <string>
#include <vector>

#include "plans/decision/judge_inputs.hpp"
#include "rules/compliance/verdict.hpp"

namespace qk::plans {

// Readings as they are stored now, by the places of the instruments; those at the times that the
// digests name, no others.
struct StoredReadings {
    std::vector<std::vector<rules::PowerReading>> power;
    std::vector<std::vector<rules::StackReading>> stacks;
    std::vector<rules::GatePassage> passages;
};

[[nodiscard]] rules::Judgement recompute(const JudgeInputs& inputs, const StoredReadings& readings);

// How the readings differ from those of then, by series; empty: they are the same.
[[nodiscard]] std::vector<std::string> evidence_differences(const JudgeInputs& inputs,
                                                            const StoredReadings& readings);

struct VerdictAgain {
    rules::Judgement judgement;
    std::vector<std::string> differences;  // empty: equal

    [[nodiscard]] bool is_equal() const { return differences.empty(); }
};

// `found`: the verdict of then as to_json() wrote it.
[[nodiscard]] VerdictAgain judge_again(const JudgeInputs& inputs, const StoredReadings& readings,
                                       const boost::json::value& found);

}  // namespace qk::plans
