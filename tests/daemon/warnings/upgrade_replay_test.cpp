// Goal: a start on the database of an older program says what it would decide otherwise before it
// changes anything, and is refused where the setting says so. Method: a desk decides; the newest
// schema step is taken back by hand, and rows are changed.
#include "daemon/warnings/upgrade_replay.hpp"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>

#include "daemon/base/log.hpp"
#include "daemon/base/manual_clock.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/schema.hpp"
#include "desk_fixture.hpp"

namespace qk::daemon {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class UpgradeReplaying : public testing::Test {
 protected:
    UpgradeReplaying()
        : clock_(hour_at(12)),
          log_(clock_, [this](LogSeverity, std::string_view line) { lines_.emplace_back(line); }) {
        desk_.store = Store::open(file_, StoreMode::kInline).value();
        desk_.observe(-24, 8, 30);
        desk_.forecast(8, {90, 170, 180, 140, 60, 60, 60});
        id_ = desk_.assess(8).warning;
        EXPECT_TRUE(desk_.approve(9, id_));
    }

    void exec(const char* sql) {
        Session db(file_, SessionUse::kWrite);
        db.exec(sql);
    }
    void make_older() {
        exec("DROP TABLE plan_inputs");
        exec("DROP TABLE plan_texts");
        exec("DROP TABLE plans_without_inputs");
        exec("DELETE FROM schema_steps WHERE number=320");
    }
    void decide_otherwise() {
        exec(
            "UPDATE warning_story SET found = replace(found, 'yellow-1', 'orange-1') WHERE inputs "
            "IS NOT NULL");
    }
    rules::Result<std::optional<UpgradeReplay>> start(const std::string& differences) {
        UpgradeConfig setting;
        setting.differences = differences;
        setting.newest = newest_;
        return replay_before_upgrade(file_, setting, clock_, log_);
    }

    Desk desk_;
    std::string id_;
    std::string file_ = desk_.scratch.file("desk.db");
    ManualClock clock_;
    std::vector<std::string> lines_;
    Log log_;
    int newest_ = 2000;
};

TEST_F(UpgradeReplaying, ADatabaseOfThisProgramAndNoneAtAllAreNotComputed) {
    const auto own = start("refuse");
    ASSERT_TRUE(own);
    EXPECT_FALSE(*own);
    const auto none = replay_before_upgrade(desk_.scratch.file("none.db"), {}, clock_, log_);
    ASSERT_TRUE(none);
    EXPECT_FALSE(*none);
    EXPECT_THAT(lines_, IsEmpty());
}

TEST_F(UpgradeReplaying, AnOlderDatabaseThatAgreesStartsAndIsCounted) {
    make_older();
    const auto found = start("refuse");
    ASSERT_TRUE(found) << rules::to_text(found.error());
    ASSERT_TRUE(*found);
    EXPECT_GE((*found)->decisions, 2U);
    EXPECT_EQ((*found)->differing, 0U);
    EXPECT_EQ((*found)->plans, 1U);
    EXPECT_EQ((*found)->no_inputs, 1U);
    EXPECT_THAT(lines_, Not(IsEmpty()));
}

TEST_F(UpgradeReplaying, ADifferenceOfAWarningThatIsNotOverRefusesTheStartAndChangesNothing) {
    make_older();
    decide_otherwise();
    const auto found = start("refuse-open");
    ASSERT_FALSE(found);
    EXPECT_THAT(rules::to_text(found.error()), HasSubstr(id_));
    EXPECT_THAT(rules::to_text(found.error()), HasSubstr("tell"));
    Session db(file_, SessionUse::kRead);
    EXPECT_TRUE(has_steps_ahead(db));
}

TEST_F(UpgradeReplaying, OneThatIsOverIsToldUnlessEveryDifferenceRefuses) {
    make_older();
    decide_otherwise();
    exec("UPDATE warnings SET standing='archived'");
    const auto found = start("refuse-open");
    ASSERT_TRUE(found) << rules::to_text(found.error());
    EXPECT_GE((*found)->differing, 1U);
    EXPECT_EQ((*found)->of_open, 0U);
    EXPECT_THAT((*found)->examples.at(0), HasSubstr("orange-1"));
    EXPECT_FALSE(start("refuse"));
    EXPECT_TRUE(start("tell"));
}

TEST_F(UpgradeReplaying, NoMoreIsComputedThanTheSettingSays) {
    make_older();
    newest_ = 1;
    const auto found = start("tell");
    ASSERT_TRUE(found);
    EXPECT_EQ((*found)->decisions, 1U);
    UpgradeConfig setting;
    setting.time = std::chrono::seconds(0);
    const auto cut = replay_before_upgrade(file_, setting, clock_, log_);
    ASSERT_TRUE(cut);
    EXPECT_TRUE((*cut)->is_out_of_time);
}

TEST_F(UpgradeReplaying, WhatWasFoundIsInTheAuditLogAndIsShown) {
    UpgradeReplay replay;
    replay.decisions = 7;
    replay.examples = {"YJ-1 #3 differs"};
    desk_.ask([&](Session& db) { note_upgrade_replay(db, replay, hour_at(12), "1.2"); });
    const auto shown = desk_.ask([](Session& db) { return last_upgrade_replay(db); });
    EXPECT_EQ(shown.at("decisions").to_number<int>(), 7);
    EXPECT_EQ(shown.at("version"), "1.2");
    EXPECT_EQ(desk_.ask([](Session& db) {
        return db.count("SELECT count(*) FROM audit WHERE action='upgrade.replayed'");
    }),
              1);
}

}  // namespace
}  // namespace qk::daemon
