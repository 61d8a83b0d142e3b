// Cost of judging: a stop and a load limit of one line over a window of five days, against one pass
// over the same readings; and a baseline from fourteen days.
#include <benchmark/benchmark.h>

#include "rules/compliance/judge.hpp"

namespace {

using namespace qk::rules;
using namespace std::chrono;

const Instant kStart = sys_days{2015y / December / 6} + 16h;
constexpr hours kWindow{120};

Evidence evidence() {
    PowerSeries series;
    series.meter = {"M1", "E1", "L1", MeterRole::kProduction, 400.0, 20.0};
    for (Instant end = kStart - days{14} + 15min; end <= kStart + kWindow; end += 15min) {
        const bool is_day = hour_of_day(end, kBeijingTime) > 6;
        series.readings.push_back({end, end <= kStart && is_day ? 300.0 : 20.0});
    }
    Evidence gathered = gather_evidence({series}, kStart, {}, {}, kBeijingTime);
    gathered.lines = {"L1"};
    return gathered;
}

Obligation obligation(Check check, Action action) {
    Obligation owed;
    owed.id = "E1/L1";
    owed.line = "L1";
    owed.action = action;
    owed.from = kStart;
    owed.verified_by = VerifiedBy::kPower;
    owed.check = std::move(check);
    return owed;
}

void one_pass(benchmark::State& state) {
    const Evidence seen = evidence();
    for (auto _ : state) {
        double sum = 0;
        for (const PowerReading& reading : seen.meters[0].series.readings) sum += reading.kw;
        benchmark::DoNotOptimize(sum);
    }
}

void judge_one(benchmark::State& state, const Obligation& owed) {
    const Evidence seen = evidence();
    const JudgingParameters parameters;
    for (auto _ : state) {
        const JudgeInput input{owed, seen, {kStart, kStart + kWindow}, parameters, kBeijingTime};
        benchmark::DoNotOptimize(judge(input));
    }
    state.SetItemsProcessed(state.iterations());
}

void judge_stop(benchmark::State& state) {
    judge_one(state, obligation(LineStands{}, Action::kStop));
}
void judge_load(benchmark::State& state) {
    judge_one(state, obligation(LoadAtMost{0.2, {}, {}}, Action::kLimitLoad));
}
void baseline(benchmark::State& state) {
    const PowerSeries series = evidence().meters[0].series;
    const JudgingParameters parameters;
    for (auto _ : state) {
        benchmark::DoNotOptimize(baseline_of(series, kStart, {}, parameters, kBeijingTime));
    }
}

BENCHMARK(one_pass);
BENCHMARK(judge_stop);
BENCHMARK(judge_load);
BENCHMARK(baseline);

}  // namespace

BENCHMARK_MAIN();
