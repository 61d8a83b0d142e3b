// Goal: every message has what CAP 1.2 requires, in the order its schema asks for, whatever the
// texts hold. Method: parse back with pugixml and compare names with the schema's sequence. (The
// schema itself may not be carried here; xmllint was run against it by hand.)
#include "plans/documents/cap.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <pugixml.hpp>

#include "plans/documents/atom.hpp"

namespace qk::plans {
namespace {

using rules::kBeijingTime;

rules::Instant at(const char* text) { return *rules::parse_instant(text, kBeijingTime); }

CapMessage message() {
    CapMessage made;
    IdentifierParts parts;
    parts.region = "411000";
    parts.entered = at("2026-12-01T15:04:05+08:00");
    made.identifier = *message_identifier(parts);
    made.sender = "xuchang@example.org";
    made.sent = parts.entered;
    made.effective = made.sent;
    made.onset = at("2026-12-02T00:00:00+08:00");
    made.expires = at("2026-12-05T00:00:00+08:00");
    made.colour = rules::Colour::kOrange;
    made.region_code = "411000";
    CapInfo info;
    info.language = "zh-CN";
    info.event = "空气重污染";
    info.headline = "发布橙色预警";
    info.description = "自12月2日0时起启动Ⅱ级响应";
    info.area_name = "许昌市";
    info.parameters = {{"colour", "orange"}};
    made.infos = {info};
    return made;
}

// Children of a node in the order the schema's sequence names them; repeats allowed.
void expect_sequence(const pugi::xml_node& node, const std::vector<std::string>& sequence) {
    std::size_t place = 0;
    for (const pugi::xml_node& child : node.children()) {
        const auto found = std::find(sequence.begin() + static_cast<std::ptrdiff_t>(place),
                                     sequence.end(), std::string(child.name()));
        ASSERT_NE(found, sequence.end()) << child.name() << " is out of place";
        place = static_cast<std::size_t>(found - sequence.begin());
    }
}

void expect_valid(const std::string& xml) {
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(xml.c_str()));
    const pugi::xml_node alert = document.child("alert");
    EXPECT_STREQ(alert.attribute("xmlns").value(), "urn:oasis:names:tc:emergency:cap:1.2");
    expect_sequence(
        alert, {"identifier", "sender", "sent", "status", "msgType", "source", "scope",
                "restriction", "addresses", "code", "note", "references", "incidents", "info"});
    for (const char* needed :
         {"identifier", "sender", "sent", "status", "msgType", "scope", "info"}) {
        EXPECT_TRUE(alert.child(needed)) << needed;
    }
    for (const pugi::xml_node& info : alert.children("info")) {
        expect_sequence(
            info, {"language",   "category", "event",       "responseType", "urgency", "severity",
                   "certainty",  "audience", "eventCode",   "effective",    "onset",   "expires",
                   "senderName", "headline", "description", "instruction",  "web",     "contact",
                   "parameter",  "resource", "area"});
        for (const char* needed :
             {"category", "event", "urgency", "severity", "certainty", "area"}) {
            EXPECT_TRUE(info.child(needed)) << needed;
        }
        expect_sequence(info.child("area"), {"areaDesc", "polygon", "circle", "geocode"});
    }
}

TEST(Cap, AnExerciseIsForThoseWhoTakePart) {
    CapMessage exercise = message();
    EXPECT_NE(to_cap_xml(exercise, kBeijingTime).find("<scope>Public</scope>"), std::string::npos);
    exercise.exercise = true;
    const std::string xml = to_cap_xml(exercise, kBeijingTime);
    expect_valid(xml);
    EXPECT_NE(xml.find("<status>Exercise</status>"), std::string::npos);
    EXPECT_NE(xml.find("<scope>Private</scope>"), std::string::npos);
    EXPECT_NE(xml.find("<addresses>xuchang@example.org</addresses>"), std::string::npos);
}

TEST(Cap, TheIdentifierHas31CharactersInBeijingTime) {
    IdentifierParts parts;
    parts.region = "632100";
    parts.entered = at("2026-12-01T07:04:05Z");
    parts.serial = 3;
    const auto identifier = message_identifier(parts);
    ASSERT_TRUE(identifier);
    EXPECT_EQ(*identifier, "63210000000000_20261201150405_3");
    EXPECT_EQ(identifier->size(), 31U);
    EXPECT_TRUE(is_message_identifier(*identifier));
}

TEST(Cap, EveryWrongPartOfAnIdentifierIsNamed) {
    IdentifierParts parts;
    parts.region = "41100";
    parts.agency = "0 0";
    parts.serial = 10;
    const auto identifier = message_identifier(parts);
    ASSERT_FALSE(identifier);
    EXPECT_EQ(identifier.error().size(), 3U);
    EXPECT_FALSE(is_message_identifier("41100000000000_20261201150405_"));
}

TEST(Cap, AnAlertHasEveryElementTheSchemaWantsInItsOrder) {
    expect_valid(to_cap_xml(message(), kBeijingTime));
}

TEST(Cap, UpdateAndCancelNameEarlierMessages) {
    for (const auto kind : {rules::NoticeKind::kUpdate, rules::NoticeKind::kCancel}) {
        CapMessage update = message();
        update.kind = kind;
        update.references = {{"a@b", "41100000000000_20261201150405_0", update.sent},
                             {"a@b", "41100000000000_20261201150405_1", update.sent}};
        const std::string xml = to_cap_xml(update, kBeijingTime);
        expect_valid(xml);
        EXPECT_NE(
            xml.find(
                "<references>a@b,41100000000000_20261201150405_0,2026-12-01T15:04:05+08:00 a@b,"),
            std::string::npos);
    }
}

TEST(Cap, AnExerciseIsAnExercise) {
    CapMessage exercise = message();
    exercise.exercise = true;
    const std::string xml = to_cap_xml(exercise, kBeijingTime);
    expect_valid(xml);
    EXPECT_NE(xml.find("<status>Exercise</status>"), std::string::npos);
    EXPECT_EQ(xml.find("<status>Actual</status>"), std::string::npos);
}

TEST(Cap, EventCodeAndSeveritiesAreSettings) {
    CapMessage custom = message();
    custom.event_code = "11B19";
    custom.severities.by_colour[2] = "Moderate";
    const std::string xml = to_cap_xml(custom, kBeijingTime);
    EXPECT_NE(xml.find("<value>11B19</value>"), std::string::npos);
    EXPECT_NE(xml.find("<severity>Moderate</severity>"), std::string::npos);
}

TEST(Cap, WhatXmlDoesNotAllowIsLeftOut) {
    CapMessage odd = message();
    odd.infos[0].headline = "发\x0B布\xEF\xBF\xBE橙\xEF\xBF\xBF色";
    EXPECT_NE(to_cap_xml(odd, kBeijingTime).find("<headline>发布橙色</headline>"),
              std::string::npos);
}

RC_GTEST_PROP(CapProperty, NoTextBreaksTheMessage, (const std::string& text)) {
    CapMessage odd = message();
    odd.infos[0].headline = text;
    odd.infos[0].description = "]]><a>" + text;
    pugi::xml_document document;
    RC_ASSERT(static_cast<bool>(document.load_string(to_cap_xml(odd, kBeijingTime).c_str())));
    const pugi::xml_node info = document.child("alert").child("info");
    RC_ASSERT(std::string(info.child("description").child_value()).substr(0, 6) == "]]><a>");
    RC_ASSERT(std::distance(document.child("alert").children("info").begin(),
                            document.child("alert").children("info").end()) == 1);
}

TEST(Atom, TheFeedHasWhatRfc4287RequiresAndEscapesItsTexts) {
    AtomFeed feed;
    feed.id = "urn:qingkong:feed:411000";
    feed.title = "许昌市<预警>";
    feed.author = "许昌市人民政府";
    feed.address = "http://127.0.0.1/cap/feed.atom";
    feed.updated = at("2026-12-01T15:04:05+08:00");
    feed.entries.push_back(
        {"urn:qingkong:cap:1", "a & b", "摘要", "http://127.0.0.1/cap/1.xml", feed.updated});
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(to_atom_xml(feed, kBeijingTime).c_str()));
    const pugi::xml_node root = document.child("feed");
    for (const char* needed : {"id", "title", "updated", "author"})
        EXPECT_TRUE(root.child(needed)) << needed;
    const pugi::xml_node entry = root.child("entry");
    for (const char* needed : {"id", "title", "updated", "link", "summary"}) {
        EXPECT_TRUE(entry.child(needed)) << needed;
    }
    EXPECT_STREQ(entry.child("title").child_value(), "a & b");
    EXPECT_STREQ(root.child("title").child_value(), "许昌市<预警>");
    EXPECT_FALSE(entry.child("content"));
}

}  // namespace
}  // namespace qk::plans
