// qingkongd: the process. Flags, signals, systemd, the real clock, and the real ports around the
// App.
//
//     qingkongd --config FILE [--check-config] [--or-set-up]
//
// Exit codes: 0 stopped as asked, 1 a part failed or the storage broke, 2 bad usage or
// configuration.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/stat.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <iostream>

#include "daemon/access/token.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/api/page_policy.hpp"
#include "daemon/app.hpp"
#include "daemon/base/clock_watch.hpp"
#include "daemon/base/descriptors.hpp"
#include "daemon/base/exit_code.hpp"
#include "daemon/base/file_modes.hpp"
#include "daemon/base/gathered.hpp"
#include "daemon/base/progress.hpp"
#include "daemon/base/service_messages.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/client/curl_fetcher.hpp"
#include "daemon/client/curl_peer_link.hpp"
#include "daemon/client/http_gateway_client.hpp"
#include "daemon/command_line/command_line.hpp"
#include "daemon/http/server.hpp"
#include "daemon/mqtt/paho_bus.hpp"
#include "daemon/mqtt/paho_proxies.hpp"
#include "daemon/setup_guide.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/session.hpp"
#include "plans/text/unseen.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

constexpr int kFailed = 1;

// The wall clock; the only place that reads it. Sleepers look again each second, because the clock
// may be set.
class RealClock : public Clock {
 public:
    [[nodiscard]] rules::Instant now() const override {
        return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    }
    // Also runs while the machine sleeps.
    [[nodiscard]] std::chrono::seconds running() const override {
        struct ::timespec passed {};
        ::clock_gettime(CLOCK_BOOTTIME, &passed);
        return std::chrono::seconds{passed.tv_sec};
    }
    [[nodiscard]] asio::awaitable<void> sleep_until(rules::Instant when) override {
        constexpr std::chrono::milliseconds kLookEvery{1000};
        asio::steady_timer timer(co_await asio::this_coro::executor);
        const Sleep sleep{when, when - now(), running()};
        while (!sleep.is_over(now(), running())) {
            timer.expires_after(kLookEvery);
            co_await timer.async_wait(asio::use_awaitable);
        }
    }
};

// However often a reload is asked for, this long lies between two.
constexpr std::chrono::milliseconds kReloadGap{100};

struct Process;
void reload(Process& process);

struct Process {
    Process(Config wanted, std::unique_ptr<Clock> time, std::unique_ptr<PahoBus> broker)
        : config_path(wanted.file),
          mqtt_url(wanted.mqtt.url),
          clock(std::move(time)),
          bus(std::move(broker)),
          gateway(io.get_executor()),
          reloads(io.get_executor(), kReloadGap, [this] { reload(*this); }),
          tasks(io.get_executor(), [this](const std::string& task, std::exception_ptr why) {
              app->log().write(kTaskFailed, {{"task", task}, {"why", what_of(why)}});
              code = kFailed;
              io.stop();
          }) {}

    std::string config_path;
    std::string mqtt_url;
    asio::io_context io{1};
    // Caught from the beginning: one that comes during the start is obeyed when that is through.
    asio::signal_set signals{io, SIGTERM, SIGINT};
    // Apart from the others, which never wait behind them.
    asio::signal_set reload_signals{io, SIGHUP};
    std::unique_ptr<Clock> clock;
    std::unique_ptr<PahoBus> bus;
    HttpGatewayClient gateway;
    CurlFetcher fetcher;
    CurlPeerLink peers;
    std::unique_ptr<App> app;
    std::unique_ptr<HttpServer> server;
    Gathered reloads;
    TaskGroup tasks;
    bool has_tls = false;
    bool is_stopping = false;
    std::string stopping_what;
    int code = 0;
};

// A renewed certificate has the same name as the old one, so it is read anew at each reload.
void reload_certificate(Process& process, const HttpConfig& http) {
    if (!process.has_tls || http.certificate.empty() || !process.server) return;
    const auto reloaded = process.server->reload_tls(http.certificate, http.key);
    Log& log = process.app->log();
    if (reloaded) {
        log.write(kCertificateReloaded, {{"certificate", http.certificate}});
    } else {
        log.write(kCertificateRefused, {{"why", rules::to_text(reloaded.error().front())}});
    }
}

