// What the router asks about a POST with an Idempotency-Key (repeats.hpp), apart from where the
// answers are kept.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstddef>
#include <optional>

#include "daemon/api/call.hpp"

namespace qk::daemon {

inline constexpr std::size_t kIdempotencyKeyBytesMax = 200;

class RepeatRegistry {
 public:
    RepeatRegistry() = default;
    virtual ~RepeatRegistry() = default;
    RepeatRegistry(const RepeatRegistry&) = delete;
    RepeatRegistry& operator=(const RepeatRegistry&) = delete;

    // Gives the call its Repeat, and the answer where there is one already; 422 where the key
    // stands for another request.
    [[nodiscard]] virtual boost::asio::awaitable<std::optional<ApiResponse>> begin(Call& call) = 0;
    // Keeps the answer, unless it was stored with its effect.
    [[nodiscard]] virtual boost::asio::awaitable<void> end(const Call& call,
                                                           const ApiResponse& answer) = 0;
};

}  // namespace qk::daemon
