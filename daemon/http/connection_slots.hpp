// Who may hold a connection, and who gives one up when there are too many.
//
// No one caller keeps the others out. One address holds so many connections at most; when it is
// full, its own connection that has waited longest without a request gives way. When all are
// taken, the connection that has waited longest without a request gives way to the newcomer: first
// those of which nobody knows who it is, then those of slow strangers, last the idle ones of people
// who have shown a token. Who is being served, and the event stream of a person, is never put out;
// but one token has so many slots at most, and sits on all further ones like a stranger.
// The last slots are kept for callers with a token, and some beyond them for this host itself
// (health checks, metrics).
//
// Bookkeeping only: time is handed in, and a connection is put out by the function it brought.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <unordered_map>

namespace qk::daemon {

struct SlotLimits {
    std::size_t all = 2'000;
    std::size_t per_address = 64;
    std::size_t for_tokens = 64;    // of all, the last ones
    std::size_t for_this_host = 8;  // beyond all
    std::size_t per_token = 128;
};

// A stranger whose answer is under way for so long may be put out for a newcomer.
inline constexpr std::chrono::seconds kStrangerTimeMin{5};

class ConnectionSlots {
 public:
    using Time = std::chrono::steady_clock::time_point;

    enum class Phase {
        kWaiting,   // for a handshake, or a request of which nobody knows whose it is
        kStranger,  // a request without a token is answered
        kIdle,      // between two requests of somebody who has shown a token
        kServed,    // a request or an event stream of such a person
    };
    static constexpr std::size_t kPhases = 4;

    // Held as long as the connection is open.
    struct Slot {
        std::string address;       // as its connections are counted; empty: not counted
        std::string token;         // that was shown here
        bool is_kept = false;      // one of the last: for who shows a token
        bool was_put_out = false;  // and its connection has been cut
        Phase phase = Phase::kWaiting;
        Time since{};
        std::function<void()> cut;
        std::list<Slot*>::iterator place{};
        std::list<Slot*>::iterator place_of_address{};
    };

    enum class Admission {
        kAdmitted,
        kInPlace,      // and another was put out for it
        kAddressFull,  // refused: its address holds too many, and all are busy
        kFull,         // refused
    };

    explicit ConnectionSlots(SlotLimits limits);

    // Fills in the slot; its owner calls leave() at the end, also when it was put out.
    [[nodiscard]] Admission admit(Slot& slot, bool is_this_host, Time now);
    void leave(Slot& slot);
    void move(Slot& slot, Phase phase, Time now);
    // Somebody with a token sits here: a slot that was kept for such is theirs. False: the token
    // has slots enough.
    [[nodiscard]] bool show_token(Slot& slot, const std::string& token);

    [[nodiscard]] std::size_t taken() const { return taken_; }
    [[nodiscard]] const SlotLimits& limits() const { return limits_; }

 private:
    [[nodiscard]] Slot* first_to_go(Time now) const;
    [[nodiscard]] Slot* first_of_address_to_go(const std::string& address, Time now) const;
    void put_out(Slot& slot);
    void take(Slot& slot, Time now);

    SlotLimits limits_;
    std::size_t taken_ = 0;
    std::list<Slot*> lines_[kPhases];  // each in the order in which they came into the phase
    std::unordered_map<std::string, std::list<Slot*>> addresses_;
    std::unordered_map<std::string, std::size_t> tokens_;  // slots of each
};

// As which an address is counted: an IPv4 address, or the /64 of an IPv6 one, because one client
// has all of those. Text in, text out.
[[nodiscard]] std::string counted_address(const std::string& address);

}  // namespace qk::daemon
