#include "daemon/app.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <filesystem>

#include "daemon/context.hpp"
#include "daemon/ctl/files.hpp"
#include "daemon/dispatch/dispatcher.hpp"
#include "daemon/driven_clock.hpp"
#include "daemon/http/event_stream.hpp"
#include "daemon/http/pages.hpp"
#include "daemon/http/system_routes.hpp"
#include "daemon/http/wrong_tokens.hpp"
#include "daemon/intake/air_intake.hpp"
#include "daemon/intake/forecast_pull.hpp"
#include "daemon/intake/intake.hpp"
#include "daemon/intake/intake_routes.hpp"
#include "daemon/intake/inventory_book.hpp"
#include "daemon/intake/inventory_routes.hpp"
#include "daemon/intake/message.hpp"
#include "daemon/intake/target_routes.hpp"
#include "daemon/metrics.hpp"
#include "daemon/publish/publisher.hpp"
#include "daemon/season/season_service.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/audit_routes.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/task_group.hpp"
#include "daemon/verify/report_service.hpp"
#include "daemon/verify/verify_service.hpp"
#include "daemon/warning/pack_book.hpp"
#include "daemon/warning/skill_routes.hpp"
#include "daemon/warning/warning_service.hpp"
#include "plans/measures/own_measure.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kDrainLook{20};

plans::ReadOptions read_options_of(const plans::RegionPack& pack) {
    plans::ReadOptions options = plans::inventory_read_options();
    for (const plans::GradeName& grade : pack.grades.names) {
        options.grade_names[grade.name] = grade.national;
    }
    return options;
}

}  // namespace

rules::Result<plans::RegionPack> load_pack(const std::string& id_or_file) {
    if (id_or_file.find('/') == std::string::npos && !id_or_file.ends_with(".toml")) {
        return plans::built_in_pack(id_or_file);
    }
    auto text = ctl::read_file(id_or_file);
    if (!text) return text.error();
    return plans::read_pack(*text, id_or_file);
}

// In the order in which they are built; destroyed the other way round.
struct App::Parts {
    Parts(asio::io_context& io_context, AppPorts app_ports, std::unique_ptr<Store> opened,
          plans::SigningKey signing_key, plans::ReadOptions read_options)
        : io(io_context),
          ports(std::move(app_ports)),
          log(ports.clock, ports.log),
          store(std::move(opened)),
          key(std::move(signing_key)),
          events(io.get_executor()),
          inventories(*store, std::move(read_options)),
          tasks(io.get_executor(), [this](const std::string& task, std::exception_ptr why) {
              log.write(kTaskFailed, {{"task", task}, {"why", what_of(why)}});
              fail();
          }) {}

    [[nodiscard]] bool is_idle() const {
        return store->pending() == 0 && intake->waiting() == 0 && publisher->is_idle();
    }

    void fail() {
        if (std::exchange(has_failed, true)) return;
        if (tell_failure) tell_failure();
    }

    // What is posted to the executor asks whether the application is still there.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    asio::io_context& io;
    AppPorts ports;
    Log log;
    Metrics metrics;
    std::unique_ptr<Store> store;
    plans::SigningKey key;
    EventFeed events;
    InventoryBook inventories;
    std::unique_ptr<Context> context;
    Router router;
    WrongTokens wrong_tokens;
    std::unique_ptr<Intake> intake;
    std::unique_ptr<WarningService> warnings;  // is told of new air by AirIntake
    std::unique_ptr<PackBook> packs;
    std::unique_ptr<SeasonService> season;
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<AirIntake> air;
    std::unique_ptr<ForecastPuller> puller;
    std::unique_ptr<Dispatcher> dispatcher;
    std::unique_ptr<VerifyService> verify;
    std::unique_ptr<ReportService> reports;
    std::unique_ptr<DrivenClock> driven;
    std::unique_ptr<EventStream> event_stream;
    std::unique_ptr<SystemRoutes> system_routes;
    TaskGroup tasks;
    std::function<void()> tell_failure;
    bool has_failed = false;
    bool is_started = false;
};

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() = default;

Log& App::log() { return parts_->log; }
bool App::has_failed() const { return parts_->has_failed; }
void App::on_failure(std::function<void()> tell) { parts_->tell_failure = std::move(tell); }

bool App::is_idle() const { return parts_->is_idle(); }

