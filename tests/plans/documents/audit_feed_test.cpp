// Goal: what a subscriber's reader keeps of the feed is the signed head itself. Method: the feed is
// parsed again, and the document in it verified.
#include "plans/documents/audit_feed.hpp"

#include <gtest/gtest.h>

#include <pugixml.hpp>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

SigningKey key() { return SigningKey::from_seed(std::string(32, 'k')).value(); }

AuditHead head(std::int64_t number, const std::string& at) {
    return sign_head(number, std::string(64, 'a'), *rules::parse_instant(at, rules::kBeijingTime),
                     key());
}

AuditFeedFrame frame() {
    return {"411000",
            "许昌市",
            "许昌市<人民政府>",
            "http://127.0.0.1/api/v1/audit/heads.atom",
            "http://127.0.0.1/api/v1/audit/heads",
            rules::kBeijingTime};
}

TEST(AuditFeed, AnEntryCarriesTheSignedHeadWordForWord) {
    const std::vector<AuditHead> heads{head(12, "2026-12-01T15:00:00+08:00"),
                                       head(9, "2026-12-01T14:00:00+08:00")};
    const AtomFeed feed = audit_feed(heads, frame());
    pugi::xml_document document;
    ASSERT_TRUE(document.load_string(to_atom_xml(feed, rules::kBeijingTime).c_str()));
    const pugi::xml_node root = document.child("feed");
    EXPECT_STREQ(root.child("updated").child_value(), "2026-12-01T15:00:00+08:00");
    EXPECT_STREQ(root.child("author").child("name").child_value(), "许昌市<人民政府>");
    ASSERT_EQ(std::distance(root.children("entry").begin(), root.children("entry").end()), 2);
    const pugi::xml_node entry = root.child("entry");
    EXPECT_STREQ(entry.child("link").attribute("type").value(), "application/json");
    EXPECT_STREQ(entry.child("link").attribute("href").value(), frame().heads_address.c_str());
    const std::string kept = entry.child("content").child_value();
    EXPECT_EQ(kept, canonical_text(to_json(heads[0])));
    const auto read = head_from_json(parse_json(kept, "kept").value());
    ASSERT_TRUE(read);
    EXPECT_TRUE(is_signed(*read));
    EXPECT_EQ(read->key, key().public_key_hex());
}

TEST(AuditFeed, EachHeadHasAnIdOfItsOwnAndOneSignedTwiceInASecondIsOneEntry) {
    const AuditHead twice = head(12, "2026-12-01T15:00:00+08:00");
    const AtomFeed feed =
        audit_feed({head(12, "2026-12-01T16:00:00+08:00"), twice, twice}, frame());
    ASSERT_EQ(feed.entries.size(), 2U);
    EXPECT_NE(feed.entries[0].id, feed.entries[1].id);
    EXPECT_TRUE(feed.entries[0].id.starts_with("urn:qingkong:audit-head:411000:12:"));
}

TEST(AuditFeed, WithoutAHeadItIsAFeedStill) {
    AuditFeedFrame bare = frame();
    bare.issuer.clear();
    const AtomFeed feed = audit_feed({}, bare);
    EXPECT_EQ(feed.author, "许昌市");
    EXPECT_TRUE(feed.entries.empty());
}

}  // namespace
}  // namespace qk::plans
