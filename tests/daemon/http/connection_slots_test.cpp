// Goal: whoever comes gets a slot while there is one that nobody uses, and nobody who is served
// loses theirs. Method: small limits, time handed in; and random comings and goings against what
// must always hold.
#include "daemon/http/connection_slots.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <deque>
#include <map>
#include <memory>
#include <vector>

namespace qk::daemon {
namespace {

using std::chrono::seconds;
using Admission = ConnectionSlots::Admission;
using Phase = ConnectionSlots::Phase;

class Room {
 public:
    explicit Room(SlotLimits limits) : slots(limits) {}

    Admission come(const std::string& address, bool is_this_host = false) {
        now += seconds{1};
        auto slot = std::make_unique<ConnectionSlots::Slot>();
        slot->address = address;
        const Admission admission = slots.admit(*slot, is_this_host, now);
        if (admission == Admission::kFull || admission == Admission::kAddressFull) return admission;
        ConnectionSlots::Slot* mine = slot.get();
        held.push_back(std::move(slot));
        mine->cut = [this, mine] { out.push_back(mine); };
        return admission;
    }
    void all(Phase phase) {
        for (auto& slot : held) slots.move(*slot, phase, now);
    }

    ConnectionSlots::Time now{};
    ConnectionSlots slots;
    std::deque<std::unique_ptr<ConnectionSlots::Slot>> held;
    std::vector<ConnectionSlots::Slot*> out;
};

TEST(ConnectionSlots, TheLongestWaitingGivesWayToTheNewcomer) {
    Room room({4, 100, 0, 0});
    for (int i = 0; i < 4; ++i) EXPECT_EQ(room.come("a"), Admission::kAdmitted);
    room.slots.move(*room.held[0], Phase::kServed, room.now);
    EXPECT_EQ(room.come("b"), Admission::kInPlace);
    EXPECT_EQ(room.out, std::vector{room.held[1].get()});
    EXPECT_TRUE(room.held[1]->was_put_out);
    EXPECT_EQ(room.slots.taken(), 4U);
}

TEST(ConnectionSlots, StrangersGoBeforeWhoHasShownAToken) {
    Room room({3, 100, 0, 0});
    for (int i = 0; i < 3; ++i) (void)room.come("a");
    room.slots.move(*room.held[0], Phase::kIdle, room.now);
    room.slots.move(*room.held[1], Phase::kStranger, room.now);
    EXPECT_EQ(room.come("b"), Admission::kInPlace);
    EXPECT_EQ(room.out.back(), room.held[2].get()) << "who waits for a head";
    room.now += kStrangerTimeMin;
    room.slots.move(*room.held[3], Phase::kServed, room.now);
    EXPECT_EQ(room.come("b"), Admission::kInPlace);
    EXPECT_EQ(room.out.back(), room.held[1].get()) << "a stranger that is slow";
    room.slots.move(*room.held[4], Phase::kServed, room.now);
    EXPECT_EQ(room.come("b"), Admission::kInPlace);
    EXPECT_EQ(room.out.back(), room.held[0].get()) << "who is idle";
    room.all(Phase::kServed);
    EXPECT_EQ(room.come("b"), Admission::kFull);
}

TEST(ConnectionSlots, AStrangerThatIsServedJustNowStays) {
    Room room({2, 100, 0, 0});
    (void)room.come("a");
    (void)room.come("a");
    room.all(Phase::kStranger);
    EXPECT_EQ(room.come("b"), Admission::kFull);
    EXPECT_TRUE(room.out.empty());
}

TEST(ConnectionSlots, AnAddressThatIsFullTroublesItselfOnly) {
    Room room({100, 3, 0, 0});
    for (int i = 0; i < 3; ++i) EXPECT_EQ(room.come("a"), Admission::kAdmitted);
    EXPECT_EQ(room.come("b"), Admission::kAdmitted);
    EXPECT_EQ(room.come("a"), Admission::kInPlace);
    EXPECT_EQ(room.out, std::vector{room.held[0].get()});
    room.all(Phase::kServed);
    EXPECT_EQ(room.come("a"), Admission::kAddressFull);
    EXPECT_EQ(room.come("b"), Admission::kAdmitted);
    EXPECT_EQ(room.come(""), Admission::kAdmitted) << "proxies are not counted so";
}

TEST(ConnectionSlots, TheLastSeatsAreForTokensAndSomeBeyondForThisHost) {
    Room room({16, 100, 2, 1});
    for (int i = 0; i < 14; ++i) EXPECT_EQ(room.come("a"), Admission::kAdmitted);
    EXPECT_FALSE(room.held.back()->is_kept);
    room.all(Phase::kServed);
    EXPECT_EQ(room.come("b"), Admission::kAdmitted);
    EXPECT_TRUE(room.held.back()->is_kept) << "it must show a token";
    room.all(Phase::kServed);
    EXPECT_EQ(room.come("b"), Admission::kAdmitted);
    room.all(Phase::kServed);
    EXPECT_EQ(room.come("b"), Admission::kFull);
    EXPECT_EQ(room.come("", true), Admission::kAdmitted);
    EXPECT_FALSE(room.held.back()->is_kept);
    room.all(Phase::kServed);
    EXPECT_EQ(room.come("", true), Admission::kFull);
}

TEST(ConnectionSlots, OneTokenSitsOnItsShareAndBeyondItLikeAStranger) {
    Room room({5, 100, 0, 0, 2});
    for (int i = 0; i < 4; ++i) (void)room.come("a");
    const auto shows = [&room](std::size_t slot, const char* token) {
        return room.slots.show_token(*room.held[slot], token);
    };
    EXPECT_TRUE(shows(0, "li.na"));
    EXPECT_TRUE(shows(0, "li.na"));  // the same slot again
    EXPECT_TRUE(shows(1, "li.na"));
    EXPECT_FALSE(shows(2, "li.na"));
    EXPECT_TRUE(shows(3, "zhang.wei"));
    room.slots.leave(*room.held[0]);
    room.held.pop_front();
    EXPECT_TRUE(shows(1, "li.na"));
}

RC_GTEST_PROP(SeatsAlways, CountsHoldAndTheServedStay, ()) {
    const SlotLimits limits{
        *rc::gen::inRange<std::size_t>(1, 20), *rc::gen::inRange<std::size_t>(1, 6),
        *rc::gen::inRange<std::size_t>(0, 4), *rc::gen::inRange<std::size_t>(0, 2),
        *rc::gen::inRange<std::size_t>(1, 4)};
    Room room(limits);
    const auto steps = *rc::gen::container<std::vector<int>>(rc::gen::inRange(0, 1000));
    for (const int step : steps) {
        const std::size_t which = room.held.empty() ? 0 : step % room.held.size();
        if (step % 3 == 0) {
            (void)room.come(step % 2 == 0 ? std::string(1, static_cast<char>('a' + step % 4)) : "",
                            step % 5 == 0);
        } else if (!room.held.empty() && step % 3 == 1) {
            room.slots.move(*room.held[which], static_cast<Phase>(step % 4), room.now);
            const std::string token(1, static_cast<char>('t' + step % 2));
            if (step % 5 > 1) (void)room.slots.show_token(*room.held[which], token);
        } else if (!room.held.empty()) {
            room.slots.leave(*room.held[which]);
            std::erase(room.out, room.held[which].get());
            room.held.erase(room.held.begin() + static_cast<std::ptrdiff_t>(which));
        }
        std::size_t sitting = 0;
        std::map<std::string, std::size_t> of_address;
        std::map<std::string, std::size_t> of_token;
        for (const auto& slot : room.held) {
            if (slot->was_put_out) continue;
            ++sitting;
            if (!slot->address.empty()) ++of_address[slot->address];
            if (!slot->token.empty()) ++of_token[slot->token];
        }
        RC_ASSERT(sitting == room.slots.taken());
        RC_ASSERT(sitting <= limits.all + limits.for_this_host);
        for (const auto& [address, count] : of_address) RC_ASSERT(count <= limits.per_address);
        for (const auto& [token, count] : of_token) RC_ASSERT(count <= limits.per_token);
        for (const ConnectionSlots::Slot* slot : room.out) RC_ASSERT(slot->phase != Phase::kServed);
    }
    for (auto& slot : room.held) room.slots.leave(*slot);
    RC_ASSERT(room.slots.taken() == 0U);
}

TEST(CountedAddress, AnIpv6ClientHasItsWholePrefix) {
    EXPECT_EQ(counted_address("192.0.2.7"), "192.0.2.7");
    EXPECT_EQ(counted_address("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
    EXPECT_EQ(counted_address("2001:db8:1:2::1"), "2001:db8:1:2::/64");
}

}  // namespace
}  // namespace qk::daemon
