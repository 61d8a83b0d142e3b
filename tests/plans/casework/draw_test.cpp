#include "plans/casework/draw.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <map>
#include <set>

#include "plans/text/sha256.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using testing::SizeIs;

DrawLists lists_of(const char* text) { return read_draw_lists(json::parse(text)).value(); }
DrawLists some() {
    return lists_of(R"({"inspectors": ["wang", "li", "zhao", "chen"],
        "sites": ["E3", "E1", "E2", "E5", "E4", "E6"], "sites_wanted": 4,
        "inspectors_per_site": 2, "avoid": [{"inspector": "li", "site": "E1"}]})");
}
json::object shown(const DrawLists& lists, const std::string& seed, const std::string& value) {
    return {{"lists", to_json(lists)},
            {"lists_sha256", digest_of(lists)},
            {"seed", seed},
            {"seed_sha256", sha256_hex(seed)},
            {"public_value", value},
            {"drawn", to_json(draw(lists, seed, value))}};
}

TEST(Draw, TheOrderOfTheListsDoesNotMatter) {
    const DrawLists other = lists_of(R"({"inspectors": ["zhao", "chen", "li", "wang"],
        "sites": ["E6", "E5", "E4", "E3", "E2", "E1"], "sites_wanted": 4,
        "inspectors_per_site": 2, "avoid": [{"inspector": "li", "site": "E1"}]})");
    EXPECT_EQ(digest_of(some()), digest_of(other));
    EXPECT_EQ(draw(some(), "a seed of enough bytes", ""),
              draw(other, "a seed of enough bytes", ""));
}

// Computed beside with sha256sum over the rule in the header.
TEST(Draw, TheFirstSiteIsTheOneWithTheSmallestHash) {
    const DrawLists lists = lists_of(
        R"({"inspectors": ["a"], "sites": ["x", "y", "z"], "sites_wanted": 3, "inspectors_per_site": 1})");
    const std::string key = sha256_hex(
        R"({"draw":1,"lists":{"avoid":[],"inspectors":["a"],"inspectors_per_site":1,)"
        R"("sites":["x","y","z"],"sites_wanted":3},"public_value":"3.14","seed":"seed"})");
    std::map<std::string, std::string> by_rank;
    for (const char* site : {"x", "y", "z"}) by_rank[sha256_hex(key + "\nsite\n" + site)] = site;
    std::vector<std::string> expected;
    for (const auto& [rank, site] : by_rank) expected.push_back(site);
    std::vector<std::string> found;
    for (const DrawnSite& one : draw(lists, "seed", "3.14")) found.push_back(one.site);
    EXPECT_EQ(found, expected);
}

TEST(Draw, WhoMustNotCheckASiteIsNeverDrawnForIt) {
    for (int i = 0; i < 200; ++i) {
        for (const DrawnSite& one : draw(some(), "seed " + std::to_string(i), "")) {
            EXPECT_THAT(one.inspectors, SizeIs(2));
            if (one.site == "E1") EXPECT_THAT(one.inspectors, Not(testing::Contains("li")));
        }
    }
}

TEST(Draw, NobodyGetsMoreThanOneSiteMoreThanAnotherWhoCould) {
    const DrawLists lists = lists_of(R"({"inspectors": ["a", "b", "c", "d"],
        "sites": ["1", "2", "3", "4", "5", "6"], "sites_wanted": 6, "inspectors_per_site": 2})");
    for (int i = 0; i < 100; ++i) {
        std::map<std::string, int> loads{{"a", 0}, {"b", 0}, {"c", 0}, {"d", 0}};
        for (const DrawnSite& one : draw(lists, "seed " + std::to_string(i), "")) {
            for (const std::string& inspector : one.inspectors) ++loads[inspector];
        }
        for (const auto& [who, load] : loads) EXPECT_EQ(load, 3) << who;
    }
}

// 2,000 draws of 2 out of 6: each site is expected 667 times, with a deviation of 21; five of them.
TEST(Draw, EverySiteIsDrawnAsOftenAsAnother) {
    const DrawLists lists = lists_of(R"({"inspectors": ["a"],
        "sites": ["1", "2", "3", "4", "5", "6"], "sites_wanted": 2, "inspectors_per_site": 1})");
    std::map<std::string, int> count;
    for (int i = 0; i < 2000; ++i) {
        for (const DrawnSite& one : draw(lists, "seed " + std::to_string(i), "")) ++count[one.site];
    }
    EXPECT_THAT(count, SizeIs(6));
    for (const auto& [site, times] : count) EXPECT_NEAR(times, 667, 105) << site;
}

TEST(Draw, AnotherSeedOrPublicValueDrawsOtherwise) {
    std::set<std::string> results;
    for (const char* seed : {"s1", "s2", "s3", "s4"}) {
        for (const char* value : {"", "1", "2"}) {
            results.insert(json::serialize(to_json(draw(some(), seed, value))));
        }
    }
    EXPECT_GT(results.size(), 6U);
}

TEST(Draw, ADrawIsVerifiedAndAnyChangeOfItIsFound) {
    const json::object good = shown(some(), "a seed of enough bytes", "3.14");
    const auto holds = [](const json::object& one) {
        const auto lines = check_draw(one);
        if (!lines) return false;
        return std::ranges::all_of(*lines, &DrawCheckLine::holds);
    };
    EXPECT_TRUE(holds(good));
    json::object changed = good;
    changed["seed"] = "another seed of enough bytes";
    EXPECT_FALSE(holds(changed));
    changed = good;
    changed["public_value"] = "2.71";
    EXPECT_FALSE(holds(changed));
    changed = good;
    changed["lists"].as_object()["sites_wanted"] = 3;
    EXPECT_FALSE(holds(changed));
    changed = good;
    changed["drawn"].as_array().pop_back();
    EXPECT_FALSE(holds(changed));
    changed = good;
    changed.erase("drawn");
    EXPECT_FALSE(check_draw(changed));
}

TEST(Draw, ListsThatCannotBeDrawnFromAreRefused) {
    const auto refused = [](const char* text) { return !read_draw_lists(json::parse(text)); };
    EXPECT_TRUE(refused(
        R"({"inspectors": ["a", "a"], "sites": ["1"], "sites_wanted": 1, "inspectors_per_site": 1})"));
    EXPECT_TRUE(refused(
        R"({"inspectors": ["a"], "sites": ["1"], "sites_wanted": 2, "inspectors_per_site": 1})"));
    EXPECT_TRUE(refused(
        R"({"inspectors": ["a"], "sites": ["1"], "sites_wanted": 1, "inspectors_per_site": 2})"));
    EXPECT_TRUE(refused(
        R"({"inspectors": [], "sites": ["1"], "sites_wanted": 1, "inspectors_per_site": 1})"));
    EXPECT_TRUE(refused(R"({"inspectors": ["a"], "sites": ["1"], "sites_wanted": 1,
        "inspectors_per_site": 1, "avoid": [{"inspector": "a", "site": "1"}]})"));
    EXPECT_TRUE(refused(R"({"inspectors": ["a"], "sites": ["1"], "sites_wanted": 1,
        "inspectors_per_site": 1, "avoid": [{"inspector": "b", "site": "1"}]})"));
}

}  // namespace
}  // namespace qk::plans