void reload(Process& process) {
    ::sd_notify(0, "RELOADING=1");
    // What throws here is a file or a machine that nobody thought of; what runs goes on as it was.
    try {
        auto config = load_config(process.config_path);
        if (config) {
            reload_certificate(process, config->http);
            (void)process.app->reload(std::move(*config));
        } else {
            process.app->refuse_reload(config.error());
        }
    } catch (const std::exception& error) {
        process.app->refuse_reload(rules::refuse(
            fmt::format("{}: the reload failed: {}", process.config_path, error.what()),
            "qingkongd --check-config names what is wrong"));
    }
    ::sd_notify(0, "READY=1");
}

// Whatever hangs, a stop ends: first the executor gives up waiting and says so, and where even that
// hangs, the alarm ends the process. Nothing acknowledged is lost by either.
constexpr std::chrono::seconds kStopBeside{5};  // beside the time for orders on their way
constexpr std::chrono::seconds kStopAlarm{10};  // beside both

void end_now(int) { ::_exit(kFailed); }

asio::awaitable<void> force_stop(Process& process, std::chrono::seconds after) {
    asio::steady_timer timer(co_await asio::this_coro::executor, after);
    co_await timer.async_wait(asio::use_awaitable);
    process.app->log().write(kStopForced, {{"what", process.stopping_what}});
    process.io.stop();
}

asio::awaitable<void> stop(Process& process, std::string why) {
    // What broke ends the process within moments, and not in good order: see end_process.
    if (process.app->has_failed()) co_return;
    if (std::exchange(process.is_stopping, true)) co_return;
    process.reloads.stop();
    ::sd_notify(0, "STOPPING=1");
    process.app->log().write(kStopping, {{"why", why}});
    const std::chrono::seconds within = process.app->drain() + kStopBeside;
    std::signal(SIGALRM, end_now);
    ::alarm(static_cast<unsigned>((within + kStopAlarm).count()));
    process.tasks.spawn("stop", force_stop(process, within));
    process.stopping_what = "HTTP";
    if (process.server) co_await process.server->stop();
    process.fetcher.stop();
    process.peers.stop();
    if (process.app->has_failed()) co_return;
    process.stopping_what = "tasks";
    co_await process.app->stop();
    process.io.stop();
}

// What broke has been said. Callers whose decision was not kept are told so, then the process ends.
asio::awaitable<void> end_broken(Process& process) {
    constexpr std::chrono::milliseconds kLastWords{500};
    process.code = kFailed;
    ::sd_notify(0, "STOPPING=1");
    asio::steady_timer timer(co_await asio::this_coro::executor, kLastWords);
    co_await timer.async_wait(asio::use_awaitable);
    process.io.stop();
}

asio::awaitable<void> watch_reload_signals(Process& process) {
    for (;;) {
        co_await process.reload_signals.async_wait(asio::use_awaitable);
        process.reloads.ask();
    }
}

asio::awaitable<void> watch_signals(Process& process) {
    const int signal = co_await process.signals.async_wait(asio::use_awaitable);
    std::string why = signal == SIGTERM ? "SIGTERM" : "SIGINT";
    co_await stop(process, std::move(why));
}

// Tells systemd that all is well: the executor turns, or this would not run, and store and judge
// have moved, or have nothing to do. Looked at far more often than it wants to hear it, so that one
// slow transaction is not taken for a standstill; said twice as often: who does not listen is not
// flooded.
constexpr std::uint64_t kLooksInWatchdog = 12;

asio::awaitable<void> feed_watchdog(Process& process, std::uint64_t microseconds) {
    asio::steady_timer timer(co_await asio::this_coro::executor);
    ProgressWatch watch;
    bool is_held = false;
    std::uint64_t looks_since_said = kLooksInWatchdog;
    for (;;) {
        const auto stuck = watch.stuck_since_last(process.app->progress().now());
        if (stuck.empty() && ++looks_since_said >= kLooksInWatchdog / 2) {
            ::sd_notify(0, "WATCHDOG=1");
            looks_since_said = 0;
        }
        if (!stuck.empty() && !is_held) {
            process.app->log().write(kWatchdogHeld,
                                     {{"parts", fmt::format("{}", fmt::join(stuck, ", "))}});
        }
        is_held = !stuck.empty();
        timer.expires_after(std::chrono::microseconds{microseconds / kLooksInWatchdog});
        co_await timer.async_wait(asio::use_awaitable);
    }
}

// What the service manager shows: requests are answered before anything is received.
void tell_status(bool is_linked) {
    ::sd_notify(
        0, is_linked ? "STATUS=服务中，消息服务器已连接 / serving, linked to the broker"
                     : "STATUS=尚未连接消息服务器，不接收数据 / serving, but nothing is received: "
                       "no link to the broker");
}

