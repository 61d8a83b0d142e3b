#include "daemon/agent/spool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <csignal>
#include <filesystem>

#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

using testing::ElementsAre;

class AgentSpool : public testing::Test {
 protected:
    Spool open(SpoolOptions options = {}) {
        return Spool::open(scratch_.file("queue"), options).value();
    }
    static std::vector<std::string> payloads(const Spool& spool, std::uint64_t after = 0) {
        std::vector<std::string> found;
        for (const SpooledMessage& message : spool.read(after, 1000).value()) {
            found.push_back(message.payload);
        }
        return found;
    }
    std::string only_segment() const {
        for (const auto& entry : std::filesystem::directory_iterator(scratch_.file("queue"))) {
            if (entry.path().extension() == ".spool") {
                return "queue/" + entry.path().filename().string();
            }
        }
        return {};
    }

    daemon::Scratch scratch_;
};

TEST_F(AgentSpool, WhatWasAppendedIsThereAgainAfterAnotherStart) {
    {
        Spool spool = open();
        EXPECT_EQ(spool.append("receipt", "a").value(), 1U);
        EXPECT_EQ(spool.append("receipt", "b").value(), 2U);
    }
    Spool spool = open();
    EXPECT_THAT(payloads(spool), ElementsAre("a", "b"));
    EXPECT_EQ(spool.append("receipt", "c").value(), 3U);
}

TEST_F(AgentSpool, WhatWasLetGoDoesNotComeBackAndItsNumbersNeither) {
    {
        Spool spool = open();
        for (const char* payload : {"a", "b", "c"}) ASSERT_TRUE(spool.append("receipt", payload));
        ASSERT_TRUE(spool.let_go(2));
        EXPECT_THAT(payloads(spool), ElementsAre("c"));
        EXPECT_EQ(spool.waiting(), 1U);
        ASSERT_TRUE(spool.let_go(3));
        EXPECT_EQ(spool.waiting(), 0U);
    }
    Spool spool = open();
    EXPECT_THAT(payloads(spool), ElementsAre());
    EXPECT_EQ(spool.append("receipt", "d").value(), 4U);
}

TEST_F(AgentSpool, ALineThatWasCutShortIsTakenAwayAndNothingElse) {
    {
        Spool spool = open();
        ASSERT_TRUE(spool.append("receipt", "first"));
        ASSERT_TRUE(spool.append("receipt", "second"));
    }
    const std::string name = only_segment();
    const std::string whole = scratch_.read(name);
    const std::size_t second = whole.find('\n') + 1;
    for (std::size_t length = second; length < whole.size(); ++length) {
        scratch_.write(name, whole.substr(0, length));
        Spool spool = open();
        EXPECT_THAT(payloads(spool), ElementsAre("first"));
        EXPECT_EQ(spool.append("receipt", "again").value(), 2U);
        EXPECT_THAT(payloads(spool), ElementsAre("first", "again"));
    }
}

TEST_F(AgentSpool, ADamagedLineIsPassedOverAndCounted) {
    {
        Spool spool = open();
        for (const char* payload : {"aaaa", "bbbb", "cccc"}) {
            ASSERT_TRUE(spool.append("receipt", payload));
        }
    }
    const std::string name = only_segment();
    std::string text = scratch_.read(name);
    text[text.find("bbbb")] = 'x';
    scratch_.write(name, text);
    Spool spool = open();
    EXPECT_THAT(payloads(spool), ElementsAre("aaaa", "cccc"));
    EXPECT_EQ(spool.damaged(), 1U);
}

TEST_F(AgentSpool, AFullQueueDropsTheOldestAndCountsThem) {
    SpoolOptions options;
    options.segment_bytes = 200;
    options.bytes_max = 1000;
    Spool spool = open(options);
    for (int i = 0; i < 100; ++i) {
        ASSERT_TRUE(spool.append("receipt", "message " + std::to_string(i)));
    }
    EXPECT_LE(spool.bytes(), options.bytes_max);
    EXPECT_GT(spool.dropped(), 0U);
    EXPECT_EQ(spool.dropped() + spool.waiting(), 100U);
    EXPECT_EQ(payloads(spool).back(), "message 99");
    const std::uint64_t dropped = spool.dropped();
    EXPECT_EQ(open(options).dropped(), dropped);
}

TEST_F(AgentSpool, WhatAFullDiskRefusesIsNotThereAndTheNextOneIsWhole) {
    Spool spool = open();
    ASSERT_TRUE(spool.append("receipt", "first"));
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    rlimit low = limit;
    low.rlim_cur = spool.bytes() + 10;  // half a line has room
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
    const auto refused = spool.append("receipt", std::string(100, 'x'));
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    std::signal(SIGXFSZ, before);
    EXPECT_FALSE(refused);
    EXPECT_EQ(spool.append("receipt", "second").value(), 2U);
    EXPECT_THAT(payloads(open()), ElementsAre("first", "second"));
}

TEST_F(AgentSpool, ReadingGoesOnBehindANumberOverSegments) {
    SpoolOptions options;
    options.segment_bytes = 100;
    Spool spool = open(options);
    for (int i = 1; i <= 20; ++i) ASSERT_TRUE(spool.append("receipt", std::to_string(i)));
    const auto some = spool.read(7, 5).value();
    ASSERT_EQ(some.size(), 5U);
    EXPECT_EQ(some.front().number, 8U);
    EXPECT_EQ(some.back().payload, "12");
}

TEST_F(AgentSpool, ItsIdStaysOverAnotherStartAndIsAnotherWhereItsHeadIsLost) {
    std::string id;
    {
        Spool spool = open();
        id = spool.id();
        ASSERT_TRUE(spool.append("receipt", "a"));
        ASSERT_TRUE(spool.let_go(1));
        ASSERT_TRUE(spool.append("receipt", "b"));
    }
    EXPECT_EQ(id.size(), 16U);
    EXPECT_EQ(open().id(), id);
    std::filesystem::remove(scratch_.file("queue/spool.json"));
    Spool spool = open();
    EXPECT_NE(spool.id(), id);
    EXPECT_EQ(spool.taken_up_to(), 0U);
}

TEST_F(AgentSpool, ACheckIsOfWhatTheMessageSays) {
    Spool spool = open();
    for (const char* payload : {"a", "b"}) ASSERT_TRUE(spool.append("receipt", payload));
    const std::string first = spool.check_of(1).value();
    EXPECT_EQ(first.size(), 16U);
    EXPECT_NE(first, spool.check_of(2).value());
    EXPECT_EQ(spool.check_of(3).value(), "");
    ASSERT_TRUE(spool.let_go(1));
    EXPECT_EQ(spool.check_of(1).value(), "");
}

TEST_F(AgentSpool, WhatWasDroppedWasNotTaken) {
    SpoolOptions options;
    options.segment_bytes = 200;
    options.bytes_max = 600;
    Spool spool = open(options);
    for (int i = 0; i < 50; ++i) ASSERT_TRUE(spool.append("receipt", "message"));
    EXPECT_GT(spool.let_go_up_to(), 0U);
    EXPECT_EQ(spool.taken_up_to(), 0U);
}

}  // namespace
}  // namespace qk::agent