namespace {

// The inventory of the configuration, as files.
rules::Result<InventoryFiles> inventory_of(const Config& config) {
    if (!config.inventory_files.empty()) return config.inventory_files;
    if (config.inventory_path.empty()) return InventoryFiles{};
    return read_inventory_files(config.inventory_path);
}

std::string inventory_name_of(const Config& config) {
    if (config.inventory_path.empty()) return "inventory";
    std::filesystem::path path = std::filesystem::path(config.inventory_path).lexically_normal();
    if (!path.has_filename()) path = path.parent_path();
    return path.stem().string();
}

rules::Result<void> load_inventory(App::Parts& parts) {
    auto restored = parts.inventories.restore();
    if (!restored) return restored;
    const Config& config = *parts.context->config;
    auto files = inventory_of(config);
    if (!files) return files.error();
    if (!files->empty()) {
        auto taken =
            parts.inventories.take_now(*files, inventory_name_of(config), parts.ports.clock.now());
        if (!taken) return taken;
    }
    const auto inventory = parts.inventories.current();
    parts.log.write(kInventoryLoaded,
                    {{"edition", inventory->edition},
                     {"enterprises", static_cast<std::int64_t>(inventory->enterprises.size())}});
    return {};
}

void show_config(App::Parts& parts, bool is_good) {
    std::uint64_t hash = 0;
    for (const char c : parts.context->config->hash.substr(0, 12)) {
        hash = hash * 16 + static_cast<std::uint64_t>(c <= '9' ? c - '0' : c - 'a' + 10);
    }
    parts.metrics.set(Gauge::kConfigHash, static_cast<double>(hash));
    parts.metrics.set(Gauge::kLastReloadGood, is_good ? 1 : 0);
}

// The broker's link, told on the bus's thread.
MessageBus::Listener listener_of(App::Parts& parts) {
    MessageBus::Listener listener;
    listener.on_message = [&parts](std::string_view topic, std::string_view payload) {
        parts.intake->on_message(topic, payload);
    };
    listener.on_link = [&parts, alive = std::weak_ptr(parts.alive)](bool is_up) {
        auto tell = [&parts, alive, is_up] {
            if (alive.expired()) return;
            const std::string url = parts.context->config->mqtt.url;
            parts.metrics.set(Gauge::kBrokerUp, is_up ? 1 : 0);
            parts.log.write(is_up ? kLinkUp : kLinkDown, {{"url", url}});
            parts.dispatcher->on_link(is_up);
        };
        asio::post(parts.io, std::move(tell));
    };
    listener.on_forgotten = [&parts, alive = std::weak_ptr(parts.alive)] {
        auto tell = [&parts, alive] {
            if (!alive.expired()) parts.dispatcher->on_forgotten();
        };
        asio::post(parts.io, std::move(tell));
    };
    return listener;
}

// Storage that breaks is told on the thread that met it.
std::function<void(std::string)> broken_teller(App::Parts& parts) {
    return [&parts, alive = std::weak_ptr(parts.alive)](const std::string& why) {
        parts.log.write(kStoreBroken, {{"why", why}});
        auto fail = [&parts, alive] {
            if (!alive.expired()) parts.fail();
        };
        asio::post(parts.io, std::move(fail));
    };
}

void build_services(App::Parts& parts) {
    Context& context = *parts.context;
    parts.warnings = std::make_unique<WarningService>(context);
    parts.packs = std::make_unique<PackBook>(context);
    parts.packs->set_listener(parts.warnings.get());
    parts.season = std::make_unique<SeasonService>(context);
    parts.publisher = std::make_unique<Publisher>(context, parts.ports.courier);
    parts.air = std::make_unique<AirIntake>(context);
    parts.air->set_listener(parts.warnings.get());
    parts.puller = std::make_unique<ForecastPuller>(context, *parts.air, parts.ports.fetcher);
    parts.dispatcher = std::make_unique<Dispatcher>(context, parts.ports.bus);
    parts.verify = std::make_unique<VerifyService>(context);
    parts.reports = std::make_unique<ReportService>(context, *parts.verify);
    parts.event_stream = std::make_unique<EventStream>(context);
    parts.system_routes = std::make_unique<SystemRoutes>(context, parts.router);
    DrivenClock::Work work;
    work.is_idle = [&parts] { return parts.is_idle(); };
    work.messages_taken_in = [&parts] { return parts.intake->taken_in(); };
    parts.driven = std::make_unique<DrivenClock>(
        context, dynamic_cast<ManualClock*>(&parts.ports.clock), std::move(work));
    parts.driven->restore();

    parts.puller->add_routes(parts.router);  // before the air's, whose {number} takes any word
    add_skill_routes(parts.router, context);
    parts.air->add_routes(parts.router);
    parts.warnings->add_routes(parts.router);
    parts.packs->add_routes(parts.router);
    parts.season->add_routes(parts.router);
    parts.publisher->add_routes(parts.router);
    parts.dispatcher->add_routes(parts.router);
    parts.verify->add_routes(parts.router);
    parts.reports->add_routes(parts.router);
    parts.driven->add_routes(parts.router);
    add_page_routes(parts.router);
    parts.event_stream->add_routes(parts.router);
    parts.system_routes->add_routes(parts.router);
    add_intake_routes(parts.router, context);
    add_inventory_routes(parts.router, context);
    add_target_routes(parts.router, context);
    add_audit_routes(parts.router, context);
    parts.router.set_people(context.config->people);
}

}  // namespace

