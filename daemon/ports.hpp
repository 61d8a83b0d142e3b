// What the daemon asks of the world. The real ones are built in main.cpp, the simulated ones in
// sim/.
//
// Everything that waits, waits on a Clock; everything that leaves or enters through the broker
// passes a MessageBus; everything that leaves through a webhook or a command passes a Courier; what
// is asked of other servers passes a Fetcher.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
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
    // Resumes at or after `when` on the caller's executor; throws system_error(operation_aborted)
    // when the waiting coroutine is cancelled.
    [[nodiscard]] virtual boost::asio::awaitable<void> sleep_until(rules::Instant when) = 0;
};

// The broker as the daemon sees it: QoS 1 both ways, at least once, reconnecting by itself.
class MessageBus {
 public:
    virtual ~MessageBus() = default;

    struct Listener {
        // A message came in. May run on any thread; returns only when the message is durable,
        // because the bus acknowledges it to the broker right after. Must not throw.
        std::function<void(std::string_view topic, std::string_view payload)> on_message;
        // The link went up (after subscribing again) or down.
        std::function<void(bool is_up)> on_link;
        // The broker holds no session of ours, so what it was given before may be gone. Told before
        // the link goes up; may be left out.
        std::function<void()> on_forgotten;
    };

    // Connects and keeps connecting until stop(). `filters` are subscribed at every connect.
    virtual void start(std::vector<std::string> filters, Listener listener) = 0;
    // `done` is called exactly once, on any thread: true when the broker has acknowledged, false
    // when it has not and the message should be published again later.
    virtual void publish(std::string topic, std::string payload, bool retain,
                         std::function<void(bool is_acknowledged)> done) = 0;
    virtual void stop() = 0;
};

// Delivers a notice to a gateway outside: a signed webhook or a local command.
class Courier {
 public:
    virtual ~Courier() = default;
    struct Parcel {
        std::string target;  // "https://…", "http://127.0.0.1…" or "exec:/path/to/command"
        std::string id;      // of the message: a gateway that gets it twice recognises it
        std::string content_type;
        std::string body;
        std::string signature;  // hex Ed25519 over the body
    };
    // An error text, or empty when the other side has taken it. Has a deadline of its own.
    [[nodiscard]] virtual boost::asio::awaitable<std::string> deliver(Parcel parcel) = 0;
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
    };
    // The whole body of a 200 answer, or why there is none. Ends by the deadline.
    [[nodiscard]] virtual boost::asio::awaitable<rules::Result<std::string>> fetch(
        Request request) = 0;
};

}  // namespace qk::daemon