asio::awaitable<void> run(Process& process, HttpConfig http) {
    process.app->on_link(tell_status);
    co_await process.app->start();
    process.server->start();
    process.app->log().write(
        kReady, {{"address", fmt::format("{}:{}", http.listen, process.server->port())}});
    ::sd_notify(0, "READY=1");
    tell_status(process.app->is_linked());
    if (!process.app->is_linked()) {
        process.app->log().write(kBrokerWaits, {{"url", process.mqtt_url}});
    }
}

void note_trouble(App& app, HttpTrouble trouble, const std::string& remote, int per_address) {
    Metrics& metrics = app.metrics();
    switch (trouble) {
        case HttpTrouble::kFull:
            return app.log().write(kConnectionsFull);
        case HttpTrouble::kNoRoom:
            return metrics.add(Counter::kHttpConnectionsRefused);
        case HttpTrouble::kAddressFull:
            metrics.add(Counter::kHttpAddressFull);
            return app.log().write(kAddressIsFull, {{"remote", remote}, {"limit", per_address}});
        case HttpTrouble::kPutOut:
            return metrics.add(Counter::kHttpPutOut);
        case HttpTrouble::kUnread:
            return metrics.add(Counter::kHttpUnread);
        case HttpTrouble::kNoDescriptor:
            return app.log().write(kDescriptorsOut);
        case HttpTrouble::kNotHttp:
        case HttpTrouble::kCut:
            return metrics.add(Counter::kHttpRequestsBroken);
        case HttpTrouble::kTooLarge:
            return metrics.add(Counter::kHttpRequestsTooLarge);
        case HttpTrouble::kNoUploadRoom:
            metrics.add(Counter::kUploadsRefused);
            return app.log().write(kUploadsFull, {{"remote", remote}});
        case HttpTrouble::kTooSlow:
            return metrics.add(Counter::kHttpRequestsTooSlow);
    }
}

rules::Result<void> listen(Process& process, const HttpConfig& http, std::size_t connections_max,
                           int per_address) {
    HttpOptions options;
    auto trusted = TrustedProxies::parse(http.trusted_proxies);
    if (!trusted) return trusted.error();
    options.trusted = std::move(*trusted);
    if (http.forwarded_field == "Forwarded") options.forwarded_field = ForwardedField::kForwarded;
    options.connections_per_address = static_cast<std::size_t>(per_address);
    options.is_known = [&process](const ApiRequest& head) { return process.app->is_known(head); };
    process.has_tls = !http.certificate.empty();
    options.connections_max = connections_max;
    options.address = http.listen;
    options.port = http.port;
    options.certificate_file = http.certificate;
    options.key_file = http.key;
    options.wake_waiters = [&process] { process.app->wake_listeners(); };
    options.body_bytes_max = [&process](const ApiRequest& head) {
        return process.app->body_bytes_max(head);
    };
    options.on_trouble = [&process, per_address](HttpTrouble trouble, const std::string& remote) {
        note_trouble(*process.app, trouble, remote, per_address);
    };
    auto answer = [&process](ApiRequest request) { return process.app->api(std::move(request)); };
    auto server = HttpServer::listen(process.io.get_executor(), options, std::move(answer));
    if (!server) return server.error();
    process.server = std::move(*server);
    return {};
}

Log::Sink log_sink() { return to_standard_error(std::getenv("JOURNAL_STREAM") != nullptr); }

// A start that fails is met in the log by whoever looks for the reason of a restart: the errors.
// The warnings and notes that came with them (of an inventory dozens) refuse nothing.
int refuse_start(const Clock& clock, const rules::Faults& faults) {
    Log log(clock, log_sink());
    const bool has_error = rules::has_errors(faults);
    for (const rules::Fault& fault : faults) {
        if (has_error && fault.severity != rules::Severity::kError) continue;
        log.write(kStartRefused, {{"fault", rules::to_text(fault)}});
    }
    return kBadUsage;
}

// Of a start that met in the database what it could not go on with.
rules::Faults database_faults(const std::string& why) {
    const StorageTrouble trouble = trouble_of(why);
    if (trouble != StorageTrouble::kOther) {
        return rules::refuse(fmt::format("数据库：{} / the database: {}", to_chinese(trouble), why),
                             std::string(cure_in_chinese(trouble)));
    }
    return rules::refuse(
        fmt::format(
            "数据库的内容不是本程序写下的，可能已损坏或被改动 / the database holds what the "
            "daemon does not write, damaged or changed by hand: {}",
            why),
        "先另存数据库文件；从备份恢复，或附本行日志联系维护人员 / copy the database file; restore "
        "it from a backup, or ask who maintains the program, with this line");
}

