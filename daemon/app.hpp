// The daemon's whole application: builds every service over the ports it is given, starts and stops
// them in numbered steps, and answers API calls. main.cpp runs it on the real world; sim/ on a
// simulated one.
//
// One executor owns all live state. Time comes from the Clock only.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include "daemon/api/call.hpp"
#include "daemon/base/latency.hpp"
#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/ports.hpp"
#include "daemon/service/config.hpp"
#include "plans/packs/region_pack.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

class Disk;
class Progress;

struct AppPorts {
    Clock& clock;
    MessageBus& bus;
    GatewayClient& gateway;
    Log::Sink log = [](LogSeverity, std::string_view) {};
    Fetcher* fetcher = nullptr;  // none: forecasts are pushed or dropped only
    // The clock once more, where it is one that POST /api/v1/clock may move.
    ManualClock* driven = nullptr;
    PeerLink* peers = nullptr;   // none: documents for other tiers wait
    TickSource ticks = nullptr;  // for latencies; none: they are not measured
    // On which the journal lies (daemon/readings/disk.hpp); none: the machine's own.
    std::shared_ptr<Disk> disk;
    // In simulated time: how often it is looked whether the clock has jumped; 0: it never does.
    std::chrono::seconds clock_looks{0};
};

class App {
 public:
    // Opens the store, loads packs and inventory; nothing runs yet. `io` outlives the App.
    [[nodiscard]] static rules::Result<std::unique_ptr<App>> create(boost::asio::io_context& io,
                                                                    Config config, AppPorts ports);
    ~App();

    // 1 intake, which reads what the journal holds, 2 bus up, 3 dispatcher, 4 judge and reminders,
    // once what the journal held is stored, 5 warning and season clocks, 6 drop folder and pulls.
    // Resumes when all of them run or wait for that.
    [[nodiscard]] boost::asio::awaitable<void> start();
    // Stops taking in, lets the outbox flush for a bounded time, cancels, joins, closes.
    [[nodiscard]] boost::asio::awaitable<void> stop();
    // For simulations, in which the process has just died: every task ends where it stands, nothing
    // is flushed, signed or said. What it still writes goes to a disk that nobody reads any more.
    [[nodiscard]] boost::asio::awaitable<void> abandon();

    // How long stop() waits for orders on their way, at most.
    [[nodiscard]] std::chrono::seconds drain() const;

    // Applies what can be reloaded and names what cannot.
    [[nodiscard]] rules::Faults reload(Config config);
    // The new configuration could not be read: the running one stays, and the log says so.
    void refuse_reload(const rules::Faults& faults);

    [[nodiscard]] boost::asio::awaitable<ApiResponse> api(ApiRequest request);
    // How long the body of a request may be of which only the head has come.
    [[nodiscard]] std::uint64_t body_bytes_max(const ApiRequest& head) const;
    // Whether the head shows a token that somebody has.
    [[nodiscard]] bool is_known(const ApiRequest& head) const;
    // Answers that wait for events look up and go on, and a move of driven time ends: the server is
    // about to stop.
    void wake_listeners();
    [[nodiscard]] Metrics& metrics();
    [[nodiscard]] const Progress& progress() const;

    // Told once when a part fails or the storage breaks; the process must then end with an error.
    void on_failure(std::function<void()> tell);
    [[nodiscard]] bool has_failed() const;

    // Whether the broker is connected and everything is subscribed: before that nothing is
    // received.
    [[nodiscard]] bool is_linked() const;
    // Told when that changes; on the executor.
    void on_link(std::function<void(bool is_linked)> tell);

    // No transaction under way, no message waiting to be taken in, nothing ready to run: used by
    // driven clocks (replay, simulation) before time moves on.
    [[nodiscard]] bool is_idle() const;

    [[nodiscard]] Log& log();

    struct Parts;

 private:
    explicit App(std::unique_ptr<Parts> parts);
    std::unique_ptr<Parts> parts_;
};

// Reads the pack and the inventory that a configuration names, without starting anything, and
// answers everything that is wrong with them. For --check-config.
[[nodiscard]] rules::Faults check_what_is_named(const Config& config, rules::Instant now);

// The region's pack a configuration names: built in, or a file.
[[nodiscard]] rules::Result<plans::RegionPack> load_pack(const std::string& id_or_file);

}  // namespace qk::daemon
