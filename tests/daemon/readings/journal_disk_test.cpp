// Goal: nothing that was acknowledged is lost to a disk that fails. Method: a disk whose n-th write
// or sync fails, for every n; and one whose machine stops, so that only what was synced is left.
#include <gtest/gtest.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <map>
#include <set>

#include "daemon/readings/journal.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr rules::Instant kNow{std::chrono::seconds{1'450'000'000}};
constexpr std::uint64_t kSegmentBytes = 500;  // of a few messages

// As Linux does it: a sync that failed has marked the pages clean, so that what was written before
// it never reaches the disk, whatever a later sync says.
class FailingDisk : public Disk {
 public:
    explicit FailingDisk(int fails_at) : fails_at_(fails_at) {}

    class Part : public File {
     public:
        Part(FailingDisk& disk, std::string path)
            : disk_(disk), path_(std::move(path)), file_(disk.real_->open_for_append(path_)) {}
        void append(std::string_view bytes) override {
            if (!disk_.is_failing()) return file_->append(bytes);
            file_->append(bytes.substr(0, bytes.size() / 2));
            disk_.fail();
        }
        void sync() override {
            if (disk_.is_failing()) {
                disk_.lost_.insert(path_);
                disk_.fail();
            }
            file_->sync();
            if (!disk_.lost_.contains(path_)) disk_.synced_[path_] = fs::file_size(path_);
        }

     private:
        FailingDisk& disk_;
        std::string path_;
        std::unique_ptr<File> file_;
    };

    void heal() { fails_at_ = 0; }
    [[nodiscard]] bool has_failed() const { return has_failed_; }
    // Only what was synced is left of the segments.
    void stop_the_machine() {
        for (const std::string& path : opened_) {
            if (!fs::exists(path)) continue;
            if (named_.contains(path)) {
                fs::resize_file(path, synced_[path]);
            } else {
                fs::remove(path);
            }
        }
    }

    void make_folder(const std::string& folder) override { real_->make_folder(folder); }
    std::vector<Entry> list(const std::string& folder) override { return real_->list(folder); }
    std::string read(const std::string& path, std::uint64_t at, std::size_t bytes) override {
        return real_->read(path, at, bytes);
    }
    std::unique_ptr<File> open_for_append(const std::string& path) override {
        if (!fs::exists(path)) forget(path);
        opened_.insert(path);
        return std::make_unique<Part>(*this, path);
    }
    void write_whole(const std::string& path, std::string_view bytes) override {
        real_->write_whole(path, bytes);
    }
    void cut(const std::string& path, std::uint64_t bytes) override {
        real_->cut(path, bytes);
        synced_[path] = lost_.contains(path) ? std::min(synced_[path], bytes) : bytes;
    }
    void copy(const std::string& a, const std::string& b) override { real_->copy(a, b); }
    void rename(const std::string& a, const std::string& b) override { real_->rename(a, b); }
    void remove(const std::string& path) override {
        real_->remove(path);
        forget(path);
    }
    void sync_folder(const std::string& folder) override {
        if (is_failing()) fail();
        real_->sync_folder(folder);
        for (const std::string& path : opened_) {
            if (fs::exists(path)) named_.insert(path);
        }
    }

 private:
    [[nodiscard]] bool is_failing() { return ++calls_ == fails_at_; }
    [[noreturn]] void fail() {
        has_failed_ = true;
        throw std::system_error(EIO, std::generic_category(), "disk");
    }
    void forget(const std::string& path) {
        synced_.erase(path);
        named_.erase(path);
        lost_.erase(path);
    }

    std::shared_ptr<Disk> real_ = real_disk();
    int fails_at_;
    int calls_ = 0;
    bool has_failed_ = false;
    std::set<std::string> opened_;
    std::set<std::string> named_;  // in a folder that was synced
    std::set<std::string> lost_;   // a sync of them failed
    std::map<std::string, std::uint64_t> synced_;
};

