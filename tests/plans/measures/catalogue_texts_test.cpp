// Goal: a stored catalogue reads as it did when it was adopted, whatever ships by then.
#include "plans/measures/catalogue_texts.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace qk::plans {
namespace {

const std::string kOwn = R"(trades = ["glass"]
source = "市预案"
certainty = "primary"
[[rule]]
grades = ["B"]
[rule.yellow]
do = [{ form = "stop" }]
[rule.orange]
do = [{ form = "stop" }]
[rule.red]
do = [{ form = "stop" }]
)";

TEST(CatalogueTexts, WhatIsStoredReadsTheSame) {
    const CatalogueTexts texts = over_shipped("own.toml", kOwn);
    const auto again = catalogue_texts_from_json(to_json(texts)).value();
    EXPECT_EQ(again.own, kOwn);
    EXPECT_EQ(again.base, texts.base);
    const Catalogue catalogue = read_catalogue_texts(again).value();
    const auto* glass = catalogue.find("glass", "B", rules::Colour::kYellow);
    ASSERT_NE(glass, nullptr);
    EXPECT_EQ(glass->measures.size(), 1U);
    EXPECT_EQ(glass->source, "市预案");
    EXPECT_EQ(catalogue.find("glass", "C", rules::Colour::kYellow), nullptr) << "the whole trade";
}

TEST(CatalogueTexts, WithoutAnOwnTextItIsWhatShips) {
    const Catalogue catalogue = read_catalogue_texts(over_shipped("", "")).value();
    EXPECT_EQ(catalogue.clauses().size(), built_in_catalogue().clauses().size());
    EXPECT_THAT(catalogue_changes(built_in_catalogue(), catalogue), testing::IsEmpty());
}

TEST(CatalogueTexts, ThoseItWasLaidOverCountAndNotThoseThatShipNow) {
    CatalogueTexts texts = over_shipped("own.toml", kOwn);
    texts.base = {{"old.toml", kOwn}};
    const Catalogue catalogue = read_catalogue_texts(texts).value();
    EXPECT_FALSE(catalogue.knows("cement"));
    texts.base["broken.toml"] = "trades = 1";
    EXPECT_FALSE(read_catalogue_texts(texts).has_value());
}

TEST(CatalogueTexts, AChangedAndAMissingClauseAreNamedWithBothSentences) {
    const Catalogue own = read_catalogue_texts(over_shipped("own.toml", kOwn)).value();
    bool is_changed = false;
    bool is_gone = false;
    for (const ClauseChange& change : catalogue_changes(built_in_catalogue(), own)) {
        EXPECT_TRUE(change.id.starts_with("glass/")) << change.id;
        is_changed = is_changed || (change.id == "glass/B/orange" && !change.before.empty() &&
                                    change.before != change.after);
        is_gone = is_gone || (change.id == "glass/C/orange" && change.after.empty());
    }
    EXPECT_TRUE(is_changed);
    EXPECT_TRUE(is_gone);
}

TEST(CatalogueTexts, WhatIsNotAnObjectOfTextsIsRefused) {
    EXPECT_FALSE(catalogue_texts_from_json(boost::json::object{{"own", ""}}).has_value());
    EXPECT_FALSE(
        catalogue_texts_from_json(boost::json::object{{"base", boost::json::object{{"a", 1}}}})
            .has_value());
}

}  // namespace
}  // namespace qk::plans