int refuse(const rules::Faults& faults) {
    std::cerr << plans::with_unseen_shown(rules::to_text(faults));
    return kBadUsage;
}

void tell_modes(Log& log, const Tightened& tightened) {
    for (const std::string& path : tightened.changed) log.write(kFilesTightened, {{"path", path}});
    for (const std::string& why : tightened.failed) log.write(kFilesOpen, {{"why", why}});
}

// Ends without taking the parts down: what failed cannot be taken down in good order, because
// threads may hold messages that must not be acknowledged, and a clean stop has closed everything.
[[noreturn]] void end_process(int code) {
    std::fflush(nullptr);
    std::_Exit(code);
}

int serve(Config config) {
    std::unique_ptr<Clock> clock;
    ManualClock* driven = nullptr;
    if (config.clock_mode == ClockMode::kDriven) {
        auto made = std::make_unique<ManualClock>(*config.clock_start);
        driven = made.get();
        clock = std::move(made);
    } else {
        clock = std::make_unique<RealClock>();
    }
    auto bus = PahoBus::create(config.mqtt, std::chrono::steady_clock::now);
    if (!bus) return refuse_start(*clock, bus.error());
    const HttpConfig http = config.http;
    const auto wanted = static_cast<std::size_t>(config.limits.http_connections);
    const std::size_t connections_max = make_room_for(wanted);
    const int per_address = config.limits.http_connections_per_address;
    Process process(config, std::move(clock), std::move(*bus));
    AppPorts ports{*process.clock, *process.bus,     process.gateway,
                   log_sink(),     &process.fetcher, driven};
    ports.peers = &process.peers;
    ports.ticks = std::chrono::steady_clock::now;
    const Tightened tightened = tighten_files(config.store_path, config.journal_folder);
    auto app = App::create(process.io, std::move(config), std::move(ports));
    if (!app) end_process(refuse_start(*process.clock, app.error()));
    process.app = std::move(*app);
    process.app->on_failure([&process] { process.tasks.spawn("end", end_broken(process)); });
    tell_modes(process.app->log(), tightened);
    if (connections_max < wanted) {
        process.app->log().write(kDescriptorsFew,
                                 {{"connections", static_cast<std::int64_t>(connections_max)},
                                  {"wanted", static_cast<std::int64_t>(wanted)}});
    }
    auto listening = listen(process, http, connections_max, per_address);
    if (!listening) end_process(refuse_start(*process.clock, listening.error()));
    process.tasks.spawn("start", run(process, http));
    process.tasks.spawn("signals", watch_signals(process));
    process.tasks.spawn("reloads", watch_reload_signals(process));
    std::uint64_t microseconds = 0;
    if (::sd_watchdog_enabled(0, &microseconds) > 0) {
        process.tasks.spawn("watchdog", feed_watchdog(process, microseconds));
    }
    process.io.run();
    end_process(process.code);
}

// The page of a fresh installation, on loopback whatever the configuration says, until it is told
// to stop: the restart that it asks for runs the daemon.
int guide_through_setup(const std::string& configuration) {
    const RealClock clock;
    Log log(clock, log_sink());
    asio::io_context io{1};
    asio::signal_set signals{io, SIGTERM, SIGINT};
    HttpOptions options;
    options.port = setup_port(configuration);
    options.body_bytes_max = [](const ApiRequest&) { return std::uint64_t{0}; };
    auto answer = [configuration](ApiRequest request) -> asio::awaitable<ApiResponse> {
        const bool is_read = request.method == "GET" || request.method == "HEAD";
        if (!request.is_local || !is_read || request.target != "/") {
            co_return answer_problem(404,
                                     "初次设置中，只有本机的首页 / set-up: only / on this host",
                                     "the region is not set up yet");
        }
        co_return answer_html(setup_page(look_at_setup(configuration, RealClock().now())));
    };
    auto server = HttpServer::listen(io.get_executor(), options, std::move(answer));
    if (!server) return refuse_start(clock, server.error());
    (*server)->start();
    log.write(kSetupWaits, {{"address", fmt::format("127.0.0.1:{}", (*server)->port())}});
    ::sd_notify(0,
                "READY=1\nSTATUS=等待初次设置，见本机网页 / waits for its set-up, see the page on "
                "this host");
    signals.async_wait([&io](const boost::system::error_code&, int) { io.stop(); });
    // Nobody waits for anything here, so the executor that turns is all there is to watch.
    std::uint64_t microseconds = 0;
    std::optional<asio::steady_timer> beat;
    std::function<void()> feed = [&] {
        ::sd_notify(0, "WATCHDOG=1");
        beat->expires_after(std::chrono::microseconds{microseconds / 2});
        beat->async_wait([&feed](const boost::system::error_code& stopped) {
            if (!stopped) feed();
        });
    };
    if (::sd_watchdog_enabled(0, &microseconds) > 0) {
        beat.emplace(io);
        feed();
    }
    io.run();
    end_process(0);
}

