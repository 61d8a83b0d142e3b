// What a loss of power or a stranger leaves at the end of the journal.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>

#include "daemon/readings/journal.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;
using Kind = JournalFinding::Kind;

class JournalTailTest : public testing::Test {
 protected:
    std::unique_ptr<Journal> open_journal(std::uint64_t segment_bytes = kSegmentBytesMax) {
        auto journal = Journal::open(folder(), {}, segment_bytes);
        EXPECT_TRUE(journal.has_value());
        return std::move(journal.value());
    }
    JournalPlace add(Journal& journal, const std::string& payload) {
        Envelope envelope;
        envelope.address = "qingkong/1/110105/e1/meter/m1";
        envelope.payload = payload;
        const rules::Instant arrived{std::chrono::seconds{1'450'000'000}};
        sent_.push_back(payload);
        return journal.append(envelope, arrived, payload.size(), false);
    }
    // As an earlier process left it.
    void fill(int count, std::uint64_t segment_bytes = kSegmentBytesMax) {
        auto journal = open_journal(segment_bytes);
        for (int i = 0; i < count; ++i) {
            add(*journal, "message " + std::to_string(i) + std::string(60, 'x'));
        }
    }
    [[nodiscard]] std::string folder() const { return scratch_.file("j"); }
    [[nodiscard]] std::string name(std::uint64_t segment) const {
        return "j/" + segment_name(segment);
    }
    std::string bytes(std::uint64_t segment) const { return scratch_.read(name(segment)); }
    static std::vector<std::string> payloads(Journal& journal) {
        std::vector<std::string> read;
        for (const JournalMessage& message : journal.read(journal.start(), 1000).messages) {
            read.push_back(message.payload);
        }
        return read;
    }
    static std::uint64_t records_lost(const Journal& journal) {
        std::uint64_t lost = 0;
        for (const JournalFinding& finding : journal.findings()) lost += finding.records;
        return lost;
    }

    Scratch scratch_;
    std::vector<std::string> sent_;
};

TEST_F(JournalTailTest, ZerosAtTheEndOfTheNewestSegmentAreNoMessage) {
    fill(3);
    const std::string whole = bytes(1);
    for (const std::size_t zeros : {1U, 23U, 24U, 4096U, 5'000'000U}) {
        fs::remove_all(folder());
        scratch_.write(name(1), whole + std::string(zeros, '\0'));
        auto journal = open_journal();
        ASSERT_EQ(journal->findings().size(), 1U) << zeros;
        EXPECT_EQ(journal->findings()[0].kind, Kind::kZeros) << zeros;
        EXPECT_EQ(journal->findings()[0].bytes, zeros);
        EXPECT_EQ(records_lost(*journal), 0U);
        EXPECT_EQ(bytes(1).size(), whole.size());
        add(*journal, "fourth");
        EXPECT_EQ(payloads(*journal).size(), 4U);
        journal.reset();
        EXPECT_TRUE(open_journal()->findings().empty()) << "said once";
    }
}

TEST_F(JournalTailTest, ARecordThatEndsInSectorsOfZerosIsTornAndAFlippedOneIsNot) {
    auto journal = open_journal();
    const JournalPlace first = add(*journal, std::string(100, 'a'));
    add(*journal, std::string(3000, 'b'));
    journal.reset();
    const std::string whole = bytes(1);
    std::string torn = whole;
    std::fill(torn.begin() + 1024, torn.end(), '\0');
    scratch_.write(name(1), torn);
    journal = open_journal();
    ASSERT_EQ(journal->findings().size(), 1U);
    EXPECT_EQ(journal->findings()[0].kind, Kind::kTorn);
    EXPECT_EQ(records_lost(*journal), 0U);
    EXPECT_EQ(bytes(1).size(), first.offset);
    journal.reset();
    fs::remove_all(folder());
    std::string flipped = whole;
    flipped[2000] = 'c';
    scratch_.write(name(1), flipped);
    journal = open_journal();
    ASSERT_EQ(journal->findings().size(), 1U);
    EXPECT_EQ(journal->findings()[0].kind, Kind::kDamaged);
}

TEST_F(JournalTailTest, ZerosAtTheEndOfAnOlderSegmentAreHeldAgainstTheSequence) {
    fill(24, 700);
    scratch_.write(name(1), bytes(1) + std::string(4096, '\0'));
    auto journal = open_journal();
    ASSERT_EQ(journal->findings().size(), 1U);
    EXPECT_EQ(journal->findings()[0].kind, Kind::kDamaged);
    EXPECT_EQ(records_lost(*journal), 0U);
    EXPECT_EQ(payloads(*journal), sent_);
}

TEST_F(JournalTailTest, AFileFarLongerThanASegmentIsSetAsideUnread) {
    fill(24, 700);
    for (const std::uint64_t stray : {std::uint64_t{900}, kSegmentNumberMax}) {
        scratch_.write(name(stray), "");
        fs::resize_file(scratch_.file(name(stray)), 8ULL << 30);
        const auto begun = std::chrono::steady_clock::now();
        auto journal = open_journal();
        EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds{5});
        const std::vector<JournalFinding>& found = journal->findings();
        ASSERT_EQ(found.size(), 1U);
        EXPECT_EQ(found[0].kind, Kind::kTooLong);
        EXPECT_EQ(found[0].file, scratch_.file(name(stray)));
        EXPECT_EQ(found[0].bytes, 8ULL << 30);
        EXPECT_TRUE(fs::exists(found[0].kept)) << found[0].kept;
        EXPECT_FALSE(fs::exists(found[0].file));
        EXPECT_EQ(payloads(*journal), sent_);
        fs::remove(found[0].kept);
    }
}

}  // namespace
}  // namespace qk::daemon
