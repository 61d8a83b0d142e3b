// What taking in messages costs, from accept() to the committed transaction, with a journal and a
// database on disk: one reading a message and a hundred. Held against a bare consumer of the same
// bytes in the same run, which only reads and counts them.
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

double taken_in(const std::vector<Message>& messages, const fs::path& folder) {
    fs::remove_all(folder);
    fs::create_directories(folder);
    boost::asio::io_context io;
    ManualClock clock(kStart);
    Log log(clock, [](LogSeverity, std::string_view) {});
    Metrics metrics;
    auto store = Store::open((folder / "q.db").string(), StoreMode::kOwnThread).value();
    EventFeed events(io.get_executor());
    InventoryBook inventories(*store, {});
    (void)inventories.take_now(city(), "city", kStart);
    auto key = plans::SigningKey::from_seed(std::string(32, 'k')).value();
    Config config;
    config.journal_folder = (folder / "journal").string();
    config.limits.enterprise_rows_per_minute = 1'000'000'000;
    Context context{io.get_executor(), clock, *store, log, metrics, events, inventories, key,
                    std::make_shared<const Config>(config),
                    std::make_shared<const plans::RegionPack>()};
    auto intake = Intake::open(context).value();
    TaskGroup tasks(io.get_executor(), [](const std::string&, std::exception_ptr) { std::abort(); });
    intake->start(tasks);
    const auto begun = Steady::now();
    std::thread bus([&] {
        for (const Message& one : messages) {
            Envelope envelope;
            envelope.address = one.topic;
            envelope.payload = one.payload;
            if (!intake->accept(envelope)) std::abort();
        }
    });
    while (intake->taken_in() < messages.size()) io.run_one_for(std::chrono::milliseconds{100});
    const double took = seconds_since(begun);
    bus.join();
    tasks.cancel();
    io.restart();
    io.run();
    return took;
}

void compare(int count, int readings, const fs::path& folder) {
    const std::vector<Message> messages = messages_of(count, readings);
    const double bare_s = bare(messages);
    const double taken_s = taken_in(messages, folder);
    const double all = static_cast<double>(count) * readings;
    fmt::print("{:3} readings a message: {:9.0f} readings/s, bare {:9.0f}/s, ratio {:.3f}\n", readings,
               all / taken_s, all / bare_s, bare_s / taken_s);
}

}  // namespace

int main(int argc, char** argv) {
    const fs::path folder = argc > 1 ? fs::path(argv[1]) : fs::temp_directory_path() / "intake-bench";
    for (int round = 0; round < 3; ++round) {
        compare(100'000, 1, folder);
        compare(10'000, 100, folder);
    }
    fs::remove_all(folder);
    return 0;
}
