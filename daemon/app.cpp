#include "daemon/app.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "daemon/access/token.hpp"
#include "daemon/access/wrong_tokens.hpp"
#include "daemon/air/air_intake.hpp"
#include "daemon/air/forecast_pull.hpp"
#include "daemon/api/api.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/app_sources.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/state_lock.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/compliance/report_service.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "daemon/driven_clock.hpp"
#include "daemon/http/event_stream.hpp"
#include "daemon/http/pages.hpp"
#include "daemon/http/system_routes.hpp"
#include "daemon/inventory/inventory_routes.hpp"
#include "daemon/inventory/target_routes.hpp"
#include "daemon/orders/broker_watch.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/packs/pack_book.hpp"
#include "daemon/publish/publisher.hpp"
#include "daemon/readings/intake.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/readings/meter_watch.hpp"
#include "daemon/readings/reading_routes.hpp"
#include "daemon/retention/retention_service.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_book.hpp"
#include "daemon/service/store_check.hpp"
#include "daemon/service/stored_repeats.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/meta.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/accounts.hpp"
#include "daemon/trust/audit_keeper.hpp"
#include "daemon/trust/audit_routes.hpp"
#include "daemon/trust/evidence_routes.hpp"
#include "daemon/trust/key_book.hpp"
#include "daemon/trust/known_facts.hpp"
#include "daemon/warnings/season_service.hpp"
#include "daemon/warnings/skill_routes.hpp"
#include "daemon/warnings/warning_service.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::chrono::milliseconds kDrainLook{20};

}  // namespace

// In the order in which they are built; destroyed the other way round.
struct App::Parts {
    Parts(asio::io_context& io_context, AppPorts app_ports, std::unique_ptr<Store> opened,
          plans::SigningKey signing_key, plans::ReadOptions read_options, StoreMode mode)
        : io(io_context),
          ports(std::move(app_ports)),
          log(ports.clock, ports.log),
          store(std::move(opened)),
          key(std::move(signing_key)),
          events(io.get_executor()),
          inventories(*store, std::move(read_options)),
          uploads(mode),
          tasks(io.get_executor(), [this](const std::string& task, std::exception_ptr why) {
              // Storage that broke has said so, and takes down who was waiting for it.
              if (!has_failed) log.write(kTaskFailed, {{"task", task}, {"why", what_of(why)}});
              fail();
          }) {}

    [[nodiscard]] bool is_idle() const {
        return store->pending() == 0 && intake->waiting() == 0 && is_caught_up &&
               publisher->is_idle();
    }

    void fail() {
        if (std::exchange(has_failed, true)) return;
        if (intake) intake->note_end();
        if (tell_failure) tell_failure();
    }

    std::vector<StateLock> locks;
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
    UploadReader uploads;
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
    std::unique_ptr<BrokerWatch> broker_watch;
    std::unique_ptr<MeterWatch> meter_watch;
    std::unique_ptr<VerifyService> verify;
    std::unique_ptr<ReportService> reports;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<AuditKeeper> keeper;
    std::unique_ptr<RetentionService> retention;
    std::unique_ptr<DrivenClock> driven;
    std::unique_ptr<TargetService> targets;
    std::unique_ptr<EventStream> event_stream;
    std::unique_ptr<SystemRoutes> system_routes;
    std::unique_ptr<StoreCheck> store_check;
    TaskGroup tasks;
    std::function<void()> tell_failure;
    std::function<void(bool)> tell_link;
    bool has_failed = false;
    bool is_started = false;
    bool is_caught_up = true;  // what the journal held at the start is stored, and is judged
};

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() = default;

Log& App::log() { return parts_->log; }
bool App::has_failed() const { return parts_->has_failed; }
void App::on_link(std::function<void(bool)> tell) { parts_->tell_link = std::move(tell); }
bool App::is_linked() const { return parts_->metrics.value(Gauge::kBrokerUp) > 0; }
void App::on_failure(std::function<void()> tell) { parts_->tell_failure = std::move(tell); }

