// Temporary control as a value: its terms, its days and what has become of it.
#include "plans/measures/control.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

rules::CivilDay day(const char* text) { return rules::parse_day(text).value(); }

rules::Result<SeasonWindow> read(const std::string& text, const GradeNames& names = {}) {
    return read_control(parse_json(text, "t").value(), "body", names);
}

constexpr const char* kTerms =
    R"({"from":"2026-12-02","to":"2026-12-03","trades":["foundry"],"regions":["411002"],
        "except_grades":["四星"],"document":"1号",
        "measure":{"form":"limit_load","ratio":0.3,"of":["炉"]}})";

TEST(ControlTerms, AreAWindowWithTheMeasureOfTheCatalogue) {
    const auto window = read(kTerms, {{"四星", "B"}});
    ASSERT_TRUE(window.has_value()) << rules::to_text(window.error());
    EXPECT_EQ(window->kind, SeasonKind::kTemporary);
    EXPECT_EQ(window->from, day("2026-12-02"));
    EXPECT_EQ(window->measure.form, rules::Form::kLimitLoad);
    EXPECT_DOUBLE_EQ(window->measure.ratio, 0.3);
    EXPECT_EQ(window->measure.of, std::vector<std::string>{"炉"});
    EXPECT_EQ(window->source, "1号");
    SeasonSubject inside;
    inside.region = "411002";
    inside.trade = "foundry";
    inside.grade = "C";
    inside.grade_as = "C";
    EXPECT_TRUE(covers(*window, inside, day("2026-12-02")));
    SeasonSubject outside = inside;
    outside.region = "411003";
    EXPECT_FALSE(covers(*window, outside, day("2026-12-02")));
}

TEST(ControlTerms, AreRefusedWithEveryFault) {
    const auto refused = read(
        R"({"from":"2026-12-05","to":"2026-12-03","grades":["Z"],"measure":{"form":"stop","ratoi":1}})");
    ASSERT_FALSE(refused.has_value());
    const std::string faults = rules::to_text(refused.error());
    for (const char* wanted : {"lies before", "names nobody", "'Z'", "document", "ratoi"}) {
        EXPECT_NE(faults.find(wanted), std::string::npos) << wanted << " in " << faults;
    }
    EXPECT_FALSE(read("[]").has_value());
    EXPECT_FALSE(read(R"({"from":7,"to":{},"measure":[[[[[[1]]]]]]})").has_value());
}

TEST(ControlDays, AreAsManyAsThePackAllowsFromTodayOn) {
    SeasonWindow window;
    window.from = day("2026-12-02");
    window.to = day("2026-12-06");
    EXPECT_TRUE(refuse_days(window, day("2026-12-02"), 5).empty());
    EXPECT_EQ(refuse_days(window, day("2026-12-02"), 4).size(), 1U);
    EXPECT_EQ(refuse_days(window, day("2026-12-03"), 4).size(), 2U);
    EXPECT_EQ(refuse_days(window, day("2026-12-02"), std::nullopt).size(), 1U);
}

TEST(ControlState, FollowsFromStepsAndDays) {
    SeasonWindow window;
    window.from = day("2026-12-02");
    window.to = day("2026-12-03");
    const auto state = [&](bool is_signed, bool is_withdrawn, const char* today) {
        return to_text(state_of(window, {is_signed, is_withdrawn}, day(today)));
    };
    EXPECT_EQ(state(false, false, "2026-12-03"), "proposed");
    EXPECT_EQ(state(false, false, "2026-12-04"), "lapsed");
    EXPECT_EQ(state(true, false, "2026-12-01"), "ahead");
    EXPECT_EQ(state(true, false, "2026-12-03"), "in_force");
    EXPECT_EQ(state(true, false, "2026-12-04"), "over");
    EXPECT_EQ(state(true, true, "2026-12-02"), "withdrawn");
    EXPECT_TRUE(is_open(ControlState::kAhead));
    EXPECT_FALSE(is_open(ControlState::kOver));
}

}  // namespace
}  // namespace qk::plans
