// Goal: the page for a night without network holds what the night needs, works from a disk, and
// nothing in it is markup that came from outside. Method: an invented night.
#include "plans/documents/night_page.hpp"

#include <gmock/gmock.h>

namespace qk::plans {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr rules::Instant kNow{std::chrono::seconds{1'800'000'000}};
constexpr std::chrono::hours kHour{1};

NightPage night() {
    NightPage page;
    page.region = "某市";
    page.made_at = kNow;
    page.zone = rules::kBeijingTime;
    page.warnings = {
        {"YJ-1", false, "橙色", "生效中", kNow - kHour, kNow + kHour, "升级红色，待会商"}};
    page.on_duty = {{"duty_officer", "张伟", "138 0000 1111", kNow + kHour}};
    page.matters = {{"指令未签收", "甲厂未签收", kNow - kHour, kNow - kHour, false},
                    {"复核", "乙厂<b>复核</b>", kNow, kNow + kHour, true}};
    page.calls = {{"e1", "甲厂<script>", "朝阳区", "王工", "010-12345678,转8", "催签收", kNow},
                  {"e2", "乙厂", "朝阳区", "", "", "催签收", kNow}};
    page.orders = {{"e1", "甲厂", "朝阳区", "王工", "010-1", "未签收", "none", false, kNow},
                   {"e2", "乙厂", "朝阳区", "", "", "已完成", "done", true, kNow}};
    page.notices = {{"橙色预警", "正文", "措施", "建议", kNow, false}};
    return page;
}

TEST(NightPage, HoldsWhatTheNightNeeds) {
    const std::string html = to_html(night());
    for (const char* words : {"橙色预警", "升级红色，待会商", "张伟", "甲厂未签收", "催签收",
                              "未签收 1", "已完成 1", "正文", "建议"}) {
        EXPECT_THAT(html, HasSubstr(words));
    }
}

TEST(NightPage, SaysAsOfWhenItIsAndThatItIsInternal) {
    const std::string html = to_html(night());
    EXPECT_THAT(html, HasSubstr("2027-01-15 16:00（北京时间）"));
    EXPECT_THAT(html, HasSubstr("内部资料"));
}

TEST(NightPage, ATelephoneIsALinkOfItsFirstNumberAlone) {
    const std::string html = to_html(night());
    EXPECT_THAT(html, HasSubstr("href=\"tel:01012345678\""));
    EXPECT_THAT(html, HasSubstr("href=\"tel:13800001111\""));
    EXPECT_THAT(html, HasSubstr("无号码")) << "who has none is said to have none";
}

TEST(NightPage, WorksFromADisk) {
    const std::string html = to_html(night());
    for (const char* never : {"<script", "src=", "http:", "https:", "url(", "@import", "<link"}) {
        EXPECT_THAT(html, Not(HasSubstr(never)));
    }
    EXPECT_THAT(html, HasSubstr("甲厂&lt;script&gt;"));
}

TEST(NightPage, AnExerciseIsMarkedInEachRow) {
    const std::string html = to_html(night());
    EXPECT_THAT(html, HasSubstr("【演练】</b>乙厂&lt;b&gt;复核"));
    EXPECT_THAT(html, HasSubstr("【演练】</b>乙厂</td>"));
}

TEST(NightPage, WhatIsLateIsMarked) {
    EXPECT_THAT(to_html(night()), HasSubstr("<span class=\"bad\">2027-01-15 15:00</span>"));
}

TEST(NightPage, AQuietNightSaysSo) {
    NightPage page;
    page.region = "某市";
    page.zone = rules::kBeijingTime;
    EXPECT_THAT(to_html(page), HasSubstr("目前没有预警"));
}

}  // namespace
}  // namespace qk::plans