bool App::is_idle() const { return parts_->is_idle(); }

namespace {

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

void take_link(App::Parts& parts, LinkState state) {
    const std::string url = parts.context->config->mqtt.url;
    const bool was_whole = parts.metrics.value(Gauge::kBrokerUp) > 0;
    const auto words = [](bool is_up) { return is_up ? "通" : "断"; };
    if (state.is_whole()) {
        parts.log.write(kLinkUp, {{"url", url}});
    } else if (was_whole) {
        parts.log.write(
            kLinkDown,
            {{"url", url}, {"orders", words(state.orders)}, {"readings", words(state.readings)}});
    }
    parts.metrics.set(Gauge::kBrokerUp, state.is_whole() ? 1 : 0);
    parts.broker_watch->on_link(state);
    parts.dispatcher->on_link(state.orders);
    if (parts.tell_link) parts.tell_link(state.is_whole());
}

// The broker's link, told on the bus's threads.
MessageBus::Listener listener_of(App::Parts& parts) {
    // Runs it on the executor, if the application is still there then.
    const auto later = [&parts, alive = std::weak_ptr(parts.alive)](auto take) {
        auto tell = [alive, take = std::move(take)] {
            if (!alive.expired()) take();
        };
        asio::post(parts.io, std::move(tell));
    };
    MessageBus::Listener listener;
    listener.on_message = [&parts](std::string_view topic, std::string_view payload) {
        Envelope envelope;
        envelope.channel = Channel::kMqtt;
        envelope.address = topic;
        envelope.payload = payload;
        if (!parts.intake->accept(envelope)) parts.intake->wait_for_end();
    };
    listener.on_link = [&parts, later](LinkState state) {
        parts.broker_watch->on_orders_link(state.orders);
        later([&parts, state] { take_link(parts, state); });
    };
    listener.on_held = [&parts](MessageBus::Held held) {
        parts.broker_watch->on_held(std::move(held));
    };
    listener.on_held_all = [&parts](bool is_known) { parts.broker_watch->on_held_all(is_known); };
    listener.on_trouble = [&parts, later](LinkTrouble trouble) {
        later([&parts, trouble] { parts.broker_watch->on_trouble(trouble); });
    };
    listener.on_dropped = [&parts, later](std::uint64_t count, std::uint64_t uptime) {
        later([&parts, count, uptime] { parts.broker_watch->on_dropped({count, uptime}); });
    };
    return listener;
}

constexpr const char* kClientIdKey = "mqtt_client_id";
constexpr std::size_t kClientIdDigits = 16;

// One that cannot be guessed, kept, because the broker keeps our session under it.
std::string client_id_of(App::Parts& parts) {
    const std::string& wanted = parts.context->config->mqtt.client_id;
    if (!wanted.empty()) return wanted;
    auto work = [](Session& db) {
        if (auto kept = get_meta(db, kClientIdKey)) return *kept;
        // With "-o" of the connection for orders no longer than every broker must take: 23.
        const std::string made = "qkd-" + new_token().substr(0, kClientIdDigits);
        set_meta(db, kClientIdKey, made);
        return made;
    };
    return parts.store->transact_now(work);
}

MessageBus::Topics topics_of(App::Parts& parts) {
    MessageBus::Topics topics;
    topics.client_id = client_id_of(parts);
    for (std::string& filter : intake_filters()) {
        const bool is_urgent = filter.ends_with("/receipt") || filter.ends_with("/status");
        (is_urgent ? topics.urgent : topics.readings).push_back(std::move(filter));
    }
    topics.own = kOrderTopics;
    return topics;
}

// Storage that breaks is told on the thread that met it.
std::function<void(std::string)> broken_teller(App::Parts& parts, StoragePart part,
                                               std::string path) {
    return [&parts, part, path = std::move(path),
            alive = std::weak_ptr(parts.alive)](const std::string& why) {
        tell_broken(parts.log, part, path, why);
        auto fail = [&parts, alive] {
            if (!alive.expired()) parts.fail();
        };
        asio::post(parts.io, std::move(fail));
    };
}

// By the configuration in force.
void limit_calls(App::Parts& parts) {
    const auto tell = [&parts](const Person& person) {
        parts.metrics.add(Counter::kCallsOverShare);
        parts.log.write(kCallsTooMany,
                        {{"person", person.id},
                         {"waiting", static_cast<std::int64_t>(kCallsWaitingPerPersonMax)}});
    };
    parts.router.limit_calls(
        static_cast<std::size_t>(parts.context->config->limits.calls_per_person), tell);
}

void take_people(App::Parts& parts, const std::vector<Person>& people) {
    parts.router.set_people(people);
    say_who_may_act(parts.log, people, parts.ports.clock.now());
    parts.event_stream->wake();  // streams of accounts that are gone or changed look up, and end
}

// Where it is the machine that does not bear the state, and not another daemon or program.
void tell_unusable(const AppPorts& ports, const std::string& path, const rules::Faults& faults) {
    const std::string& why = faults.front().what;
    if (trouble_of(why) == StorageTrouble::kOther) return;
    Log log(ports.clock, ports.log);
    tell_broken(log, StoragePart::kDatabase, path, why);
}

// What needs all readings and receipts that were received: judging, and who is to be telephoned.
void start_judging(App::Parts& parts) {
    parts.is_caught_up = true;
    parts.dispatcher->start_reminders(parts.tasks);
    parts.meter_watch->start(parts.tasks);
    parts.verify->start(parts.tasks);
    parts.reports->start(parts.tasks);
}

asio::awaitable<void> judge_after_backlog(App::Parts& parts) {
    co_await parts.intake->backlog_taken();
    start_judging(parts);
}

void build_services(App::Parts& parts) {
    Context& context = *parts.context;
    parts.uploads.on_full([&parts](const std::string& remote) {
        parts.metrics.add(Counter::kUploadsRefused);
        parts.log.write(kUploadsFull, {{"remote", remote}});
    });
    parts.warnings = std::make_unique<WarningService>(context);
    parts.packs = std::make_unique<PackBook>(context);
    parts.packs->on_in_force([&parts] { return parts.warnings->on_new_data(); });
    parts.season = std::make_unique<SeasonService>(context);
    parts.publisher = std::make_unique<Publisher>(context, parts.ports.courier);
    parts.air = std::make_unique<AirIntake>(context, parts.uploads);
    parts.air->on_new_data([&parts] { return parts.warnings->on_new_data(); });
    parts.puller = std::make_unique<ForecastPuller>(context, *parts.air, parts.ports.fetcher);
    parts.dispatcher = std::make_unique<Dispatcher>(context, parts.ports.bus);
    parts.broker_watch = std::make_unique<BrokerWatch>(context, *parts.dispatcher);
    parts.meter_watch = std::make_unique<MeterWatch>(context);
    parts.meter_watch->add_routes(parts.router);
    parts.verify = std::make_unique<VerifyService>(context);
    parts.reports = std::make_unique<ReportService>(context, *parts.verify);
    parts.accounts = std::make_unique<Accounts>(context);
    parts.keeper = std::make_unique<AuditKeeper>(context, parts.ports.courier, *parts.accounts);
    parts.targets = std::make_unique<TargetService>(context);
    parts.retention = std::make_unique<RetentionService>(context);
    parts.event_stream = std::make_unique<EventStream>(context);
    parts.system_routes = std::make_unique<SystemRoutes>(context, parts.router);
    DrivenClock::Work work;
    work.is_idle = [&parts] { return parts.is_idle(); };
    work.messages_taken_in = [&parts] { return parts.intake->taken_in(); };
    parts.driven = std::make_unique<DrivenClock>(
        context, dynamic_cast<ManualClock*>(&parts.ports.clock), std::move(work));
    parts.driven->restore();

    parts.puller->add_routes(parts.router);
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
    add_inventory_routes(parts.router, context, parts.uploads);
    parts.targets->add_routes(parts.router);
    add_audit_routes(parts.router, context);
    add_evidence_routes(parts.router, context);
    add_key_routes(parts.router, context);
    parts.accounts->add_routes(parts.router);
    const auto unserved = parts.router.unserved();
    if (!unserved.empty()) throw std::logic_error("no handler serves " + unserved.front());
    parts.router.on_caller([&parts](const Person& person, const std::string& remote) {
        parts.accounts->note_use(person, remote);
    });
    parts.router.set_clock([&context] { return context.clock.now(); });
    parts.router.keep_answers(std::make_shared<StoredRepeats>(context));
    take_people(parts, context.config->people);
    limit_calls(parts);
}

// The log is checked before anything is written to it; then the key, the settings and the accounts
// are held against what they were.
rules::Result<void> open_trust(App::Parts& parts) {
    parts.keeper->check();
    const rules::Instant now = parts.ports.clock.now();
    const auto config = parts.context->config;
    const Facts facts = facts_of(config->facts, *parts.context->pack);
    auto open = [&parts, &config, &facts, now](Session& db) {
        auto opened = open_keys(db, parts.key, config->key_succession, now);
        if (!opened) return opened;
        append_audit(db, {now, "system", "", "daemon.started", "daemon",
                          boost::json::object{{"version", QK_VERSION}, {"config", config->hash}}});
        note_config(db, facts, now);
        note_people(db, facts_of(config->people), now);
        return opened;
    };
    const auto opened = parts.store->transact_now(std::move(open));
    if (!opened) return opened.error();
    if (opened->step == KeyStep::kSame || opened->step == KeyStep::kFirst) return {};
    parts.log.write(opened->step == KeyStep::kEmergency ? kKeyEmergency : kKeySucceeded,
                    {{"fingerprint", plans::fingerprint_of(parts.key.public_key_hex())},
                     {"count", static_cast<std::int64_t>(opened->orders)}});
    return {};
}

// A reload that changed something, in the log; the reload itself does not wait for it.
asio::awaitable<void> note_reload(App::Parts& parts, std::shared_ptr<const Config> config,
                                  Facts facts) {
    const rules::Instant now = parts.ports.clock.now();
    auto work = [&config, &facts, now](Session& db) {
        note_config(db, facts, now);
        note_people(db, facts_of(config->people), now);
    };
    co_await parts.store->transact(std::move(work));
    parts.events.wake();
}

asio::awaitable<void> note_refusal(App::Parts& parts, rules::Faults faults) {
    const rules::Instant now = parts.ports.clock.now();
    auto work = [&faults, now](Session& db) { note_refused(db, faults, now); };
    co_await parts.store->transact(std::move(work));
    parts.events.wake();
}

}  // namespace

