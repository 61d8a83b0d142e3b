#include "plans/decision/plan_inputs.hpp"

#include <gtest/gtest.h>

#include <boost/json/object.hpp>

namespace qk::plans {
namespace {

rules::Instant at(const char* text) { return *rules::parse_instant(text, rules::kBeijingTime); }

PlanInputs some_inputs() {
    PlanInputs inputs;
    inputs.edition = "city-12345678";
    inputs.grade_names = {{"四星", "B"}};
    inputs.pack_sha256 = "aa";
    inputs.catalogue = 3;
    inputs.catalogue_sha256 = "bb";
    inputs.has_season = true;
    inputs.controls = {
        {"control-1", rules::parse_day("2026-12-01"), boost::json::object{{"from", "2026-12-02"}}}};
    inputs.grade_changes = {
        {"e1", Grade{"B"}, *rules::parse_day("2026-12-03"), "豫环文〔2026〕1号", "省厅"}};
    inputs.segments = {
        {rules::Colour::kYellow, true, at("2026-12-01T08:00"), at("2026-12-02T08:00")},
        {rules::Colour::kOrange, false, at("2026-12-02T08:00"), std::nullopt}};
    inputs.now = at("2026-11-30T17:00");
    return inputs;
}

TEST(PlanInputs, AreReadAsTheyWereWritten) {
    const PlanInputs inputs = some_inputs();
    const auto read = plan_inputs_from_json(to_json(inputs), "row");
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(*read, inputs);
}

TEST(PlanInputs, WhatIsMissingOrMisspeltIsNamed) {
    auto value = to_json(some_inputs());
    value.as_object().erase("segments");
    value.at("grade_changes").as_array()[0].as_object()["from"] = "tomorrow";
    const auto read = plan_inputs_from_json(value, "row");
    ASSERT_FALSE(read);
    const std::string text = rules::to_text(read.error());
    EXPECT_NE(text.find("segments"), std::string::npos) << text;
    EXPECT_NE(text.find("tomorrow"), std::string::npos) << text;
}

}  // namespace
}  // namespace qk::plans
