// Goal: a manifest reads back as it was signed, no part of it can be changed unseen, and none leads
// out of the set.
#include "daemon/backup/manifest.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;

Manifest sample() {
    Manifest manifest;
    manifest.made_at = *rules::parse_instant("2025-11-30T02:00:00+08:00", rules::kBeijingTime);
    manifest.program = "1";
    manifest.configuration = "/etc/q.toml";
    manifest.database = "/var/q.db";
    manifest.state = {{"audit_head", "3 abc"}, {"verdicts", "breach 2"}};
    manifest.files = {
        {"files/etc/q.toml", "/etc/q.toml", false, {3, std::string(64, 'a'), 0640, "root", "q"}}};
    manifest.folders = {{"/etc", {0, "", 0755, "root", "root"}}};
    sign(manifest, plans::SigningKey::from_seed(std::string(32, 'k')).value());
    return manifest;
}

TEST(Manifest, ReadsBackAsItWasSigned) {
    const auto read = read_manifest(to_file(sample()), "manifest.json");
    ASSERT_TRUE(read);
    EXPECT_TRUE(is_signed(*read));
    EXPECT_EQ(to_file(*read), to_file(sample()));
}

// What the program of before wrote: signed as evidence, behind the same format.
TEST(Manifest, OfASetThatWasSignedAsEvidenceIsStillSigned) {
    const auto key = plans::SigningKey::from_seed(std::string(32, 'k')).value();
    Manifest manifest = sample();
    boost::json::value text = plans::parse_json(to_file(manifest), "manifest.json").value();
    text.get_object().erase("key");
    text.get_object().erase("signature");
    const std::string bytes = "qingkong-backup 1\n" + plans::canonical_text(text);
    for (const auto purpose : {plans::Purpose::kEvidence, plans::Purpose::kBackup}) {
        manifest.signature = key.sign_hex(purpose, bytes);
        EXPECT_TRUE(is_signed(manifest));
    }
    for (const auto purpose : {plans::Purpose::kOrder, plans::Purpose::kTask}) {
        manifest.signature = key.sign_hex(purpose, bytes);
        EXPECT_FALSE(is_signed(manifest));
    }
    manifest.key.clear();
    EXPECT_FALSE(is_signed(manifest));
}

TEST(Manifest, NoPartOfItCanBeChangedUnseen) {
    const std::string text = to_file(sample());
    for (const auto& [from, to] :
         std::vector<std::pair<std::string, std::string>>{{"3 abc", "4 abc"},
                                                          {"aaaa", "baaa"},
                                                          {"\"0640\"", "\"0644\""},
                                                          {"/var/q.db", "/var/r.db"},
                                                          {"\"0755\"", "\"0777\""},
                                                          {"breach 2", "breach 1"}}) {
        std::string changed = text;
        changed.replace(changed.find(from), from.size(), to);
        const auto read = read_manifest(changed, "manifest.json");
        ASSERT_TRUE(read) << from;
        EXPECT_FALSE(is_signed(*read)) << from;
    }
}

TEST(Manifest, NoneLeadsOutOfTheSetOrGivesMoreThanAFileMayHave) {
    for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
             {"\"files/etc/q.toml\"", "\"../etc/q.toml\""},
             {"\"files/etc/q.toml\"", "\"/etc/shadow\""},
             {"\"original\": \"/etc/q.toml\"", "\"original\": \"/etc/../root/x\""},
             {"\"original\": \"/etc/q.toml\"", "\"original\": \"q.toml\""},
             {"\"0640\"", "\"4755\""},
             {"\"bytes\": 3", "\"bytes\": -3"},
             {"qingkong-backup 1", "qingkong-backup 2"}}) {
        std::string changed = to_file(sample());
        ASSERT_NE(changed.find(from), std::string::npos) << from;
        changed.replace(changed.find(from), from.size(), to);
        EXPECT_FALSE(read_manifest(changed, "manifest.json")) << to;
    }
}

}  // namespace
}  // namespace qk::daemon
