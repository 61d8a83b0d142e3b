#include "plans/decision/usual_json.hpp"

#include <gmock/gmock.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using testing::IsEmpty;

rules::Usual usual() {
    rules::Usual usual;
    usual.meters.push_back({"P1", 29.5, 0.25, 0, 1.5, 0.01, 0.02,
                            rules::Instant{std::chrono::seconds{1'449'000'000}}});
    usual.meters.push_back({"P2", 0, 0, 0, 0, 0, 1, std::nullopt});
    usual.treatments.push_back({"T1", 600, 0.98, 0.93, 0.06, 40, 0.01});
    rules::UsualRest rest;
    rest.days = 30;
    rest.kw = {11, 11, 18, 18, 14, 11};
    rest.off = {{0.4, 0.6, 5}, {0.5, 0.7, 4.5}};
    usual.rest = rest;
    return usual;
}

TEST(UsualJson, WhatIsUsualReadsBackAsItWas) {
    const std::string text = canonical_text(to_json(usual()));
    rules::Faults faults;
    const auto value = parse_json(text, "usual").value();
    EXPECT_EQ(usual_from_json(value, "usual", faults), usual());
    EXPECT_THAT(faults, IsEmpty());
}

TEST(UsualJson, EditionsThatKnewNoneReadAsNone) {
    rules::Faults faults;
    EXPECT_EQ(usual_from_json(boost::json::value(nullptr), "usual", faults), rules::Usual{});
    EXPECT_THAT(faults, IsEmpty());
}

TEST(UsualJson, AListThatIsTooShortIsAFault) {
    boost::json::value value = to_json(usual());
    value.as_object()["rest"].as_object()["kw"].as_array().pop_back();
    rules::Faults faults;
    (void)usual_from_json(value, "usual", faults);
    EXPECT_FALSE(faults.empty());
}

}  // namespace
}  // namespace qk::plans
