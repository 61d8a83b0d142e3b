// qingkongd: the process. Flags, signals, systemd, the real clock, and the real ports around the
// App.
//
//     qingkongd --config FILE [--check-config]
//
// Exit codes: 0 stopped as asked, 1 a part failed or the storage broke, 2 bad usage or
// configuration.
#include <fmt/format.h>
#include <systemd/sd-daemon.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/program_options.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <iostream>

#include "daemon/app.hpp"
#include "daemon/ctl/exit_code.hpp"
#include "daemon/descriptors.hpp"
#include "daemon/http/server.hpp"
#include "daemon/intake/curl_fetcher.hpp"
#include "daemon/mqtt/paho_bus.hpp"
#include "daemon/publish/http_courier.hpp"
#include "daemon/task_group.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

constexpr int kFailed = 1;

// The wall clock; the only place that reads it. Sleepers look again at least so often, because the
// clock may be set.
class RealClock : public Clock {
 public:
    [[nodiscard]] rules::Instant now() const override {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }
    [[nodiscard]] asio::awaitable<void> sleep_until(rules::Instant when) override {
        constexpr std::chrono::milliseconds kLookEvery{1000};
        asio::steady_timer timer(co_await asio::this_coro::executor);
        while (now() < when) {
            timer.expires_after(kLookEvery);
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
};

struct Process {
    Process(Config wanted, std::unique_ptr<Clock> time, std::unique_ptr<PahoBus> broker)
        : config_path(wanted.file),
          clock(std::move(time)),
          bus(std::move(broker)),
          courier(io.get_executor()),
          tasks(io.get_executor(), [this](const std::string& task, std::exception_ptr why) {
              app->log().write(kTaskFailed, {{"task", task}, {"why", what_of(why)}});
              code = kFailed;
              io.stop();
          }) {}

    std::string config_path;
    asio::io_context io{1};
    std::unique_ptr<Clock> clock;
    std::unique_ptr<PahoBus> bus;
    HttpCourier courier;
    CurlFetcher fetcher;
    std::unique_ptr<App> app;
    std::unique_ptr<HttpServer> server;
    TaskGroup tasks;
    bool is_stopping = false;
    int code = 0;
};

void reload(Process& process) {
    ::sd_notify(0, "RELOADING=1");
    auto config = load_config(process.config_path);
    if (config) {
        (void)process.app->reload(std::move(*config));
    } else {
        process.app->refuse_reload(config.error());
    }
    ::sd_notify(0, "READY=1");
}

asio::awaitable<void> stop(Process& process, std::string why) {
    if (std::exchange(process.is_stopping, true)) co_return;
    ::sd_notify(0, "STOPPING=1");
    process.app->log().write(kStopping, {{"why", why}});
    if (process.server) co_await process.server->stop();
    process.fetcher.stop();
    co_await process.app->stop();
    process.io.stop();
}

asio::awaitable<void> watch_signals(Process& process) {
    asio::signal_set signals(co_await asio::this_coro::executor, SIGTERM, SIGINT, SIGHUP);
    for (;;) {
        const int signal = co_await signals.async_wait(asio::use_awaitable);
        if (signal == SIGHUP) {
            reload(process);
            continue;
        }
        std::string why = signal == SIGTERM ? "SIGTERM" : "SIGINT";
        co_await stop(process, std::move(why));
        co_return;
    }
}

// Tells systemd that the executor still turns, twice as often as it wants to hear it.
asio::awaitable<void> feed_watchdog(std::uint64_t microseconds) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    for (;;) {
        ::sd_notify(0, "WATCHDOG=1");
        timer.expires_after(std::chrono::microseconds{microseconds / 2});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

asio::awaitable<void> run(Process& process, HttpConfig http) {
    co_await process.app->start();
    process.server->start();
    process.app->log().write(
        kReady, {{"address", fmt::format("{}:{}", http.listen, process.server->port())}});
    ::sd_notify(0, "READY=1");
}

void note_trouble(App& app, HttpTrouble trouble) {
    switch (trouble) {
        case HttpTrouble::kFull:
            return app.log().write(kConnectionsFull);
        case HttpTrouble::kNoRoom:
            return app.metrics().add(Counter::kHttpConnectionsRefused);
        case HttpTrouble::kNotHttp:
        case HttpTrouble::kCut:
            return app.metrics().add(Counter::kHttpRequestsBroken);
        case HttpTrouble::kTooLarge:
            return app.metrics().add(Counter::kHttpRequestsTooLarge);
        case HttpTrouble::kTooSlow:
            return app.metrics().add(Counter::kHttpRequestsTooSlow);
    }
}

rules::Result<void> listen(Process& process, const HttpConfig& http, std::size_t connections_max) {
    HttpOptions options;
    options.connections_max = connections_max;
    options.address = http.listen;
    options.port = http.port;
    options.certificate_file = http.certificate;
    options.key_file = http.key;
    options.wake_waiters = [&process] { process.app->wake_listeners(); };
    options.body_bytes_max = [&process](const ApiRequest& head) {
        return process.app->body_bytes_max(head);
    };
    options.on_trouble = [&process](HttpTrouble trouble) { note_trouble(*process.app, trouble); };
    auto answer = [&process](ApiRequest request) { return process.app->api(std::move(request)); };
    auto server = HttpServer::listen(process.io.get_executor(), options, std::move(answer));
    if (!server) return server.error();
    process.server = std::move(*server);
    return {};
}

int refuse(const rules::Faults& faults) {
    std::cerr << rules::to_text(faults);
    return ctl::kBadUsage;
}

int serve(Config config) {
    std::unique_ptr<Clock> clock;
    if (config.clock_mode == ClockMode::kDriven) {
        clock = std::make_unique<ManualClock>(*config.clock_start);
    } else {
        clock = std::make_unique<RealClock>();
    }
    auto bus = PahoBus::create(config.mqtt);
    if (!bus) return refuse(bus.error());
    const HttpConfig http = config.http;
    const auto wanted = static_cast<std::size_t>(config.limits.http_connections);
    const std::size_t connections_max = make_room_for(wanted);
    Process process(config, std::move(clock), std::move(*bus));
    AppPorts ports{*process.clock, *process.bus, process.courier,
                   to_standard_error(std::getenv("JOURNAL_STREAM") != nullptr), &process.fetcher};
    auto app = App::create(process.io, std::move(config), std::move(ports));
    if (!app) return refuse(app.error());
    process.app = std::move(*app);
    process.app->on_failure([&process] {
        process.code = kFailed;
        process.io.stop();
    });
    if (connections_max < wanted) {
        process.app->log().write(kDescriptorsFew,
                                 {{"connections", static_cast<std::int64_t>(connections_max)},
                                  {"wanted", static_cast<std::int64_t>(wanted)}});
    }
    auto listening = listen(process, http, connections_max);
    if (!listening) return refuse(listening.error());
    process.tasks.spawn("start", run(process, http));
    process.tasks.spawn("signals", watch_signals(process));
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) > 0) {
        process.tasks.spawn("watchdog", feed_watchdog(microseconds));
    }
    process.io.run();
    // What failed cannot be taken down in good order: threads may hold messages that must not be
    // acknowledged. A clean stop has closed everything by now.
    std::fflush(nullptr);
    std::_Exit(process.code);
}

int main_of(int argc, char** argv) {
    namespace po = boost::program_options;
    po::options_description options("qingkongd --config FILE [--check-config]");
    options.add_options()("config", po::value<std::string>(), "configuration, TOML")(
        "check-config", "check the configuration and what it names, and exit")(
        "version", "print the version")("help", "print this");
    po::variables_map given;
    try {
        po::store(po::parse_command_line(argc, argv, options), given);
    } catch (const po::error& error) {
        std::cerr << "qingkongd: " << error.what() << "\n" << options;
        return ctl::kBadUsage;
    }
    if (given.contains("help")) {
        std::cout << options;
        return ctl::kHolds;
    }
    if (given.contains("version")) {
        std::cout << "qingkongd " << QK_VERSION << "\n";
        return ctl::kHolds;
    }
    if (!given.contains("config")) {
        std::cerr << "qingkongd: --config is missing\n" << options;
        return ctl::kBadUsage;
    }
    auto config = load_config(given["config"].as<std::string>());
    if (!config) return refuse(config.error());
    if (given.contains("check-config")) {
        const rules::Faults faults = check_what_is_named(*config, RealClock().now());
        if (!faults.empty()) return refuse(faults);
        const auto bus = PahoBus::create(config->mqtt);
        if (!bus) return refuse(bus.error());
        std::cout << "the configuration is in order\n";
        return ctl::kHolds;
    }
    return serve(std::move(*config));
}

}  // namespace
}  // namespace qk::daemon

int main(int argc, char** argv) {
    try {
        return qk::daemon::main_of(argc, argv);
    } catch (const std::exception& error) {
        std::fprintf(stderr, "qingkongd: %s\n", error.what());
        return qk::daemon::kFailed;
    }
}
