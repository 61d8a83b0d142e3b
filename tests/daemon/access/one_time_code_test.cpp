// Goal: one-time codes are those of RFC 6238, and each counts once. Method: the vectors of the RFC
// and of RFC 4226 and 4648; time given.
#include "daemon/access/one_time_code.hpp"

#include <gtest/gtest.h>

#include "daemon/access/token.hpp"

namespace qk::daemon {
namespace {

constexpr std::string_view kRfcSecret = "12345678901234567890";

rules::Instant at(std::int64_t seconds) { return rules::Instant{std::chrono::seconds{seconds}}; }

TEST(OneTimeCode, IsThatOfRfc6238AppendixB) {
    const std::pair<std::int64_t, const char*> vectors[] = {
        {59, "94287082"},         {1111111109, "07081804"}, {1111111111, "14050471"},
        {1234567890, "89005924"}, {2000000000, "69279037"}, {20000000000, "65353130"}};
    for (const auto& [seconds, code] : vectors) {
        EXPECT_EQ(code_at(kRfcSecret, code_step_of(at(seconds)), 8), code) << seconds;
    }
}

TEST(OneTimeCode, IsThatOfRfc4226AppendixD) {
    const char* const codes[] = {"755224", "287082", "359152", "969429", "338314",
                                 "254676", "287922", "162583", "399871", "520489"};
    for (std::int64_t counter = 0; counter < 10; ++counter) {
        EXPECT_EQ(code_at(kRfcSecret, counter), codes[counter]) << counter;
    }
}

TEST(OneTimeCode, Base32IsThatOfRfc4648) {
    const std::pair<std::string_view, std::string_view> vectors[] = {{"", ""},
                                                                     {"f", "MY"},
                                                                     {"fo", "MZXQ"},
                                                                     {"foo", "MZXW6"},
                                                                     {"foob", "MZXW6YQ"},
                                                                     {"fooba", "MZXW6YTB"},
                                                                     {"foobar", "MZXW6YTBOI"}};
    for (const auto& [bytes, text] : vectors) {
        EXPECT_EQ(to_base32(bytes), text);
        EXPECT_EQ(from_base32(text), bytes);
    }
    EXPECT_FALSE(from_base32("MZXW6YQ1"));
    EXPECT_FALSE(from_base32("mzxw"));
}

TEST(OneTimeCode, CountsWithinAStepToEitherSide) {
    const std::string secret = to_base32(kRfcSecret);
    const rules::Instant now = at(59);  // step 1
    const std::string code = code_at(kRfcSecret, 1);
    EXPECT_EQ(find_code_step(secret, code, now, 0), 1);
    EXPECT_EQ(find_code_step(secret, code, at(60 + 29), 0), 1);
    EXPECT_FALSE(find_code_step(secret, code, at(60 + 30), 0));
    EXPECT_EQ(find_code_step(secret, code, at(0), -1), 1);
    EXPECT_FALSE(find_code_step(secret, code_at(kRfcSecret, 3), now, 0));
}

TEST(OneTimeCode, CountsOnce) {
    const std::string secret = to_base32(kRfcSecret);
    const std::string code = code_at(kRfcSecret, 10);
    EXPECT_EQ(find_code_step(secret, code, at(300), 9), 10);
    EXPECT_FALSE(find_code_step(secret, code, at(300), 10));
    EXPECT_FALSE(find_code_step(secret, code, at(300), 11)) << "an earlier one neither";
}

TEST(OneTimeCode, WhatIsNotSixDigitsIsNoCode) {
    const std::string secret = to_base32(kRfcSecret);
    for (const char* code : {"", "28708", "2870820", "28708x", " 287082", "２８７０８２"}) {
        EXPECT_FALSE(find_code_step(secret, code, at(59), 0)) << code;
    }
    EXPECT_FALSE(find_code_step("", code_at("", 1), at(59), 0)) << "no secret, no code";
    EXPECT_FALSE(find_code_step("not base32", "287082", at(59), 0));
}

TEST(OneTimeCode, ASecretIsLongAndNew) {
    EXPECT_EQ(new_code_secret().size(), 32U);
    EXPECT_NE(new_code_secret(), new_code_secret());
}

TEST(OneTimeCode, AnAppIsToldTheAddress) {
    EXPECT_EQ(code_address("MZXW6YQ", "zhang.wei", "Qingkong 411000"),
              "otpauth://totp/Qingkong%20411000:zhang.wei?secret=MZXW6YQ&issuer=Qingkong%20411000&"
              "algorithm=SHA1&digits=6&period=30");
}

}  // namespace
}  // namespace qk::daemon