rules::Result<std::unique_ptr<App>> App::create(asio::io_context& io, Config config,
                                                AppPorts ports) {
    auto pack = load_pack(config.pack);
    if (!pack) return pack.error();
    auto key = plans::SigningKey::from_seed(config.signing_seed);
    if (!key) return key.error();
    auto store = Store::open(config.store_path, config.store_mode);
    if (!store) return store.error();
    auto parts = std::make_unique<Parts>(io, std::move(ports), std::move(*store), std::move(*key),
                                         read_options_of(*pack));
    parts->store->on_broken(broken_teller(*parts));
    parts->context = std::unique_ptr<Context>(
        new Context{io.get_executor(), parts->ports.clock, *parts->store, parts->log,
                    parts->metrics, parts->events, parts->inventories, parts->key,
                    std::make_shared<const Config>(std::move(config)),
                    std::make_shared<const plans::RegionPack>(std::move(*pack))});
    parts->log.write(kStarting, {{"version", QK_VERSION},
                                 {"region", parts->context->pack->name},
                                 {"store", parts->context->config->store_path}});
    auto intake = Intake::open(*parts->context);
    if (!intake) return intake.error();
    parts->intake = std::move(*intake);
    parts->intake->on_broken(broken_teller(*parts));
    build_services(*parts);
    auto packs = parts->packs->restore();
    if (!packs) return packs.error();
    auto inventory = load_inventory(*parts);
    if (!inventory) return inventory.error();
    show_config(*parts, true);
    return std::unique_ptr<App>(new App(std::move(parts)));
}

rules::Faults check_what_is_named(const Config& config, rules::Instant now) {
    const auto pack = load_pack(config.pack);
    if (!pack) return pack.error();
    const auto files = inventory_of(config);
    if (!files) return files.error();
    if (files->empty()) return {};
    auto store = Store::open(":memory:", StoreMode::kInline);
    if (!store) return store.error();
    InventoryBook book(**store, read_options_of(*pack));
    const auto taken = book.take_now(*files, inventory_name_of(config), now);
    if (taken) return {};
    rules::Faults faults = taken.error();
    std::erase_if(faults, [](const rules::Fault& fault) {
        return fault.severity != rules::Severity::kError;
    });
    return faults;
}

asio::awaitable<void> App::start() {
    Parts& parts = *parts_;
    parts.is_started = true;
    co_await parts.intake->replay();  // 1
    parts.intake->start(parts.tasks);
    parts.ports.bus.start(intake_filters(), listener_of(parts));  // 2
    parts.dispatcher->start(parts.tasks);                         // 3
    parts.verify->start(parts.tasks);                             // 4
    parts.reports->start(parts.tasks);
    parts.packs->start(parts.tasks);  // 5
    parts.warnings->start(parts.tasks);
    parts.season->start(parts.tasks);
    parts.publisher->start(parts.tasks);
    parts.air->start(parts.tasks);  // 6
    parts.puller->start(parts.tasks);
    if (parts.context->config->store_mode == StoreMode::kOwnThread) {
        parts.event_stream->start_heartbeat(parts.tasks);
    }
}

