// Goal: bytes come back as they were, and what is not base64 is told. Method: every length of a
// group, the vectors of RFC 4648, and damage.
#include "plans/text/base64.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

TEST(Base64, IsAsTheRfcSays) {
    EXPECT_EQ(base64_of("f"), "Zg==");
    EXPECT_EQ(base64_of("fo"), "Zm8=");
    EXPECT_EQ(base64_of("foo"), "Zm9v");
    EXPECT_EQ(base64_of("foobar"), "Zm9vYmFy");
    EXPECT_EQ(base64_of(""), "");
}

TEST(Base64, GivesBackEveryByte) {
    std::string bytes;
    for (int i = 0; i < 256; ++i) {
        bytes += static_cast<char>(i);
        EXPECT_EQ(bytes_of_base64(base64_of(bytes)), bytes);
    }
}

TEST(Base64, TellsWhatIsNone) {
    for (const char* text :
         {"", "Zg", "Zg=", "Z===", "====", "Zm9v\n", "Zm 9", "Zg==Zg==", "Zm9-"}) {
        EXPECT_FALSE(bytes_of_base64(text).has_value()) << text;
    }
}

}  // namespace
}  // namespace qk::plans
