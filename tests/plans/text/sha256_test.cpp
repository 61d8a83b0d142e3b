#include "plans/text/sha256.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

// FIPS 180-4, the examples of the standard.
constexpr auto kOfAbc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(Sha256, IsThatOfTheStandard) {
    EXPECT_EQ(sha256_hex("abc"), kOfAbc);
    EXPECT_EQ(sha256_hex(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    EXPECT_EQ(to_hex(sha256_bytes("abc")), kOfAbc);
}

TEST(Sha256, OfPiecesIsThatOfTheWhole) {
    Sha256 sum;
    sum.add("a");
    EXPECT_NE(sum.hex(), kOfAbc);
    sum.add("");
    sum.add("bc");
    EXPECT_EQ(sum.hex(), kOfAbc);
}

TEST(Hex, EveryByteComesBack) {
    std::string bytes;
    for (int byte = 0; byte < 256; ++byte) bytes += static_cast<char>(byte);
    EXPECT_EQ(from_hex(to_hex(bytes), 256), bytes);
    EXPECT_EQ(to_hex(bytes.substr(0x7f, 2)), "7f80");
}

// A key or a signature in two spellings would be two texts with one meaning.
TEST(Hex, WhatIsNotLowerCaseHexOfTheSizeIsNone) {
    EXPECT_EQ(from_hex("00ff", 2), std::string("\0\xff", 2));
    for (const auto* wrong : {"00FF", "00f", "00fff", "00fg", "0x00", " 0ff", ""}) {
        EXPECT_FALSE(from_hex(wrong, 2)) << wrong;
    }
}

}  // namespace
}  // namespace qk::plans
