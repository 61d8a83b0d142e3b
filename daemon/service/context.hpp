// What every service of the daemon is given: the executor that owns live state, time, storage,
// settings, the log and the counters. Built once by App; outlives all services.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <memory>

#include "daemon/base/clock_watch.hpp"
#include "daemon/base/ports.hpp"
#include "daemon/base/progress.hpp"
#include "plans/addressees/addressee.hpp"
#include "plans/measures/catalogue_texts.hpp"
#include "plans/packs/region_pack.hpp"
#include "plans/response/order.hpp"

namespace qk::daemon {

class Store;
class Log;
class Metrics;
class InventoryRegistry;
class EventFeed;
struct Config;

// How the daemon is, as it decides and answers by; the gauges beside it are for monitoring alone.
// On the executor only.
struct Health {
    bool is_broker_up = false;   // both links, and everything is subscribed
    bool is_store_whole = true;  // as far as it was looked at
    std::size_t backlog = 0;     // messages of before the start that are not stored yet
};

struct Context {
    boost::asio::any_io_executor executor;
    Clock& clock;
    Store& store;
    Log& log;
    Metrics& metrics;
    EventFeed& events;
    InventoryRegistry& inventories;
    const plans::SigningKey& signing_key;
    // The configuration and the region's pack in force; replaced whole on reload, so take a copy of
    // the pointer and use it for one decision.
    std::shared_ptr<const Config> config;
    std::shared_ptr<const plans::RegionPack> pack;
    // The bureau's own catalogue of measures in force (daemon/packs/catalogue_registry.hpp); null:
    // the shipped one. Replaced whole, like these.
    std::shared_ptr<const plans::CatalogueInForce> catalogue{};
    // Kept by Intake, which looks at both clocks.
    std::shared_ptr<ClockWatch> clock_watch = std::make_shared<ClockWatch>();
    Health health{};
    // Whether store and judge get on, for the service manager.
    std::shared_ptr<Progress> progress = std::make_shared<Progress>();
    // Who is given tasks beside the enterprises; replaced whole.
    std::shared_ptr<const plans::AddresseeList> addressees =
        std::make_shared<const plans::AddresseeList>();
};

// When something has happened at the latest: with this is stamped from when an order could be
// known.
[[nodiscard]] inline rules::Instant latest_now(const Context& context) {
    return context.clock_watch->latest(context.clock.now(), context.clock.running());
}
// What has passed without doubt: nobody is late or judged by more.
[[nodiscard]] inline rules::Instant agreed_now(const Context& context) {
    return context.clock_watch->agreed(context.clock.now(), context.clock.running());
}

}  // namespace qk::daemon
