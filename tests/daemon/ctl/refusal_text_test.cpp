// A refusal of the daemon, as who typed a command understands it.
#include "daemon/ctl/refusal_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<std::string> kOptions{"colour", "to", "ordered-by", "correct", "reason"};

TEST(RefusalText, AFieldIsNamedAsTheOptionThatGivesIt) {
    EXPECT_EQ(fault_text("body:1:1: reason: is missing: give it as a string", kOptions),
              "--reason: 缺少 is missing");
    EXPECT_EQ(fault_text("body:1:1: ordered_by: 'x' is on no record: enter it first", kOptions),
              "--ordered-by: 'x' is on no record: enter it first");
}

TEST(RefusalText, WhatHasAnotherNameInTheBodyIsFoundToo) {
    EXPECT_EQ(fault_text("body:1:1: expected_to: '明天' is not a time: write it as "
                         "2016-12-16T20:00:00+08:00",
                         kOptions),
              "--to: '明天' is not a time: write it as 2016-12-16T20:00:00+08:00");
    EXPECT_EQ(fault_text("body:1:1: corrections[0].day: 'x' is no day", kOptions),
              "--correct: 'x' is no day");
}

TEST(RefusalText, WhatIsNoOptionOfTheCommandStaysAsItIs) {
    const std::string of_no_option = "body:1:1: expected_to: is missing: give it as a string";
    EXPECT_EQ(fault_text(of_no_option, {"id"}), of_no_option);
    EXPECT_EQ(fault_text("enterprises.csv:3:1: reason: is odd", kOptions),
              "enterprises.csv:3:1: reason: is odd");
    EXPECT_EQ(fault_text("", kOptions), "");
}

TEST(RefusalText, EveryFaultHasALineAndNothingReachesTheTerminalUnseen) {
    const auto problem = plans::parse_json(
        R"({"title":"请求内容有误\u001b[2J","faults":[{"text":"body:1:1: reason: is missing"},)"
        R"({"text":"body:1:1: colour: 'x' is not a colour"}]})",
        "problem");
    const std::string text = refusal_text(422, problem.value(), kOptions);
    EXPECT_THAT(text, HasSubstr("qingkongd: 422 请求内容有误"));
    EXPECT_THAT(text,
                HasSubstr("\n  --reason: 缺少 is missing\n  --colour: 'x' is not a colour\n"));
    EXPECT_EQ(text.find('\x1b'), std::string::npos);
    EXPECT_THAT(text, Not(HasSubstr("login")));
}

TEST(RefusalText, WhoHasNoTokenIsToldHowToLogIn) {
    EXPECT_THAT(refusal_text(401, {}, {}), HasSubstr("qingkongctl login"));
}

}  // namespace
}  // namespace qk::ctl
