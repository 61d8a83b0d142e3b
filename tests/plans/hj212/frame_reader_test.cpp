#include "plans/hj212/frame_reader.hpp"

#include <gmock/gmock.h>
#include <rapidcheck/gtest.h>

#include <algorithm>

#include "plans/hj212/frame_json.hpp"
#include "plans/text/json.hpp"
#include "tests/plans/hj212/frames.hpp"

namespace qk::plans::hj212 {
namespace {

using testing::ElementsAre;

std::vector<std::string> outcomes(const std::vector<Frame>& frames) {
    std::vector<std::string> words;
    for (const Frame& frame : frames) words.emplace_back(to_text(frame.outcome));
    return words;
}

std::string text_of(const std::vector<Frame>& frames) {
    std::string text;
    for (const Frame& frame : frames) text += plans::to_text(to_json(frame)) + "\n";
    return text;
}

// Frames, damaged frames and dirt, one behind the other.
std::string arbitrary_stream() {
    const std::vector<std::string> parts{
        to_frame(kPrinted2017),
        to_frame(kPrinted2005),
        to_frame(upload(kArea)),
        "##0030QN=1;CP=&&&&0000\r\n",
        "##9999" + std::string(kPrinted2017) + "1C80\r\n",
        "##0003" + std::string(kPrinted2017) + "1C80\r\n",
        "##0101" + std::string(kPrinted2017) + "1c80",
        "##0101" + std::string(kPrinted2017) + "\x1C\x80\r\n",
        "##0101" + std::string(kPrinted2017) + "0759\r\r\n",
        "##0078QN=20260110080010000;ST=31;CN=2011;Flag=8;CP=&&{0xE4,0x3E}x&&1C80\r\n",
        "GET / HTTP/1.1\r\n\r\n",
        "##01",
        "##",
        "#",
        R"(\r\n)",
        "\r\n",
        std::string(1, '\0'),
        " ",
        "dirt",
        "\n",
        "##0000FFFF\r\n",
        "&&{0x",
    };
    std::string stream;
    const auto picks = *rc::gen::container<std::vector<std::size_t>>(
        *rc::gen::inRange<std::size_t>(0, 12), rc::gen::inRange<std::size_t>(0, parts.size()));
    for (const std::size_t pick : picks) {
        const std::string& part = parts[pick];
        const bool is_whole = *rc::gen::weightedElement<bool>({{4, true}, {1, false}});
        stream += is_whole ? part : part.substr(0, *rc::gen::inRange<std::size_t>(0, part.size()));
    }
    return stream;
}

RC_GTEST_PROP(Hj212Reader, GivesTheSameFramesHoweverTheBytesAreCut, ()) {
    const std::string stream = arbitrary_stream();
    const std::string whole = text_of(decoded(stream));
    RC_ASSERT(text_of(decoded(stream, 1)) == whole);
    RC_ASSERT(text_of(decoded(stream, *rc::gen::inRange<std::size_t>(2, 300))) == whole);
}

RC_GTEST_PROP(Hj212Reader, FindsAGoodFrameBehindAnyDirtThatHasItsOwnEnd, ()) {
    const std::string dirt = arbitrary_stream() + "\r\n";
    const std::vector<Frame> frames = decoded(dirt + to_frame(kPrinted2017));
    RC_ASSERT(!frames.empty());
    RC_ASSERT(frames.back().outcome == Outcome::kAccept);
    RC_ASSERT(frames.back().offset == dirt.size());
}

TEST(Hj212Reader, AFrameCutAnywhereIsTheWholeFrame) {
    const std::string frame = to_frame(upload(kArea));
    const std::string whole = text_of(decoded(frame));
    for (std::size_t at = 1; at < frame.size(); ++at) {
        FrameReader reader;
        reader.feed(std::string_view(frame).substr(0, at));
        EXPECT_FALSE(reader.next()) << at;
        reader.feed(std::string_view(frame).substr(at));
        const auto piece = reader.next();
        ASSERT_TRUE(piece) << at;
        EXPECT_EQ(text_of({decode(*piece, setting_of_test())}), whole) << at;
        EXPECT_FALSE(reader.next());
    }
}

TEST(Hj212Reader, OnASilentLineAFrameDoesNotWaitForItsLineEnd) {
    FrameReader reader;
    std::string frame = to_frame(kPrinted2017);
    frame.resize(frame.size() - 2);
    reader.feed(frame);
    EXPECT_FALSE(reader.next(Rest::kComes));
    const auto piece = reader.next(Rest::kWaits);
    ASSERT_TRUE(piece);
    EXPECT_EQ(piece->segment, kPrinted2017);
    // A line end that comes later is nothing by itself.
    reader.feed("\r\n");
    EXPECT_FALSE(reader.next(Rest::kNone));
    EXPECT_EQ(reader.blanks(), 2U);
}

TEST(Hj212Reader, HalfAFrameWaitsOnASilentLineAndIsNamedWhenTheBytesEnd) {
    FrameReader reader;
    reader.feed(to_frame(kPrinted2017).substr(0, 60));
    EXPECT_FALSE(reader.next(Rest::kWaits));
    EXPECT_TRUE(reader.is_in_frame());
    const auto piece = reader.next(Rest::kNone);
    ASSERT_TRUE(piece);
    EXPECT_EQ(piece->kind, PieceKind::kUnfinished);
    EXPECT_EQ(decode(*piece, setting_of_test()).outcome, Outcome::kNeedMore);
}

TEST(Hj212Reader, DirtBetweenFramesIsOneFaultInItsPlace) {
    const std::string frame = to_frame(kPrinted2017);
    const auto frames = decoded("abc" + frame + "\r\n \r\n" + frame + "##xyz" + frame);
    EXPECT_THAT(outcomes(frames), ElementsAre("reject", "accept", "accept", "reject", "accept"));
    EXPECT_EQ(frames[0].noise, "abc");
    EXPECT_EQ(frames[3].noise, "##xyz");
    EXPECT_EQ(frames[3].offset, 3 + 2 * frame.size() + 5);
}

TEST(Hj212Reader, MemoryIsBoundedWhateverComes) {
    const std::string chunk(std::size_t{64} << 10, 'x');
    FrameReader dirt;
    FrameReader endless;
    endless.feed("##9999");
    FrameReader encrypted;
    encrypted.feed("##9999CN=2011;CP=&&{0x");
    for (int i = 0; i < 64; ++i) {
        for (FrameReader* reader : {&dirt, &endless, &encrypted}) {
            reader->feed(chunk);
            while (reader->next()) continue;
            EXPECT_LE(reader->waiting(), kEncryptedBytesMax + chunk.size());
        }
    }
    EXPECT_EQ(dirt.waiting(), 0U);
    EXPECT_EQ(dirt.noise_bytes(), 64 * chunk.size());
    EXPECT_EQ(endless.waiting(), 0U);
}

TEST(Hj212Reader, AFrameWithoutAnEndIsRefusedAtTheLimitAndTheNextIsFound) {
    const auto frames = decoded("##9999" + std::string(20'000, 'x') + to_frame(kPrinted2017));
    EXPECT_THAT(outcomes(frames), ElementsAre("reject", "reject", "accept"));
    EXPECT_TRUE(frames[0].has(Reason::kTooLong));
    EXPECT_TRUE(frames[1].has(Reason::kNoise));
}

// Marks with long lengths, one behind the other, are the worst that can be sent. Each is a fault of
// its own six bytes, and none waits for the 9999 that it states.
TEST(Hj212Reader, MarksBehindMarksAreEachAFaultOfTheirOwnBytes) {
    std::string stream;
    while (stream.size() < (std::size_t{256} << 10)) stream += "##9999";
    FrameReader reader;
    reader.feed(stream);
    std::uint64_t bytes = 0;
    std::size_t count = 0;
    while (const auto piece = reader.next(Rest::kNone)) {
        bytes += piece->bytes;
        ++count;
    }
    EXPECT_EQ(bytes, stream.size());
    EXPECT_EQ(count, stream.size() / 6);
}

}  // namespace
}  // namespace qk::plans::hj212
