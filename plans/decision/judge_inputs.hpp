// All that the judge saw when it came to a verdict, as a value that is stored with the verdict: its
// parameters whole, the instruments with their baselines, the obligation, the window, when the
// order could be known, the edition of the judge, and a digest of the readings
// (evidence_digest.hpp).
//
// recompute() (judge_again.hpp) judges once more by it. Parameters and instruments are the same for
// many verdicts and are long, so they are texts of their own, named by their SHA-256.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <vector>

#include "plans/decision/evidence_digest.hpp"
#include "rules/base/result.hpp"
#include "rules/compliance/judge.hpp"

namespace qk::plans {

struct JudgeInputs {
    int edition = 0;
    rules::Zone zone;
    rules::Obligation obligation;
    rules::Span window;
    std::optional<rules::Delivery> delivery;
    rules::JudgingParameters parameters;
    std::vector<rules::Span> unheard;    // when hardly anybody in the region was heard
    rules::Evidence instruments;         // as they were known, without their readings
    std::vector<SeriesDigest> readings;  // of the instruments, in their order
};

[[nodiscard]] JudgeInputs judge_inputs_of(const rules::JudgeInput& input);
[[nodiscard]] rules::Evidence without_readings(const rules::Evidence& evidence);

// The whole, for people and for comparing.
[[nodiscard]] boost::json::value to_json(const JudgeInputs& inputs);
[[nodiscard]] rules::Result<JudgeInputs> judge_inputs_from_json(const boost::json::value& value,
                                                                const std::string& name);

// ---- As it is stored ----

// A text that many name by its hash.
struct KeptText {
    std::string sha256;
    std::string text;  // canonical JSON
};
[[nodiscard]] KeptText parameters_text(const rules::JudgingParameters& parameters);

// What all verdicts on one enterprise by the same evidence have in common; made once for them.
struct EvidenceRecord {
    KeptText instruments;
    std::vector<SeriesDigest> readings;
};
[[nodiscard]] EvidenceRecord evidence_record_of(const rules::Evidence& evidence);

// The rest, which names the two texts by their hashes.
[[nodiscard]] std::string judge_inputs_text(const rules::JudgeInput& input,
                                            const KeptText& parameters,
                                            const EvidenceRecord& evidence);

struct StoredJudgeInputs {
    std::string body;
    std::string parameters;
    std::string instruments;
};
// The hashes that `body` names, so that the two texts can be looked up.
struct JudgeInputNames {
    std::string parameters;
    std::string instruments;
};
[[nodiscard]] rules::Result<JudgeInputNames> judge_input_names(const std::string& body,
                                                               const std::string& name);
// Refused where a text is not the one that the body names.
[[nodiscard]] rules::Result<JudgeInputs> judge_inputs_from_stored(const StoredJudgeInputs& stored,
                                                                  const std::string& name);

}  // namespace qk::plans
