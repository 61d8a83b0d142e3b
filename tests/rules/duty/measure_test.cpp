// The measure language: every form has a meaning for machines, a share for the floors, a sentence
// for people.
#include "rules/duty/measure.hpp"

#include <gtest/gtest.h>

namespace qk::rules {
namespace {

using namespace std::chrono_literals;

Measure of(Form form) {
    Measure m;
    m.form = form;
    m.ratio = 0.2;
    m.number = 36;
    m.off_hours = 48;
    m.on_hours = 12;
    m.batches = 4;
    m.unit = "吨";
    m.what = "结焦时间";
    return m;
}

MeasureTarget line() {
    MeasureTarget target;
    target.name = "1号窑";
    target.lines = {"K1"};
    return target;
}

TEST(Measure, EveryFormHasAnEnglishNameAChineseOneAndASentence) {
    for (std::size_t i = 0; i < kFormCount; ++i) {
        const Form form = static_cast<Form>(i);
        EXPECT_EQ(parse_form(to_text(form)), form);
        EXPECT_FALSE(to_chinese(form).empty());
        const std::string sentence = sentence_of(of(form), line());
        EXPECT_GT(sentence.size(), 10u) << to_text(form);
        EXPECT_TRUE(std::string_view(sentence).ends_with("。")) << sentence;
    }
    EXPECT_FALSE(parse_form("sleep").has_value());
}

TEST(Measure, ShareIsWhatTheFloorsCount) {
    EXPECT_EQ(emission_share(of(Form::kStop)), 1);
    EXPECT_EQ(emission_share(of(Form::kLimitLoad)), 0.2);
    EXPECT_EQ(emission_share(of(Form::kOnOffCycle)), 0.8);
    EXPECT_EQ(emission_share(of(Form::kRotate)), 0.25);
    EXPECT_EQ(emission_share(of(Form::kBanVehicles)), 0);
    EXPECT_EQ(emission_share(of(Form::kSelfDiscipline)), 0);
}

TEST(Measure, TheSentenceNamesTheBaseline) {
    Measure m = of(Form::kLimitLoad);
    m.baseline = "lowest-day-last-year";
    EXPECT_EQ(sentence_of(m, line()),
              "1号窑限产20%，生产负荷不高于基准的80%（基准：上一年最低日生产负荷）。");
    EXPECT_FALSE(is_baseline("whatever"));
}

TEST(Measure, AStopSaysHowLongTreatmentRunsOn) {
    MeasureTarget target = line();
    target.treatment_after_stop = 30min;
    Measure m = of(Form::kStop);
    m.keep_hot = true;
    m.no_restart = true;
    EXPECT_EQ(sentence_of(m, target),
              "1号窑停产，可保温、不得生产。治污设施在停产后继续运行30分钟以上方可停运。"
              "未经批准不得恢复生产。");
}

TEST(Measure, HalfOfOneLineIsHalfItsLoadAndHalfOfTwoIsOneOfThem) {
    Measure m = of(Form::kStopShare);
    m.ratio = 0.5;
    EXPECT_EQ(std::get<LoadAtMost>(check_of(m, line())).cut, 0.5);
    MeasureTarget two = line();
    two.lines = {"K1", "K2"};
    const auto check = std::get<ShareStands>(check_of(m, two));
    EXPECT_EQ(check.share, 0.5);
    EXPECT_EQ(check.lines.size(), 2u);
}

TEST(Measure, AStepInsideALineIsSeenOnSiteAndAWholeProcessByPower) {
    Measure step = of(Form::kStopProcess);
    step.ratio = 1;
    step.what = "喷漆工序";
    EXPECT_TRUE(std::holds_alternative<SeenOnSite>(check_of(step, line())));
    step.what.clear();
    EXPECT_TRUE(std::holds_alternative<LineStands>(check_of(step, line())));
}

TEST(Measure, BatchesTakeTurns) {
    MeasureTarget target = line();
    target.turn = 2;
    EXPECT_EQ(std::get<OnOffCycle>(check_of(of(Form::kRotate), target)),
              (OnOffCycle{48h, 144h, 96h}));
}

TEST(Measure, StricterIsTheLargerShareThenTheStop) {
    Measure stop = of(Form::kStop);
    Measure limit = of(Form::kLimitLoad);
    EXPECT_TRUE(is_stricter(stop, limit));
    EXPECT_FALSE(is_stricter(limit, stop));
    limit.ratio = 1;
    EXPECT_TRUE(is_stricter(stop, limit));
    Measure hot = stop;
    hot.keep_hot = true;
    EXPECT_TRUE(is_stricter(stop, hot));
    EXPECT_FALSE(is_stricter(stop, stop));
}

TEST(Measure, AnEmissionLimitIsAgainstTheMassBeforeTheWarning) {
    Measure m = of(Form::kLimitEmission);
    m.factor = "nox";
    const auto check = std::get<EmissionAtMost>(check_of(m, line()));
    EXPECT_TRUE(check.pre_warning);
    EXPECT_EQ(check.cut, 0.2);
    EXPECT_EQ(check.factor, "nox");
    EXPECT_NE(sentence_of(m, line()).find("氮氧化物排放量"), std::string::npos);
    EXPECT_EQ(sentence_of(m, line()).find("nox"), std::string::npos) << "no id in a Chinese paper";
}

TEST(Measure, TheLeastSafeLoadBoundsWhatMayBeAskedAndTheSentenceSaysSo) {
    Measure limit;
    limit.form = Form::kLimitLoad;
    limit.ratio = 0.3;
    MeasureTarget line;
    line.name = "一线";
    line.minimum_load = 0.8;
    EXPECT_EQ(cut_on(limit, 0.8), 0.2);
    EXPECT_EQ(cut_on(limit, 0.5), 0.3);
    EXPECT_TRUE(is_held_up(limit, 0.8));
    EXPECT_FALSE(is_held_up(limit, 0.7));
    EXPECT_EQ(std::get<LoadAtMost>(check_of(limit, line)).cut, 0.2);
    EXPECT_NE(sentence_of(limit, line).find("按20%执行"), std::string::npos);
    limit.text = "限产三成";
    EXPECT_NE(sentence_of(limit, line).find("限产三成（规定压减30%"), std::string::npos);
    Measure of_papers;
    of_papers.form = Form::kLimitLoad;
    of_papers.ratio = 0.2;
    of_papers.baseline = "smallest-of-eia-permit-last-year";
    EXPECT_EQ(std::get<LoadAtMost>(check_of(of_papers, line)).minimum, "lowest-day-last-year")
        << "what the papers say may lie below the least load: nobody is convicted by it";
    EXPECT_NE(sentence_of(of_papers, line).find("但不低于平常负荷的80%"), std::string::npos);
    Measure other;
    other.form = Form::kThroughput;
    other.ratio = 0.25;
    EXPECT_TRUE(is_stricter(limit, other));
    EXPECT_TRUE(is_stricter(other, limit, 0.8)) << "of what can be asked of such a line";
}

}  // namespace
}  // namespace qk::rules
