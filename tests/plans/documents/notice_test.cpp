// Goal: notices say what the law wants said, from the region's templates, and an exercise says it
// is one. Method: an invented pack, so that a change of a shipped one breaks nothing here.
#include "plans/documents/notice.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

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

TEST(Notice, AnExerciseSaysSoInItsFirstWords) {
    NoticeFacts exercise = facts();
    exercise.exercise = true;
    const NoticeText text = compose_notice(pack(), exercise);
    EXPECT_TRUE(text.headline.starts_with("【演练】"));
    EXPECT_TRUE(text.body.starts_with("【演练】"));
    EXPECT_TRUE(cap_of(pack(), exercise, text).exercise);
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

TEST(Notice, AdviceSpeaksToEachAddresseeOfItsCauses) {
    RegionPack made = pack();
    made.cause_advice = {{rules::EpisodeCause::kDust, "施工工地", {"停止土石方作业。"}, {}},
                         {rules::EpisodeCause::kOzone, "公众", {"午后减少户外活动。"}, {}},
                         {rules::EpisodeCause::kFire, "公众", {"关闭门窗。"}, {}}};
    NoticeFacts advice = facts();
    advice.mandatory = false;
    advice.cause = "沙尘、臭氧";
    EXPECT_EQ(compose_notice(made, advice).instruction,
              "施工工地：停止土石方作业。\n公众：午后减少户外活动。");
    advice.cause = "境外传输";
    EXPECT_EQ(compose_notice(made, advice).instruction, "儿童减少外出\n公交出行")
        << "of a cause without a list the colour's";
    advice.mandatory = true;
    advice.cause = "沙尘";
    EXPECT_EQ(compose_notice(made, advice).instruction, "儿童减少外出\n公交出行");
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

TEST(Notice, TheEndIsExpectedAndNeverAFact) {
    RegionPack made = pack();
    made.notices.by_kind["issue"] = "{end}；解除时间：{effective_to}；{date}";
    NoticeFacts known = facts();
    known.expected_to = at("2026-12-05T08:00:00+08:00");
    EXPECT_EQ(compose_notice(made, known).body,
              "预计12月5日8时解除，具体以解除通知为准；解除时间：预计12月5日8时；2026年12月1日");
}

TEST(Notice, ARaiseNamesBothColoursAndWithoutAnEarlierOneItIsIssued) {
    RegionPack made = pack();
    made.notices.by_kind["raise"] = "将{from_colour}预警升级为{colour}预警";
    NoticeFacts raised = facts();
    raised.kind = rules::NoticeKind::kUpdate;
    raised.text_kind = "raise";
    EXPECT_EQ(compose_notice(made, raised).headline, "某市发布重污染天气橙色预警（Ⅱ级响应）");
    EXPECT_THAT(compose_notice(made, raised).body, testing::StartsWith("某市人民政府发布橙色预警"));
    raised.from_colour = rules::Colour::kYellow;
    EXPECT_EQ(compose_notice(made, raised).headline,
              "某市将重污染天气黄色预警升级为橙色预警（Ⅱ级响应）");
    EXPECT_EQ(compose_notice(made, raised).body, "将黄色预警升级为橙色预警");
}

TEST(Notice, AnExtensionBeforeTheStartSaysThatItWillBegin) {
    RegionPack made = pack();
    made.notices.by_kind["extend"] = "{response}";
    NoticeFacts longer = facts();
    longer.kind = rules::NoticeKind::kUpdate;
    longer.text_kind = "extend";
    const NoticeText before = compose_notice(made, longer);
    EXPECT_EQ(before.body, "将于12月2日0时启动Ⅱ级应急响应");
    const CapMessage message = cap_of(made, longer, before);
    EXPECT_EQ(message.onset, longer.effective_from);
    EXPECT_EQ(message.urgency, CapUrgency::kExpected);
    longer.issued_at = at("2026-12-02T09:00:00+08:00");
    const NoticeText after = compose_notice(made, longer);
    EXPECT_EQ(after.body, "继续执行Ⅱ级应急响应");
    EXPECT_EQ(cap_of(made, longer, after).urgency, CapUrgency::kImmediate);
}

TEST(Notice, AMessageOutlivesThePlannedEndOfItsWarning) {
    NoticeFacts known = facts();
    known.expected_to = at("2026-12-05T08:00:00+08:00");
    const NoticeText text = compose_notice(pack(), known);
    EXPECT_EQ(*cap_of(pack(), known, text).expires,
              *known.expected_to + pack().publication.expires_after);
    known.expected_to.reset();
    EXPECT_EQ(*cap_of(pack(), known, text).expires,
              known.effective_from + pack().publication.expires_after);
}

TEST(Notice, TheBlocksFollowEachOtherAndAdviceHasNoMandatoryOne) {
    RegionPack made = pack();
    made.notices.by_kind["issue"] = made.notices.by_kind["advisory"] = "{blocks}";
    made.notice_blocks = {{"dust", rules::Colour::kOrange, "工地停工。", {}},
                          {"industry", rules::Colour::kOrange, "减排：{measures}。", {}},
                          {"area", rules::Colour::kRed, "别处。", {}}};
    EXPECT_EQ(
        compose_notice(made, facts()).body,
        "（一）健康防护措施：儿童减少外出。\n（二）建议性减排措施：公交出行。\n"
        "（三）强制性减排措施：\n1. 工业源：减排：停产12家，限产30家。\n2. 扬尘源：工地停工。");
    NoticeFacts advice = facts();
    advice.mandatory = false;
    advice.cause = "臭氧";
    advice.text_kind = "advisory";
    EXPECT_THAT(compose_notice(made, advice).body, testing::Not(testing::HasSubstr("强制")));
}

TEST(Notice, WhatIsNotFilledInIsNamedWithItsPlace) {
    RegionPack made = pack();
    EXPECT_TRUE(compose_notice(made, facts()).unfilled.empty());
    made.id = "somewhere";
    made.contacts[0].name = "（待填：值班室）";
    made.publication.issuer = "（待填：发布单位）";
    made.notices.by_kind["issue"] = "{document}{contact}{blocks}";
    made.notice_blocks = {{"dust", rules::Colour::kOrange, "停工××处", {}}};
    const auto unfilled = compose_notice(made, facts()).unfilled;
    const std::string said = to_sentence(unfilled);
    for (const char* place :
         {"[[contact]]", "[publication] issuer", "扬尘源措施", "[[notice_block]]"}) {
        EXPECT_THAT(said, testing::HasSubstr(place));
    }
}

TEST(Notice, ABureauWithoutANumberingHasNoLineForIt) {
    RegionPack made = pack();
    made.notices.by_kind["issue"] = "{document}\n{issuer}";
    made.publication.document_number = "某环委办〔{year}〕{count}号";
    NoticeFacts numbered = facts();
    numbered.document = document_text(made, 2026, 1, false);
    EXPECT_EQ(compose_notice(made, numbered).body,
              "某环委办〔2026〕1号\n" + made.publication.issuer);
    made.publication.document_number.clear();
    EXPECT_EQ(compose_notice(made, facts()).body, made.publication.issuer);
}

TEST(Notice, WhatIsMissingInAPackIsKnownBeforeAnybodySigns) {
    EXPECT_TRUE(unfilled_places(built_in_pack("beijing-demo").value()).empty());
    const auto places = unfilled_places(built_in_pack("kaifeng").value());
    const std::string said = to_sentence(places);
    EXPECT_THAT(said, testing::HasSubstr("规则包kaifeng的[[contact]]"));
}

TEST(Notice, ADocumentIsNumberedAsTheBureauWritesIt) {
    RegionPack made = pack();
    EXPECT_EQ(document_text(made, 2026, 3, false), "");
    made.publication.document_number = "某环委办〔{year}〕{count}号";
    EXPECT_EQ(document_text(made, 2026, 3, false), "某环委办〔2026〕3号");
    EXPECT_EQ(document_text(made, 2026, 3, true), "（演练）某环委办〔2026〕3号");
}

// A notice with a visible hole must not go out: a built-in text is filled by what a decision knows
// and by what the bureau says of itself. A city's pack that nobody has filled in is refused.
TEST(Notice, ABuiltInTextIsWholeOnceTheBureauHasSaidWhoItIs) {
    for (const std::string& id : built_in_pack_ids()) {
        auto built_in = built_in_pack(id);
        ASSERT_TRUE(built_in) << id;
        const bool says_who = !is_to_be_filled(built_in->publication.issuer) &&
                              std::ranges::none_of(built_in->contacts, [](const Contact& contact) {
                                  return is_to_be_filled(contact.name + contact.phone);
                              });
        for (const std::string_view kind : kNoticeKinds) {
            if (kind == "pre-notice") continue;  // has a form of its own (plans/response)
            NoticeFacts made = facts();
            made.text_kind = kind;
            if (kind == "lift") made.kind = rules::NoticeKind::kCancel;
            made.mandatory = kind != "advisory";
            made.from_colour = rules::Colour::kYellow;
            made.number = "41100000000000_20261201150405_0";
            made.clause = "测试条款";
            made.document = document_text(*built_in, 2026, 1, false);
            EXPECT_EQ(compose_notice(*built_in, made).unfilled.empty(), says_who)
                << id << " " << kind << ": " << compose_notice(*built_in, made).body;
            RegionPack filled = *built_in;
            filled.publication.issuer = "某市人民政府";
            filled.contacts = pack().contacts;
            made.document = "某环委办〔2026〕1号";
            const NoticeText text = compose_notice(filled, made);
            EXPECT_TRUE(text.unfilled.empty())
                << id << " " << kind << ": " << to_sentence(text.unfilled);
            EXPECT_FALSE(is_to_be_filled(text.headline + text.body + text.instruction)) << id;
        }
    }
}

}  // namespace
}  // namespace qk::plans
