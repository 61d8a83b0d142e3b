// Goal: a stored decision that this program would make otherwise is named by what was decided, by
// the clause, and by where the findings differ. Method: one forecast of four days decided under a
// small standard, then the same record with its standard or its finding changed.
#include "plans/decision/decide_again.hpp"

#include <gmock/gmock.h>

#include "plans/decision/decision_check.hpp"
#include "plans/decision/decision_json.hpp"
#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using rules::Colour;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

rules::Instant at(const char* text) {
    return rules::parse_instant(text, rules::kBeijingTime).value();
}

DecisionInputs heavy_days() {
    DecisionInputs inputs{.zone = rules::kBeijingTime};
    inputs.now = at("2026-01-10T08:00:00+08:00");
    inputs.standard.id = "test";
    inputs.standard.clauses = {{"Y", Colour::kYellow, {{200, std::chrono::hours(24)}}, "黄色条件"},
                               {"O", Colour::kOrange, {{200, std::chrono::hours(48)}}, "橙色条件"}};
    inputs.rules.lift.lowest = Colour::kYellow;
    SeriesInput series;
    series.source = "city";
    series.issued_at = inputs.now;
    series.hours_as = rules::HoursAs::kNaturalDay;
    series.daily.first = rules::day_of(inputs.now, inputs.zone);
    series.daily.aqi = {90, 230, 240, 250, 80, 80, 80};
    series.excluded.assign(7, rules::EpisodeCause::kNotStated);
    inputs.series = {series};
    return inputs;
}

DecisionRecord record_of(const DecisionInputs& inputs) {
    DecisionRecord record;
    record.number = 7;
    record.warning = "YJ-1";
    record.at = inputs.now;
    record.event = "propose";
    record.check = "assess";
    record.inputs = to_json(inputs);
    record.found = to_json(run_check(inputs, AssessCheck{}), inputs);
    return record;
}

TEST(DecideAgain, TheSameInputsGiveTheSameDecision) {
    const DecisionAgain again = decide_again(record_of(heavy_days()));
    EXPECT_EQ(again.agreement, DecisionAgreement::kEqual)
        << testing::PrintToString(again.differences);
    EXPECT_THAT(again.then, StartsWith("propose start orange"));
    EXPECT_EQ(again.then, again.now);
    EXPECT_EQ(again.clause_then, "O");
    EXPECT_THAT(again.differences, IsEmpty());
}

TEST(DecideAgain, AnotherClauseIsAnotherDecisionWithBothNames) {
    DecisionRecord record = record_of(heavy_days());
    DecisionInputs stricter = heavy_days();
    stricter.standard.clauses[1].legs[0].hours = std::chrono::hours(96);
    record.inputs = to_json(stricter);
    const DecisionAgain again = decide_again(record);
    EXPECT_EQ(again.agreement, DecisionAgreement::kDiffers);
    EXPECT_EQ(again.clause_then, "O");
    EXPECT_EQ(again.clause_now, "Y");
    EXPECT_THAT(again.then, HasSubstr("orange"));
    EXPECT_THAT(again.now, HasSubstr("yellow"));
    EXPECT_THAT(again.differences, Contains("proposal.clause: \"O\" -> \"Y\""));
}

TEST(DecideAgain, OtherWordsForTheSameDecisionAreToldApart) {
    DecisionRecord record = record_of(heavy_days());
    record.found.at("proposal").as_object()["sources"] = json::array{"another"};
    const DecisionAgain again = decide_again(record);
    EXPECT_EQ(again.agreement, DecisionAgreement::kReasonsDiffer);
    EXPECT_THAT(again.differences, Contains("proposal.sources[0]: \"another\" -> \"city\""));
}

TEST(DecideAgain, ALiftThatIsNoLongerAllowedDiffers) {
    DecisionInputs clean = heavy_days();
    clean.series[0].daily.aqi.assign(7, 60);
    DecisionRecord record;
    record.check = "lift";
    record.inputs = to_json(heavy_days());
    record.found = to_json(run_check(clean, LiftCheck{}), clean);
    const DecisionAgain again = decide_again(record);
    EXPECT_EQ(again.agreement, DecisionAgreement::kDiffers);
    EXPECT_EQ(again.then, "clear");
    EXPECT_THAT(again.now, StartsWith("not_clear, next window 2026-01-11"));
}

TEST(DecideAgain, WhatCannotBeReadIsNeverEqual) {
    DecisionRecord record = record_of(heavy_days());
    record.check = "guess";
    EXPECT_EQ(decide_again(record).agreement, DecisionAgreement::kUnreadable);
    record = record_of(heavy_days());
    record.inputs.as_object().erase("now");
    const DecisionAgain again = decide_again(record);
    EXPECT_EQ(again.agreement, DecisionAgreement::kUnreadable);
    EXPECT_THAT(again.differences, Contains(HasSubstr("now")));
}

TEST(DecisionLines, ARecordReadsBackFromItsLine) {
    const DecisionRecord record = record_of(heavy_days());
    const std::string line = to_line(record);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    const auto read = decision_record_from_line(line, "decisions.jsonl", 1);
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(read->number, 7);
    EXPECT_EQ(read->warning, "YJ-1");
    EXPECT_EQ(read->at, record.at);
    EXPECT_EQ(read->check, "assess");
    EXPECT_EQ(decide_again(*read).agreement, DecisionAgreement::kEqual);
}

TEST(DecisionLines, EveryLineThatCannotBeReadIsNamedByItsNumber) {
    const std::string good = to_line(record_of(heavy_days()));
    int taken = 0;
    const auto done = for_each_record(good + "\r\n\n{\n" + good + "\n{\"number\":1}", "d.jsonl",
                                      [&](const DecisionRecord&) { ++taken; });
    EXPECT_EQ(taken, 2);
    ASSERT_FALSE(done);
    EXPECT_THAT(rules::to_text(done.error()), HasSubstr("d.jsonl:3"));
    EXPECT_THAT(rules::to_text(done.error()), HasSubstr("d.jsonl:5"));
}

}  // namespace
}  // namespace qk::plans
