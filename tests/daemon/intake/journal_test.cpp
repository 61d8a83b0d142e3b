#include "daemon/intake/journal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};

std::unique_ptr<Journal> open_journal(const std::string& folder, JournalPlace consumed = {},
                                      std::uint64_t segment_bytes = kSegmentBytesMax) {
    auto journal = Journal::open(folder, consumed, segment_bytes);
    EXPECT_TRUE(journal.has_value());
    return std::move(journal.value());
}

TEST(Journal, WhatWasAppendedIsReadBackInOrderAfterReopening) {
    const Scratch scratch;
    JournalPlace after_first;
    {
        auto journal = open_journal(scratch.file("j"));
        after_first = journal->append(kNow, "a/1", "one", true);
        journal->append(kNow, "a/2", std::string("\0two", 4), false);
    }
    auto journal = open_journal(scratch.file("j"));
    const auto all = journal->read({}, 10);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].topic, "a/1");
    EXPECT_EQ(all[0].arrived, kNow);
    EXPECT_EQ(all[0].end, after_first);
    EXPECT_EQ(all[1].payload, std::string("\0two", 4));
    const auto rest = journal->read(after_first, 10);
    ASSERT_EQ(rest.size(), 1U);
    EXPECT_EQ(rest[0].topic, "a/2");
    EXPECT_TRUE(journal->read(rest[0].end, 10).empty());
}

TEST(Journal, ATornTailIsCutAtEveryPossibleByteAndTheRestKept) {
    const Scratch scratch;
    const std::string folder = scratch.file("j");
    std::string whole;
    {
        auto journal = open_journal(folder);
        journal->append(kNow, "t", "first", false);
        journal->append(kNow, "t", "second", false);
    }
    const std::string file = "j/0000000001.log";
    whole = scratch.read(file);
    const std::size_t first = to_record(kNow, "t", "first").size();
    for (std::size_t size = first; size < whole.size(); ++size) {
        scratch.write(file, whole.substr(0, size));
        auto journal = open_journal(folder);
        EXPECT_EQ(journal->torn().size(), size == first ? 0U : 1U);
        EXPECT_EQ(journal->read({}, 10).size(), 1U);
        journal->append(kNow, "t", "third", false);
        EXPECT_EQ(journal->read({}, 10).at(1).payload, "third");
    }
}

TEST(Journal, SegmentsThatAreTakenInAreDeleted) {
    const Scratch scratch;
    const std::string folder = scratch.file("j");
    auto journal = open_journal(folder, {}, 100);
    JournalPlace last;
    for (int i = 0; i < 20; ++i) last = journal->append(kNow, "topic", std::string(40, 'x'), false);
    EXPECT_GT(last.segment, 5U);
    EXPECT_EQ(journal->read({}, 100).size(), 20U);
    journal->forget(last);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder), {}), 1);
    EXPECT_TRUE(journal->read(last, 10).empty());
}

TEST(Journal, AfterALossOfItsFilesNewMessagesLieBehindTheStoredPlace) {
    const Scratch scratch;
    auto journal = open_journal(scratch.file("j"), {7, 4000});
    const JournalPlace place = journal->append(kNow, "t", "x", false);
    EXPECT_GT(place, (JournalPlace{7, 4000}));
    EXPECT_EQ(journal->read({7, 4000}, 10).size(), 1U);
}

TEST(Journal, APlaceReadsBackFromItsText) {
    EXPECT_EQ(parse_journal_place(to_text(JournalPlace{3, 4711})), (JournalPlace{3, 4711}));
    for (const char* text : {"", "3", "3 ", " 3", "0 1", "3 4 ", "x 1"}) {
        EXPECT_EQ(parse_journal_place(text), std::nullopt) << text;
    }
}

RC_GTEST_PROP(Journal, ARecordReadsBackAndADamagedOneDoesNot, (const std::string& payload)) {
    const std::string record = to_record(kNow, "topic", payload);
    const auto read = read_record(record + "more");
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->message.payload == payload);
    RC_ASSERT(read->length == record.size());
    std::string damaged = record;
    const auto at = *rc::gen::inRange<std::size_t>(0, record.size());
    damaged[at] = static_cast<char>(damaged[at] ^ 0x10);
    const auto again = read_record(damaged);
    RC_ASSERT(!again || at < 4);  // a longer length may only meet bytes that are not there
    RC_ASSERT(!again);
}

}  // namespace
}  // namespace qk::daemon
