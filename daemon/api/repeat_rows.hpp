// The table of answers to POSTs with an Idempotency-Key (command_answers).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "daemon/api/call.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

// How long and how many answers are kept; of one person, the oldest give way to the newest.
struct RepeatLimits {
    std::chrono::hours kept{24};
    std::int64_t count = 2000;
    std::int64_t bytes = std::int64_t{16} << 20;
};

// Of a longer answer only that there was one; a repeat is told so.
inline constexpr std::size_t kRepeatBodyBytesMax = std::size_t{4} << 20;

// A POST with a key.
struct Repeat {
    std::string person;
    std::string key;
    std::string request;  // SHA-256 of what is asked
    rules::Instant at{};
    RepeatLimits limits;
    bool is_kept = false;        // the answer is stored
    std::int64_t forgotten = 0;  // answers that gave way to it before their time
};

// The first answer; 422 where the key was used for something else.
[[nodiscard]] std::optional<ApiResponse> kept_answer(Session& db, const Repeat& repeat);
// Keeps an answer of success. Refusals are not kept: they changed nothing, and what was refused may
// be right later.
void keep_answer(Session& db, Repeat& repeat, const ApiResponse& answer);

}  // namespace qk::daemon
