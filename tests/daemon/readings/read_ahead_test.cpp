#include "daemon/readings/read_ahead.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <future>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <system_error>

#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::seconds kPatience{20};
constexpr std::size_t kMessages = 95;
constexpr std::size_t kOfAStretch = 10;

class BrokenDisk : public Disk {
 public:
    explicit BrokenDisk(std::shared_ptr<Disk> real) : real_(std::move(real)) {}
    void make_folder(const std::string& folder) override { real_->make_folder(folder); }
    std::vector<Entry> list(const std::string& folder) override { return real_->list(folder); }
    std::string read(const std::string& path, std::uint64_t offset, std::size_t bytes) override {
        if (is_broken) throw std::system_error(EIO, std::generic_category(), path);
        return real_->read(path, offset, bytes);
    }
    std::unique_ptr<File> open_for_append(const std::string& path) override {
        return real_->open_for_append(path);
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
    std::atomic<bool> is_broken{false};

 private:
    std::shared_ptr<Disk> real_;
};

std::string payload_of(std::size_t number) {
    // Every seventh is none that can be read.
    if (number % 7 == 0) return "{";
    return R"({"t":"2015-12-07T23:30:00+08:00","kw":)" + std::to_string(number) + "}";
}

class ReadAheadTest : public ContextFixture {
 protected:
    ReadAheadTest() {
        auto written = Journal::open(scratch_.file("j"), {}, 2000).value();
        for (std::size_t i = 0; i < kMessages; ++i) {
            const std::string payload = payload_of(i);
            Envelope envelope;
            envelope.address = "qingkong/1/110105/e1/meter/m1";
            envelope.payload = payload;
            written->append(envelope, kTestStart, payload.size(), false);
        }
        written.reset();
        journal_ = Journal::open(scratch_.file("j"), {}, 2000, disk_).value();
    }
    ContentBasis basis() { return {rules::kBeijingTime, inventories_.index()}; }
    std::unique_ptr<ReadAhead> read_ahead(ReadAhead::OnRead on_read = [](JournalPlace) {}) {
        return std::make_unique<ReadAhead>(io_.get_executor(), *journal_, journal_->start(),
                                           kOfAStretch, basis(), std::move(on_read));
    }
    static boost::asio::awaitable<void> take(ReadAhead& ahead, ContentBasis basis,
                                             std::optional<Stretch>& taken) {
        taken.emplace(co_await ahead.next(std::move(basis)));
    }
    Stretch next(ReadAhead& ahead) {
        std::optional<Stretch> taken;
        auto answer =
            boost::asio::co_spawn(io_, take(ahead, basis(), taken), boost::asio::use_future);
        const auto end = std::chrono::steady_clock::now() + kPatience;
        while (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready &&
               std::chrono::steady_clock::now() < end) {
            io_.restart();
            io_.run_one_for(std::chrono::milliseconds{10});
        }
        if (answer.wait_for(std::chrono::seconds{0}) != std::future_status::ready) {
            throw std::logic_error("no stretch comes");
        }
        answer.get();
        return std::move(*taken);
    }

    const Scratch scratch_;
    std::shared_ptr<BrokenDisk> disk_ = std::make_shared<BrokenDisk>(real_disk());
    std::unique_ptr<Journal> journal_;
};

TEST_F(ReadAheadTest, EveryMessageComesInOrderWithWhatItSays) {
    auto ahead = read_ahead();
    std::size_t number = 0;
    for (;;) {
        Stretch stretch = next(*ahead);
        if (stretch.messages.empty()) break;
        EXPECT_LE(stretch.messages.size(), kOfAStretch);
        ASSERT_EQ(stretch.contents.size(), stretch.messages.size());
        for (std::size_t i = 0; i < stretch.messages.size(); ++i, ++number) {
            EXPECT_EQ(stretch.messages[i].payload, payload_of(number));
            const Said& said = stretch.contents[i].said;
            if (number % 7 == 0) {
                EXPECT_TRUE(std::holds_alternative<rules::Faults>(said));
                continue;
            }
            const auto& readings = std::get<std::vector<MeterReading>>(said);
            ASSERT_EQ(readings.size(), 1U);
            EXPECT_EQ(readings[0].kw, static_cast<double>(number));
            EXPECT_EQ(stretch.contents[i].instrument, inventories_.index()->meter("m1"));
        }
        ahead->give_back(std::move(stretch));
    }
    EXPECT_EQ(number, kMessages);
}

TEST_F(ReadAheadTest, NoMoreThanTwoStretchesWaitToBeStored) {
    std::mutex mutex;
    std::condition_variable changed;
    std::size_t read = 0;
    auto ahead = read_ahead([&](JournalPlace) {
        const std::lock_guard lock(mutex);
        ++read;
        changed.notify_all();
    });
    const auto reaches = [&](std::size_t count, std::chrono::milliseconds within) {
        std::unique_lock lock(mutex);
        return changed.wait_for(lock, within, [&] { return read >= count; });
    };
    constexpr std::chrono::milliseconds kMoment{50};
    for (std::size_t taken = 0; taken < 4; ++taken) {
        EXPECT_TRUE(reaches(taken + kStretchesAheadMax, kPatience));
        EXPECT_FALSE(reaches(taken + kStretchesAheadMax + 1, kMoment));
        EXPECT_EQ(next(*ahead).messages.size(), kOfAStretch);
    }
}

TEST_F(ReadAheadTest, WhatEndsBeforeAllIsReadEndsAtOnce) {
    auto ahead = read_ahead();
    EXPECT_EQ(next(*ahead).messages.size(), kOfAStretch);
    ahead.reset();
    run();
    EXPECT_EQ(journal_->read(journal_->start(), 1000).messages.size(), kMessages);
}

TEST_F(ReadAheadTest, ADiskThatCannotBeReadIsToldToWhoWaits) {
    disk_->is_broken = true;
    auto ahead = read_ahead();
    EXPECT_THROW((void)next(*ahead), std::system_error);
}

}  // namespace
}  // namespace qk::daemon
