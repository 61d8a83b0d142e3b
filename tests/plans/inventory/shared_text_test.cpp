#include "plans/inventory/shared_text.hpp"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

namespace qk::plans {
namespace {

TEST(SharedText, StandsInForTheStringItWasMadeFrom) {
    const std::string name = "示例第1号制造有限责任公司";
    const SharedText text = name;
    EXPECT_EQ(text, name);
    EXPECT_EQ(text.size(), name.size());
    EXPECT_EQ(std::string(text) + "！", text + "！");
    EXPECT_TRUE(SharedText("").empty());
    EXPECT_EQ(SharedText{}, SharedText(""));
    EXPECT_LT(SharedText("L1"), SharedText("L2"));
}

TEST(SharedText, ACopyLivesOnAfterTheFirstIsGone) {
    std::vector<SharedText> kept;
    {
        std::vector<SharedText> first;
        for (int i = 0; i < 50'000; ++i) first.emplace_back("text " + std::to_string(i));
        kept = {first[7], first[49'999]};
    }
    for (int i = 0; i < 50'000; ++i) (void)SharedText("other " + std::to_string(i));
    EXPECT_EQ(kept[0], "text 7");
    EXPECT_EQ(kept[1], "text 49999");
}

TEST(SharedText, ATextLargerThanABlockIsOneBlock) {
    const std::string large(200'000, 'x');
    const SharedText small = "small";
    const SharedText text = large;
    EXPECT_EQ(text, large);
    EXPECT_EQ(small, "small");
    EXPECT_EQ(SharedText("after"), "after");
}

TEST(SharedText, AssigningATextToItselfKeepsIt) {
    SharedText text = "炉";
    const SharedText& same = text;
    text = same;
    EXPECT_EQ(text, "炉");
}

// Run under ThreadSanitizer too: blocks are filled by one thread and let go by another.
TEST(SharedText, ThreadsMayCopyAndDropWhatOneOfThemMade) {
    std::vector<SharedText> made;
    std::thread maker([&made] {
        for (int i = 0; i < 20'000; ++i)
            made.emplace_back("by another thread " + std::to_string(i));
    });
    maker.join();
    std::vector<std::thread> readers;
    for (int t = 0; t < 3; ++t) {
        readers.emplace_back([made] {
            std::vector<SharedText> copies = made;
            copies.resize(copies.size() / 2);
            EXPECT_EQ(copies.back(), "by another thread 9999");
        });
    }
    made.clear();
    for (std::thread& reader : readers) reader.join();
}

TEST(TextRepeats, GiveTheSameTextForWhatAColumnRepeats) {
    TextRepeats repeats;
    const SharedText first = repeats.of("t/d");
    EXPECT_EQ(repeats.of("t/d").text().data(), first.text().data());
    EXPECT_EQ(repeats.of("万块/a"), "万块/a");
    EXPECT_TRUE(repeats.of("").empty());
}

}  // namespace
}  // namespace qk::plans
