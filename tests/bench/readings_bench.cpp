// Readings over a real broker at QoS 1, one in a message and a hundred: by a bureau from the link
// to the committed rows, against a bare consumer with the same client library, which appends each
// message to a journal as durably as the intake does, and then acknowledges it. In turn and in the
// same run, from the first message that is sent: until the last is durable for both (0.9 of the
// bare consumer's rate), and until the last is stored (a hundred in a message: 500,000 readings a
// second). Exit code 1 when one is missed.
//
//   readings_bench [MESSAGES]
#include <fmt/format.h>
#include <mqtt/async_client.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <thread>

#include "daemon/readings/intake.hpp"
#include "tests/bench/bureau_office.hpp"
#include "tests/bench/raw_sender.hpp"

namespace {

using namespace qk::daemon;
namespace rules = qk::rules;
using Steady = std::chrono::steady_clock;
using Seconds = std::chrono::duration<double>;
using Messages = std::vector<std::pair<std::string, std::string>>;

constexpr int kRounds = 3;
constexpr double kShareMin = 0.9;           // of the bare consumer's messages
constexpr double kReadingsMin = 500'000;    // a second, a hundred in a message
constexpr std::size_t kMessages = 100'000;  // of one reading; a tenth of it of a hundred
constexpr std::size_t kEnterprises = 1000;
constexpr const char* kMeters = "qingkong/1/+/+/meter/+";

InventoryFiles metered_city() {
    InventoryFiles files;
    files["enterprises.csv"] = "id,name,region,industry,grade,category\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    files["meters.csv"] = "id,enterprise,line,role,rated_kw,idle_kw\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "110105,industry,90000,90000,90000,90000\n";
    for (std::size_t i = 0; i < kEnterprises; ++i) {
        files["enterprises.csv"] += fmt::format("e{0},企业{0},110105,水泥,C,regular\n", i);
        files["lines.csv"] += fmt::format("e{},L1,一线,水泥磨,no,10,10,10,10\n", i);
        files["meters.csv"] += fmt::format("m{0},e{0},L1,production,100,5\n", i);
    }
    return files;
}

// Each meter reports its quarters of an hour, oldest first.
Messages messages_of(std::size_t count, std::size_t readings) {
    Messages all;
    for (std::size_t i = 0; i < count; ++i) {
        std::string payload = "[";
        for (std::size_t j = 0; j < readings; ++j) {
            const std::size_t quarter = i / kEnterprises * readings + j;
            const rules::Instant t =
                kBenchStart - std::chrono::minutes{15} * (20'000 - static_cast<int>(quarter));
            payload += fmt::format(R"({}{{"t":"{}","kw":{}}})", j > 0 ? "," : "",
                                   rules::to_iso(t, rules::kBeijingTime), 40 + quarter % 7);
        }
        all.emplace_back(fmt::format("qingkong/1/110105/e{0}/meter/m{0}", i % kEnterprises),
                         payload + "]");
    }
    return all;
}

Envelope envelope_of(std::string_view topic, std::string_view payload) {
    Envelope envelope;
    envelope.address = topic;
    envelope.payload = payload;
    return envelope;
}

struct Took {
    Seconds durable{};
    Seconds stored{};
};

// The bureau.
Took take_in(const Messages& messages) {
    const Broker broker("max_inflight_messages 1000\nmax_queued_messages 1000000\n");
    Config config;
    config.limits.enterprise_rows_per_minute = 1'000'000'000;
    config.limits.enterprise_messages_per_minute = 1'000'000'000;
    BureauOffice office(std::move(config));
    if (!office.context().inventories.take_now(metered_city(), "city", kBenchStart)) std::exit(2);
    IntakeParts parts;
    parts.gathered_for = kGatheredFor;  // as in the daemon
    const auto intake = Intake::open(office.context(), std::move(parts)).value();
    intake->start(office.tasks());
    std::atomic<std::size_t> durable{0};
    std::atomic<Steady::time_point> last{};
    office.link_readings(broker, {kMeters}, [&](std::string_view topic, std::string_view payload) {
        if (!intake->accept(envelope_of(topic, payload))) std::abort();
        last = Steady::now();
        ++durable;
    });
    const auto begun = Steady::now();
    std::thread sender([&] { RawSender(broker.port()).publish(messages); });
    office.run_until("all messages stored", [&] {
        return durable == messages.size() && intake->taken_in() == messages.size();
    });
    const Took took{last.load() - begun, Steady::now() - begun};
    sender.join();
    office.stop();
    return took;
}

// The least that takes the same messages and loses none that it has acknowledged.
class BareConsumer : public mqtt::callback {
 public:
    BareConsumer(std::uint16_t port, Journal& journal)
        : journal_(journal),
          client_("tcp://127.0.0.1:" + std::to_string(port), "bare-consumer",
                  mqtt::create_options(MQTTVERSION_5), nullptr) {
        client_.set_callback(*this);
        mqtt::connect_options options;
        options.set_mqtt_version(MQTTVERSION_5);
        options.set_clean_start(true);
        client_.connect(options)->wait();
        client_.subscribe(kMeters, 1)->wait();
    }
    ~BareConsumer() override { client_.disconnect()->wait(); }
    BareConsumer(const BareConsumer&) = delete;
    BareConsumer& operator=(const BareConsumer&) = delete;

    [[nodiscard]] std::size_t taken() const { return taken_.load(); }

 private:
    void message_arrived(mqtt::const_message_ptr message) override {
        const std::string& payload = message->get_payload_str();
        journal_.append(envelope_of(message->get_topic(), payload), kBenchStart, payload.size(),
                        false);
        ++taken_;
    }

    Journal& journal_;
    std::atomic<std::size_t> taken_{0};
    mqtt::async_client client_;
};

Seconds take_barely(const Messages& messages) {
    const Broker broker("max_inflight_messages 1000\nmax_queued_messages 1000000\n");
    const Scratch scratch;
    const auto journal = Journal::open(scratch.file("journal"), {}).value();
    const BareConsumer consumer(broker.port(), *journal);
    const auto begun = Steady::now();
    std::thread sender([&] { RawSender(broker.port()).publish(messages); });
    const auto end = begun + kBenchPatience;
    while (consumer.taken() < messages.size() && Steady::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds{1});
    }
    const Seconds took = Steady::now() - begun;
    sender.join();
    if (consumer.taken() < messages.size()) std::exit(2);
    return took;
}

double median(std::vector<double> values) {
    std::ranges::sort(values);
    return values[values.size() / 2];
}

bool hold(const char* what, double value, double least) {
    fmt::print("{} {:.2f}, 至少 at least {:.2f}: {}\n", what, value, least,
               value >= least ? "达到 holds" : "未达到 MISSED");
    return value >= least;
}

bool compare(std::size_t count, std::size_t readings) {
    const Messages messages = messages_of(count, readings);
    std::vector<double> shares;
    std::vector<double> rates;
    for (int round = 0; round < kRounds; ++round) {
        const Seconds bare = take_barely(messages);
        const Took took = take_in(messages);
        const double all = static_cast<double>(count * readings);
        shares.push_back(bare / took.durable);
        rates.push_back(all / took.stored.count());
        fmt::print(
            "每条读数 readings a message {}: 裸消费者 bare consumer {:.0f} 条/s messages, 入账 "
            "durable "
            "{:.0f}/s, 入库 stored {:.0f}/s, 读数 readings {:.0f}/s\n",
            readings, static_cast<double>(count) / bare.count(),
            static_cast<double>(count) / took.durable.count(),
            static_cast<double>(count) / took.stored.count(), rates.back());
    }
    if (readings > 1) return hold("读数 readings a second stored", median(rates), kReadingsMin);
    return hold("对裸消费者 share of the bare consumer", median(shares), kShareMin);
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = kMessages;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), count);
    if (count < 100) {
        fmt::print(stderr, "'{}' is not a number of messages: {}\n", argv[1], kMessages);
        return 2;
    }
    const bool one = compare(count, 1);
    const bool hundred = compare(count / 10, 100);
    return one && hundred ? 0 : 1;
}
