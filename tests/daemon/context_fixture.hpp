// Everything a service is given, over a store of its own (test_store.hpp), a driven clock and a bus
// that the test plays.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <deque>
#include <exception>
#include <future>
#include <string>
#include <vector>

#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/test_store.hpp"

namespace qk::daemon {

inline constexpr rules::Instant kTestStart{
    std::chrono::seconds{1'449'504'000}};  // 2015-12-07 16:00 UTC

// Keeps every publication until the test says what became of it.
class PlayedBus : public MessageBus {
 public:
    struct Publication {
        std::string topic;
        std::string payload;
        bool retain = false;
        std::function<void(PublishAnswer)> answer;

        void done(bool is_acknowledged) {
            PublishAnswer made;
            if (is_acknowledged) made.outcome = PublishAnswer::Outcome::kTaken;
            answer(made);
        }
        void refuse(int reason) { answer({PublishAnswer::Outcome::kRefused, reason}); }
        void cut(int reason = 0) { answer({PublishAnswer::Outcome::kCut, reason}); }
    };
    void start(Topics topics, Listener listener) override {
        filters_ = topics.readings;
        filters_.insert(filters_.end(), topics.urgent.begin(), topics.urgent.end());
        topics_ = std::move(topics);
        listener_ = std::move(listener);
        listener_.on_link({true, true});
    }
    void publish(std::string topic, std::string payload, bool retain,
                 std::function<void(PublishAnswer)> done) override {
        waiting_.push_back({std::move(topic), std::move(payload), retain, std::move(done)});
    }
    void stop() override {}

    Publication take() {
        Publication first = std::move(waiting_.front());
        waiting_.pop_front();
        return first;
    }
    Topics topics_;
    std::vector<std::string> filters_;
    Listener listener_;
    std::deque<Publication> waiting_;
};

// One cement works e1 with a kiln L1, meter m1, outlet o1 in county 110105, and e2 without meters.
inline InventoryFiles two_enterprises() {
    InventoryFiles files;
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category,phone\n"
        "e1,甲厂,110105,水泥,B,regular,010-1\ne2,乙厂,110106,水泥,C,regular,010-2\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "e1,L1,一线,窑,no,1,2,3,4\ne2,L1,一线,窑,no,1,2,3,4\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,10,10,10,10\n";
    files["meters.csv"] = "id,enterprise,line,role,rated_kw,idle_kw\nm1,e1,L1,production,100,5\n";
    files["outlets.csv"] = "id,enterprise,line,mn,factors\no1,e1,L1,MN1,so2;nox\n";
    return files;
}

class ContextFixture : public testing::Test {
 protected:
    explicit ContextFixture(Config config = {}) {
        config.journal_folder.clear();
        rebuild(std::move(config));
        EXPECT_TRUE(inventories_.take_now(two_enterprises(), "city", kTestStart).has_value());
    }
    ~ContextFixture() override {
        tasks_.cancel();
        run();
    }

    void rebuild(Config config) {
        context_.config = std::make_shared<const Config>(std::move(config));
    }
    // Runs all that is ready.
    void run() { run_all(io_, *store_); }
    void move_to(rules::Instant t) {
        run();
        while (clock_.step(t)) run();
        run();
    }
    template <class T>
    T wait(boost::asio::awaitable<T> task) {
        auto answer = boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future);
        run();
        if (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
            throw std::logic_error("the task waits for something that does not come");
        }
        return answer.get();
    }
    template <class Work>
    auto transact(Work work) {
        return store_->transact_now(std::move(work));
    }
    std::int64_t count(const char* query) {
        return transact([query](Session& db) { return db.count(query); });
    }

    boost::asio::io_context io_;
    ManualClock clock_{kTestStart};
    std::vector<std::string> log_lines_;
    Log log_{clock_, [this](LogSeverity, std::string_view line) { log_lines_.emplace_back(line); }};
    Metrics metrics_;
    const Scratch store_scratch_;
    std::unique_ptr<Store> store_ = open_test_store(store_scratch_);
    EventFeed events_{io_.get_executor()};
    InventoryRegistry inventories_{*store_, {}};
    plans::SigningKey key_ = plans::SigningKey::from_seed(std::string(32, 'k')).value();
    Context context_{io_.get_executor(),
                     clock_,
                     *store_,
                     log_,
                     metrics_,
                     events_,
                     inventories_,
                     key_,
                     std::make_shared<const Config>(),
                     std::make_shared<const plans::RegionPack>()};
    std::string failed_task_;
    TaskGroup tasks_{io_.get_executor(),
                     [this](const std::string& task, std::exception_ptr) { failed_task_ = task; }};
};

}  // namespace qk::daemon