int run(const command_line::Call& call) {
    auto config = load_config(*call.text("config"));
    const bool is_check = call.has("check-config");
    if (call.has("or-set-up") && is_fresh(*call.text("config"))) {
        const SetupState state = look_at_setup(*call.text("config"), RealClock().now());
        if (!state.is_ready()) {
            if (!is_check) return guide_through_setup(*call.text("config"));
            std::cout
                << "尚未设置，启动后见本机网页 / not set up yet: a start shows a page on this "
                   "host\n";
            return kHolds;
        }
    }
    if (!config && !is_check) return refuse_start(RealClock(), config.error());
    if (!config) return refuse(config.error());
    if (is_check) {
        const rules::Faults faults = check_what_is_named(*config, RealClock().now());
        if (!faults.empty()) return refuse(faults);
        const auto bus = PahoBus::create(config->mqtt, std::chrono::steady_clock::now);
        if (!bus) return refuse(bus.error());
        for (const std::string& who : people_who_may_act_alone(config->people)) {
            std::cout << "warning: " << who << "\n";
        }
        const std::string nobody = nobody_can_act(config->people, RealClock().now());
        if (!nobody.empty()) std::cout << "warning: " << nobody << "\n";
        std::cout << "the configuration is in order\n";
        return kHolds;
    }
    return serve(std::move(*config));
}

command_line::Command qingkongd() {
    using command_line::flag;
    using command_line::option;
    return {
        .name = "qingkongd",
        .what = {"晴空守护进程：重污染天气应急响应",
                 "the daemon of heavy-pollution emergency response"},
        .options =
            {option("config", "FILE", {"配置文件（TOML）", "configuration, TOML"}).required(),
             flag("or-set-up", {"从未运行过且配置不全时，在本机提供设置页，不拒绝启动",
                                "where nothing has run yet and something is missing, serve a page "
                                "on this host that leads through the set-up"}),
             flag("check-config", {"检查配置及其所引用的文件，然后退出",
                                   "check the configuration and what it names, and exit"})},
        .examples = {"qingkongd --config qingkong.toml --check-config",
                     "qingkongd --config qingkong.toml"},
        .run = run,
    };
}

// Each batch of readings takes some MiB and gives them back. The default hands them to the kernel
// and fetches zeroed pages again for the next batch, which is a twentieth of the time of a batch.
void keep_memory_between_batches() {
    constexpr int kMappedFrom = 4 << 20;
    constexpr int kKeptFree = 32 << 20;
    (void)::mallopt(M_MMAP_THRESHOLD, kMappedFrom);
    (void)::mallopt(M_TRIM_THRESHOLD, kKeptFree);
}

}  // namespace
}  // namespace qk::daemon

int main(int argc, char** argv) {
    // Whatever is written, nobody else reads it: database, journal, what is refused of a folder.
    ::umask(077);
    qk::daemon::keep_paho_off_proxies();
    qk::daemon::keep_memory_between_batches();
    // A file that may not grow any more is a failed write, not the end of the process.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        return qk::command_line::run(qk::daemon::qingkongd(), {argv + 1, argv + argc},
                                     qk::daemon::RealClock().now());
    } catch (const qk::daemon::DatabaseError& error) {
        (void)qk::daemon::refuse_start(qk::daemon::RealClock(),
                                       qk::daemon::database_faults(error.what()));
        return qk::daemon::kFailed;
    } catch (const std::exception& error) {
        (void)qk::daemon::refuse_start(qk::daemon::RealClock(), qk::rules::refuse(error.what()));
        return qk::daemon::kFailed;
    }
}
