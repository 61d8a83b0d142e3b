#include "daemon/hj212/frame_link.hpp"

#include <gmock/gmock.h>

#include "daemon/readings/hj212_message.hpp"
#include "plans/hj212/code_map.hpp"
#include "tests/daemon/context_fixture.hpp"
#include "tests/daemon/hj212/device_frames.hpp"

namespace qk::daemon {
namespace {

namespace hj212 = plans::hj212;
using hj212::Rest;
using testing::HasSubstr;
using testing::SizeIs;

hj212::DecodeSetting decoding() {
    hj212::DecodeSetting setting;
    setting.now = kTestStart;
    setting.codes = &hj212::CodeMap::shipped();
    return setting;
}

LinkSetting setting_of_test(bool is_relay = false, std::size_t devices_max = 1) {
    LinkSetting setting;
    setting.peer = "192.0.2.7";
    setting.is_relay = is_relay;
    setting.devices_max = devices_max;
    setting.is_known = [](const std::string& mn) { return mn != "STRANGER"; };
    return setting;
}

std::vector<LinkFrame> all_of(FrameLink& link, Rest rest = Rest::kNone) {
    std::vector<LinkFrame> frames;
    while (auto one = link.next(decoding(), rest)) frames.push_back(std::move(*one));
    return frames;
}

std::vector<LinkFrame> frames_of(FrameLink& link, const std::string& bytes) {
    link.feed(bytes);
    return all_of(link);
}

TEST(FrameLink, KeepsAFrameByteForByteUnderItsSender) {
    FrameLink link(setting_of_test());
    const std::string sent = bytes_of(SentFrame{});
    const auto frames = frames_of(link, "dirt" + sent + "\r\n\r\n");
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_EQ(frames[0].payload, sent);
    EXPECT_EQ(frames[0].sender, "192.0.2.7 MN1");
    EXPECT_EQ(frames[0].address, "hj212/MN1");
    EXPECT_TRUE(frames[0].is_known);
    EXPECT_THAT(frames[0].answer, HasSubstr("CN=9014;"));
    EXPECT_EQ(link.noise(), 1U);
}

TEST(FrameLink, WhatItKeepsReadsAgainAsTheSameFrameHoweverTheBytesCome) {
    const std::string first = bytes_of(SentFrame{});
    SentFrame hour;
    hour.command = "2061";
    hour.flag = 1;
    const std::string cut_end = first.substr(0, first.size() - 2);  // no line end
    const std::string stream =
        "\r\n" + first + "??" + cut_end + bytes_of(hour) + "##0012abc" + first;
    for (std::size_t piece = 1; piece < stream.size(); ++piece) {
        FrameLink link(setting_of_test());
        std::vector<LinkFrame> frames;
        for (std::size_t at = 0; at < stream.size(); at += piece) {
            link.feed(std::string_view(stream).substr(at, piece));
            while (auto one = link.next(decoding(), Rest::kWaits))
                frames.push_back(std::move(*one));
        }
        for (LinkFrame& one : all_of(link)) frames.push_back(std::move(one));
        std::size_t good = 0;
        for (const LinkFrame& one : frames) {
            JournalMessage message;
            message.arrived = kTestStart;
            message.address = one.address;
            message.payload = one.payload;
            const bool is_good = one.frame.outcome <= hj212::Outcome::kAcceptWarn;
            good += is_good ? 1 : 0;
            const Hj212Message again = read_hj212_message(message, decoding());
            EXPECT_EQ(again.why.empty(), is_good) << piece << ": " << again.why;
        }
        EXPECT_EQ(good, 4U) << piece;
    }
}

TEST(FrameLink, ASecondDeviceIsRefusedAndEndsTheConnection) {
    FrameLink link(setting_of_test());
    const auto frames =
        frames_of(link, bytes_of_mn("MN1") + bytes_of_mn("MN2") + bytes_of_mn("MN1"));
    ASSERT_THAT(frames, SizeIs(2));
    EXPECT_FALSE(frames[1].is_known);
    EXPECT_EQ(frames[1].answer, "");
    EXPECT_EQ(frames[1].address, "hj212/MN1");  // so that a replay refuses it too
    EXPECT_EQ(link.limit(), LinkLimit::kOtherDevice);
}

TEST(FrameLink, ARelayBringsSeveralDevicesUpToItsLimit) {
    FrameLink link(setting_of_test(true, 2));
    const auto frames = frames_of(
        link, bytes_of_mn("MN1") + bytes_of_mn("MN2") + bytes_of_mn("MN1") + bytes_of_mn("MN3"));
    ASSERT_THAT(frames, SizeIs(4));
    EXPECT_EQ(frames[1].address, "hj212/MN2");
    EXPECT_THAT(frames[2].answer, HasSubstr("MN=MN1;"));
    EXPECT_EQ(frames[3].answer, "");
    EXPECT_EQ(link.limit(), LinkLimit::kDevices);
}

TEST(FrameLink, ADeviceThatNobodyKnowsIsKeptAndNotAnswered) {
    FrameLink link(setting_of_test());
    const auto frames = frames_of(link, bytes_of_mn("STRANGER"));
    ASSERT_THAT(frames, SizeIs(1));
    EXPECT_FALSE(frames[0].is_known);
    EXPECT_EQ(frames[0].answer, "");
    EXPECT_EQ(frames[0].address, "hj212/STRANGER");
}

TEST(FrameLink, HoldsNoMoreThanAFrameAndNoticesNoiseWithoutEnd) {
    FrameLink link(setting_of_test());
    const std::string noise(4096, 'x');
    for (std::size_t sent = 0; sent <= kLinkNoiseBytesMax; sent += noise.size()) {
        EXPECT_EQ(link.limit(), LinkLimit::kNone) << sent;
        link.feed(noise);
        EXPECT_FALSE(link.next(decoding(), Rest::kComes).has_value());
    }
    EXPECT_EQ(link.limit(), LinkLimit::kNoise);
}

TEST(FrameLink, HttpIsTold) {
    FrameLink link(setting_of_test());
    EXPECT_THAT(frames_of(link, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), SizeIs(0));
    EXPECT_EQ(link.limit(), LinkLimit::kHttp);
}

TEST(FrameLink, EveryLimitSaysWhatItIsAndWhatToDo) {
    for (int i = 1; i <= static_cast<int>(LinkLimit::kNotDurable); ++i) {
        const LinkLimitWords words = words_of(static_cast<LinkLimit>(i));
        EXPECT_THAT(std::string(words.why), HasSubstr(" / "));
        EXPECT_THAT(std::string(words.cure), HasSubstr(" / "));
    }
}

}  // namespace
}  // namespace qk::daemon
