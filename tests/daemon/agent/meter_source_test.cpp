#include "daemon/agent/meter_source.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>

#include "daemon/base/manual_clock.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

using std::chrono::seconds;
using testing::Contains;
using testing::HasSubstr;

constexpr const char* kGood = "t,kw\n2026-11-30T08:00:00+08:00,1\n";

class AgentMeterSource : public testing::Test {
 protected:
    AgentMeterSource() {
        std::filesystem::create_directories(scratch_.file("in"));
        std::filesystem::create_directories(scratch_.file("state"));
        settings_.meter = "m1";
        settings_.folder = scratch_.file("in");
    }
    void start() {
        source_ = std::make_unique<MeterSource>(settings_, scratch_.file("state"), spool_, log_);
    }
    // Long after whatever was written.
    void look() {
        tick_ += settings_.every;
        source_->turn(tick_, rules::Instant{seconds{4'000'000'000}});
    }
    bool is_there(const std::string& name) const {
        return std::filesystem::exists(scratch_.file(name));
    }

    daemon::Scratch scratch_;
    MeterSettings settings_;
    daemon::ManualClock clock_{rules::Instant{seconds{1'790'000'000}}};
    std::vector<std::string> log_lines_;
    daemon::Log log_{clock_, [this](daemon::LogSeverity, std::string_view line) {
                         log_lines_.emplace_back(line);
                     }};
    Spool spool_ = Spool::open(scratch_.file("queue")).value();
    std::unique_ptr<MeterSource> source_;
    MeterSource::Tick tick_{};
};

TEST_F(AgentMeterSource, ADroppedFileIsInTheQueueAndThenDone) {
    start();
    scratch_.write("in/1.csv", kGood);
    look();
    EXPECT_EQ(spool_.waiting(), 1U);
    EXPECT_EQ(spool_.read(0, 1).value()[0].topic, "meter/m1");
    EXPECT_TRUE(is_there("in/done/1.csv"));
    EXPECT_FALSE(is_there("in/1.csv"));
    scratch_.write("in/1.csv", kGood);  // another of the same name
    look();
    EXPECT_EQ(spool_.waiting(), 2U);
    EXPECT_TRUE(is_there("in/done/1.csv.1"));
}

TEST_F(AgentMeterSource, AFileThatMayStillBeWrittenIsLeftAlone) {
    start();
    scratch_.write("in/1.csv", kGood);
    scratch_.write("in/2.csv.part", kGood);
    scratch_.write("in/.3.csv", kGood);
    source_->turn(tick_ += settings_.every, rules::Instant{seconds{0}});
    EXPECT_EQ(spool_.waiting(), 0U);
    look();
    EXPECT_EQ(spool_.waiting(), 1U);
}

TEST_F(AgentMeterSource, AFileThatCannotBeReadIsSetAsideWithTheReason) {
    start();
    scratch_.write("in/1.csv", "t,kw\nnoon,1\n");
    scratch_.write("in/2.csv", kGood);
    look();
    EXPECT_EQ(spool_.waiting(), 1U);
    EXPECT_TRUE(is_there("in/refused/1.csv"));
    EXPECT_THAT(scratch_.read("in/refused/1.csv.why"), HasSubstr("noon"));
    EXPECT_THAT(log_lines_, Contains(HasSubstr("READINGS_REFUSED")));
}

TEST_F(AgentMeterSource, OnAFullDiskAFileStaysAndIsNotTakenTwiceAfterwards) {
    start();
    std::string table = "meter,t,kw\n";
    for (const char* meter : {"m1", "m2", "m3"}) {
        table += std::string(meter) + ",2026-11-30T08:00:00+08:00,1\n";
    }
    scratch_.write("in/1.csv", table);
    const auto before = std::signal(SIGXFSZ, SIG_IGN);
    rlimit limit{};
    ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &limit), 0);
    rlimit low = limit;
    low.rlim_cur = 100;  // one message has room
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &low), 0);
    look();
    look();
    ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &limit), 0);
    std::signal(SIGXFSZ, before);
    EXPECT_EQ(spool_.waiting(), 1U);
    EXPECT_TRUE(is_there("in/1.csv"));
    look();
    EXPECT_EQ(spool_.waiting(), 3U);
    EXPECT_TRUE(is_there("in/done/1.csv"));
}

TEST_F(AgentMeterSource, WhatACommandPrintsIsTakenEachTimeItIsDue) {
    settings_.folder.clear();
    settings_.command = {"/bin/echo", R"({"t":"2026-11-30T08:00:00+08:00","kw":3})"};
    start();
    const auto until = [this](std::uint64_t wanted) {
        for (int i = 0; i < 1000 && spool_.waiting() < wanted; ++i) {
            source_->turn(tick_, {});
            ::usleep(5'000);
        }
        return spool_.waiting();
    };
    tick_ += settings_.every;
    EXPECT_EQ(until(1), 1U);
    source_->turn(tick_, {});
    EXPECT_EQ(spool_.waiting(), 1U);
    tick_ += settings_.every;
    EXPECT_EQ(until(2), 2U);
    EXPECT_EQ(spool_.read(1, 1).value()[0].payload, spool_.read(0, 1).value()[0].payload);
}

TEST_F(AgentMeterSource, ACommandThatFailsIsToldAndNothingOfItIsTaken) {
    settings_.folder.clear();
    settings_.command = {"/bin/sh", "-c",
                         R"(echo '{"t":"2026-11-30T08:00:00+08:00","kw":3}'; exit 1)"};
    start();
    for (int i = 0; i < 1000 && log_lines_.empty(); ++i) {
        source_->turn(tick_ + settings_.every, {});
        ::usleep(5'000);
    }
    EXPECT_THAT(log_lines_, Contains(HasSubstr("READINGS_REFUSED")));
    EXPECT_EQ(spool_.waiting(), 0U);
}

}  // namespace
}  // namespace qk::agent
