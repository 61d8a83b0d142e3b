// Goal: a password is kept so that it can be tried and not read, by parameters that can be raised.
#include "daemon/access/password.hpp"

#include <gmock/gmock.h>

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr int kCheap = 4;  // so that a test takes no time
constexpr const char* kGood = "correct horse battery";

TEST(Password, IsTriedAgainstWhatIsKeptOfIt) {
    const std::string kept = hash_password(kGood, kCheap);
    EXPECT_TRUE(is_password(kGood, kept));
    EXPECT_FALSE(is_password("correct horse batterz", kept));
    EXPECT_FALSE(is_password("", kept));
    EXPECT_THAT(kept, Not(HasSubstr("horse")));
    EXPECT_NE(kept, hash_password(kGood, kCheap)) << "a salt of its own";
}

TEST(Password, ParametersStandWithTheHash) {
    EXPECT_THAT(hash_password(kGood, kCheap), testing::StartsWith("scrypt$4$8$2$"));
    const std::string kept = hash_password(kGood, kCheap);
    EXPECT_FALSE(is_weaker(kept, kCheap));
    EXPECT_TRUE(is_weaker(kept, kCheap + 1));
    EXPECT_TRUE(is_password(kGood, kept)) << "the old one is still understood";
    EXPECT_TRUE(is_weaker("", kCheap));
}

// Made with Python: hashlib.scrypt(b"password", salt=bytes(range(16)), n=1024, r=8, p=2, dklen=32)
TEST(Password, IsTheScryptThatOthersCompute) {
    EXPECT_TRUE(is_password("password",
                            "scrypt$10$8$2$000102030405060708090a0b0c0d0e0f$"
                            "d9fb3a255ec86e21a0ca3c8f2312f12cbcb9bd736b850f8525b145f4383d5aa1"));
}

TEST(Password, WhatIsKeptWronglyLetsNobodyIn) {
    const std::string kept = hash_password(kGood, kCheap);
    for (const std::string wrong :
         {std::string(), std::string("scrypt"), kept.substr(1), kept.substr(0, kept.size() - 2),
          kept + "$",
          std::string("scrypt$60$8$2$000102030405060708090a0b0c0d0e0f$") + std::string(64, '0')}) {
        EXPECT_FALSE(is_password(kGood, wrong)) << wrong;
    }
}

TEST(Password, NoPasswordFitsNobody) {
    EXPECT_FALSE(is_password("", hash_of_nobody(kCheap)));
    EXPECT_FALSE(is_weaker(hash_of_nobody(kCheap), kCheap)) << "costs what another costs";
}

TEST(Password, WhatIsShortOrEasyIsRefusedAndSaysWhatToDo) {
    EXPECT_THAT(password_faults(kGood, "li.na", 12), IsEmpty());
    EXPECT_THAT(password_faults("晴空万里月明星稀好风好水", "li.na", 12), IsEmpty());
    for (const char* poor : {"short", "123456789012345", "aaaaaaaaaaaaaaaa", "abababababababab",
                             "my name is LI.NA today", "hidden\xE2\x80\x8Bcharacter here"}) {
        const rules::Faults faults = password_faults(poor, "li.na", 12);
        ASSERT_THAT(faults, testing::SizeIs(1)) << poor;
        EXPECT_THAT(faults.front().cure, Not(IsEmpty()));
        EXPECT_THAT(rules::to_text(faults), Not(HasSubstr(poor))) << "never said again";
    }
    EXPECT_THAT(password_faults(std::string(kPasswordBytesMax + 1, 'x'), "li.na", 12),
                Not(IsEmpty()));
}

}  // namespace
}  // namespace qk::daemon
