#include "rules/compliance/process_state.hpp"

#include <gmock/gmock.h>

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr Instant kAt{std::chrono::seconds{1'700'000'000}};
const Span kDay{kAt, kAt + hours{24}};

TEST(ProcessState, AStateHoldsUntilTheNextOneIsSaid) {
    const std::vector<StateAt> said{{kAt - hours{1}, ProcessState::kRunning},
                                    {kAt + hours{2}, ProcessState::kMaintenance},
                                    {kAt + hours{3}, ProcessState::kRunning}};
    EXPECT_THAT(spans_of(said, kDay, hours{30}),
                ElementsAre(StateSpan{{kAt, kAt + hours{2}}, ProcessState::kRunning},
                            StateSpan{{kAt + hours{2}, kAt + hours{3}}, ProcessState::kMaintenance},
                            StateSpan{{kAt + hours{3}, kDay.to}, ProcessState::kRunning}));
}

TEST(ProcessState, BehindItsLastWordNothingIsKnown) {
    const std::vector<StateAt> said{{kAt, ProcessState::kBypassOpen},
                                    {kAt + minutes{5}, ProcessState::kBypassOpen}};
    EXPECT_THAT(spans_of(said, kDay, minutes{10}),
                ElementsAre(StateSpan{{kAt, kAt + minutes{15}}, ProcessState::kBypassOpen}));
    EXPECT_THAT(spans_of({}, kDay, hours{1}), IsEmpty());
}

TEST(ProcessState, WordsAreReadInBothLanguagesAndNoOthers) {
    EXPECT_EQ(parse_process_state("旁路开启"), ProcessState::kBypassOpen);
    EXPECT_EQ(parse_process_state("maintenance"), ProcessState::kMaintenance);
    EXPECT_FALSE(parse_process_state("asleep"));
    EXPECT_FALSE(parse_process_state(""));
    EXPECT_EQ(parse_series_kind("天然气"), SeriesKind::kGas);
    EXPECT_TRUE(is_of_states(SeriesKind::kBypass));
    EXPECT_FALSE(is_of_states(SeriesKind::kSteam));
}

}  // namespace
}  // namespace qk::rules
