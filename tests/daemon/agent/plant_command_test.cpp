#include "daemon/agent/plant_command.hpp"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include "tests/daemon/scratch.hpp"

namespace qk::agent {
namespace {

using std::chrono::seconds;

class AgentPlantCommand : public testing::Test {
 protected:
    // How it ended, at the time that the test says it is.
    std::string end_of(PlantCommand& command, seconds after = seconds{0}) {
        for (int i = 0; i < 1000; ++i) {
            if (const auto ended = command.poll(PlantCommand::Tick{} + after)) return *ended;
            ::usleep(10'000);
        }
        return "it runs for ever";
    }

    daemon::Scratch scratch_;
};

TEST_F(AgentPlantCommand, GetsItsArgumentsAsTheyAreAndNoShell) {
    PlantCommand command;
    const std::string name = scratch_.file("a b; $(c)");
    ASSERT_EQ(command.start({"/usr/bin/touch", name}, {}, seconds{60}, {}), "");
    EXPECT_EQ(end_of(command), "");
    EXPECT_TRUE(std::filesystem::exists(name));
    EXPECT_FALSE(command.is_running());
}

TEST_F(AgentPlantCommand, ItsVariablesAreThoseThatAreGiven) {
    PlantCommand command;
    const std::string script = "echo \"$QINGKONG_REVISION,$HOME\" > " + scratch_.file("out");
    ASSERT_EQ(command.start({"/bin/sh", "-c", script}, {"QINGKONG_REVISION=7"}, seconds{60}, {}),
              "");
    EXPECT_EQ(end_of(command), "");
    EXPECT_EQ(scratch_.read("out"), "7,\n");
}

TEST_F(AgentPlantCommand, TellsHowItFailed) {
    PlantCommand command;
    ASSERT_EQ(command.start({"/bin/sh", "-c", "exit 3"}, {}, seconds{60}, {}), "");
    EXPECT_NE(end_of(command).find("3"), std::string::npos);
    EXPECT_NE(command.start({"/nowhere/at/all"}, {}, seconds{60}, {}), "");
    EXPECT_FALSE(command.is_running());
}

TEST_F(AgentPlantCommand, OverItsTimeItIsEndedWithWhatItHasStarted) {
    PlantCommand command;
    const std::string script = "sleep 1000 & echo $! > " + scratch_.file("part") + "; mv " +
                               scratch_.file("part") + " " + scratch_.file("child") + "; wait";
    ASSERT_EQ(command.start({"/bin/sh", "-c", script}, {}, seconds{60}, {}), "");
    for (int i = 0; i < 1000 && scratch_.read("child").empty(); ++i) ::usleep(10'000);
    EXPECT_FALSE(command.poll(PlantCommand::Tick{} + seconds{59}));
    EXPECT_NE(end_of(command, seconds{60}).find("took too long"), std::string::npos);
    std::string child = scratch_.read("child");
    child.erase(child.find('\n'));
    const std::string state = "/proc/" + child + "/stat";
    bool is_gone = false;
    for (int i = 0; i < 1000 && !is_gone; ++i) {
        std::ifstream in(state);
        const std::string line(std::istreambuf_iterator<char>(in), {});
        is_gone = line.empty() || line.find(") Z ") != std::string::npos;
        if (!is_gone) ::usleep(10'000);
    }
    EXPECT_TRUE(is_gone);
}

}  // namespace
}  // namespace qk::agent
