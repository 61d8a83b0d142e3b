// What the transaction of a signature costs: orders to ten thousand enterprises, signed and stored.
// On disk, because that is where they go.
#include <benchmark/benchmark.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "daemon/orders/orders.hpp"
#include "daemon/store/store.hpp"
#include "tests/daemon/orders/order_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

std::vector<plans::OrderDocument> documents(std::int64_t count, double ratio) {
    std::vector<plans::OrderDocument> all;
    for (std::int64_t i = 0; i < count; ++i) {
        all.push_back(order_document("e" + std::to_string(i), ratio, rules::Instant{}));
        // Three lines each, as a works has.
        for (const char* line : {"L2", "L3"}) {
            rules::Obligation more = all.back().obligations.front();
            more.line = line;
            more.id += line;
            all.back().obligations.push_back(more);
        }
    }
    return all;
}

void sign_and_store(benchmark::State& state) {
    const Scratch scratch;
    const auto opened = Store::open(scratch.file("q.db"), StoreMode::kInline);
    const auto& store = *opened;
    const auto key = plans::SigningKey::from_seed(std::string(32, 'k')).value();
    double ratio = 0.1;
    for (auto _ : state) {
        state.PauseTiming();
        ratio += 0.001;
        auto all = documents(state.range(0), ratio);
        state.ResumeTiming();
        auto work = [&](Session& db) {
            return put_orders(db, std::move(all), key, rules::kBeijingTime, rules::Instant{});
        };
        benchmark::DoNotOptimize(store->transact_now(work));
    }
    state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(sign_and_store)->Arg(10'000)->Unit(benchmark::kMillisecond)->Iterations(4);

}  // namespace
}  // namespace qk::daemon

BENCHMARK_MAIN();
