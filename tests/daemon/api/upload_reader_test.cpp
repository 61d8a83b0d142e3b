#include "daemon/api/upload_reader.hpp"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <stdexcept>
#include <thread>

#include "daemon/api/upload_room.hpp"

namespace qk::daemon {
namespace {

TEST(UploadRoom, OneLargeBodyACallerAndSoManyBytesTogether) {
    UploadRoom room;
    auto first = room.take("feed", kLargeBodyBytes);
    EXPECT_EQ(first.full, UploadRoom::Full::kNo);
    EXPECT_EQ(room.take("feed", kLargeBodyBytes).full, UploadRoom::Full::kOfCaller);
    EXPECT_EQ(room.take("feed", kLargeBodyBytes - 1).full, UploadRoom::Full::kNo);
    const auto other = room.take("admin", kLargeBodiesTogetherMax - kLargeBodyBytes);
    EXPECT_EQ(other.full, UploadRoom::Full::kNo);
    EXPECT_EQ(room.take("third", kLargeBodyBytes).full, UploadRoom::Full::kOfAll);
    first.place.reset();
    EXPECT_EQ(room.take("third", kLargeBodyBytes).full, UploadRoom::Full::kNo);
    EXPECT_EQ(answer_no_room(UploadRoom::Full::kOfCaller).status, 429);
    EXPECT_EQ(answer_no_room(UploadRoom::Full::kOfAll).status, 503);
}

TEST(UploadRoom, MiddlingBodiesOfOneCallerAreBoundedTogether) {
    UploadRoom room;
    constexpr std::uint64_t kBytes = kLargeBodyBytes - 1;
    std::vector<UploadRoom::Taken> own;
    while (own.empty() || own.back().full == UploadRoom::Full::kNo) {
        own.push_back(room.take("feed", kBytes));
        ASSERT_LE(own.size() * kBytes, kMiddleBodiesOfCallerMax + kBytes);
    }
    EXPECT_EQ(own.back().full, UploadRoom::Full::kOfCaller);
    EXPECT_EQ(room.take("feed", kStrangerBodyBytesMax).full, UploadRoom::Full::kNo);
    EXPECT_EQ(room.take("feed", kLargeBodyBytes).full, UploadRoom::Full::kNo);
    EXPECT_EQ(room.take("admin", kBytes).full, UploadRoom::Full::kNo);
    own.clear();
    EXPECT_EQ(room.take("feed", kBytes).full, UploadRoom::Full::kNo);
    std::vector<UploadRoom::Taken> all;
    for (int i = 0; all.empty() || all.back().full == UploadRoom::Full::kNo; ++i) {
        ASSERT_LE(all.size() * kBytes, kMiddleBodiesTogetherMax + kBytes);
        all.push_back(room.take("caller " + std::to_string(i), kBytes));
    }
    EXPECT_EQ(all.back().full, UploadRoom::Full::kOfAll);
}

TEST(UploadReader, TheLineIsShort) {
    UploadReader reader(StoreMode::kInline);
    std::vector<UploadReader::Admission> all;
    for (std::size_t i = 0; i < kUploadsWaitingMax; ++i) {
        all.push_back(reader.admit());
        EXPECT_FALSE(all.back().refused);
    }
    std::string refused;
    reader.on_full([&refused](const std::string& remote) { refused = remote; });
    EXPECT_EQ(reader.admit("192.0.2.7").refused->status, 503);
    EXPECT_EQ(refused, "192.0.2.7");
    all.pop_back();
    EXPECT_FALSE(reader.admit().refused);
}

TEST(UploadReader, ReadsOnAThreadOfItsOwnAndGivesTheAnswerBack) {
    for (const StoreMode mode : {StoreMode::kOwnThread, StoreMode::kInline}) {
        boost::asio::io_context io;
        UploadReader reader(mode);
        const auto here = std::this_thread::get_id();
        auto work = [] { return std::this_thread::get_id(); };
        auto read = boost::asio::co_spawn(io, reader.run(work), boost::asio::use_future);
        auto broken = []() -> int { throw std::runtime_error("no"); };
        auto thrown = boost::asio::co_spawn(io, reader.run(broken), boost::asio::use_future);
        io.run();
        EXPECT_EQ(read.get() == here, mode == StoreMode::kInline);
        EXPECT_THROW(thrown.get(), std::runtime_error);
    }
}

}  // namespace
}  // namespace qk::daemon
