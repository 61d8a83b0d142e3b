// The event stream in words. Method: bytes as a daemon sends them, cut in every place.
#include "daemon/ctl/event_lines.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "daemon/ctl/wire_words.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

constexpr std::string_view kIssued =
    "id: 9\nevent: warning.issued\ndata: "
    R"({"number":9,"at":"2026-01-10T20:00:00+08:00","kind":"warning.issued","data":)"
    R"({"warning":"YJ-1","exercise":false,"kind":"start","colour":"orange","person":"li.si",)"
    R"("reason":"预报持续重污染"}})"
    "\n\n";

std::string line_of(std::string_view kind, std::string_view data) {
    const std::string text = R"({"number":1,"at":"2026-01-10T20:00:00+08:00","kind":")" +
                             std::string(kind) + R"(","data":)" + std::string(data) + "}";
    return event_line(plans::parse_json(text, "event").value());
}

TEST(EventLines, AnEventIsOneSentenceInBothLanguages) {
    EventReader reader;
    const auto events = reader.take(kIssued);
    ASSERT_EQ(events.size(), 1U);
    EXPECT_EQ(event_line(events[0]),
              "2026-01-10 20:00  预警签发 warning issued           YJ-1  橙色 orange  "
              "li.si：预报持续重污染");
}

TEST(EventLines, WhereverTheBytesAreCutTheEventsAreTheSame) {
    const std::string stream =
        "retry: 3000\nid: 8\n\n" + std::string(kIssued) + ":\n\n" + std::string(kIssued);
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        EventReader reader;
        std::size_t count = reader.take(std::string_view(stream).substr(0, cut)).size();
        count += reader.take(std::string_view(stream).substr(cut)).size();
        EXPECT_EQ(count, 2U) << cut;
    }
}

TEST(EventLines, WhatHasNoSentenceIsToldAsItCame) {
    EXPECT_THAT(line_of("moon.rose", R"({"phase":"full","seen_by":["a"],"number":3})"),
                HasSubstr("moon.rose"));
    EXPECT_THAT(line_of("moon.rose", R"({"phase":"full","seen_by":["a"],"number":3})"),
                HasSubstr("phase full  number 3"));
}

TEST(EventLines, EveryKindThatTheContractNamesHasItsWords) {
    std::ifstream in(std::filesystem::path(QK_SOURCE_DIR) / "daemon/api/openapi/system.json");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto contract = plans::parse_json(text, "system.json").value();
    const auto& kinds =
        contract.at("paths").at("/api/v1/events").at("get").at("x-events").as_object();
    EXPECT_GT(kinds.size(), 40U);
    for (const auto& [kind, schema] : kinds) {
        EXPECT_NE(event_in_words(std::string_view(kind)), std::string(kind)) << kind;
    }
}

TEST(EventLines, EventsThatAreNoLongerKeptAreSaid) {
    EventReader reader;
    const auto events = reader.take("event: gap\ndata: {\"from\":4,\"to\":9}\n\n");
    ASSERT_EQ(events.size(), 1U);
    EXPECT_THAT(event_line(events[0]), HasSubstr("有动态已不再保留 gap"));
    EXPECT_THAT(event_line(events[0]), HasSubstr("4 — 9"));
}

TEST(EventLines, CountsAreByCounty) {
    EXPECT_THAT(line_of("phone-list", R"({"new":2,"by_region":{"110105":1,"110106":1}})"),
                HasSubstr("新增 new 2  110105 1, 110106 1"));
}

TEST(EventLines, NothingOfItIsObeyedByATerminal) {
    const std::string line =
        line_of("receipt", R"({"enterprise":"e\u001b[2J","state":"received"})");
    EXPECT_EQ(line.find('\x1b'), std::string::npos) << line;
    EXPECT_THAT(line, HasSubstr("已签收 received"));
}

TEST(EventLines, AnEventWithoutEndIsNotReadForEver) {
    EventReader reader;
    EXPECT_TRUE(reader.take(std::string(kEventBytesMax, 'x')).empty());
    EXPECT_FALSE(reader.is_too_long());
    EXPECT_TRUE(reader.take("x").empty());
    EXPECT_TRUE(reader.is_too_long());
}

}  // namespace
}  // namespace qk::ctl
