#include "daemon/access/login_pauses.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <utility>

namespace qk::daemon {

namespace ip = boost::asio::ip;
using rules::Instant;

std::string account_name(std::string_view id) { return "account:" + std::string(id); }

std::string address_name(std::string_view address) {
    constexpr unsigned short kNetworkBits = 64;
    boost::system::error_code failed;
    const ip::address read = ip::make_address(std::string(address), failed);
    std::string name(address);
    if (!failed && read.is_v6()) {
        name = ip::network_v6(read.to_v6(), kNetworkBits).canonical().to_string();
    }
    return "address:" + name;
}

void LoginPauses::restore(Tries tries) {
    std::string name = tries.name;
    tries_[std::move(name)] = std::move(tries);
}

std::chrono::seconds LoginPauses::left(const std::string& name, Instant now) const {
    const auto found = tries_.find(name);
    if (found == tries_.end() || found->second.paused_until <= now) return std::chrono::seconds{0};
    return found->second.paused_until - now;
}

const Tries& LoginPauses::note_wrong(const std::string& name, Instant now, const PauseRule& rule) {
    if (!tries_.contains(name) && tries_.size() >= kTriedNamesMax) {
        const auto oldest = std::ranges::min_element(
            tries_, {}, [](const auto& entry) { return entry.second.last; });
        dropped_.push_back(oldest->first);
        tries_.erase(oldest);
    }
    Tries& tries = tries_[name];
    tries.name = name;
    if (now - tries.last >= kTriesKept) tries.wrong = 0;
    tries.last = now;
    ++tries.wrong;
    const int over = tries.wrong - rule.tries;
    if (over < 0) return tries;
    std::chrono::seconds pause = rule.first;
    for (int i = 0; i < over && pause < rule.most; ++i) pause *= 2;
    tries.paused_until = now + std::min(pause, rule.most);
    return tries;
}

bool LoginPauses::forget(const std::string& name) { return tries_.erase(name) > 0; }

const Tries* LoginPauses::find(const std::string& name) const {
    const auto found = tries_.find(name);
    return found == tries_.end() ? nullptr : &found->second;
}

std::vector<std::string> LoginPauses::take_dropped(Instant now) {
    for (auto entry = tries_.begin(); entry != tries_.end();) {
        const bool is_old =
            now - entry->second.last >= kTriesKept && entry->second.paused_until <= now;
        if (is_old) dropped_.push_back(entry->first);
        entry = is_old ? tries_.erase(entry) : std::next(entry);
    }
    return std::exchange(dropped_, {});
}

}  // namespace qk::daemon
