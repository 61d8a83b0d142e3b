// Goal: a document is read back as it was made, has one spelling, and can be checked with nothing
// but the signed bytes. Method: round trips of each kind; members left out, added and changed.
#include "plans/federation/federation_document.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"
#include "tests/plans/federation/federation_fixture.hpp"

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

std::string refusal_of(const std::string& text) {
    const auto read = read_federation(text, "f.json");
    return read ? std::string() : rules::to_text(read.error());
}

// Signs anew, so that only the form can be what is wrong.
std::string with(std::string_view key, const boost::json::value& value) {
    auto object = parse_json(sign_federation(a_prompt(), province_key()), "x")->as_object();
    object[key] = value;
    return canonical_text(object);
}

TEST(FederationDocument, APromptIsReadBackAsItWasMade) {
    FederationDocument made = a_prompt();
    made.revision = 3;
    made.supersedes = 2;
    const auto read = read_federation(sign_federation(made, province_key()), "f.json");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(read->kind(), FederationKind::kPrompt);
    EXPECT_EQ(read->id, "410000/prompt/豫环发2026-3");
    EXPECT_EQ(read->revision, 3);
    EXPECT_EQ(read->supersedes, 2);
    EXPECT_EQ(read->issued_at, made.issued_at);
    EXPECT_EQ(read->expires, made.expires);
    EXPECT_EQ(read->key, fingerprint_of(province_key().public_key_hex()));
    const auto& body = std::get<PromptBody>(read->body);
    EXPECT_EQ(body.prompt.colour, rules::Colour::kOrange);
    EXPECT_EQ(body.prompt.to, on("2026-12-05"));
    EXPECT_EQ(body.note, "各市按时启动");
}

TEST(FederationDocument, TheOtherKindsAreReadBackToo) {
    FederationDocument document = a_prompt();
    document.body = FloorBody{
        "豫环函2026-9", "不低于橙色", rules::Colour::kOrange, {on("2026-12-02"), on("2026-12-05")}};
    auto read = read_federation(sign_federation(document, province_key()), "f.json");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(std::get<FloorBody>(read->body).clause, "不低于橙色");
    read = read_federation(sign_federation(a_follow_up(), county_key()), "f.json");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(std::get<FollowUpBody>(read->body).state, "followed");
    document.body =
        DeliveryBody{"410000/prompt/1", 1, std::string(64, 'a'), true, "", on("2026-12-01T10:01")};
    read = read_federation(sign_federation(document, city_key()), "f.json");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_TRUE(std::get<DeliveryBody>(read->body).is_taken);
}

TEST(FederationDocument, TheSignedBytesAreTheMarkAndTheTextWithoutTheSignature) {
    const std::string text = sign_federation(a_prompt(), province_key());
    const std::string bare = federation_signed_text(text);
    EXPECT_THAT(bare, testing::Not(HasSubstr("signature")));
    EXPECT_THAT(marked(Purpose::kFederation, bare), StartsWith("qingkong federation 1\n{"));
    EXPECT_TRUE(verify_hex(province_key().public_key_hex(), Purpose::kFederation, bare,
                           read_federation(text, "x")->signature));
    EXPECT_FALSE(verify_hex(province_key().public_key_hex(), Purpose::kOrder, bare,
                            read_federation(text, "x")->signature))
        << "a document of one kind is never one of another";
}

TEST(FederationDocument, SignedAnewWithTheNextKeyItSaysTheSame) {
    FederationDocument later = a_prompt();
    later.issued_at = on("2026-12-01T11:00");
    EXPECT_EQ(federation_content(sign_federation(a_prompt(), province_key())),
              federation_content(sign_federation(later, federation_key('n'))));
    std::get<PromptBody>(later.body).prompt.colour = rules::Colour::kRed;
    EXPECT_NE(federation_content(sign_federation(a_prompt(), province_key())),
              federation_content(sign_federation(later, province_key())));
}

TEST(FederationDocument, MembersThatAreMissingWrongOrTooManyAreNamed) {
    EXPECT_THAT(refusal_of("{}"), HasSubstr("format"));
    EXPECT_THAT(refusal_of(with("more", 1)), HasSubstr("more"));
    EXPECT_THAT(refusal_of(with("kind", "order")), HasSubstr("'order' is not known"));
    EXPECT_THAT(refusal_of(with("revision", 0)), HasSubstr("revision"));
    EXPECT_THAT(refusal_of(with("revision", 1.5)), HasSubstr("revision"));
    EXPECT_THAT(refusal_of(with("supersedes", 1)), HasSubstr("supersedes"));
    EXPECT_THAT(refusal_of(with("addressee", "xuchang")), HasSubstr("six digits"));
    EXPECT_THAT(refusal_of(with("key", "ABCD")), HasSubstr("key"));
    EXPECT_THAT(refusal_of(with("expires", "2026-12-01T09:00:00+08:00")), HasSubstr("expires"));
    EXPECT_THAT(refusal_of(with("body", nullptr)), HasSubstr("body"));
    EXPECT_THAT(refusal_of(with("issuer", boost::json::object{{"tier", "市"}})),
                HasSubstr("issuer"));
}

TEST(FederationDocument, ATextWhoseCharactersNobodySeesIsRefused) {
    FederationDocument document = a_prompt();
    std::get<PromptBody>(document.body).prompt.zone = "豫北\u202e";
    EXPECT_THAT(refusal_of(sign_federation(document, province_key())), HasSubstr("body.zone"));
    document = a_prompt();
    std::get<PromptBody>(document.body).note = std::string(kFederationTextBytesMax + 1, 'x');
    EXPECT_THAT(refusal_of(sign_federation(document, province_key())), HasSubstr("body.note"));
    document = a_prompt();
    std::get<PromptBody>(document.body).prompt.number = "a/b";
    EXPECT_THAT(refusal_of(sign_federation(document, province_key())), HasSubstr("body.number"));
}

TEST(FederationDocument, ItHoldsAsLongAsWhatItAsksFor) {
    EXPECT_EQ(life_of(a_prompt().body, on("2026-12-01")),
              (rules::Span{on("2026-12-02"), on("2026-12-05")}));
    PromptBody open = std::get<PromptBody>(a_prompt().body);
    open.prompt.to = std::nullopt;
    EXPECT_EQ(life_of(open, on("2026-12-01")).to, on("2026-12-03"));
    open.prompt.deadline = on("2026-12-04");
    EXPECT_EQ(life_of(open, on("2026-12-01")).to, on("2026-12-04"));
    EXPECT_EQ(life_of(a_follow_up().body, on("2026-12-01")).to, on("2026-12-31"));
}

}  // namespace
}  // namespace qk::plans