class JournalDiskTest : public testing::Test {
 protected:
    void begin() { fs::remove_all(folder()); }
    [[nodiscard]] std::string folder() const { return scratch_.file("j"); }
    [[nodiscard]] std::unique_ptr<Journal> open(const std::shared_ptr<FailingDisk>& disk) const {
        auto opened = Journal::open(folder(), {}, kSegmentBytes, disk);
        return opened ? std::move(*opened) : nullptr;
    }
    // Appends until one is refused; what was taken is acknowledged.
    void append(Journal& journal, int count) {
        bool is_refused = false;
        for (int i = 0; i < count; ++i) {
            const std::string text = "message " + std::to_string(next_++) + std::string(60, 'x');
            Envelope envelope;
            envelope.address = "qingkong/1/110105/e1/receipt";
            envelope.payload = text;
            try {
                journal.append(envelope, kNow, text.size(), true);
                EXPECT_FALSE(is_refused) << "something was appended behind what failed";
                acknowledged_.push_back(text);
            } catch (const std::system_error&) {
                is_refused = true;
            }
        }
    }
    // In order; of those that were refused some may be there.
    void expect_all_acknowledged(Journal& journal, int fails_at) {
        std::vector<std::string> read;
        for (JournalMessage& message : journal.read({}, 1000).messages) {
            const bool is_told =
                std::ranges::find(acknowledged_, message.payload) != acknowledged_.end();
            if (is_told) read.push_back(std::move(message.payload));
        }
        EXPECT_EQ(read, acknowledged_) << "with the failure at call " << fails_at;
    }

    Scratch scratch_;
    int next_ = 0;
    std::vector<std::string> acknowledged_;
};

TEST_F(JournalDiskTest, WhatWasAcknowledgedOutlastsAnyFailureOfTheDiskAndAStopOfTheMachine) {
    bool has_failed = true;
    int fails_at = 0;
    for (fails_at = 1; has_failed; ++fails_at) {
        ASSERT_LT(fails_at, 500);
        begin();
        acknowledged_.clear();
        const auto disk = std::make_shared<FailingDisk>(fails_at);
        if (const auto journal = open(disk)) append(*journal, 12);
        has_failed = disk->has_failed();
        disk->heal();
        {
            const auto again = open(disk);  // the pages are still there
            ASSERT_NE(again, nullptr);
            expect_all_acknowledged(*again, fails_at);
            append(*again, 2);
        }
        disk->stop_the_machine();
        const auto last = open(disk);
        ASSERT_NE(last, nullptr);
        expect_all_acknowledged(*last, fails_at);
    }
    EXPECT_GT(fails_at, 25) << "every write and every sync of several segments";
}

TEST_F(JournalDiskTest, AfterASyncThatFailedNothingIsTakenUntilTheNextStart) {
    const auto disk = std::make_shared<FailingDisk>(5);  // head, sync, folder, message, its sync
    const auto journal = open(disk);
    ASSERT_NE(journal, nullptr);
    append(*journal, 4);
    EXPECT_TRUE(disk->has_failed());
    EXPECT_TRUE(acknowledged_.empty());
}

TEST_F(JournalDiskTest, WhatWasSyncedLaterOutlastsAStopOfTheMachineToo) {
    for (const bool is_synced : {false, true}) {
        begin();
        const auto disk = std::make_shared<FailingDisk>(0);
        {
            const auto journal = open(disk);
            ASSERT_NE(journal, nullptr);
            Envelope envelope;
            envelope.address = "qingkong/1/110105/e1/meter/m1";
            envelope.payload = "{}";
            journal->append(envelope, kNow, 2, false);
            if (is_synced) journal->sync();
        }
        disk->stop_the_machine();
        const auto again = open(disk);
        ASSERT_NE(again, nullptr);
        EXPECT_EQ(again->read({}, 10).messages.size(), is_synced ? 1U : 0U);
    }
}

TEST_F(JournalDiskTest, AfterALaterSyncThatFailedNothingIsTakenEither) {
    const auto disk = std::make_shared<FailingDisk>(5);  // head, sync, folder, message, the sync
    const auto journal = open(disk);
    ASSERT_NE(journal, nullptr);
    Envelope envelope;
    envelope.address = "qingkong/1/110105/e1/meter/m1";
    envelope.payload = "{}";
    journal->append(envelope, kNow, 2, false);
    EXPECT_THROW(journal->sync(), std::system_error);
    EXPECT_THROW(journal->sync(), std::system_error);
    EXPECT_THROW(journal->append(envelope, kNow, 2, false), std::system_error);
}

}  // namespace
}  // namespace qk::daemon
