// The season over the API: windows and whom they cover, the ledger, and what people enter into it.
#include <gtest/gtest.h>

#include "daemon/store/session.hpp"
#include "tests/daemon/warnings/season_fixture.hpp"

namespace qk::daemon {
namespace {

constexpr const char* kDebts = "/api/v1/season/debts?as_of=2026-12-05";

boost::json::value get(SeasonBureau& bureau, const std::string& target,
                       const std::string& who = "zhao.min") {
    const auto answer = bureau.call(who, "GET", target);
    EXPECT_EQ(answer.status, 200) << answer.body;
    return SeasonBureau::json(answer);
}

std::string records(const std::string& entries) { return R"({"records":[)" + entries + "]}"; }

std::string entry(const std::string& day, const std::string& what,
                  const std::string& enterprise = "e1") {
    return R"({"window":"clinker","enterprise":")" + enterprise + R"(","line":"L1","day":")" + day +
           R"(","what":")" + what + R"(","note":"现场"})";
}

// A final verdict over a civil day of the season.
void verdict(SeasonBureau& bureau, int first_hour, const std::string& compliance) {
    bureau.desk.ask([&](Session& db) {
        db.exec(
            "INSERT INTO verdicts(enterprise, obligation, window_from, version, "
            "is_latest, is_final, warning, line, action, ratio, revision, window_to, "
            "judged_at, first_at, compliance, judge_edition, parameters, body) VALUES("
            "'e1','e1/L1/stop/clinker',?1,1,1,1,'','L1','stop',1.0,1,?2,0,0,?3,1,'','{}')",
            hour_at(first_hour), hour_at(first_hour + 24), compliance);
        return 0;
    });
}

TEST(SeasonApi, WindowsSayTheirSourceCertaintyAndWhomTheyCoverOnADay) {
    SeasonBureau bureau;
    const auto ahead = get(bureau, "/api/v1/season").at("items").at(0);
    EXPECT_EQ(ahead.at("state"), "ahead");
    EXPECT_EQ(ahead.at("covers").at("obligations").as_int64(), 0);
    EXPECT_EQ(ahead.at("source"), "工信〔2026〕1号");
    EXPECT_EQ(ahead.at("certainty_zh"), "样例");
    const auto open = get(bureau, "/api/v1/season?day=2026-12-04").at("items").at(0);
    EXPECT_EQ(open.at("state"), "open");
    EXPECT_EQ(open.at("covers").at("enterprises").as_int64(), 1);
    EXPECT_EQ(open.at("kind_zh"), "错峰生产");
    EXPECT_EQ(bureau.call("zhao.min", "GET", "/api/v1/season?day=winter").status, 422);
    EXPECT_EQ(get(bureau, "/api/v1/season?day=2026-12-04", "county")
                  .at("items")
                  .at(0)
                  .at("covers")
                  .at("enterprises")
                  .as_int64(),
              0);
}

TEST(SeasonApi, TheLedgerCountsWhatVerdictsShowAndOwnsUpToWhatItCannotTell) {
    SeasonBureau bureau;
    bureau.move_to(130);
    verdict(bureau, 48, "compliant");
    verdict(bureau, 72, "breach");
    verdict(bureau, 96, "cannot_tell");
    const auto page = get(bureau, kDebts);
    EXPECT_EQ(page.at("total").as_int64(), 1);
    const auto debt = page.at("items").at(0);
    EXPECT_EQ(debt.at("name"), "甲厂");
    EXPECT_EQ(debt.at("owed_days").as_int64(), 3);
    EXPECT_EQ(debt.at("kept_days").as_int64(), 1);
    EXPECT_EQ(debt.at("unknown_days").as_int64(), 1);
    EXPECT_EQ(debt.at("debt_days").as_int64(), 1);
    EXPECT_EQ(get(bureau, kDebts, "county").at("total").as_int64(), 0);
    EXPECT_EQ(get(bureau, std::string(kDebts) + "&window=other").at("total").as_int64(), 0);
    EXPECT_EQ(get(bureau, std::string(kDebts) + "&enterprise=e1").at("total").as_int64(), 1);
    EXPECT_EQ(get(bureau, "/api/v1/season/debts?as_of=2026-12-02").at("total").as_int64(), 0);
}

TEST(SeasonApi, WhatAPersonEntersChangesTheLedgerAndIsOnRecord) {
    SeasonBureau bureau;
    bureau.move_to(130);
    verdict(bureau, 72, "breach");
    const std::string body =
        records(entry("2026-12-03", "ran") + "," + entry("2026-12-04", "stood") + "," +
                entry("2026-12-06", "made_up"));
    const auto first = bureau.call("zhang.wei", "POST", "/api/v1/season/records", body, "k1");
    EXPECT_EQ(first.status, 201) << first.body;
    const auto again = bureau.call("zhang.wei", "POST", "/api/v1/season/records", body, "k1");
    EXPECT_EQ(again.body, first.body);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM season_entries"), 3);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM audit WHERE action = 'season.recorded'"), 1);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM events WHERE kind = 'season.recorded'"), 1);
    const auto debt = get(bureau, "/api/v1/season/debts?as_of=2026-12-06").at("items").at(0);
    EXPECT_EQ(debt.at("kept_days").as_int64(), 1);
    EXPECT_EQ(debt.at("unknown_days").as_int64(), 1);
    EXPECT_EQ(debt.at("made_up_days").as_int64(), 1);
    EXPECT_EQ(debt.at("debt_days").as_int64(), 0);
}

