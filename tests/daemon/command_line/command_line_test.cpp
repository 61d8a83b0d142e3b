// The command line: what a person types, and what is understood of it.
#include "daemon/command_line/command_line.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/daemon/command_line/small_program.hpp"

namespace qk::command_line {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

using Words = std::vector<std::string>;

const Command& shop() {
    static const Command program = small_program();
    return program;
}

Typed typed(const Words& words) { return understand(shop(), words, rules::Instant{}); }

struct Ran {
    int code = 0;
    std::string out;
    std::string err;
};

Ran ran(const Words& words) {
    testing::internal::CaptureStdout();
    testing::internal::CaptureStderr();
    Ran ran;
    ran.code = run(shop(), words, rules::Instant{});
    ran.out = testing::internal::GetCapturedStdout();
    ran.err = testing::internal::GetCapturedStderr();
    return ran;
}

TEST(CommandLine, WordsLeadToTheDeepestCommand) {
    EXPECT_EQ(typed({"order", "send", "5"}).call.command(), "shop order send");
    EXPECT_EQ(typed({"order"}).call.command(), "shop order");
    EXPECT_EQ(typed({"stock"}).command->run, nullptr);
}

TEST(CommandLine, PlacesAndOptionsGetTheirValues) {
    const Typed all = typed({"order", "send", "5", "--copy", "a", "--copy", "b", "--page", "1.txt",
                             "2.txt", "--count=3", "--fast", "--paper", "a3"});
    EXPECT_THAT(all.wrong, IsEmpty());
    EXPECT_EQ(all.call.text("id"), "5");
    EXPECT_EQ(all.call.text("to"), std::nullopt);
    EXPECT_THAT(all.call.texts("copy"), ElementsAre("a", "b"));
    EXPECT_THAT(all.call.texts("page"), ElementsAre("1.txt", "2.txt"));
    EXPECT_EQ(all.call.number("count"), 3U);
    EXPECT_TRUE(all.call.has("fast"));
    EXPECT_EQ(all.call.text_or_default("paper"), "a3");
}

TEST(CommandLine, WhatIsNotGivenIsAsTheTableSays) {
    const Typed bare = typed({"order", "send", "5"});
    EXPECT_EQ(bare.call.text("paper"), std::nullopt);
    EXPECT_EQ(bare.call.text_or_default("paper"), "a4");
    EXPECT_EQ(bare.call.text_or_default("url"), "");
    EXPECT_EQ(bare.call.number("count"), std::nullopt);
    EXPECT_FALSE(bare.call.has("fast"));
}

TEST(CommandLine, AnOptionMayStandBeforeTheWordThatItBelongsTo) {
    const Typed before = typed({"order", "--url", "u", "--count", "2", "send", "5"});
    EXPECT_THAT(before.wrong, IsEmpty());
    EXPECT_EQ(before.call.text("url"), "u");
    EXPECT_EQ(before.call.number("count"), 2U);
    // Of the command itself it is none, nor of its other part.
    EXPECT_THAT(typed({"order", "--count", "2"}).wrong,
                ElementsAre(HasSubstr("no option '--count'")));
    EXPECT_THAT(typed({"order", "--count", "2", "list"}).wrong,
                ElementsAre(HasSubstr("shop order list: 没有此选项 no option '--count'")));
}

TEST(CommandLine, ADashIsANameLikeAnyOtherAndANumberMayBeNegative) {
    EXPECT_EQ(typed({"order", "send", "-", "-5"}).call.text("id"), "-");
    EXPECT_EQ(typed({"order", "send", "-", "-5"}).call.text("to"), "-5");
    EXPECT_EQ(typed({"order", "send", "5", "--copy", "-7"}).call.text("copy"), "-7");
}

TEST(CommandLine, APlaceMayBeNamedAndMayBeCalledLikeACommand) {
    EXPECT_EQ(typed({"order", "send", "--id", "5"}).call.text("id"), "5");
    const Typed like = typed({"order", "send", "stock", "list"});
    EXPECT_THAT(like.wrong, IsEmpty());
    EXPECT_EQ(like.call.text("id"), "stock");
    EXPECT_EQ(like.call.text("to"), "list");
}

TEST(CommandLine, AWrongWordIsAnsweredWithTheNearestRightOne) {
    const Ran noun = ran({"ordr"});
    EXPECT_EQ(noun.code, 2);
    EXPECT_THAT(noun.err,
                HasSubstr("shop: 没有此命令 no command 'ordr': 是不是 did you mean 'order'?"));
    EXPECT_THAT(noun.err, HasSubstr("order, stock"));
    EXPECT_THAT(ran({"order", "sned", "5"}).err, HasSubstr("did you mean 'send'?"));
    EXPECT_THAT(ran({"order", "send", "5", "--coppy", "x"}).err,
                HasSubstr("did you mean '--copy'?"));
    EXPECT_THAT(ran({"zebra"}).err, Not(HasSubstr("did you mean")));
}

TEST(CommandLine, EveryFaultIsSaidAtOnce) {
    EXPECT_THAT(typed({"stock", "count"}).wrong,
                ElementsAre(HasSubstr("--at DAY"), HasSubstr("--of NAME")));
    EXPECT_THAT(
        typed({"order", "send", "5", "--count", "x", "--paper", "a5", "--url", "a", "--url", "b"})
            .wrong,
        ElementsAre(HasSubstr("--count: 'x'"), HasSubstr("--paper: 'a5' 应为 should be a4, a3"),
                    HasSubstr("--url: 只能给一次")));
    EXPECT_THAT(typed({"order", "send"}).wrong, ElementsAre(HasSubstr("缺少 is missing: ID")));
    EXPECT_THAT(typed({"order", "send", "5", "6", "7"}).wrong,
                ElementsAre(HasSubstr("nothing takes '7'")));
}

TEST(CommandLine, AnOptionWithoutItsValueSaysSo) {
    EXPECT_THAT(typed({"stock", "count", "--of", "a", "--at"}).wrong,
                ElementsAre(HasSubstr("--at: 缺少取值 wants a value")));
    EXPECT_THAT(typed({"stock", "count", "--at", "--of"}).wrong,
                testing::Contains(HasSubstr("--at: 缺少取值 wants a value: --at DAY")));
    EXPECT_THAT(typed({"order", "send", "5", "--count", "-1"}).wrong,
                ElementsAre(HasSubstr("'-1'")));
    EXPECT_THAT(typed({"order", "send", "5", "--count", "18446744073709551616"}).wrong,
                ElementsAre(HasSubstr("is no whole number")));
}

TEST(CommandLine, HelpIsGivenWhateverElseIsMissing) {
    for (const Words& words : {Words{"stock", "count", "--help"},
                               {"stock", "count", "-h"},
                               {"help", "stock", "count"}}) {
        const Ran help = ran(words);
        EXPECT_EQ(help.code, 0);
        EXPECT_EQ(help.err, "");
        EXPECT_THAT(help.out, HasSubstr("shop stock count --at DAY --of NAME\n"));
    }
    EXPECT_EQ(ran({"stok", "--help"}).code, 2);
}

TEST(CommandLine, TheVersionIsTheProjects) {
    const Ran version = ran({"--version"});
    EXPECT_EQ(version.code, 0);
    std::ifstream in(std::string(QK_SOURCE_DIR) + "/CMakeLists.txt");
    const std::string project(std::istreambuf_iterator<char>(in), {});
    const std::string number = version.out.substr(5, version.out.size() - 6);
    EXPECT_EQ(version.out, "shop " + number + "\n");
    EXPECT_THAT(project, HasSubstr("project(qingkong VERSION " + number + " "));
    EXPECT_THAT(typed({"order", "--version"}).wrong,
                ElementsAre(HasSubstr("no option '--version'")));
}

TEST(CommandLine, NothingTypedIsAnsweredWithWhatThereIs) {
    for (const Words& words : {Words{}, {"stock"}}) {
        const Ran nothing = ran(words);
        EXPECT_EQ(nothing.code, 2);
        EXPECT_EQ(nothing.out, "");
        EXPECT_THAT(nothing.err, HasSubstr("用法 usage:"));
    }
}

}  // namespace
}  // namespace qk::command_line
