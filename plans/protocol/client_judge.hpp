// What a client of an enterprise did in a trial, held against the clauses of the protocol. Pure:
// the trial writes the record, this says what it proves, clause by clause, with the evidence.
//
// What was not tried is not tested, and neither pass nor fail: a trap that nobody stepped into
// proves something only of a client that has answered a true order.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plans/protocol/protocol.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

// Of the trial's own time, which begins with 0.
using TrialTime = std::chrono::milliseconds;

enum class TrialOrder {
    kFirst,
    kNewer,         // published twice
    kOlder,         // a trap, as all until kOfOther
    kForged,        // the signature was changed
    kAltered,       // one byte of the content was changed
    kStrangeKey,    // well signed by a key that nobody knows
    kOfOther,       // well signed, for another enterprise
    kAfterGarbage,  // true, after what cannot be read
    kHuge,
    kLifted,
    kExercise,       // with a revision above that of the order
    kAfterExercise,  // true, with the revision that is next without the exercise
    kAfterCut,       // published while the client was cut off
    kAfterForgot,    // published when the broker had forgotten every session
    kNewKey,
    kOldKey,  // a trap: of the key before, after one of the new key
};

struct ToldOrder {
    TrialOrder which{};
    std::string order;
    std::int64_t revision = 0;
    TrialTime at{};
};
struct HeardMessage {
    std::string topic_end;  // "receipt", "meter/m1"
    std::string payload;
    int qos = 1;
    TrialTime at{};
};
struct TrialCut {
    TrialTime from{};
    TrialTime to{};        // from when it could come back
    bool is_ours = false;  // between client and broker, which lives: its last will is due
};
struct ClientTrial {
    rules::Instant began{};
    TrialTime answer_within{60'000};
    std::vector<ToldOrder> told;
    std::vector<HeardMessage> heard;
    // Topics of the client that the broker holds a message for, and topics of others that it has
    // published on; the latter are heard at a broker of our own only.
    std::vector<std::string> retained;
    std::vector<std::string> strayed;
    bool hears_all = false;
    std::vector<TrialCut> cuts;
    // The mark passed so much of each queue that was heard, then.
    std::optional<TrialTime> marked_at;
};

enum class Score { kPass, kFail, kNotTested };
struct ClauseScore {
    Clause clause;
    Score score = Score::kNotTested;
    std::string evidence;  // what was seen, or why it was not tested
};

[[nodiscard]] std::vector<ClauseScore> judge_client(const ClientTrial& trial);
// No clause that binds is broken, and something was proved.
[[nodiscard]] bool is_conforming(const std::vector<ClauseScore>& scores);
[[nodiscard]] std::string_view to_text(Score score);

}  // namespace qk::plans
