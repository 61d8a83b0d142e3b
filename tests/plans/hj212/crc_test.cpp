#include "plans/hj212/crc.hpp"

#include <gmock/gmock.h>

#include <set>

#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

TEST(Hj212Crc, IsThatOfThePrintedExamplesAndNotModbus) {
    EXPECT_EQ(crc_text(crc_of(kPrinted2017)), "1C80");
    EXPECT_EQ(crc_text(modbus_crc_of(kPrinted2017)), "0759");
    EXPECT_EQ(crc_text(crc_of(kPrinted2025)), "2200");
    EXPECT_EQ(crc_text(modbus_crc_of(kPrinted2025)), "CCF4");
    EXPECT_EQ(crc_text(crc_of(kPrinted2005)), "6B80");
    EXPECT_EQ(crc_text(modbus_crc_of(kPrinted2005)), "AC73");
    EXPECT_EQ(crc_text(crc_of("")), "FFFF");
}

TEST(Hj212Crc, TakesOnly256Values) {
    std::set<std::uint16_t> seen;
    for (int first = 0; first < 256; ++first) {
        for (int second = 0; second < 256; ++second) {
            const char bytes[] = {static_cast<char>(first), static_cast<char>(second)};
            seen.insert(crc_of({bytes, 2}));
        }
    }
    EXPECT_EQ(seen.size(), 256U);
}

TEST(Hj212Crc, WhatIsSentInItsPlaceIsNamed) {
    EXPECT_EQ(classify_crc(kPrinted2017, "1C80"), CrcKind::kRight);
    EXPECT_EQ(classify_crc(kPrinted2017, "1c80"), CrcKind::kRight);
    EXPECT_EQ(classify_crc(kPrinted2017, "0759"), CrcKind::kModbus);
    EXPECT_EQ(classify_crc(kPrinted2017, "5907"), CrcKind::kModbusSwapped);
    // What the prose of annex A misprints.
    EXPECT_EQ(classify_crc(kPrinted2017, "1C08"), CrcKind::kWrong);
    EXPECT_EQ(classify_crc(kPrinted2017, "1G80"), CrcKind::kNotHex);
    EXPECT_EQ(classify_crc(kPrinted2017, "80"), CrcKind::kNotHex);
    EXPECT_TRUE(is_raw_crc(kPrinted2017, "\x1C\x80"));
    EXPECT_TRUE(is_raw_crc(kPrinted2017, "\x07\x59"));
    EXPECT_FALSE(is_raw_crc(kPrinted2017, "\x1C\x81"));
}

// As the standard writes it down, a bit at a time.
std::uint16_t by_the_book(std::string_view segment) {
    unsigned sum = 0xFFFF;
    for (const char c : segment) {
        sum = sum >> 8U ^ static_cast<unsigned char>(c);
        for (int i = 0; i < 8; ++i) sum = (sum & 1U) != 0 ? sum >> 1U ^ 0xA001U : sum >> 1U;
    }
    return static_cast<std::uint16_t>(sum);
}

TEST(Hj212Crc, IsThatOfTheStandardForEveryLengthAndByte) {
    std::string segment;
    for (unsigned i = 0; i < 700; ++i) {
        EXPECT_EQ(crc_of(segment), by_the_book(segment)) << i;
        segment.push_back(static_cast<char>(i * 37U % 256U));
    }
}

}  // namespace
}  // namespace qk::plans::hj212
