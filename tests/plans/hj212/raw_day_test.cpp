#include "plans/hj212/raw_day.hpp"

#include <gmock/gmock.h>

#include <vector>

#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using testing::SizeIs;

const rules::Instant kArrived =
    *rules::parse_instant("2026-01-10T08:00:30+08:00", rules::kBeijingTime);

RawFrame raw(std::string bytes) { return {kArrived, "192.0.2.7", "MN1", std::move(bytes)}; }

std::vector<RawRecord> records_of(std::string_view bytes, std::size_t slice) {
    RawDayReader reader;
    std::vector<RawRecord> records;
    for (std::size_t at = 0; at < bytes.size(); at += slice) {
        reader.feed(bytes.substr(at, slice));
        while (auto one = reader.next(false)) records.push_back(std::move(*one));
    }
    while (auto one = reader.next(true)) records.push_back(std::move(*one));
    return records;
}

std::string day_of_three() {
    return raw_day_head(*rules::parse_day("2026-01-10")) + to_raw_record(raw("first")) +
           to_raw_record(raw(to_frame(upload(kArea)))) + to_raw_record(raw("third\n@@ \n"));
}

TEST(Hj212RawDay, WhatIsWrittenIsReadBackByteForByteWhereverItIsCut) {
    const std::string day = day_of_three();
    for (const std::size_t slice : {std::size_t{1}, std::size_t{7}, day.size()}) {
        const auto records = records_of(day, slice);
        ASSERT_THAT(records, SizeIs(3)) << slice;
        ASSERT_TRUE(records[0].frame && records[1].frame && records[2].frame);
        EXPECT_EQ(records[0].frame->bytes, "first");
        EXPECT_EQ(records[0].frame->link, "192.0.2.7");
        EXPECT_EQ(records[0].frame->mn, "MN1");
        EXPECT_EQ(records[0].frame->arrived, kArrived);
        EXPECT_EQ(records[1].frame->bytes, to_frame(upload(kArea)));
        EXPECT_EQ(records[2].frame->bytes, "third\n@@ \n");
        EXPECT_EQ(records[2].offset + records[2].bytes, day.size());
    }
}

TEST(Hj212RawDay, ARecordIsFoundByItsOffset) {
    const std::string day = day_of_three();
    const std::uint64_t offset = records_of(day, day.size())[1].offset;
    RawDayReader reader(offset);
    reader.feed(std::string_view(day).substr(offset));
    const auto record = reader.next(true);
    ASSERT_TRUE(record && record->frame);
    EXPECT_EQ(record->offset, offset);
    EXPECT_EQ(record->frame->bytes, to_frame(upload(kArea)));
}

TEST(Hj212RawDay, OneAlteredByteIsToldAndTheRestIsRead) {
    std::string day = day_of_three();
    const std::size_t place = day.find("12.5");
    day[place] = '9';
    for (const std::size_t slice : {std::size_t{1}, day.size()}) {
        const auto records = records_of(day, slice);
        ASSERT_THAT(records, SizeIs(3)) << slice;
        EXPECT_TRUE(records[0].frame);
        EXPECT_FALSE(records[1].frame);
        ASSERT_TRUE(records[2].frame);
        EXPECT_EQ(records[2].frame->bytes, "third\n@@ \n");
    }
}

TEST(Hj212RawDay, ATornTailAndWhatFollowsItAreTwoThings) {
    const std::string whole = to_raw_record(raw("whole"));
    const std::string torn = to_raw_record(raw(std::string(200, 'x'))).substr(0, 120);
    const auto cut = records_of(whole + torn, 9);
    ASSERT_THAT(cut, SizeIs(2));
    EXPECT_FALSE(cut[1].frame);
    // The next process goes on behind it, on a line of its own.
    const auto on = records_of(whole + torn + "\n" + whole, 9);
    ASSERT_THAT(on, SizeIs(3));
    EXPECT_FALSE(on[1].frame);
    ASSERT_TRUE(on[2].frame);
    EXPECT_EQ(on[2].frame->bytes, "whole");
}

TEST(Hj212RawDay, AProcessThatGoesOnBehindAnotherLeavesNoDamage) {
    const std::string whole = to_raw_record(raw("whole"));
    for (const std::size_t slice : {std::size_t{1}, std::size_t{500}}) {
        const auto records = records_of(whole + "\n" + whole, slice);
        ASSERT_THAT(records, SizeIs(2)) << slice;
        EXPECT_TRUE(records[0].frame && records[1].frame);
        EXPECT_EQ(records[1].offset, whole.size() + 1);
    }
}

TEST(Hj212RawDay, NoBytesWhateverStallOrGrowWithoutAnEnd) {
    const auto noise = records_of(std::string(100'000, 'z'), 1000);
    ASSERT_THAT(noise, SizeIs(1));
    EXPECT_FALSE(noise[0].frame);
    EXPECT_EQ(noise[0].bytes, 100'000U);
    EXPECT_THAT(records_of("@@ 2026-01-10T08:00:30+08:00 a b 99999999999 0123456789abcdef\n", 5),
                SizeIs(1));
}

TEST(Hj212RawDay, AnAddressOfSeveralWordsStaysOneWord) {
    RawFrame odd = raw("x");
    odd.link = "a b\nc";
    odd.mn.clear();
    const auto records = records_of(to_raw_record(odd), 100);
    ASSERT_THAT(records, SizeIs(1));
    ASSERT_TRUE(records[0].frame);
    EXPECT_EQ(records[0].frame->link, "a_b_c");
    EXPECT_EQ(records[0].frame->mn, "");
}

}  // namespace
}  // namespace qk::plans::hj212
