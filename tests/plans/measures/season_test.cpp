// Season: windows by calendar, the strictest binds, peak-shift outlives the warning, missed days
// are a debt.
#include "plans/measures/season.hpp"

#include <gtest/gtest.h>

#include "plans/accounts/season_ledger.hpp"
#include "plans/response/season_obligations.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Colour;

rules::CivilDay day(std::string_view text) { return *rules::parse_day(text); }

constexpr const char* kSeason = R"([[window]]
id = "clinker-2016"
kind = "peak-shift"
from = "2016-11-15"
to = "2017-03-15"
trades = ["cement"]
except_grades = ["A", "leading"]
measure = { form = "stop" }
source = "工信部原〔2016〕351号"
certainty = "sample"
)";

SeasonSubject subject(std::string_view trade, std::string_view grade) {
    SeasonSubject one;
    one.enterprise = "E1";
    one.trade = trade;
    one.grade = grade;
    one.grade_as = grade;
    return one;
}

TEST(Season, AWindowIsReadAndHoldsOnItsFirstAndLastDay) {
    const auto read = read_season(kSeason, "s.toml");
    ASSERT_TRUE(read.has_value()) << rules::to_text(read.error());
    const SeasonWindow& window = read->windows[0];
    EXPECT_TRUE(covers(window, subject("cement", "C"), day("2016-11-15")));
    EXPECT_TRUE(covers(window, subject("cement.grinding", "C"), day("2017-03-15")));
    EXPECT_FALSE(covers(window, subject("cement", "C"), day("2017-03-16")));
    EXPECT_FALSE(covers(window, subject("cement", "A"), day("2016-12-01")));
    EXPECT_FALSE(covers(window, subject("glass", "C"), day("2016-12-01")));
}

TEST(Season, AGradeThatIsNoneIsRefusedUnlessTheRegionNamesIt) {
    std::string text(kSeason);
    text.replace(text.find("\"leading\""), 9, "\"四星\"");
    const auto refused = read_season(text, "s.toml");
    ASSERT_FALSE(refused.has_value());
    EXPECT_NE(rules::to_text(refused.error()).find("'四星' is not a grade"), std::string::npos);
    const auto named = read_season(text, "s.toml", {{"四星", "B"}});
    ASSERT_TRUE(named.has_value()) << rules::to_text(named.error());
    EXPECT_EQ(named->windows[0].except_grades, (std::vector<std::string>{"A", "B"}));
    EXPECT_TRUE(read_season(text, "s.toml", {}, rules::Severity::kWarning).has_value())
        << "what was stored before is still read";
}

TEST(Season, EveryFaultIsNamed) {
    const auto read = read_season(R"([[window]]
id = "x"
kind = "holiday"
from = "2017-03-15"
to = "2016-11-15"
measure = { form = "stop", colour = 1 }
)",
                                  "s.toml");
    ASSERT_FALSE(read.has_value());
    const std::string faults = rules::to_text(read.error());
    for (const char* wanted :
         {"s.toml:3:", "holiday", "lies before", "names nobody", "source", "colour"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << "\n" << faults;
    }
}

Case clinker(const char* grade) {
    InventoryBuilder b;
    b.enterprise("E1", "水泥熟料", grade);
    b.line("K1", grams(1000, 1000, 1000, 1000));
    Case c;
    c.inventory = b.inventory;
    c.season = *read_season(kSeason, "s.toml");
    return c;
}

TEST(Season, TheStricterOfWindowAndWarningBindsAndSaysWhatItBeat) {
    const auto duties = clinker("B").derive_at(Colour::kOrange).enterprises[0];
    ASSERT_EQ(duties.obligations.size(), 2u);  // stop, trucks
    EXPECT_EQ(duties.obligations[0].action, rules::Action::kStop);
    EXPECT_EQ(duties.reduction.grams[0], 1000);
    std::string said;
    for (const rules::Reason& reason : duties.obligations[0].basis) said += reason.text + "|";
    EXPECT_NE(said.find("从严执行：季节性措施（停产）严于行业目录措施（限产20%）"),
              std::string::npos)
        << said;
}

TEST(Season, WhereBothStopTheWarningIsNamedFirstAndTheWindowAsBeaten) {
    const auto duties = clinker("C").derive_at(Colour::kOrange).enterprises[0];
    EXPECT_EQ(duties.obligations.size(), 2u);
    EXPECT_TRUE(has_reason(duties.obligations[0].basis, "catalogue"));
    EXPECT_TRUE(has_reason(duties.obligations[0].basis, "strictest"));
}

