// Whole stories in simulated time, around the daemon's whole application. Goal: the loop closes,
// the verdicts hold against the truth, and the same seed gives the same bytes, with and without
// faults on the way.
#include "sim/run/run.hpp"

#include <fmt/format.h>
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

// Five days with a warning in them; few enterprises, because what is tested here is the story and
// not its size. The whole of December 2015 is played by functional.run.
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

// The broker is away when a raise takes effect at once: nobody can know of it for hours, and nobody
// may be accused of those hours.
class RunBrokerAway : public testing::TestWithParam<std::uint64_t> {};

TEST_P(RunBrokerAway, NobodyIsAccusedOfHoursBeforeAnOrderCouldBeKnown) {
    const Told told = tell(kShort +
                               "[faults]\nbroker_down = [{from = \"2015-12-07T08:45\", to = "
                               "\"2015-12-07T13:00\"}]\n",
                           GetParam());
    EXPECT_TRUE(told.ledger.violations.empty()) << told.transcript;
    EXPECT_TRUE(told.ledger.comparison.false_accusations.empty()) << told.transcript;
    EXPECT_GT(told.ledger.comparison.whole_days_found, 0) << told.transcript;
}

INSTANTIATE_TEST_SUITE_P(Seeds, RunBrokerAway, testing::Values(1, 2, 3));

TEST(Run, ADaemonThatIsRestartedForgetsNothing) {
    const Told told = tell(kShort +
                               "[faults]\ndaemon_restarts = [\"2015-12-07T09:10\", "
                               "\"2015-12-08T20:40\"]\n",
                           22);
    EXPECT_TRUE(told.ledger.violations.empty()) << told.transcript;
    EXPECT_TRUE(told.ledger.comparison.holds()) << told.transcript;
}

// Clear air from 1 to 9 December: nobody has a reason to warn.
std::string clear_air() {
    std::string csv = "region,time,pm25,pm10,so2,no2,co,o3\n";
    for (int day = 1; day <= 9; ++day) {
        for (int hour = 0; hour < 24; ++hour) {
            csv += fmt::format("110000,2015-12-{:02}T{:02}:00:00+08:00,18,30,6,25,0.5,40\n", day,
                               hour);
        }
    }
    return csv;
}

TEST(Run, ASeasonComesAndGoesWithoutAnyWarningAndMissedDaysAreADebt) {
    const test::ScratchFile weather("clear.csv", clear_air());
    const test::ScratchFile season(
        "season.toml",
        "[[window]]\nid = \"winter\"\nkind = \"peak-shift\"\nfrom = \"2015-12-04\"\n"
        "to = \"2015-12-06\"\ntrades = [\"cement\", \"brick-kiln\", \"foundry\"]\n"
        "measure = { form = \"stop\" }\nsource = \"样例\"\n");
    const Told told =
        tell(fmt::format("name = \"a season\"\nstart = \"2015-12-03T00:00\"\n"
                         "end = \"2015-12-08T00:00\"\n[weather]\nfile = \"{}\"\n[enterprises]\n"
                         "count = 32\nhistory_days = 8\nseason = \"{}\"\n"
                         "[enterprises.behaviours]\nrefuses = 0.4\n",
                         weather.path(), season.path()),
             31);
    EXPECT_TRUE(told.ledger.decided.empty()) << told.transcript;
    // One document brings it, another ends it.
    EXPECT_GT(told.ledger.season.orders, 0U);
    EXPECT_EQ(told.ledger.season.orders, 2 * told.ledger.enterprises_ordered) << told.transcript;
    EXPECT_GT(told.ledger.season.debt_days, 0) << told.transcript;
    EXPECT_GT(told.ledger.season.kept_days, 0) << told.transcript;
    EXPECT_GT(told.ledger.comparison.whole_days_found, 0) << told.transcript;
    EXPECT_TRUE(told.ledger.comparison.holds()) << told.transcript;
    EXPECT_TRUE(told.ledger.violations.empty()) << told.transcript;
    EXPECT_TRUE(told.ledger.refusals.empty()) << told.transcript;
}

}  // namespace
}  // namespace qk::sim
