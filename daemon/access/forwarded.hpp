// Whose call it is behind proxies. What X-Forwarded-For or Forwarded says is believed only from
// proxies that the configuration names, and only in the one field that it names, because a client
// can write the other one itself.
#pragma once

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::daemon {

// Addresses and prefixes: "127.0.0.1", "10.1.0.0/16", "fd00::/8".
class TrustedProxies {
 public:
    [[nodiscard]] static rules::Result<TrustedProxies> parse(const std::vector<std::string>& texts);
    [[nodiscard]] bool covers(boost::asio::ip::address address) const;

 private:
    std::vector<boost::asio::ip::network_v4> v4_;
    std::vector<boost::asio::ip::network_v6> v6_;
};

// An IPv4 address in IPv6's clothes is that IPv4 address.
[[nodiscard]] boost::asio::ip::address plain_address(const boost::asio::ip::address& address);

enum class ForwardedField { kXForwardedFor, kForwarded };

struct Caller {
    boost::asio::ip::address address;
    // This host itself: a loopback address with nobody in between who says that it forwards.
    bool is_local = false;
};

// What the head says about forwarding, each field as one list.
struct ForwardedWords {
    std::string x_forwarded_for;
    std::string forwarded;
    bool has_via = false;
};

// The last address of the chain that is not one of our own proxies; the peer where the chain does
// not say.
[[nodiscard]] Caller caller_behind(const boost::asio::ip::address& peer,
                                   const TrustedProxies& trusted, ForwardedField field,
                                   const ForwardedWords& words);

}  // namespace qk::daemon
