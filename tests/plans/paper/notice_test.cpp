// Goal: notices say what the law wants said, from the region's templates, and a drill says it is
// one. Method: an invented pack, so that a change of a shipped one breaks nothing here.
#include "plans/paper/notice.hpp"

#include <gtest/gtest.h>

namespace qk::plans {
namespace {

rules::Instant at(const char* text) { return *rules::parse_instant(text, rules::kBeijingTime); }

RegionPack pack() {
    RegionPack made;
    made.name = "某市";
    made.region_code = "999900";
    made.publication.issuer = "某市人民政府";
    made.publication.sender = "alerts@example.org";
    made.notices.by_kind["issue"] =
        "{issuer}发布{colour}预警，自{effective_from}起启动{level}响应，{effective_to}。{measures}";
    made.notices.by_kind["lift"] = "{issuer}自{effective_from}起解除{colour}预警。";
    made.advice.push_back({rules::Colour::kOrange, {"儿童减少外出"}, {"公交出行"}, {}});
    made.contacts.push_back({"office", "值班室", "0000-1234567", {}});
    return made;
}

NoticeFacts facts() {
    NoticeFacts made;
    made.text_kind = "issue";
    made.colour = rules::Colour::kOrange;
    made.issued_at = at("2026-12-01T15:00:00+08:00");
    made.effective_from = at("2026-12-02T00:00:00+08:00");
    made.measures = "停产12家，限产30家";
    return made;
}

TEST(Notice, TheTemplateIsFilledWithTheFacts) {
    const NoticeText text = compose_notice(pack(), facts());
    EXPECT_EQ(text.body,
              "某市人民政府发布橙色预警，自12月2日0时起启动Ⅱ级响应，解除时间另行通知。"
              "停产12家，限产30家。");
    EXPECT_EQ(text.instruction, "儿童减少外出\n公交出行");
    EXPECT_NE(text.headline.find("橙色预警"), std::string::npos);
}

TEST(Notice, ADrillSaysSoInItsFirstWords) {
    NoticeFacts drill = facts();
    drill.exercise = true;
    const NoticeText text = compose_notice(pack(), drill);
    EXPECT_TRUE(text.headline.starts_with("【演练】"));
    EXPECT_TRUE(text.body.starts_with("【演练】"));
    EXPECT_TRUE(cap_of(pack(), drill, text).exercise);
}

TEST(Notice, AdviceNamesItsPollutantAndNoLevelAnywhere) {
    RegionPack dusty = pack();
    dusty.notices.by_kind["raise"] = "升级为{colour}预警";
    for (const char* kind : {"advisory", "issue", "raise", "lift"}) {
        NoticeFacts advisory = facts();
        advisory.mandatory = false;
        advisory.cause = "沙尘";
        advisory.text_kind = kind;
        if (advisory.text_kind == "lift") advisory.kind = rules::NoticeKind::kCancel;
        const NoticeText text = compose_notice(dusty, advisory);
        EXPECT_EQ(text.body.find("停产"), std::string::npos);
        EXPECT_NE(text.headline.find("沙尘健康提示"), std::string::npos) << text.headline;
        CapMessage message = cap_of(dusty, advisory, text);
        message.identifier = "x";
        message.references = {{"a", "b", at("2026-12-01T15:00:00+08:00")}};
        const std::string xml = to_cap_xml(message, rules::kBeijingTime);
        for (const char* level : {"橙", "Ⅱ", "orange", "responseLevel", "PM2.5", "colour"}) {
            EXPECT_EQ(xml.find(level), std::string::npos) << kind << ": " << level << "\n" << xml;
        }
    }
}

TEST(Notice, TheCapMessageHasAChineseAndAnEnglishBlock) {
    const NoticeText text = compose_notice(pack(), facts());
    const CapMessage message = cap_of(pack(), facts(), text);
    ASSERT_EQ(message.infos.size(), 2U);
    EXPECT_EQ(message.infos[0].language, "zh-CN");
    EXPECT_EQ(message.infos[1].language, "en-US");
    EXPECT_EQ(message.urgency, CapUrgency::kExpected);
    EXPECT_EQ(message.onset, facts().effective_from);
}

// A notice with a visible hole must not go out: every built-in text is filled by what a decision
// knows.
TEST(Notice, NoBuiltInTextKeepsAPlaceholderOpen) {
    for (const std::string& id : built_in_pack_ids()) {
        const auto built_in = built_in_pack(id);
        ASSERT_TRUE(built_in) << id;
        for (const std::string_view kind : kNoticeKinds) {
            NoticeFacts made = facts();
            made.text_kind = kind;
            made.from_colour = rules::Colour::kYellow;
            made.number = "41100000000000_20261201150405_0";
            made.clause = "测试条款";
            const NoticeText text = compose_notice(*built_in, made);
            for (const std::string_view name : kPlaceholders) {
                EXPECT_EQ(text.body.find("（待填：" + std::string(name) + "）"), std::string::npos)
                    << id << " " << kind << ": " << text.body;
            }
        }
    }
}

}  // namespace
}  // namespace qk::plans
