#include "daemon/command_line/help_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/command_line/small_program.hpp"

namespace qk::command_line {
namespace {

using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(HelpText, ChineseComesFirstAndColumnsAreStraight) {
    const Command program{
        .name = "p",
        .what = {"程序", "a program"},
        .options = {option("a", "名称", {"甲", "one"}), option("bcd", "X", {"乙", "two"})},
    };
    EXPECT_THAT(help_text(program, "p"), StartsWith("程序\na program\n"));
    EXPECT_THAT(help_text(program, "p"), HasSubstr("  --a 名称    甲  one\n"
                                                   "  --bcd X     乙  two\n"
                                                   "  -h, --help  显示本帮助  show this help\n"));
}

TEST(HelpText, ACommandShowsPlacesOptionsAndExamples) {
    const Command program = small_program();
    const Command& send = program.commands[0].commands[1];
    const std::string text = help_text(send, "shop order send");
    EXPECT_THAT(text, HasSubstr("  shop order send ID [FILE] [OPTIONS]\n"));
    EXPECT_THAT(text, HasSubstr("参数 arguments:\n  ID    编号  its number\n"));
    EXPECT_THAT(text, HasSubstr("抄送（可重复 repeatable）"));
    EXPECT_THAT(text, HasSubstr("纸张（默认 default: a4）"));
    EXPECT_THAT(text, HasSubstr("--page FILE..."));
    EXPECT_THAT(text, HasSubstr("示例 examples:\n  shop order send 5\n"));
    EXPECT_THAT(text, Not(HasSubstr("--version")));
}

TEST(HelpText, ANounShowsItsVerbs) {
    const Command program = small_program();
    const std::string order = help_text(program.commands[0], "shop order");
    EXPECT_THAT(order, HasSubstr("  shop order [OPTIONS]\n  shop order list [OPTIONS]\n"));
    EXPECT_THAT(order, HasSubstr("命令 commands:\n  list  列出  list them\n"));
    EXPECT_THAT(help_text(program, "shop"), HasSubstr("--version"));
}

TEST(HelpText, WhatDoesNotFitInALineTakesTwo) {
    const std::string zh(60, 'z');
    const std::string en(60, 'e');
    const Command program{.name = "p", .options = {option("a", "X", {zh, en})}};
    EXPECT_THAT(help_text(program, "p"),
                HasSubstr("  --a X       " + zh + "\n              " + en + "\n"));
}

TEST(HelpText, WhoTypedSomethingWrongIsToldWhatThereIs) {
    const Command program = small_program();
    EXPECT_EQ(hint_text(program, "shop"),
              "命令 commands:\n  order, stock\n详见 see 'shop --help'\n");
    EXPECT_THAT(hint_text(program.commands[1].commands[0], "shop stock count"),
                StartsWith("用法 usage:\n  shop stock count --at DAY --of NAME\n"));
}

}  // namespace
}  // namespace qk::command_line
