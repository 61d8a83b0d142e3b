#include "daemon/readings/raw_archive.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;
namespace hj212 = plans::hj212;
using std::chrono::days;
using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

const rules::Instant kMorning =
    *rules::parse_instant("2026-01-10T08:00:00+08:00", rules::kBeijingTime);

hj212::RawFrame frame_at(rules::Instant at, std::string bytes) {
    return {at, "192.0.2.7", "MN1", std::move(bytes)};
}

std::string inflated(const std::string& path) {
    gzFile file = ::gzopen(path.c_str(), "rb");
    std::string text;
    std::array<char, 4096> buffer{};
    for (int count = 0; (count = ::gzread(file, buffer.data(), buffer.size())) > 0;) {
        text.append(buffer.data(), static_cast<std::size_t>(count));
    }
    ::gzclose(file);
    return text;
}

// Takes nothing while it is full.
class FullDisk : public Disk {
 public:
    class Part : public File {
     public:
        Part(FullDisk& disk, std::unique_ptr<File> file) : disk_(disk), file_(std::move(file)) {}
        void append(std::string_view bytes) override {
            if (disk_.is_full) {
                file_->append(bytes.substr(0, bytes.size() / 2));
                throw std::system_error(ENOSPC, std::generic_category(), "full");
            }
            file_->append(bytes);
        }
        void sync() override { file_->sync(); }

     private:
        FullDisk& disk_;
        std::unique_ptr<File> file_;
    };
    void make_folder(const std::string& folder) override { real_->make_folder(folder); }
    std::vector<Entry> list(const std::string& folder) override { return real_->list(folder); }
    std::string read(const std::string& path, std::uint64_t offset, std::size_t bytes) override {
        return real_->read(path, offset, bytes);
    }
    std::unique_ptr<File> open_for_append(const std::string& path) override {
        return std::make_unique<Part>(*this, real_->open_for_append(path));
    }
    void write_whole(const std::string& path, std::string_view bytes) override {
        real_->write_whole(path, bytes);
    }
    void cut(const std::string& path, std::uint64_t bytes) override { real_->cut(path, bytes); }
    void copy(const std::string& from, const std::string& to) override { real_->copy(from, to); }
    void rename(const std::string& from, const std::string& to) override {
        real_->rename(from, to);
    }
    void remove(const std::string& path) override { real_->remove(path); }
    void sync_folder(const std::string& folder) override { real_->sync_folder(folder); }

    bool is_full = false;

 private:
    std::shared_ptr<Disk> real_ = real_disk();
};

class RawArchiveTest : public testing::Test {
 protected:
    RawArchive open(RawLimits limits = {}) { return {disk_, scratch_.file("raw"), limits}; }
    std::vector<std::string> names() {
        std::vector<std::string> names;
        for (const auto& entry : fs::directory_iterator(scratch_.file("raw"))) {
            names.push_back(entry.path().filename().string());
        }
        std::ranges::sort(names);
        return names;
    }
    // The frame that stands at a place, of a day's bytes.
    static std::optional<hj212::RawFrame> frame_in(const std::string& day, std::uint64_t place) {
        const RawPlace at = raw_place_of(place);
        hj212::RawDayReader reader(at.offset);
        reader.feed(std::string_view(day).substr(at.offset));
        auto record = reader.next(true);
        return record ? record->frame : std::nullopt;
    }

    Scratch scratch_;
    std::shared_ptr<FullDisk> disk_ = std::make_shared<FullDisk>();
};

TEST_F(RawArchiveTest, AFrameIsFoundByItsPlaceBeforeAndAfterItsDayIsClosed) {
    RawArchive archive = open();
    const auto first = archive.append(frame_at(kMorning, "one"));
    const auto second = archive.append(frame_at(kMorning + hours{1}, "two"));
    ASSERT_TRUE(first && second);
    EXPECT_TRUE(archive.sync());
    EXPECT_THAT(names(), ElementsAre("2026-01-10.raw"));
    EXPECT_EQ(frame_in(scratch_.read("raw/2026-01-10.raw"), *second)->bytes, "two");
    // It is open until the next day's morning.
    EXPECT_THAT(archive.tidy(kMorning + hours{20}).closed, IsEmpty());
    EXPECT_THAT(archive.tidy(kMorning + days{1}).closed, ElementsAre("2026-01-10.raw.gz"));
    EXPECT_THAT(names(), ElementsAre("2026-01-10.raw.gz"));
    const std::string day = inflated(scratch_.file("raw/2026-01-10.raw.gz"));
    EXPECT_EQ(frame_in(day, *first)->bytes, "one");
    EXPECT_EQ(frame_in(day, *second)->bytes, "two");
}

