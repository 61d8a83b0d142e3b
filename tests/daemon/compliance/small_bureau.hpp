// A store with one inventory and everything a service of the daemon is given, for tests of verify/.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <functional>
#include <future>
#include <string>
#include <vector>

#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/orders/orders.hpp"
#include "daemon/service/config.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/session.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/scratch.hpp"
#include "tests/daemon/store_modes.hpp"

namespace qk::daemon {

// Monday, 7 December 2015, 00:00 in Beijing.
inline const rules::Instant kMonday =
    std::chrono::sys_days{std::chrono::year{2015} / 12 / 6} + std::chrono::hours{16};

class SmallBureau {
 public:
    explicit SmallBureau(StoreMode mode = StoreMode::kInline)
        : store_(Store::open(path_of(mode), mode).value()),
          book_(*store_, {}),
          clock_(kMonday),
          log_(clock_, [](LogSeverity, std::string_view) {}),
          events_(io_.get_executor()),
          key_(plans::SigningKey::from_seed(std::string(32, 'k')).value()),
          context_{io_.get_executor(),
                   clock_,
                   *store_,
                   log_,
                   metrics_,
                   events_,
                   book_,
                   key_,
                   std::make_shared<const Config>(),
                   std::make_shared<const plans::RegionPack>()} {
        InventoryFiles files;
        files["enterprises.csv"] =
            "id,name,region,industry,grade,category\n"
            "E1,甲厂,110105,砖瓦窑,C,regular\nE2,乙厂,110105,砖瓦窑,D,regular\n";
        files["lines.csv"] =
            "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
            "E1,L1,一线,窑,no,100,200,300,0\nE2,L1,一线,窑,no,100,200,300,0\n";
        files["area_emissions.csv"] =
            "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
            "110105,industry,1000,1000,1000,1000\n";
        files["meters.csv"] =
            "id,enterprise,line,role,rated_kw,idle_kw\n"
            "M1,E1,L1,production,400,20\nM2,E2,L1,production,400,20\n";
        const auto taken = book_.take_now(files, "city", kMonday);
        if (!taken) throw std::runtime_error(rules::to_text(taken.error()));
    }

    Context& context() { return context_; }
    ManualClock& clock() { return clock_; }

    template <class Work>
    auto with_store(Work work) {
        return store_->transact_now(std::move(work));
    }

    // Runs a coroutine to its end.
    template <class T>
    T run(boost::asio::awaitable<T> task) {
        std::optional<T> answer;
        std::exception_ptr failure;
        boost::asio::co_spawn(io_, std::move(task), [&](std::exception_ptr error, T value) {
            failure = error;
            if (!error) answer = std::move(value);
        });
        io_.restart();
        io_.run();
        if (failure) std::rethrow_exception(failure);
        return std::move(*answer);
    }

    // Starts all, then runs until all have ended; the answers in their order.
    template <class T>
    std::vector<T> run_together(std::vector<boost::asio::awaitable<T>> tasks) {
        std::vector<std::future<T>> answers;
        for (auto& task : tasks) {
            answers.push_back(boost::asio::co_spawn(io_, std::move(task), boost::asio::use_future));
        }
        io_.restart();
        io_.run();
        std::vector<T> values;
        for (auto& answer : answers) values.push_back(answer.get());
        return values;
    }

    void put_readings(const std::string& meter, rules::Instant from, rules::Instant to,
                      const std::function<double(rules::Instant)>& kw) {
        with_store([&](Session& db) {
            Statement put(db,
                          "INSERT OR REPLACE INTO readings(t_end, meter, kw, arrived,"
                          " valid) VALUES(?, ?, ?, ?, 1)");
            for (auto end = from + std::chrono::minutes{15}; end <= to;
                 end += std::chrono::minutes{15}) {
                put.run(end, meter, kw(end), end);
            }
        });
    }

    // Orders both enterprises to stop their line in [from, to); without a warning: by the season.
    // Each owes it so many times.
    void order_stop(rules::Instant from, std::optional<rules::Instant> to, rules::Instant now,
                    const std::string& warning = "w1", int copies = 1) {
        std::vector<plans::OrderDocument> documents;
        for (const std::string enterprise : {"E1", "E2"}) {
            plans::OrderDocument document;
            document.order = (warning.empty() ? "season" : warning) + "/" + enterprise;
            document.region = "110105";
            document.enterprise = enterprise;
            document.warning = warning;
            if (!warning.empty()) document.colour = rules::Colour::kOrange;
            document.effective_from = from;
            document.effective_to = to;
            rules::Obligation obligation;
            obligation.id = enterprise + "/L1/stop";
            obligation.enterprise = enterprise;
            obligation.line = "L1";
            obligation.action = rules::Action::kStop;
            obligation.ratio = 1;
            obligation.from = from;
            obligation.to = to;
            obligation.verified_by = rules::VerifiedBy::kPower;
            obligation.check = rules::LineStands{};
            for (int i = 0; i < copies; ++i) {
                if (i > 0) obligation.id = enterprise + "/L1/stop/" + std::to_string(i);
                document.obligations.push_back(obligation);
            }
            documents.push_back(std::move(document));
        }
        with_store(
            [&](Session& db) { return put_orders(db, documents, key_, rules::kBeijingTime, now); });
        if (publishes_) publish(now);
    }
    // The database of a store with threads of its own.
    std::string file() const { return scratch_.file("bureau.db"); }
    // From here on the broker is away.
    void stop_publishing() { publishes_ = false; }
    // The broker acknowledges what is in force.
    void publish(rules::Instant now) {
        with_store([&](Session& db) {
            for (const StoredOrder& order : list_orders(db, "", "", 0, 100)) {
                note_published(db, order, now);
            }
        });
    }

 private:
    // Readings have connections of their own where the store has threads, and those want a file.
    std::string path_of(StoreMode mode) const {
        return mode == StoreMode::kInline ? ":memory:" : file();
    }

    const Scratch scratch_;
    bool publishes_ = true;
    boost::asio::io_context io_;
    std::unique_ptr<Store> store_;
    InventoryRegistry book_;
    ManualClock clock_;
    Log log_;
    Metrics metrics_;
    EventFeed events_;
    plans::SigningKey key_;
    Context context_;
};

}  // namespace qk::daemon
