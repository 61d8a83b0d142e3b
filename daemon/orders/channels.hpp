// Orders on channels beside the broker (webhook, SMS), for whoever does not answer over MQTT.
//
// A row is written with the revision, in its transaction, and carried out afterwards; carrying it
// out twice is harmless, because a message bears the id of its revision. Each channel has a lane of
// its own (daemon/service/send_lane.hpp): a gateway that hangs delays no other, and costs no more
// memory than what is under way. Right before each attempt the order is looked at again: one that
// was answered, replaced or lifted meanwhile is not sent.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <functional>
#include <map>
#include <memory>
#include <string>

#include "daemon/base/ports.hpp"
#include "daemon/orders/channel_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/send_lane.hpp"

namespace qk::daemon {

struct ApiResponse;
class Router;
class TaskGroup;

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
struct OtherSmsWays {
    OtherSmsTaker take;
    // Whether something else than an order was asked of a number, so that a digit may mean that.
    std::function<bool(Session& db, const std::string& from)> may_be_meant;
    // Its answer could not be told apart: somebody telephones.
    std::function<void(Session& db, const std::string& from, rules::Instant now)> list_calls;
};

class Channels {
 public:
    Channels(Context& context, GatewayClient& gateway);

    void add_routes(Router& router);
    // Asked about numbers of nobody here.
    void on_other_sms(OtherSmsWays ways) { take_other_ = std::move(ways); }
    // Of the channels that are configured now; another needs a restart.
    void start(TaskGroup& tasks);
    [[nodiscard]] bool is_idle() const;

 private:
    [[nodiscard]] boost::asio::awaitable<void> prepare();
    [[nodiscard]] boost::asio::awaitable<void> send(SendingRow row);
    [[nodiscard]] std::string address_of(const SendingRow& row) const;

    Context& context_;
    GatewayClient& gateway_;
    OtherSmsWays take_other_;
    std::map<std::string, std::unique_ptr<SendLane<SendingRow>>> lanes_;  // of channels that are on
};

}  // namespace qk::daemon
