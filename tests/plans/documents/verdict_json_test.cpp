#include "plans/documents/verdict_json.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;

const rules::Instant kStart = sys_days{2015y / December / 6} + 16h;

rules::Verdict sample() {
    rules::Verdict verdict;
    verdict.obligation = "E1/L1/stop";
    verdict.window = {kStart, kStart + 24h};
    verdict.compliance = rules::Compliance::kBreach;
    verdict.coverage = 0.75;
    verdict.measured_kwh = 1200.5;
    verdict.allowed_kwh = 480;
    verdict.text = "生产线L1停产：违反。";
    rules::BaselineUsed used;
    used.method = "idle-power";
    used.origin = "样本";
    used.kw = 20;
    used.days = {rules::CivilDay{local_days{2015y / December / 4}}};
    verdict.baseline = used;
    rules::Finding finding;
    finding.kind = rules::FindingKind::kNightRunning;
    finding.span = {kStart + 20h, kStart + 23h};
    finding.meter = "M1";
    finding.from = {kStart + 20h + 15min};
    finding.missing = {{kStart, kStart + 1h}};
    finding.measured = 310.25;
    finding.allowed = 26;
    finding.unit = "kW";
    finding.text = "夜间";
    verdict.findings = {finding};
    return verdict;
}

TEST(VerdictJson, ReadsBackWhatItWrote) {
    const auto json = to_json(sample(), rules::kBeijingTime);
    const auto read = verdict_from_json(json, "stored", rules::kBeijingTime);
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(to_text(to_json(*read, rules::kBeijingTime)), to_text(json));
    EXPECT_EQ(read->findings[0].from, sample().findings[0].from);
    EXPECT_EQ(read->baseline->days, sample().baseline->days);
}

TEST(VerdictJson, TheIntervalsOfACalibratedBaselineAreReadBack) {
    rules::Verdict verdict = sample();
    rules::CalibrationUsed used;
    used.interval_90 = {1000, 1200};
    used.interval_99 = {900, 1300};
    used.days_tried = 50;
    used.is_unsettled = true;
    used.holidays = {"元旦"};
    verdict.baseline->calibration = used;
    const auto read =
        verdict_from_json(to_json(verdict, rules::kBeijingTime), "stored", rules::kBeijingTime);
    ASSERT_TRUE(read && read->baseline && read->baseline->calibration);
    const rules::CalibrationUsed& back = *read->baseline->calibration;
    EXPECT_EQ(back.interval_90.low_kwh, 1000);
    EXPECT_EQ(back.interval_99.high_kwh, 1300);
    EXPECT_EQ(back.days_tried, 50);
    EXPECT_TRUE(back.is_unsettled);
    EXPECT_EQ(back.holidays, used.holidays);
}

TEST(VerdictJson, WhatItDidNotWriteIsRefused) {
    auto json = to_json(sample(), rules::kBeijingTime);
    json.as_object()["compliance"] = "guilty";
    json.as_object().erase("text");
    const auto read = verdict_from_json(json, "stored", rules::kBeijingTime);
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().size(), 2U) << rules::to_text(read.error());
}

TEST(VerdictJson, ParametersSayWhereTheyCameFrom) {
    const auto json = to_json(rules::JudgingParameters{});
    EXPECT_NE(string_or(json, "origin").find("样本"), std::string::npos);
    EXPECT_EQ(json.at("values").as_object().size(), rules::parameter_notes().size());
}

}  // namespace
}  // namespace qk::plans
