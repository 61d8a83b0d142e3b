// Whole stories in simulated time, around the daemon's whole application. Goal: the loop closes,
// the verdicts hold against the truth, and the same seed gives the same bytes, with and without
// faults on the way.
#include "sim/run/run.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "tests/sim/scratch_file.hpp"

namespace qk::sim {
namespace {

struct Told {
    Ledger ledger;
    std::string transcript;
};

Told tell(const std::string& toml, std::uint64_t seed) {
    const test::ScratchFile scenario("story.toml", toml);
    StageOptions options;
    options.scenario_file = scenario.path();
    options.seed = seed;
    std::ostringstream out;
    const auto ledger = run_episode(options, out);
    EXPECT_TRUE(ledger) << rules::to_text(ledger.error());
    return {ledger.value(), out.str()};
}

// Five days with a warning in them; few enterprises, because what is tested here is the story and not its
// size. The whole of December 2015 is played by functional.run.
const std::string kShort = R"(
name = "five short days"
start = "2015-12-05T00:00"
end = "2015-12-10T00:00"
[enterprises]
count = 24
history_days = 8
[enterprises.behaviours]
slow = 0.1
late = 0.05
night_runner = 0.05
meter_cutter = 0.05
treatment_off = 0.05
silent = 0.05
refuses = 0.05
over_cap = 0.05
)";

const std::string kShorter = R"(
name = "two short days"
start = "2015-12-05T00:00"
end = "2015-12-07T00:00"
[enterprises]
count = 16
history_days = 4
)";

TEST(Run, TheSameSeedGivesTheSameBytes) {
    const Told once = tell(kShorter, 1);
    EXPECT_EQ(once.transcript.rfind("seed 1:", 0), 0U);
    EXPECT_EQ(once.transcript, tell(kShorter, 1).transcript);
    EXPECT_NE(once.transcript, tell(kShorter, 2).transcript);
}

class RunSeeds : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RunSeeds, NobodyWhoObeysIsAccusedAndEveryWholeDayIsFound) {
    const Told told = tell(kShort, GetParam());
    EXPECT_TRUE(told.ledger.comparison.holds()) << told.transcript;
    EXPECT_GT(told.ledger.comparison.whole_days, 0) << told.transcript;
    EXPECT_TRUE(told.ledger.violations.empty()) << told.transcript;
    EXPECT_TRUE(told.ledger.refusals.empty()) << told.transcript;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RunSeeds, testing::Values(11, 12, 13));

TEST(Run, LostDoubledAndLateMessagesBreakNoPromise) {
    const Told told = tell(kShort +
                               "[faults]\nmessage_loss = 0.03\nduplicates = 0.05\n"
                               "delay_minutes_max = 30\n"
                               "broker_down = [{from = \"2015-12-07T10:00\", to = "
                               "\"2015-12-07T16:00\"}]\n",
                           21);
    EXPECT_TRUE(told.ledger.violations.empty()) << told.transcript;
    EXPECT_TRUE(told.ledger.comparison.false_accusations.empty()) << told.transcript;
}

TEST(Run, ADaemonThatIsRestartedForgetsNothing) {
    const Told told = tell(kShort +
                               "[faults]\ndaemon_restarts = [\"2015-12-07T09:10\", "
                               "\"2015-12-08T20:40\"]\n",
                           22);
    EXPECT_TRUE(told.ledger.violations.empty()) << told.transcript;
    EXPECT_TRUE(told.ledger.comparison.holds()) << told.transcript;
}

}  // namespace
}  // namespace qk::sim
