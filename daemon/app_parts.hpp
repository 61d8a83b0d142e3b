// What an application consists of, for the files app_*.cpp alone: composition in app.cpp, the
// broker in app_link.cpp, the numbered steps in app_run.cpp, a new configuration in app_reload.cpp,
// the API in app_calls.cpp.
#pragma once

#include <boost/asio/io_context.hpp>
#include <exception>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/access/wrong_tokens.hpp"
#include "daemon/addressees/addressee_service.hpp"
#include "daemon/air/air_intake.hpp"
#include "daemon/air/forecast_pull.hpp"
#include "daemon/api/router.hpp"
#include "daemon/api/upload_reader.hpp"
#include "daemon/app.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/state_lock.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/compliance/report_service.hpp"
#include "daemon/compliance/verify_service.hpp"
#include "daemon/driven_clock.hpp"
#include "daemon/federation/federation_service.hpp"
#include "daemon/hj212/hj212_server.hpp"
#include "daemon/http/event_stream.hpp"
#include "daemon/http/system_routes.hpp"
#include "daemon/inventory/target_routes.hpp"
#include "daemon/orders/broker_watch.hpp"
#include "daemon/orders/channels.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/packs/catalogue_registry.hpp"
#include "daemon/packs/grade_routes.hpp"
#include "daemon/packs/pack_registry.hpp"
#include "daemon/publish/publisher.hpp"
#include "daemon/readings/intake.hpp"
#include "daemon/readings/mark_publisher.hpp"
#include "daemon/readings/meter_watch.hpp"
#include "daemon/retention/retention_service.hpp"
#include "daemon/roster/duty_service.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/service/store_check.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"
#include "daemon/trust/account_desk.hpp"
#include "daemon/trust/accounts.hpp"
#include "daemon/trust/audit_keeper.hpp"
#include "daemon/trust/login_service.hpp"
#include "daemon/warnings/season_service.hpp"
#include "daemon/warnings/warning_service.hpp"
#include "daemon/watch/night_pages.hpp"

namespace qk::daemon {

// In the order in which they are built; destroyed the other way round.
struct App::Parts {
    Parts(boost::asio::io_context& io_context, AppPorts app_ports, std::unique_ptr<Store> opened,
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
               publisher->is_idle() && channels->is_idle() && duty->is_idle() &&
               federation->is_idle() && addressees->is_idle();
    }

    void fail() {
        if (std::exchange(has_failed, true)) return;
        if (intake) intake->note_end();
        if (tell_failure) tell_failure();
    }

    std::vector<StateLock> locks;
    // What is posted to the executor asks whether the application is still there.
    std::shared_ptr<bool> alive = std::make_shared<bool>(true);
    boost::asio::io_context& io;
    AppPorts ports;
    Log log;
    Metrics metrics;
    std::unique_ptr<Store> store;
    plans::SigningKey key;
    EventFeed events;
    InventoryRegistry inventories;
    UploadReader uploads;
    std::unique_ptr<Context> context;
    Router router;
    WrongTokens wrong_tokens;
    std::unique_ptr<Intake> intake;
    std::unique_ptr<Hj212Server> hj212;        // null: switched off
    std::unique_ptr<WarningService> warnings;  // is told of new air by AirIntake
    std::unique_ptr<PackRegistry> packs;
    std::unique_ptr<CatalogueRegistry> catalogues;
    std::unique_ptr<SeasonService> season;
    std::unique_ptr<Publisher> publisher;
    std::unique_ptr<AirIntake> air;
    std::unique_ptr<ForecastPuller> puller;
    std::unique_ptr<Dispatcher> dispatcher;
    std::unique_ptr<Channels> channels;
    std::unique_ptr<AddresseeService> addressees;
    std::unique_ptr<BrokerWatch> broker_watch;
    std::unique_ptr<MarkPublisher> marks;
    std::unique_ptr<MeterWatch> meter_watch;
    std::unique_ptr<VerifyService> verify;
    std::unique_ptr<ReportService> reports;
    std::unique_ptr<DutyService> duty;
    std::unique_ptr<Accounts> accounts;
    std::unique_ptr<LoginService> login;
    std::unique_ptr<AccountDesk> account_desk;
    std::unique_ptr<NightPages> night_pages;
    std::unique_ptr<AuditKeeper> keeper;
    std::unique_ptr<RetentionService> retention;
    std::unique_ptr<DrivenClock> driven;
    std::unique_ptr<TargetService> targets;
    std::unique_ptr<FederationService> federation;
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

// The configuration in force as it is seen from outside: the gauges of its hash and of the last
// reload.
void show_config(App::Parts& parts, bool is_good);
// By the configuration in force.
void limit_calls(App::Parts& parts);
void take_people(App::Parts& parts, const std::vector<Person>& people);
// In force from now on, everything else as it is.
void replace_people(App::Parts& parts, std::vector<Person> people);

// The broker's link, told on the bus's threads; and what is subscribed there, and as whom.
[[nodiscard]] MessageBus::Listener listener_of(App::Parts& parts);
[[nodiscard]] MessageBus::Topics topics_of(App::Parts& parts);
// Whether the id that is kept can be one; before topics_of().
[[nodiscard]] rules::Result<void> check_client_id(App::Parts& parts);

}  // namespace qk::daemon