TEST_F(RawArchiveTest, WhatIsStoredOfAClosedDayBeginsAnotherPart) {
    RawArchive archive = open();
    (void)archive.append(frame_at(kMorning, "one"));
    (void)archive.tidy(kMorning + days{1});
    const auto late = archive.append(frame_at(kMorning, "late"));
    ASSERT_TRUE(late);
    EXPECT_EQ(raw_place_of(*late).part, 1U);
    EXPECT_THAT(names(), ElementsAre("2026-01-10.1.raw", "2026-01-10.raw.gz"));
    EXPECT_EQ(frame_in(scratch_.read("raw/2026-01-10.1.raw"), *late)->bytes, "late");
}

TEST_F(RawArchiveTest, EachDayHasItsFileByBeijingTime) {
    RawArchive archive = open();
    const auto midnight = *rules::parse_instant("2026-01-11T00:00:00+08:00", rules::kBeijingTime);
    (void)archive.append(frame_at(midnight - std::chrono::seconds{1}, "before"));
    (void)archive.append(frame_at(midnight, "after"));
    EXPECT_THAT(names(), ElementsAre("2026-01-10.raw", "2026-01-11.raw"));
}

TEST_F(RawArchiveTest, AfterAFullDiskItGoesOnBehindWhatIsHalfThere) {
    RawArchive archive = open();
    (void)archive.append(frame_at(kMorning, "one"));
    disk_->is_full = true;
    EXPECT_FALSE(archive.append(frame_at(kMorning, "lost")));
    const RawArchive::Counts counts = archive.take_counts();
    EXPECT_EQ(counts.kept, 1U);
    EXPECT_EQ(counts.failed, 1U);
    EXPECT_THAT(counts.why, testing::HasSubstr("磁盘空间已满"));
    disk_->is_full = false;
    const auto after = archive.append(frame_at(kMorning, "after"));
    ASSERT_TRUE(after);
    EXPECT_EQ(frame_in(scratch_.read("raw/2026-01-10.raw"), *after)->bytes, "after");
}

TEST_F(RawArchiveTest, AFullDayIsCountedAndTheNextDayBeginsAnew) {
    RawLimits limits;
    limits.day_bytes_max = 300;
    RawArchive archive = open(limits);
    EXPECT_TRUE(archive.append(frame_at(kMorning, std::string(100, 'x'))));
    EXPECT_FALSE(archive.append(frame_at(kMorning, std::string(200, 'x'))));
    EXPECT_EQ(archive.take_counts().over_limit, 1U);
    EXPECT_TRUE(archive.append(frame_at(kMorning + days{1}, std::string(100, 'x'))));
}

TEST_F(RawArchiveTest, OldDaysGoAndTheOldestWhereAllAreTooMany) {
    RawLimits limits;
    limits.days = 30;
    RawArchive archive = open(limits);
    for (int day = 0; day < 3; ++day) {
        (void)archive.append(frame_at(kMorning + days{day}, std::string(50, 'x')));
    }
    (void)archive.tidy(kMorning + days{3});
    EXPECT_THAT(archive.tidy(kMorning + days{31}).gone, ElementsAre("2026-01-10.raw.gz"));
    limits.bytes_max = fs::file_size(scratch_.file("raw/2026-01-12.raw.gz"));
    EXPECT_THAT(open(limits).tidy(kMorning + days{31}).gone, ElementsAre("2026-01-11.raw.gz"));
    EXPECT_THAT(names(), ElementsAre("2026-01-12.raw.gz"));
}

TEST_F(RawArchiveTest, AProcessThatDiedWhileADayWasClosedLosesNothing) {
    RawArchive archive = open();
    const auto place = archive.append(frame_at(kMorning, "one"));
    scratch_.write("raw/2026-01-10.raw.gz.part", "half");
    (void)archive.tidy(kMorning + days{1});
    EXPECT_THAT(names(), ElementsAre("2026-01-10.raw.gz"));
    EXPECT_EQ(frame_in(inflated(scratch_.file("raw/2026-01-10.raw.gz")), *place)->bytes, "one");
}

TEST_F(RawArchiveTest, AtTheEndOfTheProcessADayStaysAsItIs) {
    RawArchive archive = open();
    const auto place = archive.append(frame_at(kMorning, "one"));
    archive.give_up();
    EXPECT_THAT(archive.tidy(kMorning + days{1}).closed, IsEmpty());
    EXPECT_EQ(frame_in(scratch_.read("raw/2026-01-10.raw"), *place)->bytes, "one");
    EXPECT_THAT(open().tidy(kMorning + days{1}).closed, ElementsAre("2026-01-10.raw.gz"));
}

TEST_F(RawArchiveTest, WhatIsNoneOfOursStays) {
    RawArchive archive = open();
    (void)archive.append(frame_at(kMorning, "one"));
    scratch_.write("raw/notes.txt", "x");
    scratch_.write("raw/2019-01-01.txt", "x");
    (void)archive.tidy(kMorning + days{1000});
    EXPECT_THAT(names(), ElementsAre("2019-01-01.txt", "notes.txt"));
}

}  // namespace
}  // namespace qk::daemon
