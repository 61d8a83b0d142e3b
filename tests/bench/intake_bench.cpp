// What taking in messages costs, from accept() to the committed transaction, with a journal and a
// database on disk: one reading a message and a hundred. Held against a bare consumer of the same
// bytes in the same run, which only reads and counts them. Then how long a start takes that finds a
// million messages in the journal; ends with 1 where that is more than three seconds.
//
//     intake_bench [FOLDER]
#include <fmt/format.h>

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <filesystem>
#include <string>
#include <thread>
#include <vector>

#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/base/task_group.hpp"
#include "daemon/readings/intake.hpp"
#include "daemon/readings/message.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/events.hpp"
#include "daemon/store/store.hpp"

namespace {

using namespace qk;
using namespace qk::daemon;
namespace fs = std::filesystem;

using Steady = std::chrono::steady_clock;

constexpr int kEnterprises = 1000;
constexpr rules::Instant kStart{std::chrono::seconds{1'449'504'000}};

struct Message {
    std::string topic;
    std::string payload;
};

InventoryFiles city() {
    InventoryFiles files;
    std::string& enterprises = files["enterprises.csv"];
    std::string& lines = files["lines.csv"];
    std::string& meters = files["meters.csv"];
    enterprises = "id,name,region,industry,grade,category\n";
    lines = "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    meters = "id,enterprise,line,role,rated_kw,idle_kw\n";
    for (int i = 0; i < kEnterprises; ++i) {
        enterprises += fmt::format("e{0},企业{0},110105,水泥,C,regular\n", i);
        lines += fmt::format("e{},L1,一线,水泥磨,no,10,10,10,10\n", i);
        meters += fmt::format("m{0},e{0},L1,production,100,5\n", i);
    }
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n110105,industry,500,500,500,500\n";
    return files;
}

// Each meter reports its quarters of an hour, `readings` of them in a message, oldest first.
std::vector<Message> messages_of(int count, int readings) {
    std::vector<Message> all;
    for (int i = 0; i < count; ++i) {
        const int meter = i % kEnterprises;
        std::string payload = "[";
        for (int j = 0; j < readings; ++j) {
            const int quarter = i / kEnterprises * readings + j;
            const rules::Instant t = kStart - std::chrono::minutes{15 * (20'000 - quarter)};
            payload += fmt::format("{}{{\"t\":\"{}\",\"kw\":{}}}", j > 0 ? "," : "",
                                   rules::to_iso(t, rules::kBeijingTime), 40 + quarter % 7);
        }
        all.push_back({fmt::format("qingkong/1/110105/e{0}/meter/m{0}", meter), payload + "]"});
    }
    return all;
}

double seconds_since(Steady::time_point begun) {
    return std::chrono::duration<double>(Steady::now() - begun).count();
}

double bare(const std::vector<Message>& messages) {
    const auto begun = Steady::now();
    std::size_t count = 0;
    MessageContext context{.zone = rules::kBeijingTime};
    context.now = kStart;
    for (const Message& one : messages) {
        if (parse_topic(one.topic)) count += parse_meter(one.payload, context)->size();
    }
    return count > 0 ? seconds_since(begun) : 0;
}

// An office with a journal and a database in a folder.
class Desk {
 public:
    explicit Desk(const fs::path& folder)
        : store_(Store::open((folder / "q.db").string(), StoreMode::kOwnThread).value()) {
        config_.journal_folder = (folder / "journal").string();
        config_.limits.enterprise_rows_per_minute = 1'000'000'000;
        config_.limits.enterprise_messages_per_minute = 1'000'000'000;
        (void)inventories_.take_now(city(), "city", kStart);
        context_.config = std::make_shared<const Config>(config_);
    }
    ~Desk() {
        tasks_.cancel();
        io_.restart();
        io_.run();
    }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    Intake& open() {
        intake_ = Intake::open(context_).value();
        intake_->start(tasks_);
        return *intake_;
    }
    void take_in(std::size_t count) {
        while (intake_->taken_in() < count) io_.run_one_for(std::chrono::milliseconds{100});
    }

 private:
    boost::asio::io_context io_;
    ManualClock clock_{kStart};
    Log log_{clock_, [](LogSeverity, std::string_view) {}};
    Metrics metrics_;
    std::unique_ptr<Store> store_;
    EventFeed events_{io_.get_executor()};
    InventoryRegistry inventories_{*store_, {}};
    plans::SigningKey key_ = plans::SigningKey::from_seed(std::string(32, 'k')).value();
    Config config_;
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
    std::unique_ptr<Intake> intake_;
    TaskGroup tasks_{io_.get_executor(),
                     [](const std::string&, std::exception_ptr) { std::abort(); }};
};

void make_empty(const fs::path& folder) {
    fs::remove_all(folder);
    fs::create_directories(folder);
}

double taken_in(const std::vector<Message>& messages, const fs::path& folder) {
    make_empty(folder);
    Desk desk(folder);
    Intake& intake = desk.open();
    const auto begun = Steady::now();
    std::thread bus([&] {
        for (const Message& one : messages) {
            Envelope envelope;
            envelope.address = one.topic;
            envelope.payload = one.payload;
            if (!intake.accept(envelope)) std::abort();
        }
    });
    desk.take_in(messages.size());
    const double took = seconds_since(begun);
    bus.join();
    return took;
}

// Received by a process that died before it stored anything.
void leave_in_journal(const std::vector<Message>& messages, const fs::path& folder) {
    auto journal = Journal::open((folder / "journal").string(), {}).value();
    for (const Message& one : messages) {
        Envelope envelope;
        envelope.address = one.topic;
        envelope.payload = one.payload;
        (void)journal->append(envelope, kStart, one.payload.size(), false);
    }
}

// True: it takes no longer than it may.
bool start_again(const fs::path& folder) {
    constexpr int kLeft = 1'000'000;
    constexpr double kWantedSeconds = 3;
    make_empty(folder);
    leave_in_journal(messages_of(kLeft, 1), folder);
    Desk desk(folder);
    const auto begun = Steady::now();
    (void)desk.open();
    desk.take_in(kLeft);
    const double took = seconds_since(begun);
    fmt::print("a start with {} messages in the journal: all stored after {:.2f} s{}\n", kLeft,
               took, took > kWantedSeconds ? ": too long" : "");
    return took <= kWantedSeconds;
}

void compare(int count, int readings, const fs::path& folder) {
    const std::vector<Message> messages = messages_of(count, readings);
    const double bare_s = bare(messages);
    const double taken_s = taken_in(messages, folder);
    const double all = static_cast<double>(count) * readings;
    fmt::print("{:3} readings a message: {:9.0f} readings/s, bare {:9.0f}/s, ratio {:.3f}\n",
               readings, all / taken_s, all / bare_s, bare_s / taken_s);
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path folder =
        argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path() / "intake-bench";
    for (int round = 0; round < 3; ++round) {
        compare(100'000, 1, folder);
        compare(10'000, 100, folder);
    }
    const bool is_quick = start_again(folder);
    fs::remove_all(folder);
    return is_quick ? 0 : 1;
}
