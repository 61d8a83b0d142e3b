// Goal: a page that was changed in any byte is found. Method: a package of one verdict with an
// entry of the log, an order and a note in it; every byte changed once, and parts cut and added.
#include "plans/evidence/evidence_page.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "plans/response/order.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

SigningKey bureau_key() { return SigningKey::from_seed(std::string(32, 'k')).value(); }
rules::Instant at_hour(int hour) { return rules::Instant{} + std::chrono::hours(hour); }

// Seven entries, the fourth of which is to be proved.
struct SmallLog {
    std::vector<ChainEntry> entries;
    std::vector<std::string> hashes;
    MerkleFrontier tree;

    SmallLog() {
        std::string before(kNothingBefore);
        for (int i = 1; i <= 7; ++i) {
            ChainEntry entry{i,    i * 3600,    "li.na", "10.0.0.1", "warning.sign",
                             "W1", "{\"n\":1}", before,  ""};
            entry.hash = hash_of(entry);
            before = entry.hash;
            hashes.push_back(entry.hash);
            tree.add(entry.hash);
            entries.push_back(entry);
        }
    }
    [[nodiscard]] AuditHead head() const {
        return sign_head(7, hashes.back(), at_hour(8), bureau_key(), tree);
    }
    [[nodiscard]] Inclusion proof() const { return {entries[3], 7, 3, 7, merkle_path(hashes, 3)}; }
};

json::value order_record() {
    OrderDocument order;
    order.order = "W1/E1";
    order.revision = 2;
    order.region = "411000";
    order.enterprise = "E1";
    order.warning = "W1";
    order.issued_at = order.effective_from = at_hour(3);
    const auto text = signed_text(order, bureau_key(), rules::kBeijingTime);
    return json::object{{"kind", "order"}, {"document", parse_json(text, "order").value()}};
}

std::string package_with(const std::vector<json::value>& records) {
    EvidenceWriter writer;
    std::string text = writer.begin("许昌市", at_hour(9), "verdict 17");
    text += writer.line(
        to_json(KeyRecord{bureau_key().public_key_hex(), at_hour(0), std::nullopt, std::nullopt}));
    for (const json::value& record : records) text += writer.line(record);
    return text + writer.end(bureau_key());
}

std::string sound_package() {
    const SmallLog log;
    return package_with({to_json(log.head()), to_json(log.proof()), order_record(),
                         json::object{{"kind", "note"}, {"title", "回执"}}});
}

std::vector<EvidenceLink> links_of_package(const std::string& package,
                                           const std::string& key = {}) {
    EvidenceCheck check({}, {});
    check.expect_key(key);
    for (std::size_t begin = 0; begin < package.size();) {
        const std::size_t end = std::min(package.find('\n', begin), package.size() - 1) + 1;
        if (!check.take(std::string_view(package).substr(begin, end - begin))) {
            return {{"package", false, "is none"}};
        }
        begin = end;
    }
    return check.finish();
}

bool all_hold(const std::vector<EvidenceLink>& links) {
    return !links.empty() && std::ranges::all_of(links, &EvidenceLink::holds);
}

bool page_holds(const std::string& text) {
    const auto page = read_evidence_page(text);
    return page && page->link.holds && all_hold(links_of_package(page->package, page->key));
}

std::string words_of(const std::vector<EvidenceLink>& links) {
    std::string words;
    for (const EvidenceLink& link : links) words += link.what + ": " + link.why + "\n";
    return words;
}

TEST(EvidencePage, AnExcerptHoldsWithoutTheLog) {
    const auto links = links_of_package(sound_package());
    EXPECT_TRUE(all_hold(links)) << words_of(links);
    EXPECT_THAT(words_of(links), HasSubstr("audit 4, warning.sign"));
    EXPECT_THAT(words_of(links), HasSubstr("order W1/E1, revision 2"));
    EXPECT_THAT(words_of(links), HasSubstr("of verdict 17"));
}

