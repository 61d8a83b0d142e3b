// Goal: `qingkongctl replay` tells by its exit code whether the decisions of a database, or of a
// file of exported ones, are made the same by this program. Method: the command as a person types
// it, on what a desk decided; rows changed by hand.
#include <gmock/gmock.h>

#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"
#include "tests/daemon/warnings/desk_fixture.hpp"

namespace qk::ctl {
namespace {

using testing::HasSubstr;

class ReplayCommand : public testing::Test {
 protected:
    ReplayCommand() {
        desk_.store = daemon::Store::open(file_, daemon::StoreMode::kInline).value();
        desk_.observe(-24, 8, 30);
        desk_.forecast(8, {90, 170, 180, 140, 60, 60, 60});
        id_ = desk_.assess(8).warning;
        desk_.approve(9, id_);
    }
    Answer replay(const Arguments& more = {}) {
        return type_command(words_of({"replay", file_, "--format", "json"}, more));
    }
    static std::int64_t count(const Answer& answer, const char* what) {
        const auto whole = plans::parse_json(answer.out, "answer").value();
        return static_cast<std::int64_t>(plans::number_or(whole.at("decisions"), what, -1));
    }
    void exec(const char* sql) {
        daemon::Session db(file_, daemon::SessionUse::kWrite);
        db.exec(sql);
    }

    daemon::Desk desk_;
    std::string id_;
    std::string file_ = desk_.scratch.file("desk.db");
};

TEST_F(ReplayCommand, WhatThisProgramDecidedItDecidesAgain) {
    ASSERT_FALSE(id_.empty());
    const Answer answer = replay();
    EXPECT_EQ(answer.code, kHolds) << answer.err << answer.out;
    EXPECT_GE(count(answer, "equal"), 1);
    EXPECT_EQ(count(answer, "differs"), 0);
}

TEST_F(ReplayCommand, ADecisionThatWasAnotherIsNamedWithItsClauseAndExitsOne) {
    exec(
        "UPDATE warning_story SET found = replace(found, 'yellow-1', 'orange-1') WHERE inputs IS "
        "NOT NULL");
    const Answer answer = replay();
    EXPECT_EQ(answer.code, kNegative);
    EXPECT_GE(count(answer, "differs"), 1);
    EXPECT_THAT(answer.out, HasSubstr(id_));
    EXPECT_THAT(answer.out, HasSubstr("\"clause_then\":\"orange-1\""));
    EXPECT_THAT(answer.out, HasSubstr("\"clause_now\":\"yellow-1\""));
}

TEST_F(ReplayCommand, InputsThatWereTakenAwayOrChangedExitOne) {
    exec("UPDATE decision_inputs SET body = replace(body, '170', '171')");
    const Answer changed = replay();
    EXPECT_EQ(changed.code, kNegative);
    EXPECT_GE(count(changed, "unreadable"), 1);
    EXPECT_EQ(count(changed, "equal"), 0);
    EXPECT_THAT(changed.out, HasSubstr("SHA-256"));
}

TEST_F(ReplayCommand, ExportedDecisionsReplayWithoutTheirDatabase) {
    const std::string out = desk_.scratch.file("decisions.jsonl");
    const Answer exported = type_command({"replay", file_, "--export", out});
    ASSERT_EQ(exported.code, kHolds) << exported.err;
    const auto in_the_database = count(replay(), "equal");
    const Answer answer = type_command({"replay", out, "--format", "json"});
    EXPECT_EQ(answer.code, kHolds) << answer.err;
    EXPECT_EQ(count(answer, "equal"), in_the_database);
}

TEST_F(ReplayCommand, AFileThatIsNeitherIsBadInput) {
    EXPECT_EQ(type_command({"replay", desk_.scratch.file("none")}).code, kBadUsage);
    const Answer answer = type_command({"replay", desk_.scratch.write("x.csv", "region,time\n")});
    EXPECT_EQ(answer.code, kBadUsage);
    EXPECT_THAT(answer.err, HasSubstr("x.csv:1"));
}

}  // namespace
}  // namespace qk::ctl
