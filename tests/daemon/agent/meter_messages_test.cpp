#include "daemon/agent/meter_messages.hpp"

#include <gtest/gtest.h>

#include "daemon/readings/message.hpp"

namespace qk::agent {
namespace {

constexpr const char* kFile = "readings.csv";

std::vector<daemon::MeterReading> as_the_bureau_reads(const MeterMessage& message) {
    const rules::Instant now =
        *rules::parse_instant("2026-11-30T12:00:00+08:00", rules::kBeijingTime);
    return daemon::parse_meter(message.payload, {"meter", now, rules::kBeijingTime}).value();
}

bool is_taken(std::string_view bytes) { return meter_messages(bytes, kFile, "m1").has_value(); }

TEST(AgentMeterMessages, ATableBecomesWhatTheBureauReads) {
    const auto messages = meter_messages(
        "t,kw,kwh_total,minutes,valid\n2026-11-30T08:00:00+08:00,12.5,1000,15,\n"
        "2026-11-30T08:15:00+08:00,0,1001,15,no\n",
        kFile, "m1");
    ASSERT_TRUE(messages) << rules::to_text(messages.error());
    ASSERT_EQ(messages->size(), 1U);
    EXPECT_EQ(messages->front().meter, "m1");
    const auto readings = as_the_bureau_reads(messages->front());
    ASSERT_EQ(readings.size(), 2U);
    EXPECT_EQ(readings[0].kw, 12.5);
    EXPECT_EQ(readings[0].kwh_total, 1000);
    EXPECT_TRUE(readings[0].valid);
    EXPECT_EQ(readings[1].kw, 0);
    EXPECT_FALSE(readings[1].valid);
}

TEST(AgentMeterMessages, ChineseHeadersAndSeveralMetersInOneFile) {
    const auto messages = meter_messages(
        "表号,时间,功率\nm1,2026-11-30T08:00:00+08:00,1\nm2,2026-11-30T08:00:00+08:00,2\n", kFile,
        "");
    ASSERT_TRUE(messages) << rules::to_text(messages.error());
    ASSERT_EQ(messages->size(), 2U);
    EXPECT_EQ((*messages)[0].meter, "m1");
    EXPECT_EQ(as_the_bureau_reads((*messages)[1])[0].kw, 2);
}

TEST(AgentMeterMessages, JsonIsTakenAsOneObjectOrAsAnArray) {
    const std::string one = R"({"t":"2026-11-30T08:00:00+08:00","kw":3,"note":"unknown"})";
    EXPECT_EQ(as_the_bureau_reads(meter_messages(one, kFile, "m1").value()[0])[0].kw, 3);
    const auto two = meter_messages("[" + one + "," + one + "]", kFile, "m1").value();
    EXPECT_EQ(as_the_bureau_reads(two[0]).size(), 2U);
}

TEST(AgentMeterMessages, ManyReadingsBecomeSeveralMessages) {
    std::string table = "t,kw\n";
    for (std::size_t i = 0; i < kReadingsPerMessage + 1; ++i)
        table += "2026-11-30T08:00:00+08:00,1\n";
    const auto messages = meter_messages(table, kFile, "m1");
    ASSERT_TRUE(messages);
    ASSERT_EQ(messages->size(), 2U);
    EXPECT_EQ(as_the_bureau_reads((*messages)[1]).size(), 1U);
}

TEST(AgentMeterMessages, WhatCannotBeReadIsRefusedWholeWithItsPlace) {
    const auto refused = meter_messages(
        "t,kw\n2026-11-30T08:00:00+08:00,1\nnoon,1\n2026-11-30T08:15:00+08:00,-1\n", kFile, "m1");
    ASSERT_FALSE(refused);
    EXPECT_FALSE(is_taken("t,kw\n2026-11-30T08:00:00+08:00,\n"));
    EXPECT_FALSE(is_taken("t,kw\n2026-11-30T08:00:00+08:00,1e400\n"));
    EXPECT_FALSE(is_taken("t,kw\n"));
    EXPECT_FALSE(is_taken("kw\n1\n"));
    EXPECT_FALSE(is_taken(""));
    EXPECT_FALSE(is_taken("[]"));
    EXPECT_FALSE(is_taken("[1]"));
    EXPECT_FALSE(is_taken(R"({"t":"2026-11-30T08:00:00+08:00","kw":"3"})"));
    EXPECT_FALSE(meter_messages("t,kw\n2026-11-30T08:00:00+08:00,1\n", kFile, ""));
    EXPECT_FALSE(
        meter_messages(R"({"meter":"a/b","t":"2026-11-30T08:00:00+08:00","kw":3})", kFile, ""));
    EXPECT_FALSE(is_taken("t,kw\n" + std::string(kMeterFileBytesMax, '1')));
}

}  // namespace
}  // namespace qk::agent
