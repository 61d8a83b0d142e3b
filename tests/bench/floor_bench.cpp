// The 0/1 plan behind a floor proposal: 20,000 enterprises x 4 options x 8 targets, time and gap to
// the bound of the linear relaxation. Limits: 1 s and 0.1 %. Growth is printed from a quarter of
// the size.
//
//   floor_bench [ITEMS]
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <random>

#include "plans/response/choice_solver.hpp"

namespace {

using qk::plans::ChoiceAnswer;
using qk::plans::ChoiceProblem;

ChoiceProblem generate(std::size_t items, unsigned seed) {
    std::mt19937 random(seed);
    const auto unit = [&random] { return static_cast<double>(random() % 1'000'000) / 1e6; };
    ChoiceProblem p;
    p.items = items;
    p.options = 4;
    p.targets = 8;
    p.cost.assign(items * p.options, 0);
    p.gain.assign(items * p.options * p.targets, 0);
    p.need.assign(p.targets, 0);
    const double share[] = {0, 0.3, 0.5, 1.0};
    for (std::size_t i = 0; i < items; ++i) {
        const double size = 0.5 + unit();
        for (std::size_t k = 1; k < p.options; ++k) {
            p.cost_of(i, k) = size * (0.1 + share[k] * (0.8 + 0.4 * unit()));
        }
        for (std::size_t t = 0; t < p.targets; ++t) {
            const double emits = unit() < 0.3 ? 0 : -std::log(1 - 0.999 * unit());
            for (std::size_t k = 1; k < p.options; ++k) p.gain_of(i, k, t) = emits * share[k];
            p.need[t] += emits * (0.15 + 0.03 * static_cast<double>(t));
        }
    }
    return p;
}

double run(std::size_t items, unsigned seed, double& gap) {
    const ChoiceProblem problem = generate(items, seed);
    const auto from = std::chrono::steady_clock::now();
    const ChoiceAnswer answer = choose(problem);
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - from).count();
    gap = gap_of(answer);
    std::printf("%zu items, seed %u: %.3f s, cost %.2f, bound %.2f, gap %.4f %%, %d rounds%s\n",
                items, seed, seconds, answer.cost, answer.bound, 100 * gap, answer.rounds,
                answer.feasible ? "" : ", NOT feasible");
    return answer.feasible ? seconds : 1e9;
}

}  // namespace

int main(int argc, char** argv) {
    std::size_t items = 20'000;
    if (argc > 1) std::from_chars(argv[1], argv[1] + std::strlen(argv[1]), items);
    double worst_seconds = 0;
    double worst_gap = 0;
    double gap = 0;
    const double quarter = run(items / 4, 42, gap);
    for (const unsigned seed : {42U, 7U, 2026U}) {
        worst_seconds = std::max(worst_seconds, run(items, seed, gap));
        worst_gap = std::max(worst_gap, gap);
    }
    std::printf("worst %.3f s (limit 1), worst gap %.4f %% (limit 0.1), 4 x size takes %.1f x\n",
                worst_seconds, 100 * worst_gap, worst_seconds / quarter);
    return worst_seconds <= 1 && worst_gap <= 0.001 ? 0 : 1;
}
