// What verdicts were judged by, in the database: written with each version, and read again with the
// readings that it names.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "plans/decision/judge_again.hpp"
#include "plans/decision/judge_inputs.hpp"

namespace qk::daemon {

// Stores inputs within one transaction.
class JudgeInputWriter {
 public:
    explicit JudgeInputWriter(Session& db) : db_(db) {}

    // Of a verdict that has some already they are replaced.
    void put(std::int64_t verdict, const rules::JudgeInput& input,
             const plans::KeptText& parameters, const plans::EvidenceRecord& evidence,
             const std::string& found, rules::Instant now);

 private:
    void put_text(const plans::KeptText& text, rules::Instant now);

    Session& db_;
    std::set<std::string> stored_;  // hashes of texts that are there for sure
};

struct KeptJudgeInputs {
    plans::StoredJudgeInputs texts;
    std::string found;  // the verdict of then, JSON
    rules::Instant at{};
};
// None: the verdict is older than the keeping of inputs. A text that is gone is empty.
[[nodiscard]] std::optional<KeptJudgeInputs> load_judge_inputs(Session& db, std::int64_t verdict);

// Of the times that the digests name; of a series that names none, what had arrived by `seen_at`.
[[nodiscard]] plans::StoredReadings load_stored_readings(Session& db,
                                                         const plans::JudgeInputs& inputs,
                                                         rules::Instant seen_at);

// What a check has to know of a row of verdicts.
struct VerdictToCheck {
    std::int64_t number = 0;
    int version = 0;
    bool is_final = false;
    std::string enterprise;
    std::string obligation;
    std::string compliance;
    rules::Instant window_to{};
    rules::Instant judged_at{};
    std::string body;
};
[[nodiscard]] std::optional<VerdictToCheck> load_verdict_to_check(Session& db, std::int64_t number);
// In order of their numbers, from behind `after`.
[[nodiscard]] std::vector<VerdictToCheck> load_verdicts_to_check(Session& db, std::int64_t after,
                                                                 std::size_t limit);
[[nodiscard]] bool has_verdicts(Session& db);

// From which verdict on the inputs must be there.
struct InputsKept {
    bool has_table = false;
    // The last that may be without. Empty: a database of before this was noted, where what was
    // taken away cannot be told from what never was.
    std::optional<std::int64_t> last_without;
};
[[nodiscard]] InputsKept inputs_kept(Session& db);

}  // namespace qk::daemon
