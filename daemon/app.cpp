#include "daemon/app.hpp"

#include <boost/asio/post.hpp>

#include "daemon/access/caller_proof.hpp"
#include "daemon/access/token.hpp"
#include "daemon/addressees/task_sms.hpp"
#include "daemon/app_parts.hpp"
#include "daemon/app_sources.hpp"
#include "daemon/backup/upgrade_copy.hpp"
#include "daemon/base/upgrade_messages.hpp"
#include "daemon/compliance/case_routes.hpp"
#include "daemon/compliance/draw_routes.hpp"
#include "daemon/enterprise/order_report_routes.hpp"
#include "daemon/enterprise/own_routes.hpp"
#include "daemon/http/built_pages.hpp"
#include "daemon/inventory/inventory_routes.hpp"
#include "daemon/orders/enterprise_keys.hpp"
#include "daemon/readings/reading_routes.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/stored_repeats.hpp"
#include "daemon/store/audit.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/session.hpp"
#include "daemon/trust/audit_routes.hpp"
#include "daemon/trust/evidence_routes.hpp"
#include "daemon/trust/key_registry.hpp"
#include "daemon/trust/known_facts.hpp"
#include "daemon/warnings/skill_routes.hpp"
#include "daemon/warnings/task_effects.hpp"
#include "daemon/warnings/upgrade_replay.hpp"
#include "daemon/watch/outline_routes.hpp"
#include "daemon/watch/past_routes.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