TEST(EvidencePage, AnEntryThatStandsNotInTheLogIsFound) {
    const SmallLog log;
    Inclusion other = log.proof();
    other.entry.person = "somebody";
    EXPECT_THAT(words_of(links_of_package(package_with({to_json(log.head()), to_json(other)}))),
                HasSubstr("does not have the content"));
    other.entry.hash = hash_of(other.entry);
    EXPECT_THAT(words_of(links_of_package(package_with({to_json(log.head()), to_json(other)}))),
                HasSubstr("does not stand in the log"));
    EXPECT_THAT(words_of(links_of_package(package_with({to_json(log.proof())}))),
                HasSubstr("head that does not hold or is not here"));
    AuditHead old_head = sign_head(7, log.hashes.back(), at_hour(8), bureau_key());
    EXPECT_THAT(words_of(links_of_package(package_with({to_json(old_head), to_json(log.proof())}))),
                HasSubstr("signs no tree"));
    AuditHead forged = log.head();
    forged.root[0] = forged.root[0] == 'a' ? 'b' : 'a';
    EXPECT_FALSE(all_hold(links_of_package(package_with({to_json(forged)}))));
}

TEST(EvidencePage, AnOrderThatTheBureauDidNotSignIsFound) {
    json::value record = order_record();
    record.as_object()["document"].as_object()["revision"] = 3;
    EXPECT_THAT(words_of(links_of_package(package_with({record}))),
                HasSubstr("the signature does not fit"));
}

TEST(EvidencePage, APageGivesItsPackageBack) {
    for (const std::size_t size : {0U, 1U, 2U, 3U, 56U, 57U, 58U, 1000U}) {
        std::string package;
        for (std::size_t i = 0; i < size; ++i) package += static_cast<char>(i * 7);
        const auto page = read_evidence_page(evidence_page(package, "证据", bureau_key()));
        ASSERT_TRUE(page);
        EXPECT_EQ(page->package, package) << size;
        EXPECT_TRUE(page->link.holds) << page->link.why;
    }
}

TEST(EvidencePage, OneAlteredByteIsFoundWhereverItStands) {
    const std::string page = evidence_page(sound_package(), "证据", bureau_key());
    ASSERT_TRUE(page_holds(page));
    for (std::size_t i = 0; i < page.size(); ++i) {
        std::string altered = page;
        altered[i] = static_cast<char>(altered[i] ^ 1);
        if (page_holds(altered)) FAIL() << "byte " << i << ": " << page.substr(i, 20);
    }
}

TEST(EvidencePage, APageThatWasCutOrAddedToIsFound) {
    const std::string page = evidence_page(sound_package(), "证据", bureau_key());
    EXPECT_FALSE(page_holds(page + " "));
    EXPECT_FALSE(page_holds(page + page));
    EXPECT_FALSE(page_holds(" " + page));
    EXPECT_FALSE(page_holds("<!-- -->" + page));
    for (std::size_t size = 0; size < page.size(); size += 997) {
        EXPECT_FALSE(page_holds(page.substr(0, size))) << size;
    }
}

TEST(EvidencePage, APageAroundAnothersPackageIsFound) {
    const SigningKey stranger = SigningKey::from_seed(std::string(32, 's')).value();
    EXPECT_FALSE(page_holds(evidence_page(sound_package(), "证据", stranger)));
}

// What the browser writes back must be what was signed: no character that a serialiser escapes in
// another way.
TEST(EvidencePage, ThePageIsInTheFormInWhichABrowserWritesIt) {
    const std::string page = evidence_page("x", "证据", bureau_key());
    EXPECT_TRUE(is_evidence_page(page));
    EXPECT_EQ(page.find("<!--"), page.rfind("<!--"));
    EXPECT_EQ(page.find('\r'), std::string::npos);
    EXPECT_EQ(page.find("&nbsp;"), std::string::npos);
    EXPECT_EQ(page.find("&quot;"), std::string::npos);
}

}  // namespace
}  // namespace qk::plans
