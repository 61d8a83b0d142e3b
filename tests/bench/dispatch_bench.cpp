// Orders from the signature to the broker's last acknowledgement, by a bureau that is linked and
// idle, the first ones and then another of each; against a bare publisher that sends the same bytes
// through the same client library in the same run: the ratio, how it grows with the number of
// orders, and what memory the bureau took for it. What they may not exceed is in kRatioMax,
// kGrowthMax and kMemoryMax; one that is exceeded ends the benchmark with 1.
//
// The signature itself, which signs and stores all of them in one transaction, is told beside it,
// against a loop that only signs the same texts.
//
//   dispatch_bench [ORDERS...]
#include <algorithm>
#include <charconv>
#include <cstring>

#include "tests/bench/bare_publisher.hpp"
#include "tests/bench/bureau_office.hpp"
#include "tests/bench/process_memory.hpp"

namespace {

using namespace qk::daemon;
namespace rules = qk::rules;
using Seconds = std::chrono::duration<double>;
using Steady = std::chrono::steady_clock;

constexpr double kRatioMax = 1.5;   // times a bare publisher
constexpr double kGrowthMax = 1.3;  // of the time an order takes, from the fewest to the most
constexpr double kMemoryMax = 1.2;  // times the bytes of the documents
// Beside it, whatever their number: the database's cache, buffers of the client library, stacks.
constexpr double kFixedBytes = (64 + 24) * 1024.0 * 1024.0;
constexpr std::size_t kFirstSize = 10'000;
constexpr std::size_t kLastSize = 100'000;

Seconds since(Steady::time_point begun) { return Steady::now() - begun; }

struct Measured {
    double each_us = 0;
    double ratio = 0;
    double memory = 0;  // times the documents, beyond what is fixed
};

std::vector<qk::plans::OrderDocument> documents_of(std::size_t count, double ratio) {
    std::vector<qk::plans::OrderDocument> documents;
    documents.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        documents.push_back(order_document("e" + std::to_string(i), ratio, kBenchStart));
    }
    return documents;
}

Seconds sign_alone(const std::vector<std::pair<std::string, std::string>>& orders,
                   const qk::plans::SigningKey& key) {
    const auto begun = Steady::now();
    std::size_t digits = 0;
    for (const auto& [topic, text] : orders) {
        digits += key.sign_hex(qk::plans::Purpose::kOrder, text).size();
    }
    if (digits == 0) std::exit(2);
    return since(begun);
}

Measured measure(BureauOffice& office, const Broker& broker, std::size_t size, double ratio,
                 const char* which) {
    auto documents = documents_of(size, ratio);
    const qk::bench::MemoryWatch memory;
    const auto asked = Steady::now();
    office.sign(std::move(documents));
    const Seconds signing = since(asked);
    const auto begun = Steady::now();
    office.run_until_all_is_out();
    const Seconds dispatched = since(begun);
    const double grown = static_cast<double>(memory.grown());
    const auto orders = office.orders();
    double bytes = 0;
    for (const auto& [topic, text] : orders) bytes += static_cast<double>(text.size());
    const Seconds bare = BarePublisher(broker.port()).publish(orders, true);
    const Seconds signing_alone = sign_alone(orders, office.key());
    Measured measured;
    measured.each_us = 1e6 * dispatched.count() / static_cast<double>(size);
    measured.ratio = dispatched / bare;
    measured.memory = std::max(0.0, grown - kFixedBytes) / bytes;
    std::printf(
        "%zu %s orders, %.1f MB: signature to last PUBACK %.3f s (%.1f us each), bare publisher "
        "%.3f s, ratio %.2f; memory +%.1f MB, %.2f x the documents beyond what is fixed; signing "
        "and storing %.3f s, signing alone %.3f s, all of it %.2f x a publisher that also signs\n",
        size, which, bytes / 1e6, dispatched.count(), measured.each_us, bare.count(),
        measured.ratio, grown / 1e6, measured.memory, signing.count(), signing_alone.count(),
        (signing + dispatched) / (bare + signing_alone));
    std::fflush(stdout);
    return measured;
}

bool holds(const char* what, double value, double most) {
    std::printf("%s %.2f, at most %.2f: %s\n", what, value, most,
                value <= most ? "holds" : "MISSED");
    return value <= most;
}

}  // namespace

int main(int argc, char** argv) {
    std::vector<std::size_t> sizes;
    for (int i = 1; i < argc; ++i) {
        std::size_t size = 0;
        std::from_chars(argv[i], argv[i] + std::strlen(argv[i]), size);
        if (size == 0) {
            std::fprintf(stderr, "'%s' is not a number of orders: 10000\n", argv[i]);
            return 2;
        }
        sizes.push_back(size);
    }
    if (sizes.empty()) sizes = {kFirstSize, kLastSize};
    const Broker broker("max_inflight_messages 1000\n");
    std::vector<Measured> all;
    for (const std::size_t size : sizes) {
        BureauOffice office;
        office.link(broker);
        all.push_back(measure(office, broker, size, 0.2, "first"));
        all.push_back(measure(office, broker, size, 0.3, "changed"));
    }
    const auto most = [&all](double Measured::*what) {
        return std::ranges::max(all, {}, what).*what;
    };
    bool is_good = holds("worst ratio to a bare publisher", most(&Measured::ratio), kRatioMax);
    // The first of the fewest and of the most, as both of these are of a fresh bureau.
    is_good &= holds("growth of the time an order takes",
                     all[all.size() - 2].each_us / all.front().each_us, kGrowthMax);
    is_good &= holds("worst memory by the documents", most(&Measured::memory), kMemoryMax);
    return is_good ? 0 : 1;
}
