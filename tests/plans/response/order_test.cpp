// Orders as signed documents: what is written is read back the same, one altered byte is refused,
// and the openssl command line agrees with the signature.
#include "plans/response/order.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono_literals;

const rules::Zone kZone = rules::kBeijingTime;
const std::string kSeed = "0123456789abcdef0123456789abcdef";

rules::Instant at(std::string_view text) { return *rules::parse_instant(text, kZone); }

rules::Obligation obligation_with(rules::Check check) {
    rules::Obligation o;
    o.id = "E1/L1/stop";
    o.enterprise = "E1";
    o.line = "L1";
    o.action = rules::Action::kStop;
    o.ratio = 1;
    o.from = at("2016-12-16T20:00:00+08:00");
    o.to = at("2016-12-19T20:00:00+08:00");
    o.detail = "1号窑停产";
    o.verified_by = rules::VerifiedBy::kPower;
    o.check = std::move(check);
    o.treatment_after_stop = 30min;
    o.basis = {{"inventory", "清单第3行", "lines.csv:3"}, {"level", "橙色预警", ""}};
    return o;
}

std::vector<rules::Check> one_of_each() {
    return {rules::LineStands{120min, true},
            rules::ShareStands{0.5, {"L1", "L3"}, 60min},
            rules::LoadAtMost{0.2, 30min, "lowest-day-last-year"},
            rules::ThroughputAtMost{768, "t", "投料"},
            rules::CountAtMost{22, "炉次"},
            rules::CycleAtLeast{36, "结焦时间"},
            rules::OnOffCycle{48h, 12h, 60h},
            rules::NoRestart{},
            rules::EmissionAtMost{"nox", 50.0, 120.5, true, 0.2},
            rules::NoVehicles{{"国三", "国四"}, 7, 21, {"新能源"}},
            rules::SeenOnSite{"喷漆房停用"}};
}

OrderDocument order() {
    OrderDocument o;
    o.order = "W1/E1";
    o.revision = 3;
    o.region = "410100";
    o.enterprise = "E1";
    o.warning = "W1";
    o.colour = rules::Colour::kOrange;
    o.exercise = true;
    o.edition = "2016年版";
    o.legal_basis = "大气污染防治法第九十六条";
    o.issued_at = at("2016-12-15T16:00:00+08:00");
    o.effective_from = at("2016-12-16T20:00:00+08:00");
    o.obligations = {obligation_with(rules::LineStands{})};
    return o;
}

TEST(Order, AnObligationOfEveryCheckIsReadBackTheSame) {
    for (const rules::Check& check : one_of_each()) {
        const rules::Obligation written = obligation_with(check);
        const auto read = obligation_from_json(to_json(written, kZone), "x", kZone);
        ASSERT_TRUE(read.has_value()) << rules::name_of(check) << rules::to_text(read.error());
        EXPECT_EQ(*read, written) << rules::name_of(check);
    }
    EXPECT_EQ(one_of_each().size(), std::variant_size_v<rules::Check>);
}

TEST(Order, ThePaperFigureOfALimitIsReadBack) {
    rules::LoadAtMost limit{0.2, {}, "smallest-of-eia-permit-last-year"};
    limit.baseline_kwh_d = 120'000;
    const rules::Obligation written = obligation_with(limit);
    auto json = to_json(written, kZone);
    EXPECT_EQ(obligation_from_json(json, "x", kZone).value(), written);
    json.at("check").as_object()["baseline_kwh_d"] = 0;
    EXPECT_FALSE(obligation_from_json(json, "x", kZone).has_value());
}

TEST(Order, AReasonIsReadBackInBothLanguages) {
    rules::Obligation told = obligation_with(rules::LineStands{});
    told.basis.push_back({"reason", "加严理由：限制类工艺装备", "restricted-class；第20条",
                          "tightened: restricted class"});
    const auto written = to_json(told, kZone);
    EXPECT_EQ(written.at("basis").as_array().back().at("text_en"), "tightened: restricted class");
    EXPECT_FALSE(written.at("basis").as_array().front().as_object().contains("text_en"));
    EXPECT_EQ(obligation_from_json(written, "o.json", kZone).value(), told);
}

TEST(Order, AWrongObligationIsRefusedWithEveryFault) {
    const auto value = parse_json(
        R"({"id":"a","action":"sleep","ratio":2,"from":"soon","verified_by":"eye",
            "check":{"kind":"load_at_most","cut":-1,"colour":"red"}})",
        "x");
    const auto read = obligation_from_json(*value, "orders.json", kZone);
    ASSERT_FALSE(read.has_value());
    const std::string faults = rules::to_text(read.error());
    for (const char* wanted : {"'sleep' is not an action", "2 is not a share", "'soon'", "'eye'",
                               "obligation.check.cut: -1", "obligation.check.colour"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << "\n" << faults;
    }
}

TEST(Order, TheDocumentHasTheContractsMembers) {
    const auto document = to_json(order(), kZone);
    for (const char* member :
         {"order", "revision", "region", "enterprise", "warning", "colour", "level", "exercise",
          "issued_at", "effective_from", "effective_to", "obligations"}) {
        EXPECT_NE(find_member(document, member), nullptr) << member;
    }
    EXPECT_TRUE(document.at("effective_to").is_null());
    EXPECT_EQ(string_or(document, "level"), "II");
    const auto& obligation = document.at("obligations").at(0);
    for (const char* member :
         {"id", "line", "action", "ratio", "from", "to", "detail", "verified_by", "basis"}) {
        EXPECT_NE(find_member(obligation, member), nullptr) << member;
    }
}

