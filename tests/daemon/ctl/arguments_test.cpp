#include "daemon/ctl/arguments.hpp"

#include <gtest/gtest.h>

namespace qk::ctl {
namespace {

namespace po = boost::program_options;

ParsedArguments parse(const std::vector<std::string>& typed) {
    po::options_description options("options");
    options.add_options()("standard", po::value<std::string>()->required(), "a standard")(
        "names", po::value<std::vector<std::string>>(), "names");
    return parse_arguments("trigger", typed, options, {"names"});
}

TEST(Arguments, WhoAsksForHelpGetsItOnStdoutWhateverElseIsMissing) {
    testing::internal::CaptureStdout();
    const ParsedArguments parsed = parse({"--help"});
    EXPECT_NE(testing::internal::GetCapturedStdout().find("--standard"), std::string::npos);
    EXPECT_FALSE(parsed);
    EXPECT_EQ(parsed.exit_code(), kHolds);
}

TEST(Arguments, WrongUsageIsASentenceOnStderrAndExitCodeTwo) {
    for (const std::vector<std::string>& typed :
         {std::vector<std::string>{}, {"--standard"}, {"--standard", "a", "--bogus"}}) {
        testing::internal::CaptureStderr();
        const ParsedArguments parsed = parse(typed);
        EXPECT_NE(testing::internal::GetCapturedStderr().find("--help"), std::string::npos);
        EXPECT_FALSE(parsed);
        EXPECT_EQ(parsed.exit_code(), kBadUsage);
    }
}

TEST(Arguments, ADashIsANameLikeAnyOther) {
    const ParsedArguments parsed = parse({"--standard", "-", "-", "x"});
    ASSERT_TRUE(parsed);
    EXPECT_EQ(text_of(*parsed, "standard"), "-");
    EXPECT_EQ((*parsed)["names"].as<std::vector<std::string>>(),
              (std::vector<std::string>{"-", "x"}));
}

TEST(Arguments, HelpInsteadOfAVerbIsToldFromAVerb) {
    EXPECT_TRUE(asks_for_help({"--help"}));
    EXPECT_TRUE(asks_for_help({"-h"}));
    EXPECT_FALSE(asks_for_help({"check", "--help"}));
    EXPECT_FALSE(asks_for_help({}));
}

}  // namespace
}  // namespace qk::ctl