rules::Result<std::unique_ptr<App>> App::create(asio::io_context& io, Config config,
                                                AppPorts ports) {
    auto pack = load_pack(config.pack);
    if (!pack) return pack.error();
    auto key = plans::SigningKey::from_seed(config.signing_seed);
    if (!key) return key.error();
    auto locks = lock_state(config);
    if (!locks) {
        tell_unusable(ports, config.store_path, locks.error());
        return locks.error();
    }
    auto store = Store::open(config.store_path, config.store_mode);
    if (!store) {
        tell_unusable(ports, config.store_path, store.error());
        return store.error();
    }
    auto parts = std::make_unique<Parts>(io, std::move(ports), std::move(*store), std::move(*key),
                                         read_options_of(*pack), config.store_mode);
    parts->store->on_broken(broken_teller(*parts, StoragePart::kDatabase, config.store_path));
    parts->locks = std::move(*locks);
    const std::string journal_folder = config.journal_folder;
    parts->context = std::unique_ptr<Context>(
        new Context{io.get_executor(), parts->ports.clock, *parts->store, parts->log,
                    parts->metrics, parts->events, parts->inventories, parts->key,
                    std::make_shared<const Config>(std::move(config)),
                    std::make_shared<const plans::RegionPack>(std::move(*pack))});
    parts->log.write(kStarting, {{"version", QK_VERSION},
                                 {"region", parts->context->pack->name},
                                 {"store", parts->context->config->store_path}});
    parts->store_check = std::make_unique<StoreCheck>(*parts->context);
    const auto damage = parts->store_check->check_at_start();
    if (!damage.empty() && !parts->context->config->run_damaged) {
        return rules::refuse("the database is damaged: " + damage.front(),
                             "restore it; store.run_damaged = true starts all the same");
    }
    auto intake = Intake::open(*parts->context);
    if (!intake) return intake.error();
    parts->intake = std::move(*intake);
    parts->intake->on_broken(broken_teller(*parts, StoragePart::kJournal, journal_folder));
    build_services(*parts);
    auto trusted = open_trust(*parts);
    if (!trusted) return trusted.error();
    auto packs = parts->packs->restore();
    if (!packs) return packs.error();
    auto inventory = load_inventory(*parts);
    if (!inventory) return inventory.error();
    show_config(*parts, true);
    return std::unique_ptr<App>(new App(std::move(parts)));
}

