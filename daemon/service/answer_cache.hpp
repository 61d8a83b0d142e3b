// Answers that many ask for and that cost something to make: made once and given again until what
// they rest on changes, that is the store's version, the pack, the inventory, the configuration
// and, for those that tell the time, the second.
//
// Callers see what they may see: answers are kept apart by the caller's region. While one is being
// made, others who ask for the same wait for it: after an event, a room full of consoles asks at
// once. Used on the daemon's executor only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "daemon/api/call.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

enum class AnswerHolds { kUntilChange, kForTheSecond };

// Of one route. Beyond these all are forgotten, and made again when they are asked for.
inline constexpr std::size_t kAnswersKeptMax = 256;
inline constexpr std::size_t kAnswerBytesKeptMax = std::size_t{16} << 20;

class AnswerCache {
 public:
    AnswerCache(Context& context, AnswerHolds holds) : context_(context), holds_(holds) {}

    // `make` must depend on nothing but the target, the caller's region and what is named above.
    [[nodiscard]] boost::asio::awaitable<ApiResponse> answer(const Call& call, const Handler& make);

    [[nodiscard]] std::uint64_t made() const { return made_; }

 private:
    // The pointers are kept, so that their addresses mean something.
    struct Ground {
        std::uint64_t version = 0;
        std::shared_ptr<const void> pack;
        std::shared_ptr<const void> config;
        std::shared_ptr<const void> inventory;
        rules::Instant second{};
        friend bool operator==(const Ground&, const Ground&) = default;
    };
    struct Making {
        Making(boost::asio::any_io_executor executor, Ground on)
            : ground(std::move(on)), ended(std::move(executor)) {}
        Ground ground;
        EventFeed ended;
        std::optional<ApiResponse> answer;  // none: it came to nothing
    };
    struct Kept {
        Ground ground;
        ApiResponse answer;
    };
    [[nodiscard]] Ground ground_now() const;
    [[nodiscard]] boost::asio::awaitable<ApiResponse> make_it(const std::string& key, Ground ground,
                                                              const Call& call,
                                                              const Handler& make);
    void keep(const std::string& key, const Ground& ground, const ApiResponse& answer);

    Context& context_;
    AnswerHolds holds_;
    std::uint64_t made_ = 0;
    std::size_t bytes_ = 0;
    std::map<std::string, Kept> kept_;
    std::map<std::string, std::shared_ptr<Making>> making_;
};

// A handler that keeps its answers.
[[nodiscard]] Handler kept_answers(Context& context, AnswerHolds holds, Handler make);

}  // namespace qk::daemon
