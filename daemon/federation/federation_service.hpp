// The daemons of the tiers above and below as peers (上下级联动): documents are handed to each over
// HTTPS until its signed receipt is there, and what comes is taken in.
//
// Each peer has a lane of its own with one document under way, so one that is down delays no other
// and costs one row each. Carrying out twice is harmless: the addressee knows a document by its
// bytes, and an older revision never replaces a newer one.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>

#include "daemon/base/ports.hpp"
#include "daemon/federation/federation_rows.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/federation_config.hpp"

namespace qk::daemon {

struct ApiResponse;
struct Call;
class Router;
class TaskGroup;

inline constexpr const char* kFederationPath = "/api/v1/federation/documents";

class FederationService {
 public:
    // `link` null: nothing is sent.
    FederationService(Context& context, PeerLink* link);

    void add_routes(Router& router);
    // A document has put something on record: the air is assessed anew. A floor above knows how.
    void on_new_orders(std::function<boost::asio::awaitable<void>()> tell) {
        tell_new_orders_ = std::move(tell);
    }
    // Peers are those of the configuration now; others need a restart.
    void start(TaskGroup& tasks);
    [[nodiscard]] bool is_idle() const;

 private:
    struct Lane {
        FederationPeer peer;
        bool is_busy = false;
        int silent = 0;  // attempts in a row to which nobody answered
        rules::Instant not_before{};
        bool is_long = false;  // people were told that too much waits
    };
    // Of one sender, or of all that prove nothing, within one minute.
    struct Rate {
        rules::Instant minute{};
        int count = 0;
    };
    [[nodiscard]] boost::asio::awaitable<void> prepare();
    [[nodiscard]] boost::asio::awaitable<void> run(Lane& lane);
    // When to look again; empty: nothing waits.
    [[nodiscard]] boost::asio::awaitable<std::optional<rules::Instant>> send_next(Lane& lane);
    [[nodiscard]] boost::asio::awaitable<void> send(Lane& lane, std::int64_t number);
    [[nodiscard]] FederationAttempt attempt_of(Lane& lane, const FederationSending& sending,
                                               const PeerLink::PeerReply& reply);
    void say_attempt(const Lane& lane, const FederationAttempt& attempt);
    void watch_queue(Lane& lane, std::int64_t waiting);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> receive(Call call);
    [[nodiscard]] bool is_over_rate(const plans::FederationVerdict& verdict, rules::Instant now);
    void say_received(const FederationReceived& row);
    [[nodiscard]] boost::asio::awaitable<ApiResponse> show(Call call);

    Context& context_;
    PeerLink* link_;
    TaskGroup* tasks_ = nullptr;
    std::list<Lane> lanes_;
    std::map<std::string, Rate>
        rates_;  // by fingerprint, of keys of the trust list; "": the others
    std::function<boost::asio::awaitable<void>()> tell_new_orders_;
};

}  // namespace qk::daemon
