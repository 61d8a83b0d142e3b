// A bureau in this process for benchmarks: a store on disk, a dispatcher and a real bus that is
// linked to a broker; nothing else of a daemon. Runs only while it is told to.
#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/mqtt/paho_bus.hpp"
#include "daemon/orders/dispatcher.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/mqtt/broker.hpp"
#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {

inline constexpr rules::Instant kBenchStart{std::chrono::seconds{1'449'504'000}};
inline constexpr std::chrono::minutes kBenchPatience{10};

class BureauOffice {
 public:
    explicit BureauOffice(Config config = {}) {
        config.journal_folder = scratch_.file("journal");
        context_.config = std::make_shared<const Config>(std::move(config));
    }
    ~BureauOffice() { stop(); }
    BureauOffice(const BureauOffice&) = delete;
    BureauOffice& operator=(const BureauOffice&) = delete;

    // `on_message` runs on the bus's threads, for these filters.
    using OnMessage = std::function<void(std::string_view, std::string_view)>;
    void link(const Broker& broker, std::vector<std::string> filters = {},
              OnMessage on_message = {}) {
        MessageBus::Topics topics;
        topics.urgent = std::move(filters);
        link_topics(broker, std::move(topics), std::move(on_message));
    }
    // As what comes by the thousand.
    void link_readings(const Broker& broker, std::vector<std::string> filters,
                       OnMessage on_message) {
        MessageBus::Topics topics;
        topics.readings = std::move(filters);
        link_topics(broker, std::move(topics), std::move(on_message));
    }
    void link_topics(const Broker& broker, MessageBus::Topics topics, OnMessage on_message) {
        MqttConfig mqtt;
        mqtt.url = broker.url();
        bus_ = PahoBus::create(mqtt, std::chrono::steady_clock::now).value();
        dispatcher_ = std::make_unique<Dispatcher>(context_, *bus_);
        dispatcher_->start(tasks_);
        MessageBus::Listener listener;
        listener.on_message = std::move(on_message);
        if (!listener.on_message) listener.on_message = [](std::string_view, std::string_view) {};
        listener.on_link = [this](LinkState state) {
            boost::asio::post(io_, [this, state] { dispatcher_->on_link(state.orders); });
        };
        topics.client_id = "bench-bureau";
        bus_->start(std::move(topics), std::move(listener));
        run_until("the link to the broker", [this] { return dispatcher_->is_up(); });
    }

    // Whoever has tasks in the group stops it before he goes.
    void stop() {
        if (bus_) bus_->stop();
        tasks_.cancel();
        while (tasks_.running() > 0) io_.run_one();
    }

    // Signs and stores in one transaction, as a decision does, and wakes who publishes.
    void sign(std::vector<qk::plans::OrderDocument> documents) {
        auto work = [&](Session& db) {
            return put_orders(db, std::move(documents), key_, rules::kBeijingTime, kBenchStart);
        };
        signed_ += store_->transact_now(work).new_revisions;
        events_.wake();
    }
    void run_until_all_is_out() {
        run_until("all orders acknowledged",
                  [this] { return metrics_.value(Counter::kOrdersPublished) >= signed_; });
    }
    // Topic and text of every order, as they were published.
    [[nodiscard]] std::vector<std::pair<std::string, std::string>> orders() {
        std::vector<std::pair<std::string, std::string>> all;
        auto work = [&all](Session& db) {
            constexpr std::size_t kPage = 1000;
            std::string after;
            for (std::size_t read = kPage; read == kPage;) {
                const auto page = list_orders(db, "", "", 0, kPage, "", after);
                read = page.size();
                for (const StoredOrder& order : page) {
                    all.emplace_back(order_topic(order), order.signed_text);
                }
                if (read > 0) after = page.back().enterprise;
            }
        };
        store_->transact_now(work);
        return all;
    }

    // Ends the benchmark where it does not come about.
    template <class Is>
    void run_until(const char* what, Is is_so) {
        const auto end = std::chrono::steady_clock::now() + kBenchPatience;
        while (!is_so()) {
            io_.run_one_for(std::chrono::milliseconds{100});
            if (std::chrono::steady_clock::now() < end) continue;
            std::fprintf(stderr, "waited in vain for %s\n", what);
            std::exit(2);
        }
    }

    [[nodiscard]] Context& context() { return context_; }
    [[nodiscard]] Metrics& metrics() { return metrics_; }
    [[nodiscard]] Store& store() { return *store_; }
    [[nodiscard]] TaskGroup& tasks() { return tasks_; }
    [[nodiscard]] const qk::plans::SigningKey& key() const { return key_; }
    [[nodiscard]] std::string file(const std::string& name) const { return scratch_.file(name); }

 private:
    Scratch scratch_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    ManualClock clock_{kBenchStart};
    Log log_{clock_, [](LogSeverity, std::string_view) {}};
    Metrics metrics_;
    std::unique_ptr<Store> store_ =
        Store::open(scratch_.file("q.db"), StoreMode::kOwnThread).value();
    EventFeed events_{io_.get_executor()};
    InventoryRegistry inventories_{*store_, {}};
    qk::plans::SigningKey key_ = qk::plans::SigningKey::from_seed(std::string(32, 'k')).value();
    Context context_{io_.get_executor(),
                     clock_,
                     *store_,
                     log_,
                     metrics_,
                     events_,
                     inventories_,
                     key_,
                     std::make_shared<const Config>(),
                     std::make_shared<const qk::plans::RegionPack>()};
    std::size_t signed_ = 0;  // revisions
    std::unique_ptr<PahoBus> bus_;
    std::unique_ptr<Dispatcher> dispatcher_;
    TaskGroup tasks_{io_.get_executor(), [](const std::string& task, std::exception_ptr why) {
                         std::fprintf(stderr, "%s failed: %s\n", task.c_str(),
                                      what_of(why).c_str());
                         std::abort();
                     }};
};

}  // namespace qk::daemon