App::App(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
App::~App() = default;

Log& App::log() { return parts_->log; }
bool App::has_failed() const { return parts_->has_failed; }
void App::on_link(std::function<void(bool)> tell) { parts_->tell_link = std::move(tell); }
bool App::is_linked() const { return parts_->context->health.is_broker_up; }
void App::on_failure(std::function<void()> tell) { parts_->tell_failure = std::move(tell); }

bool App::is_idle() const { return parts_->is_idle(); }
Metrics& App::metrics() { return parts_->metrics; }

const Progress& App::progress() const { return *parts_->context->progress; }

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

// Where it is the machine that does not bear the state, and not another daemon or program.
void tell_unusable(const AppPorts& ports, const std::string& path, const rules::Faults& faults) {
    const std::string& why = faults.front().what;
    if (trouble_of(why) == StorageTrouble::kOther) return;
    Log log(ports.clock, ports.log);
    tell_broken(log, StoragePart::kDatabase, path, why);
}

void add_routes(App::Parts& parts, Context& context) {
    parts.puller->add_routes(parts.router);
    add_skill_routes(parts.router, context);
    parts.air->add_routes(parts.router);
    parts.warnings->add_routes(parts.router);
    parts.packs->add_routes(parts.router);
    parts.catalogues->add_routes(parts.router);
    add_grade_routes(parts.router, context);
    parts.season->add_routes(parts.router);
    parts.publisher->add_routes(parts.router);
    parts.dispatcher->add_routes(parts.router);
    add_enterprise_key_routes(parts.router, context);
    parts.channels->add_routes(parts.router);
    parts.addressees->add_routes(parts.router);
    parts.verify->add_routes(parts.router);
    add_case_routes(parts.router, context);
    add_draw_routes(parts.router, context);
    add_own_routes(parts.router, context);
    add_order_report_routes(parts.router, context);
    parts.reports->add_routes(parts.router);
    parts.duty->add_routes(parts.router);
    parts.driven->add_routes(parts.router);
    add_built_page_routes(parts.router);
    parts.event_stream->add_routes(parts.router);
    parts.system_routes->add_routes(parts.router);
    add_intake_routes(parts.router, context);
    add_inventory_routes(parts.router, context, parts.uploads);
    parts.targets->add_routes(parts.router);
    parts.federation->add_routes(parts.router);
    add_audit_routes(parts.router, context);
    add_evidence_routes(parts.router, context);
    add_key_routes(parts.router, context);
    parts.accounts->add_routes(parts.router);
    parts.login->add_routes(parts.router);
    parts.account_desk->add_routes(parts.router);
    add_outline_routes(parts.router, context);
    parts.night_pages->add_routes(parts.router);
    add_past_routes(parts.router, context);
}

// Who may call, and who is told when that changes.
void build_login(App::Parts& parts) {
    Context& context = *parts.context;
    parts.login = std::make_unique<LoginService>(context);
    parts.login->on_changed([&parts] {
        parts.router.set_people(parts.login->logins().callers());
        parts.event_stream->wake();
    });
    parts.login->on_come(
        [&parts](const std::vector<std::string>& gone, std::optional<Person> came) {
            parts.router.change_people(gone, std::move(came));
            if (!gone.empty()) parts.event_stream->wake();
        });
    parts.account_desk = std::make_unique<AccountDesk>(
        context, *parts.login,
        [&parts](std::vector<Person> people) { replace_people(parts, std::move(people)); });
}

void build_services(App::Parts& parts) {
    Context& context = *parts.context;
    parts.uploads.on_full([&parts](const std::string& remote) {
        parts.metrics.add(Counter::kUploadsRefused);
        parts.log.write(kUploadsFull, {{"remote", remote}});
    });
    parts.warnings = std::make_unique<WarningService>(context);
    parts.packs = std::make_unique<PackRegistry>(context);
    parts.packs->on_in_force([&parts] { return parts.warnings->on_new_data(); });
    parts.catalogues = std::make_unique<CatalogueRegistry>(context);
    parts.season = std::make_unique<SeasonService>(context);
    parts.publisher = std::make_unique<Publisher>(context, parts.ports.gateway);
    parts.air = std::make_unique<AirIntake>(context, parts.uploads);
    parts.air->on_new_data([&parts] { return parts.warnings->on_new_data(); });
    parts.puller = std::make_unique<ForecastPuller>(context, *parts.air, parts.ports.fetcher);
    parts.dispatcher = std::make_unique<Dispatcher>(context, parts.ports.bus);
    parts.channels = std::make_unique<Channels>(context, parts.ports.gateway);
    parts.addressees =
        std::make_unique<AddresseeService>(context, parts.ports.gateway, parts.ports.bus);
    parts.addressees->on_answered(note_county_done);
    parts.channels->on_other_sms({take_task_sms, has_task_open, list_calls_of_phone});
    parts.broker_watch = std::make_unique<BrokerWatch>(context, *parts.dispatcher);
    parts.marks = std::make_unique<MarkPublisher>(
        context, parts.ports.bus, [&parts] { return parts.dispatcher->is_all_out(); });
    parts.intake->on_marked(
        [&parts](const std::set<std::string>& enterprises) { parts.marks->raised(enterprises); });
    parts.meter_watch = std::make_unique<MeterWatch>(context);
    parts.meter_watch->add_routes(parts.router);
    parts.verify = std::make_unique<VerifyService>(context);
    parts.reports = std::make_unique<ReportService>(context, *parts.verify);
    parts.duty = std::make_unique<DutyService>(context, parts.ports.gateway);
    parts.warnings->on_situation([&parts] { return parts.duty->situation(); });
    parts.accounts = std::make_unique<Accounts>(context);
    build_login(parts);
    parts.night_pages =
        std::make_unique<NightPages>(context, [&parts] { return parts.duty->view(); });
    parts.keeper = std::make_unique<AuditKeeper>(context, parts.ports.gateway, *parts.accounts);
    parts.targets = std::make_unique<TargetService>(context);
    parts.federation = std::make_unique<FederationService>(context, parts.ports.peers);
    parts.federation->on_new_orders([&parts] { return parts.warnings->on_new_data(); });
    parts.retention = std::make_unique<RetentionService>(context);
    parts.event_stream = std::make_unique<EventStream>(context);
    parts.system_routes = std::make_unique<SystemRoutes>(context, parts.router);
    DrivenClock::Work work;
    work.is_idle = [&parts] { return parts.is_idle(); };
    work.messages_taken_in = [&parts] { return parts.intake->taken_in(); };
    parts.driven = std::make_unique<DrivenClock>(context, parts.ports.driven, std::move(work));
    add_routes(parts, context);
    const auto unserved = parts.router.unserved();
    if (!unserved.empty()) throw std::logic_error("no handler serves " + unserved.front());
    // Whoever has a session on the desk and one on the phone is one account in use.
    parts.router.on_caller([&parts](const Person& person, const std::string& remote) {
        const Person* const account = parts.login->logins().account(person.id);
        parts.accounts->note_use(account == nullptr ? person : *account,
                                 std::string(address_in(remote)));
    });
    parts.router.set_clock([&context] { return context.clock.now(); });
    parts.router.keep_answers(std::make_shared<StoredRepeats>(context));
    take_people(parts, context.config->people);
    limit_calls(parts);
}

// Simulated time does not pass while something waits.
IntakeParts intake_parts_of(const Config& config, const AppPorts& ports) {
    IntakeParts parts;
    if (ports.disk) parts.disk = ports.disk;
    parts.looks_every = ports.clock_looks;
    const bool is_real =
        config.store_mode == StoreMode::kOwnThread && config.clock_mode == ClockMode::kReal;
    if (is_real) parts.gathered_for = kGatheredFor;
    return parts;
}

rules::Result<void> listen_for_devices(App::Parts& parts) {
    const Hj212Config& config = parts.context->config->hj212;
    if (!config.enabled) return {};
    auto keep = [&intake = *parts.intake](std::span<const Envelope> envelopes) {
        return intake.accept_all(envelopes);
    };
    auto server = Hj212Server::listen(*parts.context, std::move(keep), times_of(config));
    if (!server) return server.error();
    parts.hj212 = std::move(*server);
    return {};
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

void tell_copy(Log& log, const UpgradeCopy& copy) {
    log.write(kUpgradeCopied,
              {{"path", copy.path},
               {"mebibytes", static_cast<std::int64_t>(copy.bytes >> 20)},
               {"checked", copy.is_every_page_read ? "全部数据页已核对" : "只核对了回答"}});
}

void note_upgrade(App::Parts& parts, const UpgradeReplay& replay) {
    const rules::Instant now = parts.ports.clock.now();
    auto note = [&replay, now](Session& db) { note_upgrade_replay(db, replay, now, QK_VERSION); };
    parts.store->transact_now(std::move(note));
}

}  // namespace

rules::Result<std::unique_ptr<App>> App::create(asio::io_context& io, Config config,
                                                AppPorts ports) {
    auto pack = load_pack(config.pack);
    if (!pack) return pack.error();
    const rules::Faults of_federation =
        federation_faults(config.federation, pack->region_code, config.file);
    if (!of_federation.empty()) return of_federation;
    auto key = plans::SigningKey::from_seed(config.signing_seed);
    if (!key) return key.error();
    auto locks = lock_state(config);
    if (!locks) {
        tell_unusable(ports, config.store_path, locks.error());
        return locks.error();
    }
    Log early(ports.clock, ports.log);
    // Whoever starts on damaged pages has been told; what cannot be read is not computed again.
    rules::Result<std::optional<UpgradeReplay>> replayed{std::optional<UpgradeReplay>()};
    if (!config.run_damaged) {
        replayed = replay_before_upgrade(config.store_path, config.upgrade, ports.clock, early);
    }
    if (!replayed) return replayed.error();
    // What was computed again was not refused, so the schema goes forward now.
    auto copied = config.run_damaged ? rules::Result<std::optional<UpgradeCopy>>(std::nullopt)
                                     : copy_before_upgrade(config.store_path);
    if (!copied) return copied.error();
    if (*copied) tell_copy(early, **copied);
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
    parts->metrics.latencies()->measure_by(parts->ports.ticks);
    parts->store->measure(parts->metrics.latencies(), parts->context->progress);
    parts->log.write(kStarting, {{"version", QK_VERSION},
                                 {"region", parts->context->pack->name},
                                 {"store", parts->context->config->store_path}});
    parts->store_check = std::make_unique<StoreCheck>(*parts->context);
    const auto damage = parts->store_check->check_at_start();
    if (!damage.empty() && !parts->context->config->run_damaged) {
        return rules::refuse("the database is damaged: " + damage.front(),
                             "restore it; store.run_damaged = true starts all the same");
    }
    auto intake =
        Intake::open(*parts->context, intake_parts_of(*parts->context->config, parts->ports));
    if (!intake) return intake.error();
    parts->intake = std::move(*intake);
    parts->intake->on_broken(broken_teller(*parts, StoragePart::kJournal, journal_folder));
    build_services(*parts);
    if (*replayed) note_upgrade(*parts, **replayed);
    auto time = parts->driven->restore();
    if (!time) return time.error();
    auto client_id = check_client_id(*parts);
    if (!client_id) return client_id.error();
    parts->account_desk->restore();
    auto trusted = open_trust(*parts);
    if (!trusted) return trusted.error();
    auto packs = parts->packs->restore();
    if (!packs) return packs.error();
    auto catalogues = parts->catalogues->restore();
    if (!catalogues) return catalogues.error();
    parts->login->restore();
    parts->duty->restore();
    parts->addressees->restore();
    auto inventory = load_inventory(*parts);
    if (!inventory) return inventory.error();
    auto devices = listen_for_devices(*parts);
    if (!devices) return devices.error();
    show_config(*parts, true);
    return std::unique_ptr<App>(new App(std::move(parts)));
}

}  // namespace qk::daemon
