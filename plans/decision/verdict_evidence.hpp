// What a verdict rests on, as records of an evidence package (plans/evidence/evidence_file.hpp),
// and the same read back and judged once more: by whoever holds the file, without database and
// without us.
//
//   verdict       the verdict as the API gives it
//   judge-inputs  its parameters, instruments and baselines, and what the judge found by them
//   readings      one record a series: its lines are those that the digest of the inputs is of
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/decision/judge_again.hpp"
#include "plans/evidence/evidence_file.hpp"

namespace qk::plans {

// In the order in which they stand in a package. Readings of series that the inputs do not name are
// left out.
[[nodiscard]] std::vector<boost::json::value> verdict_records(const boost::json::value& verdict,
                                                              const StoredJudgeInputs& texts,
                                                              const std::string& found,
                                                              const StoredReadings& readings);

// Takes the records above as they come in a package, and judges once more at the end.
class VerdictEvidence {
 public:
    // False: of another kind.
    [[nodiscard]] bool take(std::string_view kind, const boost::json::value& value);
    // Empty: there was no verdict in the package.
    [[nodiscard]] std::vector<EvidenceLink> finish() const;

 private:
    std::optional<boost::json::value> verdict_;
    std::optional<boost::json::value> inputs_;
    std::vector<boost::json::value> readings_;
    bool is_doubled_ = false;
};

}  // namespace qk::plans