asio::awaitable<void> App::start() {
    Parts& parts = *parts_;
    parts.is_started = true;
    // Reads the store on this thread, so it comes before anything runs on the store's own.
    MessageBus::Topics topics = topics_of(parts);
    parts.intake->start(parts.tasks);                              // 1
    parts.ports.bus.start(std::move(topics), listener_of(parts));  // 2
    parts.dispatcher->start(parts.tasks);                          // 3
    parts.broker_watch->start(parts.tasks);
    if (parts.intake->has_backlog()) {  // 4
        parts.is_caught_up = false;
        parts.tasks.spawn("judge-after-backlog", judge_after_backlog(parts));
    } else {
        start_judging(parts);
    }
    parts.retention->start(parts.tasks);
    parts.packs->start(parts.tasks);  // 5
    parts.warnings->start(parts.tasks);
    parts.season->start(parts.tasks);
    parts.publisher->start(parts.tasks);
    parts.accounts->start(parts.tasks);
    parts.keeper->start(parts.tasks);
    parts.air->start(parts.tasks);  // 6
    parts.puller->start(parts.tasks);
    parts.store_check->start(parts.tasks);
    parts.targets->start(parts.tasks);
    parts.event_stream->start(parts.tasks);
    if (parts.context->config->store_mode == StoreMode::kOwnThread) {
        parts.event_stream->start_heartbeat(parts.tasks);
    }
    co_return;
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
        const bool is_up = parts.dispatcher->is_up();
        const bool is_out = parts.metrics.value(Gauge::kOrdersUnpublished) <
                            parts.metrics.value(Gauge::kOrdersSetAside) + 0.5;
        if (!is_up || (is_out && parts.dispatcher->in_flight() == 0)) break;
        look.expires_after(kDrainLook);
        co_await look.async_wait(asio::use_awaitable);
    }
    // 3 the link is closed, 4 every task ends.
    parts.store_check->stop();
    parts.ports.bus.stop();
    parts.tasks.cancel();
    co_await parts.tasks.join();
    if (!parts.has_failed) co_await parts.keeper->sign_last();
    const double unpublished = parts.metrics.value(Gauge::kOrdersUnpublished);
    parts.log.write(kStopped, {{"unpublished", static_cast<std::int64_t>(unpublished)}});
}

