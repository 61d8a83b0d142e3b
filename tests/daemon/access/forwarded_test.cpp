#include "daemon/access/forwarded.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

namespace ip = boost::asio::ip;

TrustedProxies trusted() {
    return TrustedProxies::parse({"127.0.0.1", "10.0.0.0/8", "fd00::/8"}).value();
}

std::string caller(const std::string& peer, const std::string& x_forwarded_for,
                   const std::string& forwarded = {},
                   ForwardedField field = ForwardedField::kXForwardedFor) {
    const Caller found = caller_behind(ip::make_address(peer), trusted(), field,
                                       {x_forwarded_for, forwarded, false});
    return found.address.to_string() + (found.is_local ? " local" : "");
}

TEST(Forwarded, IsBelievedFromTrustedProxiesOnly) {
    EXPECT_EQ(caller("10.1.2.3", "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(caller("192.0.2.9", "192.0.2.1"), "192.0.2.9");
    EXPECT_EQ(caller("fd00::1", "2001:db8::1"), "2001:db8::1");
    EXPECT_EQ(caller("::ffff:10.1.2.3", "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(caller("10.1.2.3", ""), "10.1.2.3");
}

TEST(Forwarded, WhatTheClientWroteItselfStandsBehindWhatTheProxySaw) {
    EXPECT_EQ(caller("10.1.2.3", "1.1.1.1, 192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(caller("10.1.2.3", "1.1.1.1, 192.0.2.1, 10.9.9.9"), "192.0.2.1");
    EXPECT_EQ(caller("10.1.2.3", "192.0.2.1, rubbish"), "10.1.2.3");
    EXPECT_EQ(caller("10.1.2.3", "rubbish, 192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(caller("10.1.2.3", "192.0.2.1:4711"), "192.0.2.1");
    EXPECT_EQ(caller("10.1.2.3", "[2001:db8::1]:4711"), "2001:db8::1");
    EXPECT_EQ(caller("10.1.2.3", "[2001:db8::1"), "10.1.2.3");
    EXPECT_EQ(caller("10.1.2.3", ",,"), "10.1.2.3");
}

TEST(Forwarded, OnlyTheFieldThatTheProxyWritesCounts) {
    EXPECT_EQ(caller("10.1.2.3", "192.0.2.1", "for=1.1.1.1"), "192.0.2.1");
    EXPECT_EQ(
        caller("10.1.2.3", "1.1.1.1", "for=192.0.2.1;proto=https", ForwardedField::kForwarded),
        "192.0.2.1");
    EXPECT_EQ(caller("10.1.2.3", "", "by=x;For=\"[2001:db8::1]:4\", for=10.0.0.2",
                     ForwardedField::kForwarded),
              "2001:db8::1");
    EXPECT_EQ(caller("10.1.2.3", "1.1.1.1", "for=unknown", ForwardedField::kForwarded), "10.1.2.3");
}

TEST(Forwarded, WhoComesThroughAProxyIsNotThisHost) {
    EXPECT_EQ(caller("127.0.0.1", ""), "127.0.0.1 local");
    EXPECT_EQ(caller("127.0.0.2", ""), "127.0.0.2 local");
    EXPECT_EQ(caller("::1", ""), "::1 local");
    EXPECT_EQ(caller("127.0.0.1", "192.0.2.1"), "192.0.2.1");
    EXPECT_EQ(caller("127.0.0.1", "127.0.0.1"), "127.0.0.1") << "somebody forwards";
    EXPECT_EQ(caller("127.0.0.9", "127.0.0.1"), "127.0.0.9") << "a proxy that nobody has named";
}

TEST(TrustedProxies, WhatIsNoAddressIsNamed) {
    const auto parsed = TrustedProxies::parse({"10.0.0.0/33", "x", "10.0.0.1", "fd00::/8"});
    ASSERT_FALSE(parsed.has_value());
    EXPECT_EQ(parsed.error().size(), 2U);
    EXPECT_TRUE(TrustedProxies::parse({"0.0.0.0/0"}).value().covers(ip::make_address("192.0.2.1")));
    EXPECT_FALSE(TrustedProxies::parse({}).value().covers(ip::make_address("192.0.2.1")));
}

}  // namespace
}  // namespace qk::daemon