asio::awaitable<void> App::stop() {
    Parts& parts = *parts_;
    if (!std::exchange(parts.is_started, false)) co_return;
    // 1 nothing new comes in; what the journal holds is taken in at the next start.
    parts.intake->release();
    // 2 the outbox is given a bounded time.
    const Config& config = *parts.context->config;
    const auto drain =
        config.store_mode == StoreMode::kOwnThread && !parts.has_failed
            ? std::chrono::duration_cast<std::chrono::milliseconds>(config.limits.drain)
            : std::chrono::milliseconds{0};
    asio::steady_timer look(parts.io);
    for (std::chrono::milliseconds waited{0}; waited < drain; waited += kDrainLook) {
        const bool is_up = parts.metrics.value(Gauge::kBrokerUp) > 0;
        const bool is_out = parts.metrics.value(Gauge::kOrdersUnpublished) < 0.5;
        if (!is_up || (is_out && parts.dispatcher->in_flight() == 0)) break;
        look.expires_after(kDrainLook);
        co_await look.async_wait(asio::use_awaitable);
    }
    // 3 the link is closed, 4 every task ends.
    parts.ports.bus.stop();
    parts.tasks.cancel();
    co_await parts.tasks.join();
    const double unpublished = parts.metrics.value(Gauge::kOrdersUnpublished);
    parts.log.write(kStopped, {{"unpublished", static_cast<std::int64_t>(unpublished)}});
}

rules::Faults App::reload(Config config) {
    Parts& parts = *parts_;
    auto pack = load_pack(config.pack);
    if (!pack) {
        refuse_reload(pack.error());
        return pack.error();
    }
    rules::Faults not_now = changes_that_need_a_restart(*parts.context->config, config);
    for (const rules::Fault& fault : not_now) {
        parts.log.write(kReloadPartial, {{"fault", fault.what}});
    }
    parts.router.set_people(config.people);
    parts.context->config = std::make_shared<const Config>(std::move(config));
    // One that was put in force by a person stays in force.
    parts.packs->reloaded(std::make_shared<const plans::RegionPack>(std::move(*pack)));
    parts.metrics.add(Counter::kReloads);
    show_config(parts, true);
    parts.log.write(kReloaded);
    return not_now;
}

void App::refuse_reload(const rules::Faults& faults) {
    parts_->metrics.add(Counter::kReloadsRefused);
    show_config(*parts_, false);
    for (const rules::Fault& fault : faults) {
        parts_->log.write(kReloadRefused, {{"fault", rules::to_text(fault)}});
    }
}

std::uint64_t App::body_bytes_max(const ApiRequest& head) const {
    return parts_->router.body_bytes_max(head);
}

void App::wake_listeners() { parts_->events.wake(); }
Metrics& App::metrics() { return parts_->metrics; }

namespace {

// What to answer to a token that nobody has.
ApiResponse answer_wrong_token(App::Parts& parts, const std::string& remote, ApiResponse answer) {
    const rules::Instant now = parts.ports.clock.now();
    const int limit = parts.context->config->limits.wrong_tokens_per_minute;
    const WrongTokens::Noted noted = parts.wrong_tokens.note(remote, now, limit);
    parts.metrics.add(Counter::kWrongTokens);
    if (!noted.is_over) return answer;
    parts.metrics.add(Counter::kWrongTokensRefused);
    if (noted.is_first) parts.log.write(kTokensWrong, {{"remote", remote}, {"limit", limit}});
    ApiResponse refused =
        answer_problem(429, "无效令牌次数过多，请稍后再试", "too many calls with a wrong token");
    refused.headers.emplace_back("Retry-After", std::to_string(seconds_left_of_minute(now)));
    return refused;
}

}  // namespace

asio::awaitable<ApiResponse> App::api(ApiRequest request) {
    Parts& parts = *parts_;
    parts.metrics.add(Counter::kRequests);
    const std::string target = request.target;
    const std::string remote = request.remote;
    const bool has_token = !request.authorization.empty();
    std::string why;
    try {
        ApiResponse answer = co_await parts.router.handle(std::move(request));
        const bool is_wrong_token = has_token && answer.status == 401;
        if (is_wrong_token) answer = answer_wrong_token(parts, remote, std::move(answer));
        co_return answer;
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
        why = error.what();
    } catch (const std::exception& error) {
        why = error.what();
    }
    parts.metrics.add(Counter::kRequestsFailed);
    parts.log.write(kRequestFailed, {{"target", target}, {"why", why}});
    co_return answer_problem(500, "内部错误，已记录", "an internal fault; it is in the log");
}

}  // namespace qk::daemon