std::chrono::seconds App::drain() const { return parts_->context->config->limits.drain; }

rules::Faults App::reload(Config config) {
    Parts& parts = *parts_;
    auto pack = load_pack(config.pack);
    if (!pack) {
        refuse_reload(pack.error());
        return pack.error();
    }
    rules::Faults nobody = locked_out(parts.context->config->people, config.people,
                                      config.people_file, parts.ports.clock.now());
    if (!nobody.empty()) {
        refuse_reload(nobody);
        return nobody;
    }
    rules::Faults not_now = changes_that_need_a_restart(*parts.context->config, config);
    for (const rules::Fault& fault : not_now) {
        parts.log.write(kReloadPartial, {{"fault", fault.what}});
    }
    take_people(parts, config.people);
    parts.context->config = std::make_shared<const Config>(std::move(config));
    Facts facts = facts_of(parts.context->config->facts, *pack);
    parts.tasks.spawn("note reload", note_reload(parts, parts.context->config, std::move(facts)));
    limit_calls(parts);
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
    parts_->tasks.spawn("note reload", note_refusal(*parts_, faults));
}

std::uint64_t App::body_bytes_max(const ApiRequest& head) const {
    return parts_->router.body_bytes_max(head);
}

bool App::is_known(const ApiRequest& head) const { return parts_->router.is_known(head); }

