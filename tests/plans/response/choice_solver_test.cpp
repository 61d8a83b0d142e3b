// The 0/1 plan: reaches its targets, stays near its bound, and agrees with CBC where that is
// installed.
#include "plans/response/choice_solver.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <sstream>

namespace qk::plans {
namespace {

ChoiceProblem random_problem(std::size_t items, unsigned seed) {
    std::mt19937 random(seed);
    const auto unit = [&random] { return static_cast<double>(random() % 1'000'000) / 1e6; };
    ChoiceProblem p;
    p.items = items;
    p.options = 4;
    p.targets = 3;
    p.cost.assign(items * p.options, 0);
    p.gain.assign(items * p.options * p.targets, 0);
    p.need.assign(p.targets, 0);
    const double share[] = {0, 0.3, 0.5, 1.0};
    for (std::size_t i = 0; i < items; ++i) {
        const double size = 0.2 + unit();
        for (std::size_t k = 1; k < p.options; ++k) p.cost_of(i, k) = size * (0.05 + share[k]);
        for (std::size_t t = 0; t < p.targets; ++t) {
            const double emits = unit() < 0.3 ? 0 : unit();
            for (std::size_t k = 1; k < p.options; ++k) p.gain_of(i, k, t) = emits * share[k];
            p.need[t] += emits * 0.3;
        }
    }
    return p;
}

double least_by_trying_all(const ChoiceProblem& p) {
    double least = INFINITY;
    std::vector<std::size_t> choice(p.items, 0);
    while (true) {
        double cost = 0;
        std::vector<double> reached(p.targets, 0);
        for (std::size_t i = 0; i < p.items; ++i) {
            cost += p.cost[i * p.options + choice[i]];
            for (std::size_t t = 0; t < p.targets; ++t) {
                reached[t] += p.gain[(i * p.options + choice[i]) * p.targets + t];
            }
        }
        bool holds = true;
        for (std::size_t t = 0; t < p.targets; ++t) holds = holds && reached[t] >= p.need[t];
        if (holds) least = std::min(least, cost);
        std::size_t i = 0;
        while (i < p.items && ++choice[i] == p.options) choice[i++] = 0;
        if (i == p.items) return least;
    }
}

TEST(ChoiceSolver, SmallProblemsAreAtMostAFewPercentOffTheBest) {
    for (unsigned seed = 1; seed <= 10; ++seed) {
        const ChoiceProblem p = random_problem(7, seed);
        const ChoiceAnswer answer = choose(p);
        const double best = least_by_trying_all(p);
        ASSERT_TRUE(answer.feasible) << seed;
        EXPECT_LE(answer.bound, best * (1 + 1e-9)) << seed;
        EXPECT_GE(answer.cost, best * (1 - 1e-9)) << seed;
        EXPECT_LE(answer.cost, best * 1.08) << seed;
    }
}

TEST(ChoiceSolver, EveryTargetIsReached) {
    const ChoiceProblem p = random_problem(500, 5);
    const ChoiceAnswer answer = choose(p);
    ASSERT_TRUE(answer.feasible);
    for (std::size_t t = 0; t < p.targets; ++t) {
        EXPECT_GE(answer.reached[t], p.need[t] * (1 - 1e-9));
        EXPECT_GT(answer.prices[t], 0);
    }
    EXPECT_LT(gap_of(answer), 0.01);
}

TEST(ChoiceSolver, WhatCannotBeReachedIsSaidAndTakenAsFarAsItGoes) {
    ChoiceProblem p = random_problem(5, 1);
    p.need[1] = 1e6;
    EXPECT_FALSE(choose(p).feasible);
}

TEST(ChoiceSolver, NothingNeededCostsNothing) {
    ChoiceProblem p = random_problem(5, 1);
    p.need.assign(p.targets, 0);
    const ChoiceAnswer answer = choose(p);
    EXPECT_TRUE(answer.feasible);
    EXPECT_EQ(answer.cost, 0);
    ChoiceProblem none;
    none.options = 1;
    EXPECT_TRUE(choose(none).feasible);
}

TEST(ChoiceSolver, TheSameProblemGivesTheSameChoice) {
    EXPECT_EQ(choose(random_problem(300, 9)).chosen, choose(random_problem(300, 9)).chosen);
}

// The problem in CPLEX LP format, for the oracle.
void write_lp(const ChoiceProblem& p, const std::string& path) {
    std::ofstream out(path);
    out.precision(12);
    const auto name = [](std::size_t i, std::size_t k) {
        return "x" + std::to_string(i) + "_" + std::to_string(k);
    };
    out << "Minimize\n cost:";
    for (std::size_t i = 0; i < p.items; ++i) {
        for (std::size_t k = 1; k < p.options; ++k) {
            out << " + " << p.cost[i * p.options + k] << " " << name(i, k) << "\n";
        }
    }
    out << "Subject To\n";
    for (std::size_t t = 0; t < p.targets; ++t) {
        out << " t" << t << ":";
        for (std::size_t i = 0; i < p.items; ++i) {
            for (std::size_t k = 1; k < p.options; ++k) {
                out << " + " << p.gain[(i * p.options + k) * p.targets + t] << " " << name(i, k)
                    << "\n";
            }
        }
        out << " >= " << p.need[t] << "\n";
    }
    for (std::size_t i = 0; i < p.items; ++i) {
        out << " one" << i << ":";
        for (std::size_t k = 1; k < p.options; ++k) out << " + " << name(i, k);
        out << " <= 1\n";
    }
    out << "Binaries\n";
    for (std::size_t i = 0; i < p.items; ++i) {
        for (std::size_t k = 1; k < p.options; ++k) out << " " << name(i, k) << "\n";
    }
    out << "End\n";
}

TEST(ChoiceSolver, AgreesWithCbc) {
    if (std::system("command -v cbc > /dev/null 2>&1") != 0) {
        GTEST_SKIP() << "cbc is not installed (package coinor-cbc)";
    }
    const ChoiceProblem p = random_problem(120, 42);
    const std::string lp = testing::TempDir() + "qk_" + std::to_string(::getpid()) + ".lp";
    const std::string solution = testing::TempDir() + "qk_" + std::to_string(::getpid()) + ".sol";
    write_lp(p, lp);
    const std::string command =
        "cbc " + lp + " ratio 0.0005 sec 20 solve solution " + solution + " > /dev/null 2>&1";
    ASSERT_EQ(std::system(command.c_str()), 0);
    std::ifstream in(solution);
    std::string first;
    std::getline(in, first);  // "Optimal - objective value 12.3"
    const double oracle = std::strtod(first.substr(first.rfind(' ') + 1).c_str(), nullptr);
    ASSERT_GT(oracle, 0) << first;
    std::remove(lp.c_str());
    std::remove(solution.c_str());
    const ChoiceAnswer answer = choose(p);
    EXPECT_LE(answer.bound, oracle * (1 + 1e-6));
    EXPECT_LE(answer.cost, oracle * 1.01);
}

}  // namespace
}  // namespace qk::plans