TEST(Season, AnOwnPlanDoesNotTakeTheWindowsPlace) {
    Case c = clinker("B");
    c.inventory.own_measures.push_back(
        {"E1", "", Colour::kYellow, rules::Action::kLimitLoad, 0.1, "自定", {}, 2});
    EXPECT_EQ(c.derive_at(Colour::kYellow).enterprises[0].reduction.grams[0], 1000);
}

TEST(Season, WindowsOutliveTheWarning) {
    const Case c = clinker("B");
    const auto after = season_duties(c.inventory, *c.season, c.rules, day("2017-01-01"), kZone);
    ASSERT_EQ(after.size(), 1u);
    EXPECT_EQ(after[0].line, "K1");
    EXPECT_EQ(after[0].to, rules::start_of(day("2017-03-16"), kZone));
    EXPECT_TRUE(season_duties(c.inventory, *c.season, c.rules, day("2017-04-01"), kZone).empty());
}

TEST(Season, MissedDaysAreADebtUntilTheyAreMadeUp) {
    const SeasonWindow window = read_season(kSeason, "s.toml")->windows[0];
    SeasonRecord record{"clinker-2016", "E1", "K1", {}, {}};
    // 10 days owed by 24 November; stood on 7 of them (one entered twice), 2 made up in April.
    for (const char* stood : {"2016-11-15", "2016-11-16", "2016-11-17", "2016-11-18", "2016-11-19",
                              "2016-11-20", "2016-11-21", "2016-11-21", "2016-11-01"}) {
        record.stood.push_back(day(stood));
    }
    EXPECT_EQ(debt_of(window, record, day("2016-11-24")).debt_days, 3);
    record.made_up = {day("2017-04-01"), day("2017-04-02"), day("2016-12-01")};
    const SeasonDebt debt = debt_of(window, record, day("2017-04-30"));
    EXPECT_EQ(debt.owed_days, 121);  // 16 + 31 + 31 + 28 + 15
    EXPECT_EQ(debt.kept_days, 7);
    EXPECT_EQ(debt.made_up_days, 2);  // a day inside the window makes nothing up
    EXPECT_EQ(debt.debt_days, 112);
    EXPECT_EQ(debt_of(window, record, day("2016-11-01")).debt_days, 0);
}

TEST(Season, TheLedgerHoldsEveryLineOfEveryWindowThatHasBegun) {
    Case c = clinker("C");
    c.season = *read_season(kSeason, "s.toml");
    const auto records = read_season_records(
        "window,enterprise,line,day,what\nclinker-2016,E1,K1,2016-11-15,stood\n"
        "clinker-2016,E1,K1,2016-11-16,停产\nclinker-2016,E1,K1,2016-11-10,补停\n",
        "r.csv", *c.season, c.inventory);
    ASSERT_TRUE(records.has_value()) << rules::to_text(records.error());
    const auto ledger = season_ledger(c.inventory, *c.season, c.rules, *records, day("2016-11-19"));
    ASSERT_EQ(ledger.size(), 1u);
    EXPECT_EQ(ledger[0].owed_days, 5);
    EXPECT_EQ(ledger[0].kept_days, 2);
    EXPECT_EQ(ledger[0].made_up_days, 0) << "on 10 November nothing was owed yet";
    EXPECT_EQ(ledger[0].debt_days, 3);
    EXPECT_TRUE(
        season_ledger(c.inventory, *c.season, c.rules, *records, day("2016-11-14")).empty());
    const auto without = season_ledger(c.inventory, *c.season, c.rules, {}, day("2016-11-19"));
    EXPECT_EQ(without[0].debt_days, 5);
}

TEST(Season, RecordsThatNameNothingKnownAreRefused) {
    Case c = clinker("C");
    const auto records = read_season_records(
        "window,enterprise,line,day,what\nnone,E9,K1,2016-11-15,stood\n"
        "clinker-2016,E1,K7,2016-11-99,slept\n",
        "r.csv", *read_season(kSeason, "s.toml"), c.inventory);
    ASSERT_FALSE(records.has_value());
    const std::string faults = rules::to_text(records.error());
    for (const char* wanted : {"r.csv:2:1", "r.csv:2:2", "r.csv:3:3", "r.csv:3:4", "r.csv:3:5"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << "\n" << faults;
    }
}

}  // namespace
}  // namespace qk::plans::testing
