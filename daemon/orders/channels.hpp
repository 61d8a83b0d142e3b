// Orders on channels beside the broker (webhook, SMS), for whoever does not answer over MQTT.
//
// A row is written with the revision, in its transaction, and carried out afterwards; carrying it
// out twice is harmless, because a message bears the id of its revision. Each channel has a queue
// and a number of messages under way of its own: a gateway that hangs delays no other, and costs no
// more memory than what is under way. Right before each attempt the order is looked at again: one
// that was answered, replaced or lifted meanwhile is not sent.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>

#include "daemon/base/ports.hpp"
#include "daemon/orders/channel_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/store/events.hpp"

namespace qk::daemon {

struct ApiResponse;
class Router;
class TaskGroup;

// An attempt of which nothing was heard, because the daemon ended, is made again after this.
inline constexpr std::chrono::seconds kSendUnheard{60};
inline constexpr std::chrono::seconds kSendTooOften{3600};

// An answer by SMS from a number that no enterprise with an order has.
struct OtherSms {
    std::string from;  // digits
    std::string text;
    ReceiptState state = ReceiptState::kNone;
    std::string remote;
    rules::Instant now{};
};
// In the transaction of the answer.
using OtherSmsTaker = std::function<ApiResponse(Session& db, const OtherSms& said)>;

class Channels {
 public:
    Channels(Context& context, GatewayClient& gateway);

    void add_routes(Router& router);
    // Asked about numbers of nobody here.
    void on_other_sms(OtherSmsTaker take) { take_other_ = std::move(take); }
    // Of the channels that are configured now; another needs a restart.
    void start(TaskGroup& tasks);
    [[nodiscard]] bool is_idle() const;

 private:
    struct Lane {
        explicit Lane(boost::asio::any_io_executor executor) : ended(std::move(executor)) {}
        std::set<std::int64_t> under_way;  // sendings
        bool is_looking = false;
        EventFeed ended;  // woken when one has ended
    };
    [[nodiscard]] boost::asio::awaitable<void> prepare();
    [[nodiscard]] boost::asio::awaitable<void> run(std::string channel, TaskGroup& tasks);
    // When the next is due that is not under way.
    [[nodiscard]] boost::asio::awaitable<std::optional<rules::Instant>> begin_due(
        std::string channel, TaskGroup& tasks);
    [[nodiscard]] boost::asio::awaitable<void> send(SendingRow row);
    [[nodiscard]] std::string address_of(const SendingRow& row) const;

    Context& context_;
    GatewayClient& gateway_;
    OtherSmsTaker take_other_;
    std::map<std::string, std::unique_ptr<Lane>> lanes_;  // of channels that are on
};

}  // namespace qk::daemon
