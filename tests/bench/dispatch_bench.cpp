// Orders from wanted to acknowledged by a real broker, against a bare publisher that sends the same
// bytes through the same client library in the same run: the ratio, and how it grows with the
// number of orders. What it should not exceed is in kRatioMax and kGrowthMax.
//
//   dispatch_bench [ORDERS...]
#include <mqtt/async_client.h>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <charconv>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <thread>

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

namespace {

using namespace qk::daemon;
namespace rules = qk::rules;
using Seconds = std::chrono::duration<double>;

constexpr double kRatioMax = 12;    // times a bare publisher
constexpr double kGrowthMax = 1.6;  // of the time an order, from the smallest to the largest number
constexpr rules::Instant kStart{std::chrono::seconds{1'449'504'000}};
constexpr int kBareWindow = 256;

Seconds since(std::chrono::steady_clock::time_point begun) {
    return std::chrono::steady_clock::now() - begun;
}

// Publishes the same bytes with as many on their way as the dispatcher has.
class Bare : public mqtt::iaction_listener {
 public:
    explicit Bare(const Broker& broker)
        : client_("tcp://127.0.0.1:" + std::to_string(broker.port()), "bare",
                  mqtt::create_options(MQTTVERSION_5, kBareWindow + 1), nullptr) {
        mqtt::connect_options options;
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(true);
        options.set_max_inflight(kBareWindow);
        client_.connect(options)->wait();
    }
    ~Bare() override { client_.disconnect()->wait(); }

    Seconds publish(const std::vector<std::pair<std::string, std::string>>& messages) {
        const auto begun = std::chrono::steady_clock::now();
        for (const auto& [topic, payload] : messages) {
            {
                std::unique_lock lock(mutex_);
                changed_.wait(lock, [this] { return in_flight_ < kBareWindow; });
                ++in_flight_;
            }
            client_.publish(mqtt::make_message(topic, payload, 1, true), nullptr, *this);
        }
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return in_flight_ == 0; });
        return since(begun);
    }

 private:
    void on_success(const mqtt::token&) override { answered(); }
    void on_failure(const mqtt::token&) override { answered(); }
    void answered() {
        const std::lock_guard lock(mutex_);
        --in_flight_;
        changed_.notify_one();
    }
    std::mutex mutex_;
    std::condition_variable changed_;
    int in_flight_ = 0;
    mqtt::async_client client_;
};

// A store on disk with so many orders that nobody has published, and a dispatcher over a real bus.
class Office {
 public:
    explicit Office(std::size_t orders)
        : store_(Store::open(scratch_.file("q.db"), StoreMode::kOwnThread).value()) {
        auto work = [&](Session& db) {
            std::vector<qk::plans::OrderDocument> documents;
            for (std::size_t i = 0; i < orders; ++i) {
                documents.push_back(order_document("e" + std::to_string(i), 0.2, kStart));
            }
            put_orders(db, std::move(documents), key_, rules::kBeijingTime, kStart);
            Statement read(db, "SELECT region, enterprise, signed_text FROM orders");
            while (read.next()) {
                messages_.emplace_back("qingkong/0/" + read.text(0) + "/" + read.text(1) + "/order",
                                       read.text(2));
            }
        };
        store_->transact_now(work);
    }

    [[nodiscard]] const std::vector<std::pair<std::string, std::string>>& messages() const {
        return messages_;
    }

    Seconds dispatch(const Broker& broker) {
        MqttConfig config;
        config.url = broker.url();
        auto bus = PahoBus::create(config, std::chrono::steady_clock::now).value();
        Dispatcher dispatcher(context_, *bus);
        TaskGroup tasks(io_.get_executor(), [](const std::string& task, std::exception_ptr) {
            std::fprintf(stderr, "%s failed\n", task.c_str());
            std::abort();
        });
        dispatcher.start(tasks);
        auto begun = std::chrono::steady_clock::now();
        MessageBus::Listener listener;
        listener.on_message = [](std::string_view, std::string_view) {};
        listener.on_link = [&](LinkState state) {
            auto tell = [&, state] {
                begun = std::chrono::steady_clock::now();
                dispatcher.on_link(state.orders);
            };
            boost::asio::post(io_, tell);
        };
        MessageBus::Topics topics;
        topics.client_id = "dispatch-bench";
        bus->start(std::move(topics), std::move(listener));
        while (metrics_.value(Counter::kOrdersPublished) < messages_.size()) io_.run_one();
        const Seconds took = since(begun);
        bus->stop();
        tasks.cancel();
        while (tasks.running() > 0) io_.run_one();
        return took;
    }

 private:
    Scratch scratch_;
    boost::asio::io_context io_;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{
        io_.get_executor()};
    ManualClock clock_{kStart};
    Log log_{clock_, [](LogSeverity, std::string_view) {}};
    Metrics metrics_;
    std::unique_ptr<Store> store_;
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
    std::vector<std::pair<std::string, std::string>> messages_;
};

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::size_t> sizes;
    for (int i = 1; i < argc; ++i) {
        std::size_t size = 0;
        std::from_chars(argv[i], argv[i] + std::strlen(argv[i]), size);
        if (size > 0) sizes.push_back(size);
    }
    if (sizes.empty()) sizes = {1'000, 10'000, 30'000};
    const Broker broker("max_inflight_messages 1000\n");
    double first = 0;
    double last = 0;
    double worst = 0;
    for (const std::size_t size : sizes) {
        Office office(size);
        const Seconds bare = Bare(broker).publish(office.messages());
        const Seconds dispatched = office.dispatch(broker);
        const double each = 1e6 * dispatched.count() / static_cast<double>(size);
        const double ratio = dispatched / bare;
        std::printf("%zu orders: %.3f s, %.1f us each; bare publisher %.3f s; ratio %.2f\n", size,
                    dispatched.count(), each, bare.count(), ratio);
        worst = std::max(worst, ratio);
        if (first == 0) first = each;
        last = each;
    }
    std::printf(
        "growth of the time an order: %.2f (at most %.1f); worst ratio %.2f (at most %.0f)\n",
        last / first, kGrowthMax, worst, kRatioMax);
    return last / first <= kGrowthMax && worst <= kRatioMax ? 0 : 1;
}
