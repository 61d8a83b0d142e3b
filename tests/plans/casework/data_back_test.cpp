#include "plans/casework/data_back.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

using namespace std::chrono_literals;
using rules::FindingKind;

const rules::Instant kNow{std::chrono::sys_days{std::chrono::year{2026} / 12 / 1} + 12h};

rules::Finding gap(rules::Instant from, rules::Instant to) {
    rules::Finding finding;
    finding.kind = FindingKind::kMeterSilent;
    finding.span = {kNow - 24h, kNow};
    finding.missing = {{from, to}};
    return finding;
}

TEST(DataBack, WithoutAFindingNothingIsMissing) { EXPECT_TRUE(is_data_back({}, {}, kNow)); }

TEST(DataBack, AMeterHeardAgainForAnHourIsBackThoughTheGapStays) {
    const auto finding = gap(kNow - 5h, kNow - 3h);
    EXPECT_TRUE(is_data_back({finding}, kNow - 15min, kNow));
    EXPECT_TRUE(is_data_back({finding}, kNow - 1h, kNow));
    EXPECT_FALSE(is_data_back({finding}, kNow - 61min, kNow)) << "silent again";
    EXPECT_FALSE(is_data_back({finding}, {}, kNow)) << "never heard";
    EXPECT_FALSE(is_data_back({gap(kNow - 5h, kNow - 30min)}, kNow, kNow)) << "only just";
    EXPECT_TRUE(is_data_back({gap(kNow - 5h, kNow - 1h)}, kNow, kNow));
}

TEST(DataBack, WhatIsNotThereYetIsNoGap) {
    rules::Finding finding = gap(kNow - 5h, kNow - 3h);
    finding.missing.push_back({kNow - 30min, kNow});
    EXPECT_TRUE(is_data_back({finding}, kNow - 30min, kNow));
    EXPECT_FALSE(is_data_back({finding}, kNow - 2h - 30min, kNow)) << "silent again";
}

TEST(DataBack, SilenceCallsForACaseAfterAnHourAndOnlyWhileItLasts) {
    const auto finding = gap(kNow - 5h, kNow - 3h);
    EXPECT_FALSE(calls_for_a_case(finding, kNow - 59min, kNow));
    EXPECT_TRUE(calls_for_a_case(finding, kNow - 60min, kNow));
    EXPECT_TRUE(calls_for_a_case(finding, {}, kNow)) << "never heard, for a day";
    rules::Finding brief = finding;
    brief.span = {kNow - 59min, kNow};
    EXPECT_FALSE(calls_for_a_case(brief, {}, kNow));
    rules::Finding cut = finding;
    cut.kind = FindingKind::kPowerCut;
    EXPECT_TRUE(calls_for_a_case(cut, kNow, kNow));
    cut.kind = FindingKind::kLineRunning;
    EXPECT_FALSE(calls_for_a_case(cut, {}, kNow));
}

TEST(DataBack, EveryFindingCounts) {
    EXPECT_FALSE(
        is_data_back({gap(kNow - 9h, kNow - 8h), gap(kNow - 2h, kNow - 10min)}, kNow, kNow));
}

TEST(DataBack, ZeroAndInvalidReadingsAreNotBackByArriving) {
    for (const FindingKind kind : {FindingKind::kPowerCut, FindingKind::kInvalidData}) {
        rules::Finding finding = gap(kNow - 5h, kNow - 3h);
        finding.kind = kind;
        EXPECT_TRUE(is_about_data(finding));
        EXPECT_FALSE(is_data_back({finding}, kNow, kNow));
    }
    rules::Finding running;
    running.kind = FindingKind::kLineRunning;
    EXPECT_FALSE(is_about_data(running));
}

}  // namespace
}  // namespace qk::plans
