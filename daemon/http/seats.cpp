#include "daemon/http/seats.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>

namespace qk::daemon {
namespace {

std::size_t index_of(Seats::Phase phase) { return static_cast<std::size_t>(phase); }

bool may_go(const Seats::Seat& seat, Seats::Time now) {
    switch (seat.phase) {
        case Seats::Phase::kWaiting:
        case Seats::Phase::kIdle:
            return true;
        case Seats::Phase::kStranger:
            return now - seat.since >= kStrangerTimeMin;
        case Seats::Phase::kServed:
            return false;
    }
    return false;
}

}  // namespace

Seats::Seats(SeatLimits limits) : limits_(limits) {
    // A small server keeps few seats back.
    constexpr std::size_t kKeptOf = 8;
    limits_.for_tokens = std::min(limits_.for_tokens, limits_.all / kKeptOf);
}

Seats::Seat* Seats::first_to_go(Time now) const {
    for (const Phase phase : {Phase::kWaiting, Phase::kStranger, Phase::kIdle}) {
        const auto& line = lines_[index_of(phase)];
        if (!line.empty() && may_go(*line.front(), now)) return line.front();
    }
    return nullptr;
}

Seats::Seat* Seats::first_of_address_to_go(const std::string& address, Time now) const {
    const auto found = addresses_.find(address);
    if (found == addresses_.end()) return nullptr;
    Seat* first = nullptr;
    for (Seat* seat : found->second) {
        if (!may_go(*seat, now)) continue;
        const bool is_sooner = first == nullptr || seat->phase < first->phase ||
                               (seat->phase == first->phase && seat->since < first->since);
        if (is_sooner) first = seat;
    }
    return first;
}

void Seats::put_out(Seat& seat) {
    leave(seat);
    seat.was_put_out = true;
    if (seat.cut) seat.cut();
}

void Seats::take(Seat& seat, Time now) {
    ++taken_;
    seat.phase = Phase::kWaiting;
    seat.since = now;
    auto& line = lines_[index_of(seat.phase)];
    seat.place = line.insert(line.end(), &seat);
    if (seat.address.empty()) return;
    auto& of_address = addresses_[seat.address];
    seat.place_of_address = of_address.insert(of_address.end(), &seat);
}

Seats::Admission Seats::admit(Seat& seat, bool is_this_host, Time now) {
    bool has_put_out = false;
    const auto of_address = addresses_.find(seat.address);
    if (of_address != addresses_.end() && of_address->second.size() >= limits_.per_address) {
        Seat* out = first_of_address_to_go(seat.address, now);
        if (out == nullptr) return Admission::kAddressFull;
        put_out(*out);
        has_put_out = true;
    }
    if (taken_ + limits_.for_tokens >= limits_.all) {
        Seat* out = first_to_go(now);
        if (out != nullptr) {
            put_out(*out);
            has_put_out = true;
        } else if (taken_ < limits_.all) {
            seat.is_kept = !is_this_host;
        } else if (!is_this_host || taken_ >= limits_.all + limits_.for_this_host) {
            return Admission::kFull;
        }
    }
    take(seat, now);
    return has_put_out ? Admission::kInPlace : Admission::kAdmitted;
}

void Seats::leave(Seat& seat) {
    if (seat.was_put_out) return;
    --taken_;
    lines_[index_of(seat.phase)].erase(seat.place);
    if (!seat.token.empty() && --tokens_[seat.token] == 0) tokens_.erase(seat.token);
    if (seat.address.empty()) return;
    const auto found = addresses_.find(seat.address);
    found->second.erase(seat.place_of_address);
    if (found->second.empty()) addresses_.erase(found);
}

bool Seats::show_token(Seat& seat, const std::string& token) {
    if (seat.was_put_out || !seat.token.empty()) return true;
    const auto held = tokens_.find(token);
    if (held != tokens_.end() && held->second >= limits_.per_token) return false;
    ++tokens_[token];
    seat.token = token;
    seat.is_kept = false;
    return true;
}

void Seats::move(Seat& seat, Phase phase, Time now) {
    if (seat.was_put_out) return;
    auto& to = lines_[index_of(phase)];
    to.splice(to.end(), lines_[index_of(seat.phase)], seat.place);
    seat.phase = phase;
    seat.since = now;
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
