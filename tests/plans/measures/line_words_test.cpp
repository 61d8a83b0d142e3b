// Lines are known as the processes that measures name, by the words of the list.
#include "plans/measures/line_words.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <limits>
#include <random>
#include <string>
#include <vector>

#include "plans/measures/catalogue.hpp"

namespace qk::plans {
namespace {

bool is_of(const char* process, std::string_view name, std::string_view equipment = {}) {
    return built_in_line_words().names({process}, name, equipment);
}

TEST(LineWords, OrdinaryNamesOfAMillAreKnown) {
    EXPECT_TRUE(is_of("石灰窑", "1#白灰窑", "套筒窑"));
    EXPECT_TRUE(is_of("石灰窑", "2#白灰窑", "麦尔兹窑"));
    EXPECT_TRUE(is_of("球团", "链篦机-回转窑", "120万吨"));
    EXPECT_TRUE(is_of("球团", "带烧", "带式焙烧机"));
    EXPECT_TRUE(is_of("球团", "1#竖炉", "10m²"));
    EXPECT_TRUE(is_of("烧结", "Sinter strand 1", ""));
    EXPECT_TRUE(is_of("炼焦", "1号焦炉"));
}

TEST(LineWords, TheLongerWordDecidesAndExceptionsTakeALineOut) {
    EXPECT_TRUE(is_of("石灰窑", "石灰竖炉"));
    EXPECT_FALSE(is_of("球团", "石灰竖炉"));
    EXPECT_FALSE(is_of("烧结", "烧结余热发电"));
    EXPECT_FALSE(is_of("烧结", "2号烧结机余热锅炉"));
    EXPECT_FALSE(is_of("高炉", "高炉煤气发电机组"));
    EXPECT_FALSE(is_of("高炉", "1号高炉热风炉")) << "it is no furnace of which half may stand";
    EXPECT_TRUE(is_of("高炉", "1号高炉（含热风炉）"));
    EXPECT_TRUE(is_of("烧结", "1号烧结机", "180m²，配套脱硫"));
}

TEST(LineWords, AWordThatNamesNoProcessIsLookedForAsItIs) {
    EXPECT_TRUE(is_of("隧道窑", "1号隧道窑"));
    EXPECT_FALSE(is_of("隧道窑", "1号回转窑"));
    EXPECT_TRUE(built_in_line_words().names({}, "什么线", ""));
}

TEST(LineWords, ABureauAddsWordsInACatalogueOfItsOwn) {
    const auto mine = read_catalogue(
        "source = \"本市工序叫法\"\n[[process]]\nid = \"lime-kiln\"\nwords = [\"老窑\"]\n",
        "c.toml");
    ASSERT_TRUE(mine.has_value()) << rules::to_text(mine.error());
    Catalogue all = built_in_catalogue();
    EXPECT_FALSE(all.line_words().names({"石灰窑"}, "一号老窑", ""));
    all.replace_by(*mine);
    EXPECT_TRUE(all.line_words().names({"石灰窑"}, "一号老窑", ""));
    EXPECT_TRUE(all.line_words().names({"石灰窑"}, "白灰窑", "")) << "what is shipped stays";
}

TEST(LineWords, AWordOfOneCharacterIsRefused) {
    const auto read = read_catalogue(
        "source = \"x\"\n[[process]]\nid = \"lime-kiln\"\nwords = [\"窑\"]\n", "c.toml");
    ASSERT_FALSE(read.has_value());
    EXPECT_NE(rules::to_text(read.error()).find("too short"), std::string::npos);
}

// By the words of line_words.hpp, each pair of hits held against each other.
ProcessMask by_definition(const LineWords& all, const std::string& text) {
    struct Found {
        std::size_t process, at, end;
    };
    std::vector<Found> found;
    for (std::size_t p = 0; p < all.processes().size(); ++p) {
        for (const std::string& word : all.processes()[p].words) {
            for (std::size_t at = text.find(word); at != std::string::npos;
                 at = text.find(word, at + word.size())) {
                found.push_back({p, at, at + word.size()});
            }
        }
    }
    ProcessMask mask = 0;
    for (const Found& one : found) {
        const bool is_covered = std::ranges::any_of(found, [&one](const Found& other) {
            return other.process != one.process && other.at <= one.at && one.end <= other.end &&
                   other.end - other.at > one.end - one.at;
        });
        const bool is_excepted = std::ranges::any_of(
            all.processes()[one.process].but_not,
            [&text](const auto& word) { return text.find(word) != std::string::npos; });
        if (!is_covered && !is_excepted) mask |= ProcessMask{1} << one.process;
    }
    return mask;
}

TEST(LineWords, AreFoundAsTheRuleOfTheLongerWordSays) {
    LineWords words = built_in_line_words();
    const auto add = [&words](const char* id, std::vector<std::string> of) {
        Process process;
        process.id = id;
        process.words = std::move(of);
        words.add(process);
    };
    add("t1", {"abab", "bab", "ab"});
    add("t2", {"ba", "aba", "babab"});
    add("t3", {"abab", "baba", "bb"});
    std::vector<std::string> parts{"a", "b", "ab", "1#", "m²"};
    for (const Process& process : words.processes()) {
        parts.insert(parts.end(), process.words.begin(), process.words.end());
        if (!process.but_not.empty()) parts.push_back(process.but_not.front());
    }
    std::mt19937 random(11);
    std::size_t known = 0;
    for (int i = 0; i < 20'000; ++i) {
        std::string text;
        const bool is_plain = random() % 2 == 0;  // many overlaps of few letters
        for (std::size_t left = 1 + random() % 12; left > 0; --left) {
            text += parts[random() % (is_plain ? 3 : parts.size())];
        }
        const ProcessMask mask = words.processes_of(text, "");
        ASSERT_EQ(mask, by_definition(words, text)) << text;
        known += mask == 0 ? 0U : 1U;
    }
    EXPECT_GT(known, 10'000U);
}

// Time of a core: four times the name takes some four times as long, and not sixteen times.
TEST(LineWords, OfALongNameAreFoundInTimeThatGrowsWithIt) {
    const auto taken = [](std::size_t times) {
        std::string name;
        for (std::size_t i = 0; i < times; ++i) name += "石灰竖炉烧结机";
        std::clock_t best = std::numeric_limits<std::clock_t>::max();
        for (int i = 0; i < 3; ++i) {
            const std::clock_t start = std::clock();
            EXPECT_NE(built_in_line_words().processes_of(name, ""), 0U);
            best = std::min(best, std::clock() - start);
        }
        return static_cast<double>(best);
    };
    const double quarter = taken(12'000);
    EXPECT_LT(taken(48'000), 10 * quarter);
}

}  // namespace
}  // namespace qk::plans
