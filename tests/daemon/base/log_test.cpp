#include "daemon/base/log.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <cctype>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <vector>

#include "daemon/base/manual_clock.hpp"
#include "daemon/base/messages.hpp"

namespace qk::daemon {
namespace {

std::string read_whole(const std::filesystem::path& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), {}};
}

class LogTest : public testing::Test {
 protected:
    ManualClock clock_{rules::Instant{std::chrono::seconds{1'450'000'000}}};
    std::vector<std::string> lines_;
    Log log_{clock_, [this](LogSeverity, std::string_view line) { lines_.emplace_back(line); }};
};

TEST_F(LogTest, ALineIsOneJsonObjectWithItsHolesFilled) {
    log_.write(kLinkUp, {{"url", "mqtt://\"x\"\n"}});
    const auto line = boost::json::parse(lines_.at(0));
    EXPECT_EQ(line.at("id").as_string(), "BROKER_UP");
    EXPECT_EQ(line.at("text").as_string(), "消息服务器已连接 mqtt://\"x\"\n");
    EXPECT_EQ(line.at("time").as_string(), "2015-12-13T09:46:40+00:00");
    EXPECT_EQ(lines_.at(0).find('\n'), std::string::npos);
}

TEST_F(LogTest, BytesThatAreNoTextLeaveTheLineReadable) {
    log_.write(kLinkUp, {{"url",
                          "a\xFF\x1B"
                          "b\xE6\x99"}});
    const auto line = boost::json::parse(lines_.at(0));
    EXPECT_EQ(line.at("url").as_string(), "a?<U+001B>b??");
    EXPECT_EQ(line.at("text").as_string(), "消息服务器已连接 a?<U+001B>b??");
    EXPECT_EQ(lines_.at(0).find('\xFF'), std::string::npos);
}

TEST_F(LogTest, WhatNobodySeesIsSeenInALine) {
    log_.write(kForecastRefused, {{"file", "a\u202Evsc.csv"}, {"why", "甲\u200B厂"}});
    const auto line = boost::json::parse(lines_.at(0));
    EXPECT_EQ(line.at("file").as_string(), "a<U+202E>vsc.csv");
    EXPECT_EQ(line.at("why").as_string(), "甲<U+200B>厂");
    EXPECT_EQ(lines_.at(0).find("\u202E"), std::string::npos);
    EXPECT_EQ(lines_.at(0).find("\u200B"), std::string::npos);
}

TEST_F(LogTest, WhatPeersCauseIsLimitedPerMinuteAndCounted) {
    for (int i = 0; i < kLogPerMinuteMax + 7; ++i) log_.write(kLinkUp, {{"url", "x"}});
    EXPECT_EQ(lines_.size(), static_cast<std::size_t>(kLogPerMinuteMax));
    while (clock_.step(clock_.now() + std::chrono::minutes{1})) {
    }
    log_.write(kLinkUp, {{"url", "x"}});
    EXPECT_EQ(boost::json::parse(lines_.back()).at("left_out").as_int64(), 7);
}

TEST_F(LogTest, ALongFieldIsCutBetweenCharacters) {
    std::string url;
    for (int i = 0; i < 1000; ++i) url += "晴";
    log_.write(kLinkUp, {{"url", url}});
    const auto line = boost::json::parse(lines_.at(0));
    EXPECT_EQ(line.at("url").as_string().size(), 1998U + std::string_view("…").size());
}

TEST(Messages, IdsAreUniqueAndEveryWarningSaysWhatToDo) {
    std::set<std::string_view> ids;
    for (const Message* message : all_messages()) {
        EXPECT_TRUE(ids.insert(message->id).second) << message->id;
        EXPECT_FALSE(message->meaning.empty()) << message->id;
        EXPECT_EQ(message->action.empty(), message->severity == LogSeverity::kInfo) << message->id;
    }
}

// Every name of a constant ("kStarting") in a text.
std::set<std::string> words_of(const std::string& text) {
    const auto is_part = [](char c) {
        return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
    };
    std::set<std::string> words;
    for (auto at = text.begin(); at != text.end();) {
        const auto begin = std::find_if(at, text.end(), is_part);
        at = std::find_if_not(begin, text.end(), is_part);
        if (begin != at && *begin == 'k') words.emplace(begin, at);
    }
    return words;
}

TEST(Messages, EachIsListedAndUsed) {
    const std::filesystem::path daemon = std::filesystem::path(QK_SOURCE_DIR) / "daemon";
    std::string code;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(daemon)) {
        const auto name = entry.path().filename();
        if (entry.path().extension() == ".cpp" && name != "messages.cpp") {
            code += read_whole(entry.path());
        }
    }
    const std::string header = read_whole(daemon / "base" / "messages.hpp") +
                               read_whole(daemon / "base" / "account_messages.hpp") +
                               read_whole(daemon / "base" / "federation_messages.hpp") +
                               read_whole(daemon / "base" / "hj212_messages.hpp") +
                               read_whole(daemon / "base" / "task_messages.hpp") +
                               read_whole(daemon / "base" / "upgrade_messages.hpp") +
                               read_whole(daemon / "base" / "service_messages.hpp");
    const std::set<std::string> listed = words_of(read_whole(daemon / "base" / "messages.cpp"));
    const std::set<std::string> used = words_of(code);
    const std::regex constant("inline constexpr Message (k[A-Za-z0-9]+)");
    std::size_t found = 0;
    for (std::sregex_iterator it(header.begin(), header.end(), constant), end; it != end; ++it) {
        EXPECT_TRUE(listed.contains((*it)[1].str())) << (*it)[1].str() << " is not listed";
        EXPECT_TRUE(used.contains((*it)[1].str())) << (*it)[1].str() << " is not used";
        ++found;
    }
    EXPECT_EQ(found, all_messages().size());
}

}  // namespace
}  // namespace qk::daemon
