// The Link of a running daemon: its API over HTTP, and a broker that thousands of enterprise
// clients of ours are connected to.
//
// With a driven clock the daemon's time is moved from here (POST /api/v1/clock) once what was sent
// has been taken in; with a real clock advance() waits for it. A daemon that does not answer is
// tried again for a minute, because the test that kills it wants the story to go on; writes carry
// an idempotency key so that a second try is the same call.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/live/http_client.hpp"
#include "sim/live/mqtt_client.hpp"
#include "sim/story/episode.hpp"
#include "sim/story/link.hpp"

namespace qk::sim {

struct LiveOptions {
    HttpOrigin api;
    MqttEndpoint broker;
    MqttVersion version = MqttVersion::k5;
    std::string user;
    std::string password;
    std::map<Who, std::string> tokens;
    int enterprises_per_client = 1;
    bool drives_clock = true;
    // The bureau's key or its fingerprint, 64 hex digits, as it was published; empty: the first one
    // that the daemon names is taken, and said.
    std::string pinned_key;
    std::uint64_t run = 0;  // tells the idempotency keys of runs apart
};

// "role TOKEN" a line, '#' begins a comment; every role of Who once.
[[nodiscard]] rules::Result<std::map<Who, std::string>> read_tokens(std::string_view text,
                                                                    const std::string& file);

class LiveLink : public Link {
 public:
    LiveLink(boost::asio::any_io_executor executor, LiveOptions options, World& world,
             Episode& episode);
    ~LiveLink() override;

    // Waits until the daemon is linked to its broker, because before that nobody hears what is
    // sent, and connects every client; an error text when they are not all up in time.
    [[nodiscard]] boost::asio::awaitable<std::string> connect();
    void disconnect();

    [[nodiscard]] boost::asio::awaitable<ApiReply> call(ApiCall call) override;
    void send(Outgoing message) override;
    [[nodiscard]] boost::asio::awaitable<void> settle() override;
    [[nodiscard]] boost::asio::awaitable<void> advance(rules::Instant now) override;
    [[nodiscard]] int retries() const { return retries_; }
    [[nodiscard]] std::size_t clients() const { return clients_.size(); }
    // Messages that the broker acknowledged and gave to nobody.
    [[nodiscard]] std::uint64_t unheard() const;

 private:
    struct ClockState {
        bool is_known = false;
        std::int64_t run = 0;       // of the daemon: rises with each start
        std::int64_t taken_in = 0;  // in that run
        std::int64_t unpublished = 0;
        bool is_linked = false;  // the daemon to its broker
        rules::Instant now{};
    };

    void add_client(std::size_t first, std::size_t last);
    void take_order(std::string_view topic, std::string_view payload);
    // Which keys may sign, by the daemon's list and the pinned one; an error text, or empty.
    [[nodiscard]] boost::asio::awaitable<std::string> read_keys();
    // Orders of a key that was not known: perhaps it has followed the one that is trusted.
    [[nodiscard]] boost::asio::awaitable<void> take_untrusted();
    [[nodiscard]] std::size_t waiting() const;
    [[nodiscard]] std::uint64_t acknowledged() const;
    [[nodiscard]] boost::asio::awaitable<void> pause(std::chrono::milliseconds time);
    [[nodiscard]] boost::asio::awaitable<ClockState> read_clock();
    [[nodiscard]] boost::asio::awaitable<bool> wait_until_linked();
    [[nodiscard]] boost::asio::awaitable<void> wait_until_sent();
    [[nodiscard]] boost::asio::awaitable<void> wait_until_taken_in();

    boost::asio::any_io_executor executor_;
    LiveOptions options_;
    World& world_;
    Episode& episode_;
    HttpClient http_;
    boost::asio::steady_timer timer_;
    std::vector<std::unique_ptr<MqttClient>> clients_;
    std::uint64_t settled_acknowledged_ = 0;  // at the last time all was taken in
    std::int64_t settled_taken_in_ = 0;
    std::int64_t settled_run_ = 0;
    std::uint64_t writes_ = 0;
    int retries_ = 0;
    std::vector<std::pair<std::size_t, std::string>> untrusted_;  // enterprise and payload
};

}  // namespace qk::sim
