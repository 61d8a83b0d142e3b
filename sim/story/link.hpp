// The way between a simulated region and a daemon: its API, the messages of enterprises, and time.
//
// run/ implements it around the daemon's application in the same process, live/ over HTTP and a
// broker. Orders that come the other way are handed to World::deliver() by the implementation. One
// executor.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <string>
#include <string_view>

#include "rules/base/time.hpp"
#include "sim/model/world.hpp"

namespace qk::sim {

// Who calls. The two approvers are two persons.
enum class Who { kFeed, kDutyOfficer, kApprover, kSecondApprover, kAuditor, kAdmin };
inline constexpr std::size_t kWhoCount = 6;
[[nodiscard]] std::string_view to_text(Who who);  // "duty_officer"

struct ApiCall {
    Who who = Who::kAuditor;
    std::string method = "GET";
    std::string target;
    std::string body;
    std::string content_type = "application/json";
    std::string idempotency_key;
};

struct ApiReply {
    int status = 0;  // 0: nobody answered, and `body` says why
    std::string body;

    [[nodiscard]] bool is_ok() const { return status >= 200 && status < 300; }
};

// What the link saw pass, for the checkers.
struct OrderSeen {
    std::size_t enterprise = 0;
    std::string order;
    std::string warning;
    std::int64_t revision = 0;
};

class Link {
 public:
    virtual ~Link() = default;
    [[nodiscard]] virtual boost::asio::awaitable<ApiReply> call(ApiCall call) = 0;
    virtual void send(Outgoing message) = 0;
    // Everything sent has arrived and been taken in, and everything the daemon had to say has been
    // delivered, as far as the faults of the scenario allow. Bounded.
    [[nodiscard]] virtual boost::asio::awaitable<void> settle() = 0;
    // Moves the daemon's time; what is due by then is done when this returns.
    [[nodiscard]] virtual boost::asio::awaitable<void> advance(rules::Instant now) = 0;
};

}  // namespace qk::sim
