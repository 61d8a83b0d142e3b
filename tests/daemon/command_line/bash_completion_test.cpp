// The completion script, tried in bash itself.
#include "daemon/command_line/bash_completion.hpp"

#include <gtest/gtest.h>
#include <stdio.h>

#include <array>
#include <sstream>

#include "tests/daemon/command_line/small_program.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::command_line {
namespace {

class BashCompletion : public testing::Test {
 protected:
    void SetUp() override {
        scratch_.write("script", bash_completion(small_program()));
        scratch_.write("here/bolts.txt", "");
    }

    // What is offered for the last of the words.
    std::vector<std::string> offered(const std::string& words) {
        const std::string typed = "cd '" + scratch_.file("here") +
                                  "'; source ../script; COMP_WORDS=(shop " + words +
                                  "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _shop; printf '%s\\n' "
                                  "\"${COMPREPLY[@]}\"";
        scratch_.write("typed", typed);
        FILE* bash = ::popen(("bash '" + scratch_.file("typed") + "' 2>&1").c_str(), "r");
        std::string text;
        std::array<char, 4096> piece{};
        while (const std::size_t size = ::fread(piece.data(), 1, piece.size(), bash)) {
            text.append(piece.data(), size);
        }
        EXPECT_EQ(::pclose(bash), 0) << text;
        std::vector<std::string> lines;
        std::istringstream in(text);
        for (std::string line; std::getline(in, line);) {
            if (!line.empty()) lines.push_back(line);
        }
        return lines;
    }

    using Lines = std::vector<std::string>;
    daemon::Scratch scratch_;
};

TEST_F(BashCompletion, CommandsAreOfferedWhereACommandStands) {
    EXPECT_EQ(offered("''"), (Lines{"order", "stock", "--help"}));
    EXPECT_EQ(offered("o"), (Lines{"order"}));
    EXPECT_EQ(offered("order s"), (Lines{"send"}));
    EXPECT_EQ(offered("--nonsense st"), (Lines{"stock"}));
}

TEST_F(BashCompletion, OptionsAreThoseOfTheCommand) {
    EXPECT_EQ(offered("stock count --"), (Lines{"--at", "--of", "--help"}));
    EXPECT_EQ(offered("order send 5 --f"), (Lines{"--fast"}));
    EXPECT_EQ(offered("order list --f"), (Lines{}));
}

TEST_F(BashCompletion, ValuesAreWordsOrFilesOrNothing) {
    EXPECT_EQ(offered("order send --paper ''"), (Lines{"a4", "a3"}));
    EXPECT_EQ(offered("order send --page b"), (Lines{"bolts.txt"}));
    EXPECT_EQ(offered("order send --copy b"), (Lines{}));
    EXPECT_EQ(offered("order send 5 b"), (Lines{"bolts.txt"}));
    EXPECT_EQ(offered("stock count b"), (Lines{}));
}

}  // namespace
}  // namespace qk::command_line
