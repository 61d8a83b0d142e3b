// Goal: `pack test` and `catalogue test` give the exit code of a check, and say at the line of a
// case what does not fit.
#include "daemon/ctl/case_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/scratch.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

// Two days above 200: red by the standard of kOwnStandard, orange by cn-2024.
const std::string kCase = R"([[trigger]]
name = "两天230"
from = "2026-01-10"
days = ["100", "230*2", "100"]
[[trigger.window]]
colour = "orange"
from = "2026-01-11"
to = "2026-01-13"
)";
const std::string kOwnStandard = R"(id = "own"
name = "本市分级"
source = "市预案"
certainty = "primary"
[[clause]]
id = "red-1"
colour = "red"
text = "两天"
legs = [{ aqi_above = 200, hours = 48 }]
)";

class CaseFile : public testing::Test {
 protected:
    Answer test(const std::string& file, const Arguments& more = {}) {
        return type_command(
            words_of({"pack", "test", scratch_.file(file), "--format", "json"}, more));
    }
    const daemon::Scratch scratch_;
};

TEST_F(CaseFile, WhatHoldsEndsWithNoughtAndWhatDoesNotWithOne) {
    scratch_.write("good.toml", "standard = \"cn-2024\"\n" + kCase);
    const Answer good = test("good.toml");
    EXPECT_EQ(good.code, kHolds) << good.err;
    EXPECT_THAT(good.err, HasSubstr("1 cases, 0 failed"));
    scratch_.write("bad.toml", "standard = \"cn-2018\"\n" + kCase);
    const Answer bad = test("bad.toml");
    EXPECT_EQ(bad.code, kNegative);
    EXPECT_THAT(bad.err, HasSubstr("bad.toml:6:1: "));
    EXPECT_THAT(bad.err, HasSubstr("expected colour orange"));
    EXPECT_THAT(bad.err, HasSubstr("got colour yellow"));
    EXPECT_THAT(bad.out, HasSubstr("\"holds\":false"));
}

TEST_F(CaseFile, AStandardBesideTheFileAndOneOfTheCommandLineCount) {
    scratch_.write("own.toml", kOwnStandard);
    scratch_.write("beside.toml", "standard = \"own.toml\"\n" + kCase);
    EXPECT_EQ(test("beside.toml").code, kNegative);
    EXPECT_THAT(test("beside.toml").err, HasSubstr("got colour red"));
    EXPECT_EQ(test("beside.toml", {"--standard", "cn-2024"}).code, kHolds);
}

TEST_F(CaseFile, AnOwnCatalogueIsWhatPlantsAreHeldAgainst) {
    scratch_.write("plant.toml", R"([[plant]]
name = "水泥B级橙色停产"
level = "orange"
industry = "水泥"
grade = "B"
not_looked_at = ["ban_vehicles"]
[[plant.line]]
id = "L1"
nox_kg_d = 80
[[plant.owes]]
line = "L1"
action = "stop"
)");
    const std::string own = scratch_.write("catalogue.toml", R"(trades = ["cement"]
source = "市预案"
certainty = "primary"
[[rule]]
grades = ["B"]
[rule.yellow]
do = [{ form = "stop" }]
[rule.orange]
do = [{ form = "stop" }]
[rule.red]
do = [{ form = "stop" }]
)");
    const std::string file = scratch_.file("plant.toml");
    EXPECT_EQ(type_command({"catalogue", "test", file}).code, kNegative);
    const Answer with = type_command({"catalogue", "test", file, "--catalogue", own});
    EXPECT_EQ(with.code, kHolds) << with.err;
}

TEST_F(CaseFile, ThoseThatShipHold) {
    const Answer answer = type_command({"pack", "test", "built-in"});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
}

TEST_F(CaseFile, WhatCannotBeReadIsBadUsage) {
    scratch_.write("none.toml", kCase);
    const Answer unnamed = test("none.toml");
    EXPECT_EQ(unnamed.code, kBadUsage);
    EXPECT_THAT(unnamed.err, HasSubstr("no standard is named"));
    scratch_.write("broken.toml", "[[trigger]]\nname = 1\n");
    EXPECT_EQ(test("broken.toml").code, kBadUsage);
    EXPECT_EQ(test("missing.toml").code, kBadUsage);
}

}  // namespace
}  // namespace qk::ctl
