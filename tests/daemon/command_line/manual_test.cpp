#include "daemon/command_line/manual.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/command_line/small_program.hpp"

namespace qk::command_line {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(Manual, EveryCommandThatDoesSomethingHasItsPart) {
    const std::string page = manual(small_program());
    EXPECT_THAT(page, HasSubstr("\n.TH SHOP 1 "));
    EXPECT_THAT(page, HasSubstr("\n.SS shop order\n"));
    EXPECT_THAT(page, HasSubstr("\n.SS shop order send\n发出\n.br\nsend one\n"));
    EXPECT_THAT(page, HasSubstr("\n.SS shop stock count\n"));
    EXPECT_THAT(page, Not(HasSubstr("\n.SS shop stock\n"))) << "a noun that only has verbs";
}

TEST(Manual, OptionsSayWhatHelpSays) {
    const std::string page = manual(small_program());
    EXPECT_THAT(page,
                HasSubstr("\\fBshop order send\\fR \\fIID\\fR [\\fIFILE\\fR] [\\fIOPTIONS\\fR]\n"));
    EXPECT_THAT(page, HasSubstr(".TP\n\\fB\\-\\-copy\\fR \\fINAME\\fR\n抄送\n.br\nwho gets a copy\n"
                                ".br\n可重复 repeatable\n"));
    EXPECT_THAT(page, HasSubstr("默认 default: a4\n"));
    EXPECT_THAT(page, HasSubstr(".nf\nshop order send 5\n.fi\n"));
}

TEST(Manual, NothingThatIsSaidIsTakenForARequest) {
    const Command program{.name = "p",
                          .what = {".TH 甲", "'a' \\ \"b\""},
                          .examples = {".so /etc/passwd"},
                          .run = [](const Call&) { return 0; }};
    const std::string page = manual(program);
    EXPECT_THAT(page, HasSubstr("\n\\&.TH 甲\n"));
    EXPECT_THAT(page, HasSubstr("\\(aqa\\(aq \\e \\(dqb\\(dq"));
    EXPECT_THAT(page, HasSubstr("\n\\&.so /etc/passwd\n"));
    EXPECT_THAT(page, Not(HasSubstr("\n.so")));
}

}  // namespace
}  // namespace qk::command_line