TEST(SeasonApi, ADayPaysOneDebtAndOnlyOneThatIsOwedAlready) {
    std::string second = season_window("2026-12-08", "2026-12-09");
    second.replace(second.find("clinker"), 7, "again");
    SeasonBureau bureau(season_window("2026-12-03", "2026-12-05") + second);
    bureau.move_to(24 * 11);
    const auto enter = [&](const std::string& day) {
        const auto answer = bureau.call("zhang.wei", "POST", "/api/v1/season/records",
                                        records(entry(day, "made_up")));
        return answer.status;
    };
    EXPECT_EQ(enter("2026-12-01"), 422) << "nothing was owed yet";
    EXPECT_EQ(enter("2026-12-08"), 422) << "the second window asks for it anyway";
    EXPECT_EQ(enter("2026-12-06"), 201);
    // The same day for the younger window of the same line pays nothing more.
    std::string again = entry("2026-12-11", "made_up");
    EXPECT_EQ(bureau.call("zhang.wei", "POST", "/api/v1/season/records", records(again)).status,
              201);
    again.replace(again.find("clinker"), 7, "again");
    EXPECT_EQ(bureau.call("zhang.wei", "POST", "/api/v1/season/records", records(again)).status,
              201);
    const auto made_up = [&](const std::string& window) {
        const auto page = get(bureau, "/api/v1/season/debts?as_of=2026-12-11&window=" + window);
        return page.at("items").at(0).at("made_up_days").as_int64();
    };
    EXPECT_EQ(made_up("clinker"), 2);
    EXPECT_EQ(made_up("again"), 0);
}

TEST(SeasonApi, AllThatIsWrongIsNamedAndNothingIsEntered) {
    SeasonBureau bureau;
    bureau.move_to(130);
    const std::string body =
        records(entry("2026-12-03", "slept") + "," + entry("2026-12-02", "stood") + "," +
                entry("2026-12-04", "made_up") + "," + entry("2026-12-30", "made_up") + "," +
                entry("2026-12-03", "stood", "e2") + "," + entry("soon", "stood") + "," +
                R"({"window":"none","enterprise":"e1","day":"2026-12-03","what":"stood","x":1})");
    const auto answer = bureau.call("zhang.wei", "POST", "/api/v1/season/records", body);
    EXPECT_EQ(answer.status, 422);
    EXPECT_EQ(SeasonBureau::json(answer).at("faults").as_array().size(), 8U) << answer.body;
    for (const char* empty : {"{}", R"({"records":[]})", "[]", R"({"records":7,"y":1})"}) {
        EXPECT_EQ(bureau.call("zhang.wei", "POST", "/api/v1/season/records", empty).status, 422);
    }
    EXPECT_EQ(bureau.call("zhang.wei", "POST", "/api/v1/season/records", "{").status, 400);
    EXPECT_EQ(bureau.count("SELECT count(*) FROM season_entries"), 0);
}

TEST(SeasonApi, ACountyEntersWhatIsOfTheCountyAndReadersEnterNothing) {
    SeasonBureau bureau(season_window("2026-12-03", "2026-12-05", "foundry"));
    bureau.move_to(60);
    const std::string own = records(entry("2026-12-03", "stood", "e2"));
    EXPECT_EQ(bureau.call("county", "POST", "/api/v1/season/records", own).status, 201);
    EXPECT_EQ(bureau.call("zhao.min", "POST", "/api/v1/season/records", own).status, 403);
    SeasonBureau other;
    other.move_to(60);
    const std::string foreign = records(entry("2026-12-03", "stood"));
    EXPECT_EQ(other.call("county", "POST", "/api/v1/season/records", foreign).status, 422);
}

TEST(SeasonApi, TheOrdersListShowsAnOrderThatNoWarningGave) {
    SeasonBureau bureau;
    bureau.move_to(50);
    const auto stored = bureau.desk.ask([](Session& db) { return list_orders(db, "", "", 0, 10); });
    ASSERT_EQ(stored.size(), 1U);
    EXPECT_EQ(stored[0].warning, "");
    EXPECT_EQ(stored[0].order, "season/e1");
}

TEST(SeasonApi, TheLedgerCountsByTheGradeOfEachDay) {
    SeasonBureau bureau(season_window("2026-12-03", "2026-12-05") + "except_grades = [\"B\"]\n");
    bureau.let_grades_change();
    bureau.change_grade("e1", "C", "2026-12-04");
    bureau.move_to(130);
    const auto debts = get(bureau, kDebts);
    ASSERT_EQ(debts.at("total").as_int64(), 1);
    EXPECT_EQ(debts.at("items").at(0).at("owed_days").as_int64(), 2);
    EXPECT_EQ(debts.at("items").at(0).at("unknown_days").as_int64(), 2);
    const auto enter = [&](const std::string& day) {
        return bureau
            .call("zhang.wei", "POST", "/api/v1/season/records", records(entry(day, "ran")))
            .status;
    };
    EXPECT_EQ(enter("2026-12-03"), 422) << "a B on that day";
    EXPECT_EQ(enter("2026-12-04"), 201);
    EXPECT_EQ(get(bureau, kDebts).at("items").at(0).at("debt_days").as_int64(), 1);
    EXPECT_EQ(get(bureau, "/api/v1/season?day=2026-12-04")
                  .at("items")
                  .at(0)
                  .at("covers")
                  .at("enterprises")
                  .as_int64(),
              1);
}

}  // namespace
}  // namespace qk::daemon
