// Goal: the hand-over says what was composed, in both languages, and nothing in it is markup.
// Method: an invented shift.
#include "plans/documents/handover.hpp"

#include <gmock/gmock.h>

#include <boost/json/object.hpp>

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr rules::Instant kMorning{std::chrono::seconds{1'800'000'000}};

Handover shift() {
    Handover handover;
    handover.region = "某市";
    handover.span = {kMorning - std::chrono::hours{24}, kMorning};
    handover.given_by = {"zhang", "张伟"};
    handover.given_to = {"wang", "王芳"};
    handover.note = "注意<b>甲厂</b>";
    handover.standing = "YJ-1：橙色生效中。";
    handover.on_duty = {{"duty_officer", {"zhang", "张伟"}, false, kMorning}};
    handover.decisions.items = {{kMorning, "YJ-1", "sign", "升级红色", "li", "会商同意"}};
    handover.decisions.total = 300;
    handover.open.items = {
        {7, "order", "指令未签收", "企业e1未签收指令", kMorning, kMorning, {}, {"zhang"}, 2}};
    handover.open.total = 1;
    handover.without_receipt = 4;
    handover.gaps = {"approver 12月1日8时—12月2日8时"};
    return handover;
}

std::string page(HandoverLanguage language, const HandoverSignatures& signatures = {}) {
    return handover_page(to_json(shift(), rules::kBeijingTime), signatures, language);
}

TEST(HandoverPage, SaysWhatHappenedAndWhatIsOpen) {
    const std::string html = page(HandoverLanguage::kChinese);
    for (const char* part :
         {"交接班记录", "张伟", "王芳", "升级红色", "企业e1未签收指令", "YJ-1：橙色生效中。",
          "approver 12月1日8时", "尚未接班", "列出前1项，共300项"}) {
        EXPECT_THAT(html, HasSubstr(part));
    }
}

TEST(HandoverPage, IsInEnglishWhereThatIsAsked) {
    const std::string html = page(HandoverLanguage::kEnglish);
    EXPECT_THAT(html, HasSubstr("<html lang=\"en\">"));
    EXPECT_THAT(html, HasSubstr("not taken over yet"));
    EXPECT_THAT(html, HasSubstr("the first 1 of 300"));
    EXPECT_THAT(html, HasSubstr("企业e1未签收指令")) << "what was written stays as it was";
    EXPECT_THAT(html, Not(HasSubstr("交接班记录")));
}

TEST(HandoverPage, BearsBothSignatures) {
    HandoverSignatures signatures;
    signatures.number = 12;
    signatures.given_at = "2027-01-15T16:00:00+08:00";
    signatures.taken_at = "2027-01-15T16:10:00+08:00";
    signatures.taken_by = "赵敏";
    signatures.sha256 = "abc123";
    const std::string html = page(HandoverLanguage::kChinese, signatures);
    for (const char* part : {"赵敏", "2027-01-15T16:10:00+08:00", "abc123", "编号 12"}) {
        EXPECT_THAT(html, HasSubstr(part));
    }
    EXPECT_THAT(html, Not(HasSubstr("尚未接班")));
}

TEST(HandoverPage, WhatPeopleWroteIsNoMarkup) {
    const std::string html = page(HandoverLanguage::kChinese);
    EXPECT_THAT(html, Not(HasSubstr("<b>")));
    EXPECT_THAT(html, HasSubstr("注意&lt;b&gt;甲厂"));
}

}  // namespace
}  // namespace qk::plans
