#include "plans/documents/public_page.hpp"

#include <gtest/gtest.h>

#include "plans/text/html.hpp"

namespace qk::plans {
namespace {

PublicView view() {
    PublicView made{.zone = rules::kBeijingTime};
    made.region = "某市";
    made.issuer = "某市人民政府";
    made.now = *rules::parse_instant("2026-12-01T15:00:00+08:00", rules::kBeijingTime);
    made.feed_address = "/cap/feed.atom";
    made.style_address = "/public.css";
    made.keys_address = "/api/v1/keys";
    made.heads_feed_address = "/api/v1/audit/heads.atom";
    return made;
}

TEST(PublicPage, WithoutAWarningItSaysSo) {
    EXPECT_NE(public_page(view()).find("当前没有生效的预警"), std::string::npos);
}

TEST(PublicPage, ItShowsTheLevelTheMeasuresAndTheAdvice) {
    PublicView made = view();
    PublicWarning warning;
    warning.colour = rules::Colour::kRed;
    warning.in_force = true;
    warning.from = made.now;
    warning.headline = "红色预警（Ⅰ级响应）";
    warning.measures = "停产12家";
    warning.advice = {"减少外出"};
    made.warnings = {warning};
    const std::string html = public_page(made);
    for (const char* text : {"红色预警（Ⅰ级响应）", "停产12家", "减少外出", "解除时间另行通知",
                             "class=\"warning red\""}) {
        EXPECT_NE(html.find(text), std::string::npos) << text;
    }
}

TEST(PublicPage, WhatOneShouldDoIsThreeLinesForEachLevelAndNothingIsSaidTwice) {
    PublicView made = view();
    PublicWarning warning;
    warning.colour = rules::Colour::kOrange;
    warning.advice = {"一", "二", "三", "四"};
    made.warnings = {warning};
    made.advice = {{rules::Colour::kYellow, {"甲", "乙", "丙", "丁"}}};
    const std::string html = public_page(made);
    EXPECT_NE(html.find("我该怎么做</h3>\n<ul>\n<li>一</li>\n<li>二</li>\n<li>三</li>\n</ul>"),
              std::string::npos);
    EXPECT_NE(html.find("健康防护与倡议</h3>\n<ul>\n<li>四</li>\n</ul>"), std::string::npos);
    EXPECT_EQ(html.find("<li>一</li>"), html.rfind("<li>一</li>"));
    EXPECT_NE(html.find("黄色预警</h3>\n<ul>\n<li>甲</li>\n<li>乙</li>\n<li>丙</li>\n</ul>"),
              std::string::npos);
    EXPECT_EQ(html.find("<li>丁</li>"), std::string::npos);
}

TEST(PublicPage, InEnglishItTranslatesTheShippedAdviceAndKeepsTheOfficialText) {
    PublicView made = view();
    made.language = PublicLanguage::kEnglish;
    made.other_address = "/public";
    PublicWarning warning;
    warning.colour = rules::Colour::kOrange;
    warning.in_force = true;
    warning.from = made.now;
    warning.headline = "橙色预警（Ⅱ级响应）";
    warning.headline_en = "Heavy air pollution warning issued: orange (level II)";
    warning.body = "本市发布橙色预警";
    warning.advice = {"一般人群避免户外活动，确需外出时做好防护。", "本局自拟的一句。"};
    made.warnings = {warning};
    const std::string html = public_page(made);
    for (const char* text :
         {"<html lang=\"en\">", "Orange warning · level II response",
          "Heavy air pollution warning issued: orange (level II)",
          "In force since 2026-12-01 15:00; its end will be announced.",
          "<li>Everybody: avoid outdoor activity; protect yourself where you must go out.</li>",
          "<li lang=\"zh-CN\">本局自拟的一句。</li>",
          "<div lang=\"zh-CN\">\n<p>本市发布橙色预警</p>", "UTC+08:00",
          "<a lang=\"zh-CN\" href=\"/public\">中文</a>"}) {
        EXPECT_NE(html.find(text), std::string::npos) << text << "\n" << html;
    }
    EXPECT_EQ(html.find("我该怎么做"), std::string::npos);
    EXPECT_EQ(html.find("橙色预警（Ⅱ级响应）"), std::string::npos);
}

TEST(PublicPage, WithoutAWarningItSaysSoInEnglishToo) {
    PublicView made = view();
    made.language = PublicLanguage::kEnglish;
    EXPECT_NE(public_page(made).find("No warning is in force"), std::string::npos);
}

TEST(PublicPage, ASettingThatNobodyConfirmedIsCountedAndItsKeyIsNotShown) {
    PublicView made = view();
    made.samples = {"judging.persistence_minutes：样例", "另一项"};
    const std::string html = public_page(made);
    EXPECT_NE(html.find("有2项为样例"), std::string::npos);
    EXPECT_EQ(html.find("persistence_minutes"), std::string::npos);
}

TEST(PublicPage, AFingerprintIsShownInBlocksAndIsWholeForAProgram) {
    PublicView made = view();
    std::string digits;
    for (int i = 0; i < 16; ++i) digits += "ab" + std::to_string(10 + i);
    made.keys.push_back({digits, made.now, std::nullopt, true});
    const std::string html = public_page(made);
    EXPECT_NE(html.find("value=\"" + digits + "\""), std::string::npos);
    EXPECT_NE(html.find("<span>ab10</span><wbr><span>ab11</span><wbr>"), std::string::npos);
    EXPECT_NE(html.find("<span>ab25</span><wbr></data>"), std::string::npos);
    EXPECT_NE(html.find("应急更换"), std::string::npos);
    EXPECT_NE(html.find("<a href=\"/api/v1/audit/heads.atom\">"), std::string::npos)
        << "beside the keys";
}

TEST(PublicPage, NothingFromOutsideBecomesMarkup) {
    PublicView made = view();
    made.history.push_back({made.now, "<script>alert(1)</script>\"", "", "/cap/\"x", true});
    made.samples = {"<b>"};
    const std::string html = public_page(made);
    EXPECT_EQ(html.find("<script>"), std::string::npos);
    EXPECT_EQ(html.find("<b>"), std::string::npos);
    EXPECT_EQ(html.find("/cap/\"x"), std::string::npos);
}

TEST(Html, TheFiveCharactersAreEscapedAndWhatNobodySeesIsShown) {
    EXPECT_EQ(escape_html("<a href='x'>\"&\x01\n"),
              "&lt;a href=&#39;x&#39;&gt;&quot;&amp;&lt;U+0001&gt;\n");
    EXPECT_EQ(escape_html("甲\u202E厂"), "甲&lt;U+202E&gt;厂");
    // U+FFFE and U+FFFF: XML knows no such characters, and a reader of the feed refuses it whole.
    EXPECT_EQ(escape_html("a\xEF\xBF\xBE\xEF\xBF\xBF\xEF\xBF\xBD"),
              "a&lt;U+FFFE&gt;&lt;U+FFFF&gt;\xEF\xBF\xBD");
    EXPECT_EQ(escape_html("\xEF\xBC\x8C\xEF\xBF"), "\xEF\xBC\x8C&lt;?&gt;&lt;?&gt;")
        << "other characters, and an end";
}

}  // namespace
}  // namespace qk::plans
