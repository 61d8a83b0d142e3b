// The season's orders come and go by themselves: at midnights, at start-up, after an edition and
// after a lift; a warning's plan rules while it holds.
#include "daemon/warnings/season_service.hpp"

#include <gtest/gtest.h>

#include "daemon/warnings/season_desk.hpp"
#include "tests/daemon/warnings/season_fixture.hpp"

namespace qk::daemon {
namespace {

constexpr int kOpens = 48;    // 3 December, 00:00
constexpr int kCloses = 120;  // 6 December, 00:00

TEST(SeasonService, AnOrderComesOnTheFirstMidnightAndIsEmptiedAfterTheLastDay) {
    SeasonBureau bureau;
    bureau.move_to(kOpens - 1);
    EXPECT_FALSE(bureau.order("e1").has_value());
    bureau.move_to(kOpens);
    const auto order = bureau.order("e1");
    ASSERT_TRUE(order.has_value());
    EXPECT_EQ(order->revision, 1);
    EXPECT_TRUE(order->warning.empty());
    EXPECT_FALSE(order->colour.has_value());
    EXPECT_EQ(order->issued_at, hour_at(kOpens));
    EXPECT_NE(order->legal_basis.find("工信〔2026〕1号"), std::string::npos);
    EXPECT_NE(order->legal_basis.find("样例"), std::string::npos);
    ASSERT_EQ(order->obligations.size(), 1U);
    EXPECT_FALSE(bureau.order("e2").has_value());
    bureau.move_to(kCloses - 1);
    EXPECT_EQ(bureau.order("e1")->revision, 1);
    bureau.move_to(kCloses);
    EXPECT_EQ(bureau.order("e1")->revision, 2);
    EXPECT_TRUE(bureau.order("e1")->obligations.empty());
    EXPECT_EQ(bureau.failed_task, "");
}

TEST(SeasonService, EachTurnIsOneEventAndOneEntryOfTheAuditLog) {
    SeasonBureau bureau;
    bureau.move_to(kCloses + 48);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM audit WHERE action = 'season.orders'"), 2);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM events WHERE kind = 'season.orders'"), 2);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM order_revisions"), 2);
}

TEST(SeasonService, TheOrderWaitsInTheOutboxLikeAnyOther) {
    SeasonBureau bureau;
    bureau.move_to(kOpens);
    const auto waiting =
        bureau.desk.ask([](Session& db) { return unpublished_orders(db, "", 10); });
    ASSERT_EQ(waiting.size(), 1U);
    EXPECT_EQ(order_topic(waiting[0]), "qingkong/1/110105/e1/order");
}

TEST(SeasonService, ADaemonThatStartsWithinTheWindowOrdersFromThenOnAndOnlyOnce) {
    SeasonBureau bureau(season_window("2026-11-20", "2026-12-05"));
    ASSERT_TRUE(bureau.order("e1").has_value());
    EXPECT_EQ(bureau.order("e1")->obligations[0].from, hour_at(8));
    SeasonService again(bureau.context);
    auto look = [&]() -> boost::asio::awaitable<bool> {
        co_await again.look();
        co_return true;
    };
    bureau.wait(look());
    EXPECT_EQ(bureau.order("e1")->revision, 1);
}

TEST(SeasonService, AnEditionWithAnotherSeasonChangesTheOrders) {
    SeasonBureau bureau;
    bureau.move_to(kOpens + 5);
    ASSERT_TRUE(bureau.upload(season_window("2026-12-03", "2026-12-05", "foundry")).is_taken);
    EXPECT_TRUE(bureau.order("e1")->obligations.empty());
    ASSERT_TRUE(bureau.order("e2").has_value());
    EXPECT_EQ(bureau.order("e2")->obligations[0].from, hour_at(kOpens + 5));
    // Longer by a day: the duty begins anew under other terms.
    ASSERT_TRUE(bureau.upload(season_window("2026-12-03", "2026-12-06", "foundry")).is_taken);
    EXPECT_EQ(bureau.order("e2")->obligations[0].to, hour_at(kCloses + 24));
}

TEST(SeasonService, ACatalogueWithOtherWordsForLinesChangesTheOrdersAtOnce) {
    std::string season = season_window("2026-12-03", "2026-12-05");
    season.replace(season.find("\"stop\""), 6, "\"stop\", of = [\"石灰窑\"]");
    SeasonBureau bureau(season);
    bureau.move_to(kOpens + 5);
    EXPECT_FALSE(bureau.order("e1")) << "no shipped word knows 一线";
    const auto own = plans::read_catalogue(
        "source = \"本地工序名\"\ncertainty = \"primary\"\n"
        "[[process]]\nid = \"lime-kiln\"\nwords = [\"一线\"]\n",
        "own.toml");
    ASSERT_TRUE(own) << rules::to_text(own.error());
    bureau.context.catalogue =
        std::make_shared<const plans::CatalogueInForce>(plans::CatalogueInForce{1, "", *own});
    bureau.events.wake();
    bureau.run();
    ASSERT_TRUE(bureau.order("e1"));
    EXPECT_EQ(bureau.order("e1")->obligations.size(), 1U);
}