TEST(Order, ASignedDocumentIsReadBackTheSame) {
    const SigningKey key = *SigningKey::from_seed(kSeed);
    const std::string text = signed_text(order(), key, kZone);
    const auto read = read_signed(text, {key.public_key_hex()}, kZone);
    ASSERT_TRUE(read.has_value()) << rules::to_text(read.error());
    EXPECT_EQ(signed_text(*read, key, kZone), text);
    EXPECT_EQ(read->obligations, order().obligations);
}

// Shares of capacities have all their digits; the document still verifies when it is read again.
TEST(Order, ADocumentWithAnyNumberInItVerifies) {
    const auto key = SigningKey::from_seed(kSeed);
    for (int i = 1; i <= 2000; ++i) {
        OrderDocument o = order();
        const double share = i / 2001.0;
        o.obligations = {obligation_with(rules::LoadAtMost{share, 30min, ""}),
                         obligation_with(rules::ThroughputAtMost{share * 4807.3, "t", "投料"})};
        o.obligations.front().ratio = share;
        const auto read = read_signed(signed_text(o, *key, kZone), {key->public_key_hex()}, kZone);
        ASSERT_TRUE(read) << i << " " << rules::to_text(read.error());
    }
}

TEST(Order, EveryAlteredByteIsRefused) {
    const SigningKey key = *SigningKey::from_seed(kSeed);
    const std::string text = signed_text(order(), key, kZone);
    for (std::size_t i = 0; i < text.size(); ++i) {
        std::string altered = text;
        altered[i] = altered[i] == '1' ? '2' : '1';
        EXPECT_FALSE(read_signed(altered, {key.public_key_hex()}, kZone).has_value()) << i;
    }
}

TEST(Order, AnUnknownKeyIsRefused) {
    const SigningKey key = *SigningKey::from_seed(kSeed);
    const SigningKey other = *SigningKey::from_seed("f123456789abcdef0123456789abcdef");
    EXPECT_FALSE(
        read_signed(signed_text(order(), key, kZone), {other.public_key_hex()}, kZone).has_value());
    EXPECT_FALSE(SigningKey::from_seed("short").has_value());
}

TEST(Order, ALiftedOrderHasNoColourAndNoObligations) {
    OrderDocument lifted = order();
    lifted.colour.reset();
    lifted.obligations.clear();
    lifted.effective_to = at("2016-12-19T08:00:00+08:00");
    const SigningKey key = *SigningKey::from_seed(kSeed);
    const auto read = read_signed(signed_text(lifted, key, kZone), {key.public_key_hex()}, kZone);
    ASSERT_TRUE(read.has_value());
    EXPECT_FALSE(read->colour.has_value());
    EXPECT_TRUE(read->obligations.empty());
    EXPECT_EQ(read->effective_to, lifted.effective_to);
}

// RFC 8032 section 7.1, test 2.
TEST(Order, TheSignatureIsTheOneOfRfc8032) {
    const std::string seed =
        "\x4c\xcd\x08\x9b\x28\xff\x96\xda\x9d\xb6\xc3\x46\xec\x11\x4e\x0f"
        "\x5b\x8a\x31\x9f\x35\xab\xa6\x24\xda\x8c\xf6\xed\x4f\xb8\xa6\xfb";
    const SigningKey key = *SigningKey::from_seed(seed);
    EXPECT_EQ(key.public_key_hex(),
              "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
    EXPECT_EQ(key.sign_hex(Purpose::kOrder, "r"),
              "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
              "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00");
}

void write_bytes(const std::string& path, std::string_view bytes) {
    std::ofstream(path, std::ios::binary)
        .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

std::string from_hex(std::string_view hex) {
    std::string bytes;
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        bytes += static_cast<char>(std::strtol(std::string(hex.substr(i, 2)).c_str(), nullptr, 16));
    }
    return bytes;
}

TEST(Order, TheOpensslCommandAgrees) {
    const std::string folder = testing::TempDir() + "qk_" + std::to_string(::getpid()) + "_";
    const SigningKey key = *SigningKey::from_seed(kSeed);
    auto document = *parse_json(signed_text(order(), key, kZone), "order");
    const std::string signature = string_or(document, "signature");
    document.get_object().erase("signature");
    // A public key file: the fixed head of RFC 8410 (SubjectPublicKeyInfo of Ed25519), then the
    // key.
    write_bytes(folder + "qk_key.der", from_hex("302a300506032b6570032100" + key.public_key_hex()));
    write_bytes(folder + "qk_message", canonical_text(document));
    write_bytes(folder + "qk_signature", from_hex(signature));
    const std::string command = "openssl pkeyutl -verify -rawin -pubin -keyform DER -inkey " +
                                folder + "qk_key.der -in " + folder + "qk_message -sigfile " +
                                folder + "qk_signature > " + folder + "qk_answer 2>&1";
    EXPECT_EQ(std::system(command.c_str()), 0);
    write_bytes(folder + "qk_message", canonical_text(document) + " ");
    EXPECT_NE(std::system(command.c_str()), 0);
    for (const char* name : {"qk_key.der", "qk_message", "qk_signature", "qk_answer"}) {
        std::remove((folder + name).c_str());
    }
}

}  // namespace
}  // namespace qk::plans
