#include "daemon/http/connection_slots.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace qk::daemon {
namespace {

std::size_t index_of(ConnectionSlots::Phase phase) { return static_cast<std::size_t>(phase); }

bool may_go(const ConnectionSlots::Slot& slot, ConnectionSlots::Time now) {
    switch (slot.phase) {
        case ConnectionSlots::Phase::kWaiting:
        case ConnectionSlots::Phase::kIdle:
            return true;
        case ConnectionSlots::Phase::kStranger:
            return now - slot.since >= kStrangerTimeMin;
        case ConnectionSlots::Phase::kServed:
            return false;
    }
    return false;
}

}  // namespace

ConnectionSlots::ConnectionSlots(SlotLimits limits) : limits_(limits) {
    // A small server keeps few slots back.
    constexpr std::size_t kKeptOf = 8;
    limits_.for_tokens = std::min(limits_.for_tokens, limits_.all / kKeptOf);
}

ConnectionSlots::Slot* ConnectionSlots::first_to_go(Time now) const {
    for (const Phase phase : {Phase::kWaiting, Phase::kStranger, Phase::kIdle}) {
        const auto& line = lines_[index_of(phase)];
        if (!line.empty() && may_go(*line.front(), now)) return line.front();
    }
    return nullptr;
}

ConnectionSlots::Slot* ConnectionSlots::first_of_address_to_go(const std::string& address,
                                                               Time now) const {
    const auto found = addresses_.find(address);
    if (found == addresses_.end()) return nullptr;
    Slot* first = nullptr;
    for (Slot* slot : found->second) {
        if (!may_go(*slot, now)) continue;
        const bool is_sooner = first == nullptr || slot->phase < first->phase ||
                               (slot->phase == first->phase && slot->since < first->since);
        if (is_sooner) first = slot;
    }
    return first;
}

void ConnectionSlots::put_out(Slot& slot) {
    leave(slot);
    slot.was_put_out = true;
    if (slot.cut) slot.cut();
}

void ConnectionSlots::take(Slot& slot, Time now) {
    ++taken_;
    slot.phase = Phase::kWaiting;
    slot.since = now;
    auto& line = lines_[index_of(slot.phase)];
    slot.place = line.insert(line.end(), &slot);
    if (slot.address.empty()) return;
    auto& of_address = addresses_[slot.address];
    slot.place_of_address = of_address.insert(of_address.end(), &slot);
}

ConnectionSlots::Admission ConnectionSlots::admit(Slot& slot, bool is_this_host, Time now) {
    bool has_put_out = false;
    const auto of_address = addresses_.find(slot.address);
    if (of_address != addresses_.end() && of_address->second.size() >= limits_.per_address) {
        Slot* out = first_of_address_to_go(slot.address, now);
        if (out == nullptr) return Admission::kAddressFull;
        put_out(*out);
        has_put_out = true;
    }
    if (taken_ + limits_.for_tokens >= limits_.all) {
        Slot* out = first_to_go(now);
        if (out != nullptr) {
            put_out(*out);
            has_put_out = true;
        } else if (taken_ < limits_.all) {
            slot.is_kept = !is_this_host;
        } else if (!is_this_host || taken_ >= limits_.all + limits_.for_this_host) {
            return Admission::kFull;
        }
    }
    take(slot, now);
    return has_put_out ? Admission::kInPlace : Admission::kAdmitted;
}

void ConnectionSlots::leave(Slot& slot) {
    if (slot.was_put_out) return;
    --taken_;
    lines_[index_of(slot.phase)].erase(slot.place);
    if (!slot.token.empty() && --tokens_[slot.token] == 0) tokens_.erase(slot.token);
    if (slot.address.empty()) return;
    const auto found = addresses_.find(slot.address);
    found->second.erase(slot.place_of_address);
    if (found->second.empty()) addresses_.erase(found);
}

bool ConnectionSlots::show_token(Slot& slot, const std::string& token) {
    if (slot.was_put_out || !slot.token.empty()) return true;
    const auto held = tokens_.find(token);
    if (held != tokens_.end() && held->second >= limits_.per_token) return false;
    ++tokens_[token];
    slot.token = token;
    slot.is_kept = false;
    return true;
}

void ConnectionSlots::move(Slot& slot, Phase phase, Time now) {
    if (slot.was_put_out) return;
    auto& to = lines_[index_of(phase)];
    to.splice(to.end(), lines_[index_of(slot.phase)], slot.place);
    slot.phase = phase;
    slot.since = now;
}

std::string counted_address(const std::string& address) {
    boost::system::error_code failed;
    const auto parsed = boost::asio::ip::make_address(address, failed);
    if (failed || parsed.is_v4()) return address;
    constexpr std::size_t kHostBytes = 8;
    auto bytes = parsed.to_v6().to_bytes();
    std::fill(bytes.end() - kHostBytes, bytes.end(), static_cast<unsigned char>(0));
    return boost::asio::ip::address_v6(bytes).to_string() + "/64";
}

}  // namespace qk::daemon