void App::wake_listeners() { parts_->event_stream->wake(); }
Metrics& App::metrics() { return parts_->metrics; }

namespace {

// What to answer to a token that nobody has.
ApiResponse answer_wrong_token(App::Parts& parts, const std::string& remote, ApiResponse answer) {
    const rules::Instant now = parts.ports.clock.now();
    const int limit = parts.context->config->limits.wrong_tokens_per_minute;
    const WrongTokens::Noted noted = parts.wrong_tokens.note(remote, now, limit);
    parts.metrics.add(Counter::kWrongTokens);
    parts.accounts->note_refused(remote);
    if (!noted.is_over) return answer;
    parts.metrics.add(Counter::kWrongTokensRefused);
    if (noted.is_first) parts.log.write(kTokensWrong, {{"remote", remote}, {"limit", limit}});
    ApiResponse refused =
        answer_problem(429, "无效令牌次数过多，请稍后再试", "too many calls with a wrong token");
    refused.headers.emplace_back("Retry-After", std::to_string(seconds_left_of_minute(now)));
    return refused;
}

// Nothing was kept of it. Said for as long as it takes to stop.
ApiResponse answer_broken(bool is_full) {
    ApiResponse answer =
        is_full
            ? answer_problem(507, "磁盘已满，本次操作未保存", "the disk is full; nothing was kept")
            : answer_problem(503, "数据存储故障，本次操作未保存，服务即将重新启动",
                             "the storage is broken; nothing was kept");
    answer.headers.emplace_back("Retry-After", "30");
    return answer;
}

}  // namespace

asio::awaitable<ApiResponse> App::api(ApiRequest request) {
    Parts& parts = *parts_;
    parts.metrics.add(Counter::kRequests);
    if (parts.has_failed) co_return answer_broken(false);
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
    } catch (const DatabaseError& error) {
        if (is_broken_storage(error.getErrorCode())) {
            parts.metrics.add(Counter::kRequestsFailed);
            co_return answer_broken(is_full_storage(error.getErrorCode()));
        }
        why = error.what();
    } catch (const ReadingTooLong&) {
        parts.metrics.add(Counter::kReadingsTooLong);
        parts.log.write(kReadingTooLong, {{"target", target}});
        co_return answer_problem(422, "所问范围过大，请缩小时间或条件后再查",
                                 "this asks for too much at once; ask for less");
    } catch (const std::exception& error) {
        why = error.what();
    }
    parts.metrics.add(Counter::kRequestsFailed);
    parts.log.write(kRequestFailed, {{"target", target}, {"why", why}});
    co_return answer_problem(500, "内部错误，已记录", "an internal fault; it is in the log");
}

}  // namespace qk::daemon
