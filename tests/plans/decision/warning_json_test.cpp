// Goal: what a step of a warning causes is kept as it was, and what was stored by earlier versions
// still reads. Method: every kind of effect there and back; texts as they stand in old databases.
#include "plans/decision/warning_json.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using rules::Colour;

constexpr rules::Zone kZone = rules::kBeijingTime;

rules::Instant at(const char* text) { return rules::parse_instant(text, kZone).value(); }

const rules::Instant kFrom = at("2026-12-01T12:00:00+08:00");

std::vector<rules::Effect> one_of_each() {
    rules::AskOperator ask{3, {"director", "chief"}, 2, true};
    rules::DeriveOrders derive{{{Colour::kYellow, true, kFrom, at("2026-12-02T00:00:00+08:00")},
                                {Colour::kOrange, false, at("2026-12-02T00:00:00+08:00"), {}}}};
    rules::PublishNotice raised{rules::NoticeKind::kUpdate, "raise", Colour::kOrange,
                                Colour::kYellow, kFrom};
    rules::PublishNotice issued{rules::NoticeKind::kAlert, "issue", Colour::kYellow, std::nullopt,
                                kFrom};
    return {ask,
            derive,
            rules::LiftOrders{kFrom},
            raised,
            issued,
            rules::WakeAt{kFrom},
            rules::StartEvaluation{}};
}

boost::json::value stored(const char* text) { return parse_json(text, "stored").value(); }

TEST(WarningJsonTest, EveryEffectReadsBackAsItWas) {
    const std::vector<rules::Effect> effects = one_of_each();
    const auto text = canonical_text(to_json(effects, kZone));
    const auto read = effects_from_json(stored(text.c_str()), "effects", kZone);
    ASSERT_TRUE(read) << rules::to_text(read.error());
    EXPECT_EQ(*read, effects);
    EXPECT_EQ(canonical_text(to_json(*read, kZone)), text);
}

TEST(WarningJsonTest, EveryEffectHasANameThatNamesIt) {
    for (const rules::Effect& effect : one_of_each()) {
        const auto named = rules::effect_named(rules::name_of(effect));
        ASSERT_TRUE(named) << rules::name_of(effect);
        EXPECT_EQ(named->index(), effect.index());
    }
    EXPECT_FALSE(rules::effect_named("publish"));
    EXPECT_FALSE(rules::effect_named(""));
}

// As the first version wrote it: a notice that does not say what the colour had been.
TEST(WarningJsonTest, EffectsOfAnOldDatabaseStillRead) {
    const auto read = effects_from_json(
        stored(
            R"([{"segments":[{"colour":"orange","mandatory":true,"from":"2026-12-01T12:00:00+08:00",)"
            R"("to":null}],"effect":"derive_orders"},{"kind":"alert","text":"issue","colour":"orange",)"
            R"("from":"2026-12-01T12:00:00+08:00","effect":"publish_notice"}])"),
        "effects", kZone);
    ASSERT_TRUE(read) << rules::to_text(read.error());
    const std::vector<rules::Effect> wanted{
        rules::DeriveOrders{{{Colour::kOrange, true, kFrom, std::nullopt}}},
        rules::PublishNotice{rules::NoticeKind::kAlert, "issue", Colour::kOrange, std::nullopt,
                             kFrom}};
    EXPECT_EQ(*read, wanted);
}

TEST(WarningJsonTest, AnEffectThatIsNotKnownOrNotWholeIsRefusedByItsName) {
    const auto unknown =
        effects_from_json(stored(R"([{"effect":"ring_bells"}])"), "effects", kZone);
    ASSERT_FALSE(unknown);
    EXPECT_NE(rules::to_text(unknown.error()).find("ring_bells"), std::string::npos);
    EXPECT_FALSE(effects_from_json(stored(R"([{"effect":"wake_at"}])"), "effects", kZone));
    EXPECT_FALSE(effects_from_json(stored(R"({"effect":"start_evaluation"})"), "effects", kZone));
    EXPECT_FALSE(
        effects_from_json(stored(R"([{"at":"2026-12-01T12:00:00+08:00"}])"), "effects", kZone));
}

}  // namespace
}  // namespace qk::plans
