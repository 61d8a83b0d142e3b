#include "daemon/readings/waiting_messages.hpp"

#include <gtest/gtest.h>

#include "tests/daemon/context_fixture.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kReading = R"({"t":"2015-12-07T23:30:00+08:00","kw":40})";

class WaitingMessagesTest : public ContextFixture {
 protected:
    ContentBasis basis() { return {rules::kBeijingTime, inventories_.index()}; }
    void take_another_inventory() {
        InventoryFiles files = two_enterprises();
        files["outlets.csv"] += "o2,e1,L1,MN2,so2\n";
        ASSERT_TRUE(inventories_.take_now(files, "another", kTestStart).has_value());
    }
    static JournalMessage message(std::uint64_t number) {
        JournalMessage one;
        one.address = "qingkong/1/110105/e1/meter/m1";
        one.payload = kReading;
        one.payload_bytes = one.payload.size();
        one.arrived = kTestStart;
        one.end = {1, 100 * number, number};
        return one;
    }
    void push(std::uint64_t number, const ContentBasis& read_by) {
        messages_.push(message(number), read_content(message(number), read_by), read_by);
    }
    static bool is_read(const MessageContent& content) {
        return std::holds_alternative<std::vector<MeterReading>>(content.said);
    }

    WaitingMessages messages_;
};

TEST_F(WaitingMessagesTest, TheyComeInTheirOrderWithWhatTheySay) {
    messages_.use(basis());
    for (std::uint64_t number = 1; number <= 5; ++number) push(number, basis());
    const Stretch first = messages_.take(3, 1 << 20);
    const Stretch rest = messages_.take(3, 1 << 20);
    ASSERT_EQ(first.messages.size(), 3U);
    ASSERT_EQ(rest.messages.size(), 2U);
    EXPECT_EQ(first.messages[0].end.sequence, 1U);
    EXPECT_EQ(rest.messages[1].end.sequence, 5U);
    ASSERT_EQ(rest.contents.size(), 2U);
    EXPECT_TRUE(is_read(rest.contents[1]));
    EXPECT_EQ(rest.basis, basis());
    EXPECT_EQ(messages_.size(), 0U);
    EXPECT_EQ(messages_.bytes(), 0U);
}

TEST_F(WaitingMessagesTest, ABatchEndsAtItsBytes) {
    messages_.use(basis());
    push(1, basis());
    const std::size_t bytes_of_one = messages_.bytes();
    for (std::uint64_t number = 2; number <= 4; ++number) push(number, basis());
    EXPECT_EQ(messages_.bytes(), 4 * bytes_of_one);
    EXPECT_EQ(messages_.take(10, bytes_of_one + 1).messages.size(), 2U);
    EXPECT_EQ(messages_.bytes(), 2 * bytes_of_one);
}

TEST_F(WaitingMessagesTest, WhatAMessageSaysIsCountedBesideItsText) {
    messages_.use(basis());
    messages_.push(message(1), {}, basis());
    const std::size_t bytes_unread = messages_.bytes();
    push(2, basis());
    EXPECT_GE(messages_.bytes() - bytes_unread, bytes_unread + sizeof(MeterReading));
}

TEST_F(WaitingMessagesTest, WhatWasReadByAnotherInventoryIsForgottenAndNotCounted) {
    const ContentBasis before = basis();
    messages_.use(before);
    push(1, before);
    take_another_inventory();
    messages_.use(basis());
    push(2, before);  // was read while the other came into use
    push(3, basis());
    const Stretch all = messages_.take(10, 1 << 20);
    ASSERT_EQ(all.contents.size(), 3U);
    EXPECT_FALSE(is_read(all.contents[0]));
    EXPECT_FALSE(is_read(all.contents[1]));
    EXPECT_TRUE(is_read(all.contents[2]));
    EXPECT_EQ(all.messages[0].payload, kReading);
    EXPECT_EQ(messages_.bytes(), 0U);
}

}  // namespace
}  // namespace qk::daemon
