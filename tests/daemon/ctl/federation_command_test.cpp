// Goal: a document is proved or refused without a daemon, with an exit code that scripts can rely
// on. Method: files made by hand.
#include <gmock/gmock.h>

#include "plans/federation/federation_document.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

using daemon::Scratch;
using testing::HasSubstr;

plans::SigningKey province() { return plans::SigningKey::from_seed(std::string(32, 'p')).value(); }

class FederationCommand : public testing::Test {
 protected:
    FederationCommand() {
        const auto on = [](const char* text) {
            return rules::parse_instant(text, rules::kBeijingTime).value();
        };
        plans::FederationDocument document;
        document.id = "410000/floor/F1";
        document.issuer_tier = plans::Tier::kProvince;
        document.issuer = "410000";
        document.addressee = "411000";
        document.issued_at = on("2026-12-01T10:00");
        document.effective = on("2026-12-02");
        document.expires = on("2026-12-05");
        document.body = plans::FloorBody{
            "豫环函9号", "", rules::Colour::kOrange, {document.effective, document.expires}};
        text_ = plans::sign_federation(document, province());
        file_ = scratch_.write("floor.json", text_);
        trust_ = scratch_.write("trust.toml",
                                "[[key]]\nname = \"河南省厅\"\ntier = \"province\"\nregions = "
                                "[\"410000\"]\npublic_key = \"" +
                                    province().public_key_hex() + "\"\nfrom = \"2026-01-01\"\n");
    }
    Answer verify(const std::string& file, const std::string& region = "411000") {
        return type_command({"federation", "verify", file, "--trust", trust_, "--at",
                             "2026-12-01T12:00", "--for", region});
    }
    const Scratch scratch_;
    std::string text_;
    std::string file_;
    std::string trust_;
};

TEST_F(FederationCommand, ADocumentIsProvedWithoutADaemon) {
    const Answer answer = verify(file_);
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    EXPECT_THAT(answer.out, HasSubstr("省 河南省厅（410000）"));
    EXPECT_THAT(answer.out, HasSubstr("410000/floor/F1"));
}

TEST_F(FederationCommand, WhatIsForgedOrForAnotherIsANegativeFinding) {
    std::string forged = text_;
    forged.replace(forged.find("orange"), 6, "yellow");
    const Answer answer = verify(scratch_.write("forged.json", forged));
    EXPECT_EQ(answer.code, kNegative);
    EXPECT_THAT(answer.out, HasSubstr("签名与内容不符"));
    EXPECT_EQ(verify(file_, "410100").code, kNegative);
    EXPECT_EQ(verify(scratch_.write("empty.json", "")).code, kNegative);
}

TEST_F(FederationCommand, AFileThatCannotBeReadIsBadUsage) {
    EXPECT_EQ(verify(scratch_.file("none.json")).code, kBadUsage);
    (void)scratch_.write("trust.toml", "[[key]]\n");
    const Answer answer = verify(file_);
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("trust.toml:1:"));
}

TEST_F(FederationCommand, ATrustListIsCheckedAndShowsItsFingerprints) {
    const Answer answer = type_command({"federation", "trust", trust_});
    EXPECT_THAT(answer.out, HasSubstr(plans::fingerprint_of(province().public_key_hex())));
}

}  // namespace
}  // namespace qk::ctl
