// What the daemon asks of the world. The real ones are built in main.cpp, the simulated ones in
// sim/.
//
// Everything that waits, waits on a Clock; everything that leaves or enters through the broker
// passes a MessageBus; everything that leaves through a webhook or a command passes a
// GatewayClient; what is asked of other servers passes a Fetcher.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

class Clock {
 public:
    virtual ~Clock() = default;
    // May be called from any thread.
    [[nodiscard]] virtual rules::Instant now() const = 0;
    // Seconds since some start, of a clock that is never set. May be called from any thread.
    [[nodiscard]] virtual std::chrono::seconds running() const { return now().time_since_epoch(); }
    // Resumes at or after `when` on the caller's executor, or, where the clock is set back
    // meanwhile, after as much time as it was away; throws system_error(operation_aborted) when the
    // waiting coroutine is cancelled.
    [[nodiscard]] virtual boost::asio::awaitable<void> sleep_until(rules::Instant when) = 0;
};

// What became of a publication.
struct PublishAnswer {
    enum class Outcome {
        kTaken,    // the broker has acknowledged it
        kRefused,  // by the broker, or by the bus before it was sent; the same again is refused too
        kNotSent,  // there is no link, or no room on it
        kCut,      // sent, and the link ended before there was an answer
    };
    Outcome outcome = Outcome::kNotSent;
    // MQTT v5: of kRefused why; of kTaken 0x10 when nobody is subscribed; of kCut what the broker
    // said as it ended the link. 0: nothing was said.
    int reason = 0;
};

// Two connections: orders never stand behind the readings of a whole region.
struct LinkState {
    bool orders = false;    // orders go out, receipts come in
    bool readings = false;  // everything else comes in
    [[nodiscard]] bool is_whole() const { return orders && readings; }
    friend bool operator==(const LinkState&, const LinkState&) = default;
};

// Why there is no link, or what is wrong with the one there is.
struct LinkTrouble {
    enum class Kind {
        kNotConnected,   // the broker cannot be reached or does not let us in
        kEnded,          // the broker ended the link and said why
        kTakenOver,      // another client came with our id
        kNotSubscribed,  // a filter was refused
        kSessionLost,    // the broker keeps no session of ours, though there was one
        kFewerPromises,  // the broker grants less than was asked for
        kOneIdForBoth,   // the broker gives both connections one id; one is used from now on
    };
    Kind kind = Kind::kNotConnected;
    bool is_of_orders = false;  // which of the connections
    int reason = 0;             // MQTT v5 reason code; 0: none was given
    std::string detail;         // of the broker or of the client library
};

// The broker as the daemon sees it: QoS 1 both ways, at least once, reconnecting by itself.
class MessageBus {
 public:
    virtual ~MessageBus() = default;

    struct Topics {
        std::string client_id;              // under which the broker keeps our session
        std::vector<std::string> readings;  // filters of what comes by the thousand
        std::vector<std::string> urgent;    // filters of what is about orders
        // Filters of topics on which nobody but us publishes, all retained.
        std::vector<std::string> own;
    };

    // What stands on one of our own topics, or has just been put there by somebody else.
    struct Held {
        std::string topic;
        std::string payload;       // empty: it was deleted
        bool is_retained = false;  // it stood there when we asked
        // The broker sends us also what we publish ourselves, so this may be an echo.
        bool may_be_echo = false;
    };

    struct Listener {
        // A message came in. May run on any thread; returns only when the message is durable,
        // because the bus acknowledges it to the broker right after. Must not throw.
        std::function<void(std::string_view topic, std::string_view payload)> on_message;
        // A connection is linked and subscribed, or no longer is.
        std::function<void(LinkState state)> on_link;
        // The ones below may be left out, and run on any thread.
        // Of the filters `own`: everything that the broker holds comes after each connect.
        std::function<void(Held held)> on_held;
        // All that it holds has come. Not known (it did not let us ask): nothing can be said.
        std::function<void(bool is_known)> on_held_all;
        std::function<void(LinkTrouble trouble)> on_trouble;
        // How many messages the broker says it has dropped since it was started, which is so many
        // seconds ago; 0: it does not say.
        std::function<void(std::uint64_t count, std::uint64_t uptime)> on_dropped;
    };

    // Connects and keeps connecting until stop(). All filters are subscribed at every connect.
    virtual void start(Topics topics, Listener listener) = 0;
    // `done` is called exactly once, on any thread.
    virtual void publish(std::string topic, std::string payload, bool retain,
                         std::function<void(PublishAnswer answer)> done) = 0;
    virtual void stop() = 0;
};

// Delivers a notice to a gateway outside: a signed webhook or a local command.
class GatewayClient {
 public:
    virtual ~GatewayClient() = default;
    struct GatewayMessage {
        std::string target;  // "https://…", "http://127.0.0.1…" or "exec:/path/to/command"
        std::string id;      // of the message: a gateway that gets it twice recognises it
        std::string content_type;
        std::string body;
        std::string signature;  // hex Ed25519 over the body
    };
    // An error text, or empty when the other side has taken it. Has a deadline of its own.
    [[nodiscard]] virtual boost::asio::awaitable<std::string> deliver(GatewayMessage message) = 0;
};

// Reads a document from a server outside, for the scheduled pull of forecasts.
class Fetcher {
 public:
    virtual ~Fetcher() = default;
    struct Request {
        std::string url;     // "https://…", or "http://…" where the configuration allows it
        std::string header;  // one more header line, for example an API key; may be empty
        std::size_t bytes_max = 0;
        std::chrono::seconds deadline{60};
        bool follows = false;  // redirects that stay at the same scheme, host and port
    };
    // The whole body of a 200 answer, or why there is none. Ends by the deadline.
    [[nodiscard]] virtual boost::asio::awaitable<rules::Result<std::string>> fetch(
        Request request) = 0;
};

// Hands a document to the daemon of another tier and brings its answer.
class PeerLink {
 public:
    virtual ~PeerLink() = default;
    struct PeerRequest {
        std::string url;  // "https://…", or "http://…" on loopback
        std::string body;
        std::string ca;           // PEM file; empty: the system's authorities
        std::string pin;          // "sha256//…"; empty: any key of a certificate that holds
        std::string certificate;  // PEM files of ours; empty: none is shown
        std::string key;
    };
    struct PeerReply {
        int status = 0;  // 0: no answer, for the reason that `why` says
        std::string body;
        std::string why;
    };
    // Ends by a deadline of its own.
    [[nodiscard]] virtual boost::asio::awaitable<PeerReply> hand_over(PeerRequest request) = 0;
};

}  // namespace qk::daemon