TEST(SeasonService, WhileAWarningRulesItsPlanWeighsTheSeasonAndTheLiftLetsItGoOn) {
    SeasonBureau bureau;
    bureau.move_to(kOpens + 10);
    const std::string id = bureau.start();
    EXPECT_EQ(bureau.order("e1")->warning, id);
    EXPECT_EQ(bureau.order("e1")->obligations[0].action, rules::Action::kStop);
    bureau.move_to(kOpens + 20);
    bureau.lift(id);
    const auto order = bureau.order("e1");
    EXPECT_TRUE(order->warning.empty());
    EXPECT_EQ(order->revision, 3);
    EXPECT_EQ(order->obligations[0].from, hour_at(kOpens + 20));
    EXPECT_TRUE(bureau.order("e2")->obligations.empty());
    bureau.move_to(kOpens + 40);
    EXPECT_EQ(bureau.order("e1")->revision, 3);
    bureau.move_to(kCloses);
    EXPECT_TRUE(bureau.order("e1")->obligations.empty());
}

TEST(SeasonService, TheLiftItselfWritesTheSeasonsOrder) {
    SeasonBureau bureau(season_window("2026-11-20", "2026-12-05"), false);
    const std::string id = bureau.start();
    bureau.lift(id);
    const auto order = bureau.order("e1");
    EXPECT_TRUE(order->warning.empty());
    EXPECT_EQ(order->revision, 2);
    EXPECT_EQ(order->obligations.size(), 1U);
}

TEST(SeasonService, AWindowThatOpensWithinAWarningBindsFromItsMidnight) {
    SeasonBureau bureau;
    bureau.move_to(kOpens - 6);
    const std::string id = bureau.start();
    const auto order = bureau.order("e1");
    const auto of_window = [&](const rules::Obligation& duty) {
        return duty.action == rules::Action::kStop && duty.from == hour_at(kOpens);
    };
    EXPECT_EQ(std::count_if(order->obligations.begin(), order->obligations.end(), of_window), 1);
    for (const rules::Obligation& duty : order->obligations) {
        if (duty.line == "L1" && !of_window(duty) && duty.from < hour_at(kOpens)) {
            EXPECT_LE(*duty.to, hour_at(kOpens)) << duty.id;
        }
    }
    bureau.move_to(kOpens + 30);
    EXPECT_EQ(bureau.order("e1")->revision, 1);
    EXPECT_EQ(bureau.order("e1")->warning, id);
}

TEST(SeasonService, UntilASignedWarningBeginsTheSeasonIsNotInterrupted) {
    SeasonBureau bureau;
    bureau.move_to(kOpens + 10);
    bureau.start(R"(,"from":"2026-12-04T00:00:00+08:00")");
    const auto order = bureau.order("e1");
    ASSERT_EQ(order->obligations.front().id, "e1/L1/stop/clinker");
    EXPECT_EQ(order->obligations.front().from, hour_at(kOpens + 10));
    EXPECT_EQ(order->obligations.front().to, hour_at(kOpens + 24));
}

TEST(SeasonService, AnExerciseTakesNobodysSeasonAway) {
    SeasonBureau bureau;
    bureau.move_to(kOpens + 10);
    bureau.start(R"(,"exercise":true)");
    EXPECT_FALSE(bureau.order("e1")->exercise);
    EXPECT_EQ(bureau.order("e1")->revision, 1);
    EXPECT_TRUE(bureau.order("exercise:e1")->exercise);
    EXPECT_TRUE(bureau.order("exercise:e2")->exercise);
    EXPECT_FALSE(bureau.order("e2").has_value());
}

// Cement works of grade A and B are left alone.
std::string window_of_lower_grades() {
    return season_window("2026-12-03", "2026-12-05") + "except_grades = [\"A\", \"B\"]\n";
}

TEST(SeasonService, AGradeThatFallsBringsTheOrderOnItsDayAndOneThatRisesEndsIt) {
    SeasonBureau bureau(window_of_lower_grades());
    bureau.let_grades_change();
    bureau.change_grade("e1", "C", "2026-12-04");
    bureau.move_to(kOpens + 23);
    EXPECT_FALSE(bureau.order("e1").has_value()) << "still a B";
    bureau.move_to(kOpens + 24);
    ASSERT_TRUE(bureau.order("e1").has_value());
    EXPECT_EQ(bureau.order("e1")->obligations.at(0).from, hour_at(kOpens + 24));
    bureau.move_to(kOpens + 30);
    bureau.change_grade("e1", "A", "2026-12-04");
    EXPECT_TRUE(bureau.order("e1")->obligations.empty()) << "looked at as soon as confirmed";
    EXPECT_EQ(bureau.failed_task, "");
}

TEST(SeasonService, WhereThePackKeepsToTheEditionAConfirmedGradeChangesNoOrder) {
    SeasonBureau bureau(window_of_lower_grades());
    bureau.change_grade("e1", "C", "2026-12-03");
    bureau.move_to(kOpens + 1);
    EXPECT_FALSE(bureau.order("e1").has_value());
}

}  // namespace
}  // namespace qk::daemon
