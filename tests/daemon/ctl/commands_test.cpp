// The table of qingkongctl as a whole: nothing in it is half declared, and what it shows can be
// typed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <regex>
#include <set>

#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

void for_each(const Command& command, const std::string& path,
              const std::function<void(const Command&, const std::string&)>& look) {
    look(command, path);
    for (const Command& part : command.commands) {
        for_each(part, path + " " + std::string(part.name), look);
    }
}

void for_each(const std::function<void(const Command&, const std::string&)>& look) {
    for_each(qingkongctl(), "qingkongctl", look);
}

// As a shell would split a line that holds no quotes.
Arguments split(std::string_view line) {
    std::istringstream in{std::string(line)};
    Arguments words;
    for (std::string word; in >> word;) words.push_back(word);
    return words;
}

TEST(Commands, EveryOneSaysInBothLanguagesWhatItDoes) {
    for_each([](const Command& command, const std::string& path) {
        EXPECT_FALSE(command.what.zh.empty()) << path;
        EXPECT_FALSE(command.what.en.empty()) << path;
        EXPECT_TRUE(command.run != nullptr || !command.commands.empty()) << path << " does nothing";
        for (const command_line::Option& option : command.options) {
            EXPECT_FALSE(option.what.zh.empty()) << path << " --" << option.name;
            EXPECT_FALSE(option.what.en.empty()) << path << " --" << option.name;
        }
    });
}

TEST(Commands, OptionsAreWholeWordsOnceEach) {
    static const std::regex kWords("[a-z][a-z0-9]*(-[a-z0-9]+)*");
    for_each([](const Command& command, const std::string& path) {
        std::set<std::string> seen;
        for (const command_line::Option& option : command.options) {
            const std::string name(option.name);
            EXPECT_TRUE(std::regex_match(name, kWords)) << path << " --" << name;
            EXPECT_TRUE(seen.insert(name).second) << path << " --" << name << " twice";
            EXPECT_EQ(option.value.empty(), option.takes == command_line::Takes::kNothing)
                << path << " --" << name;
        }
    });
}

TEST(Commands, EveryOneThatDoesSomethingHasExamplesThatCanBeTyped) {
    int count = 0;
    for_each([&count](const Command& command, const std::string& path) {
        EXPECT_TRUE(command.run == nullptr || !command.examples.empty()) << path;
        for (const std::string_view example : command.examples) {
            if (!example.starts_with("qingkongctl ")) continue;
            Arguments words = split(example);
            words.erase(words.begin());
            const Command program = qingkongctl();
            const auto typed = command_line::understand(program, words, {});
            EXPECT_THAT(typed.wrong, testing::IsEmpty()) << example;
            EXPECT_THAT(typed.call.command(), testing::StartsWith(path)) << example;
            ++count;
        }
    });
    EXPECT_GT(count, 60);
}

TEST(Commands, EveryOneHasItsHelp) {
    for_each([](const Command&, const std::string& path) {
        Arguments words = split(path);
        words.erase(words.begin());
        words.emplace_back("--help");
        const Answer help = type_command(words);
        EXPECT_EQ(help.code, kHolds) << path;
        EXPECT_THAT(help.out, HasSubstr("用法 usage:\n  " + path)) << path;
    });
}

TEST(Commands, TheCompletionScriptKnowsThem) {
    const Answer script = type_command({"completion", "bash"});
    EXPECT_EQ(script.code, kHolds);
    EXPECT_THAT(script.out, HasSubstr("complete -F _qingkongctl qingkongctl"));
    for_each([&script](const Command&, const std::string& path) {
        if (path == "qingkongctl") return;
        EXPECT_THAT(script.out, HasSubstr("\"" + path.substr(path.find(' ')) + "\"")) << path;
    });
}

TEST(Commands, TheManualKnowsThem) {
    const Answer page = type_command({"manual"});
    EXPECT_EQ(page.code, kHolds);
    for_each([&page](const Command& command, const std::string& path) {
        if (command.run == nullptr) return;
        std::string heading;
        for (const char c : path) heading += c == '-' ? "\\-" : std::string(1, c);
        EXPECT_THAT(page.out, HasSubstr("\n.SS " + heading + "\n")) << path;
    });
}

TEST(Commands, WhatNeedsADaemonSaysThatNoneIsThere) {
    for (const Arguments& words : {Arguments{"warning", "list"},
                                   {"warning"},
                                   {"warning", "report", "YJ-1"},
                                   {"status"},
                                   {"status", "--watch"},
                                   {"order"},
                                   {"order", "show", "e1"},
                                   {"case", "list"},
                                   {"case", "show", "1"},
                                   {"case", "send", "1"},
                                   {"draw", "list"},
                                   {"prompt"},
                                   {"federation", "list"},
                                   {"forecast", "pulls"},
                                   {"pack", "in-force"},
                                   {"season", "ledger"},
                                   {"targets", "show"},
                                   {"events"}}) {
        const Answer answer = type_command(words_of(words, {"--url", "http://127.0.0.1:1"}));
        EXPECT_EQ(answer.code, kUnreachable) << words.front();
        EXPECT_THAT(answer.err, HasSubstr("http://127.0.0.1:1")) << words.front();
        EXPECT_EQ(answer.out, "") << words.front();
    }
}

}  // namespace
}  // namespace qk::ctl
