// A burst of receipts, one from each enterprise, until each is durable in the bureau's journal,
// against a loop that only appends and syncs the same bytes to a journal on the same disk, as the
// intake does: one sync a receipt, because a receipt is acknowledged when it survives the end of
// the machine. Then until the counts of the console are right, and how long the queue grew.
//
//   receipts_bench [RECEIPTS]
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstring>
#include <thread>

#include "daemon/orders/order_rows.hpp"
#include "daemon/readings/intake.hpp"
#include "tests/bench/bureau_office.hpp"
#include "tests/bench/raw_sender.hpp"

namespace {

using namespace qk::daemon;
namespace rules = qk::rules;
using Seconds = std::chrono::duration<double>;
using Steady = std::chrono::steady_clock;
using Messages = std::vector<std::pair<std::string, std::string>>;

constexpr double kRatioMax = 1.5;  // times the journal alone
constexpr double kCountsWithinSeconds = 1;
constexpr std::chrono::milliseconds kLookEvery{10};
constexpr std::size_t kReceipts = 10'000;
constexpr const char* kWarning = "w1";  // of order_document()

std::string id_of(std::size_t number) { return fmt::format("p{}", number); }

InventoryFiles city_of(std::size_t enterprises) {
    InventoryFiles files;
    files["enterprises.csv"] = "id,name,region,industry,grade,category\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "110105,industry,900000,900000,900000,900000\n";
    for (std::size_t i = 0; i < enterprises; ++i) {
        files["enterprises.csv"] += fmt::format("{0},企业{0},110105,水泥,C,regular\n", id_of(i));
        files["lines.csv"] += fmt::format("{},L1,一线,水泥磨,no,10,10,10,10\n", id_of(i));
    }
    return files;
}

Messages receipts_of(std::size_t enterprises) {
    Messages all;
    for (std::size_t i = 0; i < enterprises; ++i) {
        all.emplace_back(
            fmt::format("qingkong/1/110105/{}/receipt", id_of(i)),
            fmt::format(R"({{"order":"w1/{}","revision":1,"state":"received","by":"值班室",)"
                        R"("note":"","at":"{}"}})",
                        id_of(i), rules::to_iso(kBenchStart, rules::kBeijingTime)));
    }
    return all;
}

Seconds journal_alone(const Messages& receipts, const std::string& folder) {
    auto journal = Journal::open(folder, {}).value();
    const auto begun = Steady::now();
    for (const auto& [topic, payload] : receipts) {
        Envelope envelope;
        envelope.address = topic;
        envelope.payload = payload;
        (void)journal->append(envelope, kBenchStart, payload.size(), true);
    }
    return Steady::now() - begun;
}

struct Burst {
    Seconds durable{};  // from the first that was sent to the last that was durable
    Seconds counted{};  // from there until the counts were right
    std::size_t waiting_most = 0;
};

class Desk {
 public:
    explicit Desk(std::size_t enterprises) : enterprises_(enterprises) {
        const auto taken =
            office_.context().inventories.take_now(city_of(enterprises), "city", kBenchStart);
        if (!taken) {
            std::fprintf(stderr, "%s\n", rules::to_text(taken.error().front()).c_str());
            std::exit(2);
        }
        IntakeParts parts;
        parts.gathered_for = kGatheredFor;  // as in the daemon
        intake_ = Intake::open(office_.context(), std::move(parts)).value();
        intake_->start(office_.tasks());
        office_.link(
            broker_, {"qingkong/1/+/+/receipt"},
            [this](std::string_view topic, std::string_view payload) { accept(topic, payload); });
        std::vector<qk::plans::OrderDocument> documents;
        for (std::size_t i = 0; i < enterprises; ++i) {
            documents.push_back(order_document(id_of(i), 0.2, kBenchStart));
        }
        office_.sign(std::move(documents));
        office_.run_until_all_is_out();
    }

    ~Desk() { office_.stop(); }
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    Burst receive(const Messages& receipts) {
        Burst burst;
        const auto begun = Steady::now();
        std::thread enterprises([&] { RawSender(broker_.port()).publish(receipts); });
        Session console(office_.file("q.db"), SessionUse::kRead);
        office_.run_until("the counts of the console", [&] {
            burst.waiting_most = std::max(burst.waiting_most, intake_->waiting());
            if (durable_ < enterprises_ || Steady::now() < looks_from_) return false;
            looks_from_ = Steady::now() + kLookEvery;
            return count_orders(console, kWarning, "received") == enterprises_;
        });
        const auto right = Steady::now();
        enterprises.join();
        burst.durable = last_durable_.load() - begun;
        burst.counted = right - last_durable_.load();
        return burst;
    }
    [[nodiscard]] std::string journal_beside() const { return office_.file("journal-alone"); }
    [[nodiscard]] std::size_t queue_most() {
        return static_cast<std::size_t>(office_.context().config->limits.intake_queue);
    }

 private:
    void accept(std::string_view topic, std::string_view payload) {
        Envelope envelope;
        envelope.address = topic;
        envelope.payload = payload;
        if (!intake_->accept(envelope)) std::abort();
        last_durable_ = Steady::now();
        ++durable_;
    }

    const std::size_t enterprises_;
    const Broker broker_{"max_inflight_messages 1000\n"};
    std::atomic<std::size_t> durable_{0};
    std::atomic<Steady::time_point> last_durable_{};
    Steady::time_point looks_from_{};
    BureauOffice office_;
    std::unique_ptr<Intake> intake_;
};

bool holds(const char* what, double value, double most) {
    fmt::print("{} {:.2f}, at most {:.2f}: {}\n", what, value, most,
               value <= most ? "holds" : "MISSED");
    return value <= most;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t count = kReceipts;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), count);
    if (count == 0) {
        fmt::print(stderr, "'{}' is not a number of receipts: {}\n", argv[1], kReceipts);
        return 2;
    }
    const Messages receipts = receipts_of(count);
    Desk desk(count);
    // Before and after, because a disk is not as fast at one time as at another.
    const Seconds before = journal_alone(receipts, desk.journal_beside() + "-1");
    const Burst burst = desk.receive(receipts);
    const Seconds after = journal_alone(receipts, desk.journal_beside() + "-2");
    const Seconds alone = (before + after) / 2;
    fmt::print(
        "{} receipts: durable after {:.3f} s, the journal alone {:.3f} s ({:.3f} before, {:.3f} "
        "after); counts right {:.3f} s later; at most {} waited to be stored\n",
        count, burst.durable.count(), alone.count(), before.count(), after.count(),
        burst.counted.count(), burst.waiting_most);
    bool is_good = holds("ratio to the journal alone", burst.durable / alone, kRatioMax);
    is_good &=
        holds("seconds until the counts were right", burst.counted.count(), kCountsWithinSeconds);
    is_good &=
        holds("share of the queue's limit that was used",
              static_cast<double>(burst.waiting_most) / static_cast<double>(desk.queue_most()), 1);
    return is_good ? 0 : 1;
}
