#include "daemon/readings/journal.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cerrno>
#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;
using Kind = JournalFinding::Kind;

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};
const std::string kTopic = "qingkong/1/110105/e1/meter/m1";

std::unique_ptr<Journal> open_journal(const std::string& folder, JournalPlace consumed = {},
                                      std::uint64_t segment_bytes = kSegmentBytesMax) {
    auto journal = Journal::open(folder, consumed, segment_bytes);
    EXPECT_TRUE(journal.has_value());
    return std::move(journal.value());
}

JournalPlace add(Journal& journal, const std::string& payload) {
    Envelope envelope;
    envelope.address = kTopic;
    envelope.payload = payload;
    return journal.append(envelope, kNow, payload.size(), false);
}

std::vector<std::string> payloads(Journal& journal, JournalPlace from) {
    std::vector<std::string> read;
    for (const JournalMessage& message : journal.read(from, 100'000).messages) {
        read.push_back(message.payload);
    }
    return read;
}

std::vector<JournalFinding> of_kind(const Journal& journal, Kind kind) {
    std::vector<JournalFinding> found;
    for (const JournalFinding& finding : journal.findings()) {
        if (finding.kind == kind) found.push_back(finding);
    }
    return found;
}

std::uint64_t records_lost(const Journal& journal) {
    std::uint64_t lost = 0;
    for (const JournalFinding& finding : journal.findings()) lost += finding.records;
    return lost;
}

// A journal of several small segments, as an earlier process left it.
class JournalTest : public testing::Test {
 protected:
    void fill(int count = 40, std::uint64_t segment_bytes = 800) {
        auto journal = open_journal(folder(), {}, segment_bytes);
        for (int i = 0; i < count; ++i) {
            sent_.push_back("message " + std::to_string(i) + std::string(60, 'x'));
            ends_.push_back(add(*journal, sent_.back()));
        }
    }
    [[nodiscard]] std::string folder() const { return scratch_.file("j"); }
    [[nodiscard]] std::string name(std::uint64_t segment) const {
        return "j/" + segment_name(segment);
    }
    std::string bytes(std::uint64_t segment) const { return scratch_.read(name(segment)); }
    void flip(std::uint64_t segment, std::size_t at) {
        std::string all = bytes(segment);
        all[at] = static_cast<char>(all[at] ^ 0x20);
        scratch_.write(name(segment), all);
    }
    // Everything but these was read, once and in order.
    void expect_all_but(const std::vector<std::string>& read, std::size_t first,
                        std::size_t count) {
        std::vector<std::string> wanted = sent_;
        wanted.erase(wanted.begin() + static_cast<std::ptrdiff_t>(first),
                     wanted.begin() + static_cast<std::ptrdiff_t>(first + count));
        EXPECT_EQ(read, wanted);
    }

    Scratch scratch_;
    std::vector<std::string> sent_;
    std::vector<JournalPlace> ends_;
};

TEST_F(JournalTest, AnEnvelopeIsReadBackAfterReopening) {
    JournalPlace after_first;
    {
        auto journal = open_journal(folder());
        Envelope envelope;
        envelope.channel = Channel::kHj212;
        envelope.sender = "e1";
        envelope.address = "a/1";
        envelope.payload = std::string_view("\0two", 4);
        after_first = journal->append(envelope, kNow, 9000, true);
        add(*journal, "second");
    }
    auto journal = open_journal(folder());
    EXPECT_TRUE(journal->findings().empty());
    EXPECT_EQ(journal->waiting_at_start(), 2U);
    const auto all = journal->read({}, 10).messages;
    ASSERT_EQ(all.size(), 2U);
    EXPECT_EQ(all[0].channel, Channel::kHj212);
    EXPECT_EQ(all[0].sender, "e1");
    EXPECT_EQ(all[0].address, "a/1");
    EXPECT_EQ(all[0].arrived, kNow);
    EXPECT_EQ(all[0].payload, std::string("\0two", 4));
    EXPECT_EQ(all[0].payload_bytes, 9000U);
    EXPECT_EQ(all[0].end, after_first);
    EXPECT_EQ(payloads(*journal, after_first), std::vector<std::string>{"second"});
    EXPECT_TRUE(journal->read(all[1].end, 10).messages.empty());
}

TEST_F(JournalTest, WhatIsAppendedWhileReadingFollowsInOrder) {
    fill(20);
    auto journal = open_journal(folder());
    JournalPlace place = journal->start();
    for (int i = 0; i < 30; ++i) {
        sent_.push_back("new " + std::to_string(i));
        add(*journal, sent_.back());
        const auto some = journal->read(place, 1).messages;
        ASSERT_EQ(some.size(), 1U);
        EXPECT_EQ(some[0].payload, sent_[static_cast<std::size_t>(i)]);
        place = some[0].end;
    }
    EXPECT_EQ(payloads(*journal, place).size(), 20U);
}

TEST_F(JournalTest, ATornTailIsCutAtEveryPossibleByteAndTheRestKept) {
    fill(2);
    const std::string whole = bytes(1);
    const std::size_t first = ends_[0].offset;
    for (std::size_t size = first; size < whole.size(); size += size < first + 30 ? 1 : 7) {
        fs::remove_all(folder());
        scratch_.write(name(1), whole.substr(0, size));
        auto journal = open_journal(folder());
        EXPECT_EQ(of_kind(*journal, Kind::kTorn).size(), size == first ? 0U : 1U) << size;
        EXPECT_EQ(records_lost(*journal), 0U);
        EXPECT_EQ(journal->findings().size(), size == first ? 0U : 1U) << size;
        add(*journal, "third");
        EXPECT_EQ(payloads(*journal, {}), (std::vector<std::string>{sent_[0], "third"}));
        journal.reset();
        journal = open_journal(folder());
        EXPECT_TRUE(journal->findings().empty()) << size;
        EXPECT_EQ(payloads(*journal, {}), (std::vector<std::string>{sent_[0], "third"}));
    }
}

TEST_F(JournalTest, AnyFlippedByteCostsItsRecordAloneAndTheReportSaysSo) {
    fill(12, 700);
    const std::uint64_t newest = ends_.back().segment;
    ASSERT_GE(newest, 3U);
    // Most bytes of the heads and some of each body: what is opened is synced, which takes its
    // time.
    const auto next = [](std::size_t at) { return at + (at < kSegmentHeadBytes + 26 ? 2 : 13); };
    for (std::uint64_t segment = 1; segment <= newest; ++segment) {
        const std::string whole = bytes(segment);
        for (std::size_t at = segment % 2; at < whole.size(); at = next(at)) {
            flip(segment, at);
            fs::remove_all(folder() + "/damaged");
            auto journal = open_journal(folder());
            std::size_t hit = 0;
            while (ends_[hit] < JournalPlace{segment, at + 1}) ++hit;
            const bool is_head = at < kSegmentHeadBytes;
            const auto damaged = of_kind(*journal, Kind::kDamaged);
            ASSERT_EQ(damaged.size(), 1U) << segment << " " << at;
            EXPECT_EQ(journal->findings().size(), 1U);
            expect_all_but(payloads(*journal, journal->start()), hit, is_head ? 0 : 1);
            EXPECT_EQ(damaged[0].records, is_head ? 0U : 1U) << segment << " " << at;
            EXPECT_EQ(damaged[0].from, is_head ? 0U
                                       : hit == 0 || ends_[hit - 1].segment != segment
                                           ? kSegmentHeadBytes
                                           : ends_[hit - 1].offset);
            EXPECT_EQ(fs::file_size(damaged[0].kept), whole.size());
            journal.reset();
            scratch_.write(name(segment), whole);
            while (fs::exists(folder() + "/" + segment_name(newest + 1))) {
                fs::remove(folder() + "/" + segment_name(newest + 1));
            }
        }
    }
}

TEST_F(JournalTest, AnOlderSegmentThatIsCutAnywhereSaysHowManyAreLost) {
    fill(24, 700);
    const std::uint64_t newest = ends_.back().segment;
    const std::string whole = bytes(2);
    std::size_t begin = 0;
    while (ends_[begin].segment < 2) ++begin;
    std::size_t end = begin;
    while (ends_[end].segment == 2) ++end;
    for (std::size_t size = 0; size < whole.size(); size += 9) {
        scratch_.write(name(2), whole.substr(0, size));
        fs::remove_all(folder() + "/damaged");
        auto journal = open_journal(folder());
        std::size_t first = begin;
        while (first < end && ends_[first].offset <= size) ++first;
        expect_all_but(payloads(*journal, journal->start()), first, end - first);
        EXPECT_EQ(records_lost(*journal), end - first) << size;
        EXPECT_TRUE(of_kind(*journal, Kind::kTorn).empty());
        journal.reset();
        fs::remove(folder() + "/" + segment_name(newest + 1));
    }
}

TEST_F(JournalTest, AZeroedPageIsDamageAndNotTheEnd) {
    fill(400, 40'000);
    std::string all = bytes(1);
    std::fill(all.begin() + 4096, all.begin() + 8192, '\0');
    scratch_.write(name(1), all);
    auto journal = open_journal(folder());
    const auto damaged = of_kind(*journal, Kind::kDamaged);
    ASSERT_EQ(damaged.size(), 1U);
    std::size_t first = 0;
    while (ends_[first].offset <= 4096) ++first;
    EXPECT_TRUE(damaged[0].is_exact);
    expect_all_but(payloads(*journal, journal->start()), first, damaged[0].records);
    EXPECT_GE(damaged[0].bytes, 4096U);
}

TEST_F(JournalTest, AMissingSegmentIsSaidWithItsRecords) {
    fill(24, 700);
    std::size_t begin = 0;
    while (ends_[begin].segment < 2) ++begin;
    std::size_t end = begin;
    while (ends_[end].segment == 2) ++end;
    fs::remove(folder() + "/" + segment_name(2));
    auto journal = open_journal(folder());
    const auto missing = of_kind(*journal, Kind::kMissing);
    ASSERT_EQ(missing.size(), 1U);
    EXPECT_NE(missing[0].file.find(segment_name(2)), std::string::npos);
    EXPECT_EQ(missing[0].records, end - begin);
    expect_all_but(payloads(*journal, journal->start()), begin, end - begin);
}

TEST_F(JournalTest, APayloadThatLooksLikeARecordFoolsNobody) {
    // What an attacker can know: the format. The key is not known to him.
    const std::string forged =
        RecordCodec(JournalFormat::kTwo, {}, 1).to_record({}, kNow, 0, 7, 0) + "QKJ2";
    {
        auto journal = open_journal(folder());
        sent_ = {"before", forged + forged + std::string(300, 'y') + forged, "after"};
        for (const std::string& one : sent_) ends_.push_back(add(*journal, one));
    }
    for (std::size_t at = ends_[0].offset; at < ends_[1].offset; at += 7) {
        const std::string whole = bytes(1);
        flip(1, at);
        auto journal = open_journal(folder());
        EXPECT_EQ(payloads(*journal, {}), (std::vector<std::string>{"before", "after"})) << at;
        EXPECT_EQ(records_lost(*journal), 1U);
        journal.reset();
        scratch_.write(name(1), whole);
        fs::remove(folder() + "/" + segment_name(2));
    }
}

TEST_F(JournalTest, ADamagedKeyIsFoundAgainInAnySegment) {
    fill(24, 700);
    scratch_.write("j/key", "nothing");
    flip(1, 30);
    auto journal = open_journal(folder());
    EXPECT_EQ(payloads(*journal, journal->start()), sent_);
    EXPECT_EQ(records_lost(*journal), 0U);
}

TEST_F(JournalTest, SegmentsThatWerePutBackBesideAnotherKeyAreReadByTheirOwn) {
    fill(24, 700);
    { const auto other = open_journal(scratch_.file("other")); }
    scratch_.write("j/key", scratch_.read("other/key"));
    for (const bool is_again : {false, true}) {
        auto journal = open_journal(folder());
        EXPECT_EQ(payloads(*journal, journal->start()), sent_) << is_again;
        EXPECT_TRUE(journal->findings().empty());
        sent_.emplace_back("later");
        add(*journal, sent_.back());
    }
}

TEST_F(JournalTest, WhatWasPutAsideBeforeIsNotOverwritten) {
    fill(24, 700);
    const std::string second = bytes(2);
    scratch_.write("j/damaged/" + segment_name(40), "of an earlier start");
    scratch_.write(name(40), second);
    auto journal = open_journal(folder());
    const auto foreign = of_kind(*journal, Kind::kForeign);
    ASSERT_EQ(foreign.size(), 1U);
    EXPECT_EQ(scratch_.read("j/damaged/" + segment_name(40)), "of an earlier start");
    EXPECT_EQ(scratch_.read("j/damaged/" + segment_name(40) + ".1"), second);
    EXPECT_EQ(payloads(*journal, journal->start()), sent_);
}

TEST_F(JournalTest, ACopyThatFailsLeavesNothingHalf) {
    scratch_.write("a", std::string(100, 'a'));
    EXPECT_THROW(real_disk()->copy(scratch_.file("missing"), scratch_.file("b")),
                 std::system_error);
    EXPECT_FALSE(fs::exists(scratch_.file("b")));
    EXPECT_FALSE(fs::exists(scratch_.file("b.new")));
    real_disk()->copy(scratch_.file("a"), scratch_.file("b"));
    EXPECT_EQ(scratch_.read("b"), std::string(100, 'a'));
    EXPECT_FALSE(fs::exists(scratch_.file("b.new")));
}

TEST_F(JournalTest, APlaceThatIsNoEndOfARecordIsReadAgainFromTheStartOfItsSegment) {
    fill(24, 700);
    const JournalPlace good = ends_[9];
    for (const std::uint64_t off : {good.offset - 1, good.offset + 1, good.offset + 100'000}) {
        auto journal = open_journal(folder(), {good.segment, off, good.sequence});
        EXPECT_EQ(of_kind(*journal, Kind::kPlaceLost).size(), 1U) << off;
        EXPECT_EQ(journal->start(), (JournalPlace{good.segment, 0}));
        const auto read = payloads(*journal, journal->start());
        EXPECT_GE(read.size(), 24U - 10U);
        EXPECT_EQ(read.back(), sent_.back());
    }
    auto journal = open_journal(folder(), good);
    EXPECT_TRUE(journal->findings().empty());
    EXPECT_EQ(payloads(*journal, good).front(), sent_[10]);
    EXPECT_EQ(journal->waiting_at_start(), 14U);
}

TEST_F(JournalTest, APlaceWhoseSegmentIsGoneIsSaidWithWhatIsLost) {
    fill(24, 700);
    const JournalPlace good = ends_[8];
    std::size_t next = 9;
    while (ends_[next].segment == good.segment) ++next;
    ASSERT_GT(next, 9U);
    fs::remove(folder() + "/" + segment_name(good.segment));
    auto journal = open_journal(folder(), good);
    EXPECT_EQ(of_kind(*journal, Kind::kPlaceLost).size(), 1U);
    EXPECT_EQ(records_lost(*journal), next - 9);
    EXPECT_EQ(
        payloads(*journal, journal->start()),
        std::vector<std::string>(sent_.begin() + static_cast<std::ptrdiff_t>(next), sent_.end()));
}

TEST_F(JournalTest, AJournalThatIsGoneWholeIsSaid) {
    auto journal = open_journal(folder(), {7, 4000, 100});
    EXPECT_EQ(of_kind(*journal, Kind::kPlaceLost).size(), 1U);
    const JournalPlace place = add(*journal, "x");
    EXPECT_GT(place, (JournalPlace{7, 4000}));
    EXPECT_EQ(place.sequence, 101U);
    EXPECT_EQ(payloads(*journal, {7, 4000}), std::vector<std::string>{"x"});
}

TEST_F(JournalTest, ForeignFilesAreNamedAndNoneIsReadTwice) {
    fill(24, 700);
    const std::string newest = segment_name(ends_.back().segment + 1);
    fs::copy(folder() + "/" + segment_name(2), folder() + "/" + newest);
    fs::copy(folder() + "/" + segment_name(2), folder() + "/2.log");
    scratch_.write("j/notes.txt", "x");
    fs::create_directory(folder() + "/0000000050.log");
    auto journal = open_journal(folder());
    EXPECT_EQ(of_kind(*journal, Kind::kForeign).size(), 2U);  // the copy, and the others together
    EXPECT_EQ(payloads(*journal, journal->start()), sent_);
    EXPECT_EQ(records_lost(*journal), 0U);
    EXPECT_TRUE(fs::exists(folder() + "/damaged/" + newest));
    EXPECT_EQ(add(*journal, "x").segment, 51U);
}

TEST_F(JournalTest, AStrayFileWithTheLastNumberHidesNothingThatComesAfterIt) {
    fill(4);
    scratch_.write("j/9999999999.log", "");
    for (const char* payload : {"a", "b", "c"}) {
        auto journal = open_journal(folder());
        add(*journal, payload);
        sent_.push_back(payload);
    }
    auto journal = open_journal(folder());
    EXPECT_EQ(of_kind(*journal, Kind::kForeign).size(), 1U);
    EXPECT_EQ(payloads(*journal, journal->start()), sent_);
}

TEST_F(JournalTest, APlaceBeyondEveryNumberHidesNothingThatComesAfterIt) {
    fill(4);
    const JournalPlace nowhere{9'999'999'999, kSegmentHeadBytes, 4};
    {
        auto journal = open_journal(folder(), nowhere);
        EXPECT_EQ(of_kind(*journal, Kind::kPlaceLost).size(), 1U);
        add(*journal, "a");
        sent_.push_back("a");
    }
    auto journal = open_journal(folder(), nowhere);
    EXPECT_EQ(payloads(*journal, journal->start()), sent_);
}

TEST_F(JournalTest, WhereNoNumberIsLeftTheStartIsRefusedAndSaysWhatToMove) {
    fill(4);
    scratch_.write("j/" + segment_name(kSegmentNumberMax), "x");
    const auto opened = Journal::open(folder(), {}, kSegmentBytesMax);
    ASSERT_FALSE(opened.has_value());
    EXPECT_NE(to_text(opened.error()).find(segment_name(kSegmentNumberMax)), std::string::npos);
}

TEST_F(JournalTest, ASegmentUnderAWrongNameGetsItsOwnBack) {
    fill(24, 700);
    fs::rename(folder() + "/" + segment_name(2), folder() + "/" + segment_name(40));
    auto journal = open_journal(folder());
    EXPECT_EQ(of_kind(*journal, Kind::kForeign).size(), 1U);
    EXPECT_EQ(payloads(*journal, journal->start()), sent_);
}

TEST_F(JournalTest, ASegmentThatWasBeingMadeIsNoDamage) {
    fill(24, 700);
    const std::string head = bytes(1).substr(0, kSegmentHeadBytes);
    const std::uint64_t next = ends_.back().segment + 1;
    for (std::size_t size = 0; size < kSegmentHeadBytes; size += 5) {
        scratch_.write(name(next), head.substr(0, size));
        auto journal = open_journal(folder());
        EXPECT_TRUE(journal->findings().empty()) << size;
        EXPECT_EQ(payloads(*journal, journal->start()), sent_);
        journal.reset();
        fs::remove(folder() + "/" + segment_name(next + 1));  // which that start has made
    }
}

TEST_F(JournalTest, StartsWithoutMessagesLeaveNoFiles) {
    fill(3);
    for (int i = 0; i < 5; ++i) (void)open_journal(folder());
    EXPECT_FALSE(fs::exists(folder() + "/" + segment_name(3)));
}

TEST_F(JournalTest, SegmentsThatAreTakenInAreDeleted) {
    fill(20, 300);
    auto journal = open_journal(folder(), {}, 300);
    EXPECT_GT(ends_.back().segment, 5U);
    const JournalPlace last = add(*journal, "last");
    journal->forget(last);
    EXPECT_EQ(payloads(*journal, {}), std::vector<std::string>{"last"});
    EXPECT_FALSE(fs::exists(folder() + "/" + segment_name(1)));
}

TEST_F(JournalTest, WhatAnOlderReleaseLeftIsReadAndGoneOnWith) {
    const std::string old = std::string(QK_SOURCE_DIR) + "/tests/data/journal_format_1.log";
    fs::create_directory(folder());
    fs::copy(old, folder() + "/" + segment_name(1));
    auto journal = open_journal(folder());
    EXPECT_TRUE(journal->findings().empty());
    EXPECT_EQ(journal->waiting_at_start(), 10U);
    add(*journal, "new");
    const auto all = journal->read({}, 100).messages;
    ASSERT_EQ(all.size(), 11U);
    EXPECT_EQ(all[0].channel, Channel::kMqtt);
    EXPECT_EQ(all[0].address, kTopic);
    EXPECT_EQ(all[9].payload, R"({"t":"2015-12-07T23:45:00+08:00","kw":49})");
    EXPECT_EQ(all[10].payload, "new");
    journal.reset();
    journal = open_journal(folder(), *parse_journal_place(to_text(all[4].end)));
    EXPECT_TRUE(journal->findings().empty());
    EXPECT_EQ(journal->waiting_at_start(), 6U);
}

TEST_F(JournalTest, DamageInWhatAnOlderReleaseLeftCostsOneRecord) {
    const std::string old = std::string(QK_SOURCE_DIR) + "/tests/data/journal_format_1.log";
    std::string whole;
    {
        std::ifstream in(old, std::ios::binary);
        whole.assign(std::istreambuf_iterator<char>(in), {});
    }
    const std::size_t record = whole.size() / 10;
    for (std::size_t at = 0; at + record < whole.size(); at += 9) {
        fs::remove_all(folder());
        std::string damaged = whole;
        damaged[at] = static_cast<char>(damaged[at] ^ 0x04);
        scratch_.write(name(1), damaged);
        auto journal = open_journal(folder());
        EXPECT_EQ(payloads(*journal, {}).size(), 9U) << at;
        ASSERT_EQ(of_kind(*journal, Kind::kDamaged).size(), 1U) << at;
        EXPECT_FALSE(of_kind(*journal, Kind::kDamaged)[0].is_exact);
    }
    for (std::size_t size = whole.size() - record + 1; size < whole.size(); size += 5) {
        fs::remove_all(folder());
        scratch_.write(name(1), whole.substr(0, size));
        auto journal = open_journal(folder());
        EXPECT_EQ(of_kind(*journal, Kind::kTorn).size(), 1U) << size;
        EXPECT_EQ(payloads(*journal, {}).size(), 9U);
    }
}

TEST_F(JournalTest, DamageThatComesWhileItRunsIsSaidAndPassedOver) {
    fill(24, 700);
    auto journal = open_journal(folder());
    flip(2, kSegmentHeadBytes + 30);
    const auto reading = journal->read(journal->start(), 100);
    EXPECT_EQ(reading.messages.size(), 23U);
    ASSERT_EQ(reading.findings.size(), 1U);
    EXPECT_TRUE(fs::exists(reading.findings[0].kept));
    EXPECT_TRUE(journal->read(journal->start(), 100).findings.empty());
}

// A disk that is full after so many bytes, in the middle of a write.
class FullDisk : public Disk {
 public:
    explicit FullDisk(std::size_t room) : room_(room) {}
    class Part : public File {
     public:
        Part(std::unique_ptr<File> file, std::size_t& room) : file_(std::move(file)), room_(room) {}
        void append(std::string_view bytes) override {
            const std::size_t fits = std::min(room_, bytes.size());
            file_->append(bytes.substr(0, fits));
            room_ -= fits;
            if (fits < bytes.size()) throw std::system_error(ENOSPC, std::generic_category(), "x");
        }
        void sync() override { file_->sync(); }

     private:
        std::unique_ptr<File> file_;
        std::size_t& room_;
    };
    void make_folder(const std::string& folder) override { real_->make_folder(folder); }
    std::vector<Entry> list(const std::string& folder) override { return real_->list(folder); }
    std::string read(const std::string& path, std::uint64_t at, std::size_t bytes) override {
        return real_->read(path, at, bytes);
    }
    std::unique_ptr<File> open_for_append(const std::string& path) override {
        return std::make_unique<Part>(real_->open_for_append(path), room_);
    }
    void write_whole(const std::string& path, std::string_view bytes) override {
        real_->write_whole(path, bytes);
    }
    void cut(const std::string& path, std::uint64_t bytes) override { real_->cut(path, bytes); }
    void copy(const std::string& a, const std::string& b) override { real_->copy(a, b); }
    void rename(const std::string& a, const std::string& b) override { real_->rename(a, b); }
    void remove(const std::string& path) override { real_->remove(path); }
    void sync_folder(const std::string& folder) override { real_->sync_folder(folder); }

 private:
    std::shared_ptr<Disk> real_ = real_disk();
    std::size_t room_;
};

TEST_F(JournalTest, AfterAFullDiskNothingIsAppendedBehindAHalfWrittenRecord) {
    for (std::size_t room = kSegmentHeadBytes; room < kSegmentHeadBytes + 400; room += 7) {
        fs::remove_all(folder());
        std::vector<std::string> kept;
        {
            auto opened =
                Journal::open(folder(), {}, kSegmentBytesMax, std::make_shared<FullDisk>(room));
            ASSERT_TRUE(opened.has_value());
            bool has_failed = false;
            for (int i = 0; i < 9; ++i) {
                const std::string one = "message " + std::to_string(i);
                try {
                    add(**opened, one);
                    EXPECT_FALSE(has_failed);
                    kept.push_back(one);
                } catch (const std::system_error&) {
                    has_failed = true;
                }
            }
            EXPECT_TRUE(has_failed);
        }
        auto journal = open_journal(folder());
        EXPECT_EQ(payloads(*journal, {}), kept) << room;
        EXPECT_EQ(records_lost(*journal), 0U);
    }
}

TEST_F(JournalTest, AFullDiskAtTheStartIsSaidInWords) {
    auto opened = Journal::open(folder(), {}, kSegmentBytesMax, std::make_shared<FullDisk>(10));
    ASSERT_FALSE(opened.has_value());
    EXPECT_NE(to_text(opened.error()).find("磁盘空间已满"), std::string::npos);
}

TEST(JournalPlaces, APlaceReadsBackFromItsText) {
    const JournalPlace place{3, 4711, 90};
    EXPECT_EQ(parse_journal_place(to_text(place)), place);
    EXPECT_EQ(parse_journal_place(to_text(place))->sequence, 90U);
    EXPECT_EQ(parse_journal_place("3 4711"), place);  // as an older release wrote it
    for (const char* text : {"", "3", "3 ", " 3", "0 1", "3 4 ", "x 1", "3 4 x", "3 4 5 6"}) {
        EXPECT_EQ(parse_journal_place(text), std::nullopt) << text;
    }
}

RC_GTEST_PROP(JournalRecord, ReadsBackAndADamagedOneDoesNot, (const std::string& payload)) {
    const JournalKey key{1, 2, 3};
    const RecordCodec codec(JournalFormat::kTwo, key, 5);
    Envelope envelope;
    envelope.address = "topic";
    envelope.payload = payload;
    const std::string record = codec.to_record(envelope, kNow, payload.size(), 8, 100);
    const std::string longer = record + "more";  // what is read lies in it
    const auto read = codec.read(longer, 100);
    RC_ASSERT(read.has_value());
    RC_ASSERT(read->payload == payload);
    RC_ASSERT(read->sequence == 8U);
    RC_ASSERT(read->length == record.size());
    RC_ASSERT(!codec.read(record, 101));  // elsewhere it is none
    RC_ASSERT(!RecordCodec(JournalFormat::kTwo, key, 6).read(record, 100));
    std::string damaged = record;
    const auto at = *rc::gen::inRange<std::size_t>(0, record.size());
    damaged[at] = static_cast<char>(damaged[at] ^ (1 << *rc::gen::inRange(0, 8)));
    RC_ASSERT(!codec.read(damaged, 100));
}

}  // namespace
}  // namespace qk::daemon
