#include "daemon/access/forwarded.hpp"

#include <algorithm>
#include <optional>

namespace qk::daemon {
namespace {

namespace ip = boost::asio::ip;
using Error = boost::system::error_code;

std::string_view trimmed(std::string_view text) {
    const std::size_t first = text.find_first_not_of(" \t\"");
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(" \t\"") - first + 1);
}

// "192.0.2.1", "192.0.2.1:4711", "[2001:db8::1]:4711", "2001:db8::1"
std::optional<ip::address> address_of(std::string_view text) {
    text = trimmed(text);
    if (text.starts_with('[')) {
        text = text.substr(1, text.find(']') == std::string_view::npos ? 0 : text.find(']') - 1);
    } else if (std::ranges::count(text, ':') == 1) {
        text = text.substr(0, text.find(':'));
    }
    Error failed;
    const auto address = ip::make_address(std::string(text), failed);
    if (failed) return std::nullopt;
    return plain_address(address);
}

// `for=` of one element of Forwarded: "for=192.0.2.43;proto=https"
std::string_view for_of(std::string_view element) {
    while (!element.empty()) {
        const std::size_t end = std::min(element.find(';'), element.size());
        const std::string_view pair = trimmed(element.substr(0, end));
        element.remove_prefix(std::min(end + 1, element.size()));
        const std::size_t equals = pair.find('=');
        if (equals != 3 || (pair[0] | 32) != 'f' || (pair[1] | 32) != 'o' ||
            (pair[2] | 32) != 'r') {
            continue;
        }
        return pair.substr(equals + 1);
    }
    return {};
}

// Elements of a list, the last one first: it was added by who is nearest.
std::vector<std::string_view> from_the_end(std::string_view list) {
    std::vector<std::string_view> elements;
    while (!list.empty()) {
        const std::size_t comma = list.rfind(',');
        elements.push_back(comma == std::string_view::npos ? list : list.substr(comma + 1));
        if (comma == std::string_view::npos) break;
        list = list.substr(0, comma);
    }
    return elements;
}

}  // namespace

ip::address plain_address(const ip::address& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    }
    return address;
}

rules::Result<TrustedProxies> TrustedProxies::parse(const std::vector<std::string>& texts) {
    TrustedProxies proxies;
    rules::Faults faults;
    for (const std::string& text : texts) {
        const bool is_prefix = text.find('/') != std::string::npos;
        const bool is_v6 = text.find(':') != std::string::npos;
        Error failed;
        if (is_v6) {
            const auto net = ip::make_network_v6(is_prefix ? text : text + "/128", failed);
            if (!failed) proxies.v6_.push_back(net.canonical());
        } else {
            const auto net = ip::make_network_v4(is_prefix ? text : text + "/32", failed);
            if (!failed) proxies.v4_.push_back(net.canonical());
        }
        if (!failed) continue;
        const rules::Faults fault = rules::refuse("'" + text + "' is not an address or prefix",
                                                  "\"10.0.0.7\" or \"10.0.0.0/8\"");
        faults.insert(faults.end(), fault.begin(), fault.end());
    }
    if (!faults.empty()) return faults;
    return proxies;
}

bool TrustedProxies::covers(ip::address address) const {
    address = plain_address(address);
    if (address.is_v4()) {
        const ip::network_v4 one(address.to_v4(), 32);
        return std::ranges::any_of(
            v4_, [&](const auto& net) { return one == net || one.is_subnet_of(net); });
    }
    const ip::network_v6 one(address.to_v6(), 128);
    return std::ranges::any_of(
        v6_, [&](const auto& net) { return one == net || one.is_subnet_of(net); });
}

Caller caller_behind(const ip::address& peer, const TrustedProxies& trusted, ForwardedField field,
                     const ForwardedWords& words) {
    Caller caller;
    caller.address = plain_address(peer);
    const bool is_forwarded =
        words.has_via || !words.x_forwarded_for.empty() || !words.forwarded.empty();
    const std::string& list =
        field == ForwardedField::kForwarded ? words.forwarded : words.x_forwarded_for;
    if (trusted.covers(caller.address)) {
        for (const std::string_view element : from_the_end(list)) {
            const auto before =
                address_of(field == ForwardedField::kForwarded ? for_of(element) : element);
            if (!before) break;
            caller.address = *before;
            if (!trusted.covers(*before)) break;
        }
    }
    caller.is_local = caller.address.is_loopback() && !is_forwarded;
    return caller;
}

}  // namespace qk::daemon
