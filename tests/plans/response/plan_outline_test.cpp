// The outline of a plan is that of the plan with all its words, over random inventories, timelines
// and seasons.
#include <gtest/gtest.h>

#include <random>

#include "plans/measures/season.hpp"
#include "plans/response/plan_difference.hpp"
#include "plans/response/response_plan.hpp"
#include "plans/text/json.hpp"
#include "tests/plans/response/plan_fixture.hpp"

namespace qk::plans::testing {
namespace {

using rules::Colour;

template <class Values>
auto any_of(std::mt19937& random, const Values& values) {
    return values[random() % std::size(values)];
}

Inventory any_inventory(std::mt19937& random) {
    constexpr const char* kTrades[] = {"水泥熟料", "铸造", "平板玻璃", "焦化", "集中供热", "不详"};
    constexpr const char* kGrades[] = {"A", "B", "C", "D", "引领性"};
    constexpr Colour kColours[] = {Colour::kYellow, Colour::kOrange, Colour::kRed};
    InventoryBuilder b;
    const std::size_t enterprises = 1 + random() % 12;
    for (std::size_t i = 0; i < enterprises; ++i) {
        b.enterprise("E" + std::to_string(i), any_of(random, kTrades), any_of(random, kGrades),
                     random() % 6 == 0 ? Category::kLivelihood : Category::kRegular);
        const std::size_t lines = random() % 4;
        for (std::size_t l = 0; l < lines; ++l) {
            const auto emits = [&random] { return static_cast<std::int64_t>(random() % 5000); };
            Line& line = b.line("L" + std::to_string(l), grams(emits(), emits(), emits(), emits()),
                                random() % 3 == 0 ? "烧结机" : "");
            line.uninterruptible = random() % 3 == 0;
            line.ramp_down_hours = static_cast<double>(random() % 30);
            line.idle = random() % 7 == 0;
        }
        while (random() % 3 == 0) {
            b.own(lines > 0 && random() % 2 == 0 ? "L0" : "", any_of(random, kColours),
                  random() % 2 == 0 ? rules::Action::kStop : rules::Action::kLimitLoad,
                  static_cast<double>(random() % 10) / 10);
        }
    }
    b.inventory.edition = "2016";
    return b.inventory;
}

SeasonPlan any_season(std::mt19937& random) {
    std::string text;
    const std::size_t windows = 1 + random() % 3;
    for (std::size_t i = 0; i < windows; ++i) {
        const int from = static_cast<int>(random() % 28) + 1;
        const int days = static_cast<int>(random() % 12);
        const rules::CivilDay first = *rules::parse_day("2016-12-01") + std::chrono::days{from};
        text += "[[window]]\nid = \"w" + std::to_string(i) +
                "\"\nkind = \"peak-shift\"\nfrom = \"" + rules::to_iso(first) + "\"\nto = \"" +
                rules::to_iso(first + std::chrono::days{days}) + "\"\ntrades = [\"" +
                (random() % 2 == 0 ? "cement" : "foundry") + "\"]\nmeasure = { form = \"" +
                (random() % 2 == 0 ? "stop\" }" : "limit_load\", ratio = 0.3 }") +
                "\nsource = \"样例\"\n";
    }
    auto season = read_season(text, "season.toml");
    EXPECT_TRUE(season) << (season ? "" : rules::to_text(season.error())) << text;
    return season ? *season : SeasonPlan{};
}

std::vector<rules::Segment> any_segments(std::mt19937& random, rules::Instant now) {
    constexpr Colour kColours[] = {Colour::kYellow, Colour::kOrange, Colour::kRed};
    std::vector<rules::Segment> segments;
    rules::Instant from = now + std::chrono::hours{static_cast<int>(random() % 240) - 120};
    const std::size_t count = random() % 4;
    for (std::size_t i = 0; i < count; ++i) {
        const rules::Instant to = from + std::chrono::hours{6 + random() % 200};
        segments.push_back({any_of(random, kColours), true, from, to});
        from = to;
    }
    if (!segments.empty() && random() % 2 == 0) segments.back().to.reset();
    return segments;
}

std::string shown(const PlanOutline& plan) {
    std::string text = to_text(summary_json(plan)) + "\n";
    for (const PlanOutline::Owed& one : plan.owed) {
        text += std::to_string(one.enterprise) + " " + one.key + " " +
                std::string(rules::to_text(one.asked.action)) + " " +
                to_json_number(one.asked.ratio) + "\n";
    }
    return text;
}

TEST(PlanOutline, IsThatOfThePlanWithAllItsWords) {
    std::size_t owed = 0;
    std::size_t seasonal = 0;
    for (unsigned seed = 0; seed < 600; ++seed) {
        std::mt19937 random(seed);
        Case c;
        c.inventory = any_inventory(random);
        const SeasonPlan season = any_season(random);
        const rules::Instant now =
            at("2016-12-10T08:00:00+08:00") + std::chrono::hours{random() % 300};
        const std::vector<rules::Segment> segments = any_segments(random, now);
        PlanInput input{c.inventory, built_in_catalogue(), c.rules, kZone, segments, now};
        if (random() % 3 != 0) input.season = &season;
        if (random() % 2 == 0) input.issued_at = now;
        const ResponsePlan plan = make_response_plan(input);
        const PlanOutline outline = outline_plan(input);
        ASSERT_EQ(shown(outline), shown(outline_of(plan))) << "seed " << seed;
        owed += outline.owed.size();
        for (const ResponsePlan::Owed& one : plan.owed) {
            for (const rules::Obligation& obligation : one.obligations) {
                seasonal += rules::key_of(obligation.id).day ? 1U : 0U;
            }
        }
    }
    EXPECT_GT(owed, 5000U);
    EXPECT_GT(seasonal, 100U) << "no season turned within a segment: nothing is shown";
}

TEST(PlanOutline, DiffersFromAStoredPlanAsThePlanDoes) {
    std::size_t changes = 0;
    for (unsigned seed = 0; seed < 200; ++seed) {
        std::mt19937 random(seed);
        Case before;
        Case after;
        before.inventory = any_inventory(random);
        after.inventory = random() % 2 == 0 ? before.inventory : any_inventory(random);
        const rules::Instant now = at("2016-12-10T08:00:00+08:00");
        const auto of = [now](const Case& c, const std::vector<rules::Segment>& segments) {
            return make_response_plan(
                {c.inventory, built_in_catalogue(), c.rules, kZone, segments, now});
        };
        const auto stored = to_json(of(before, any_segments(random, now)));
        const ResponsePlan plan = of(after, any_segments(random, now));
        const PlanDifference full = difference(terms_from_json(stored), terms_of(plan));
        ASSERT_EQ(to_text(difference_json(stored, outline_of(plan))), to_text(to_json(full)))
            << "seed " << seed;
        changes += full.changes.size();
    }
    EXPECT_GT(changes, 1000U);
    EXPECT_EQ(to_text(difference_json(nullptr, PlanOutline{})),
              R"({"added":0,"removed":0,"changed":0,"unchanged":0,"examples":[]})");
}

}  // namespace
}  // namespace qk::plans::testing
