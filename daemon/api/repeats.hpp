// Idempotency-Key: a command that is sent again, because its answer was lost on the way, gets the
// first answer and changes nothing. Both calls belong into the transaction of the command itself.
#pragma once

#include <optional>
#include <string>

#include "daemon/api/api.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

inline constexpr std::size_t kIdempotencyKeyBytesMax = 200;

struct Repeat {
    std::string person;
    std::string key;      // empty: none was given, and nothing is kept
    std::string request;  // hash of what was asked
};

[[nodiscard]] Repeat repeat_of(const Call& call);
// The first answer; 422 where the key was used for something else, or is none.
[[nodiscard]] std::optional<ApiResponse> answer_of_repeat(Session& db, const Repeat& repeat);
// Keeps an answer of success for a week. Refusals are not kept: what was refused may be right
// later.
void keep_answer(Session& db, const Repeat& repeat, const ApiResponse& answer, rules::Instant now);

}  // namespace qk::daemon
