// Goal: what is reported upwards is what was known then, and the paper, the JSON and the province's
// form say the same. Method: an invented warning of three notices, looked at hour by hour.
#include "plans/documents/upward_report.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <sstream>

namespace qk::plans {
namespace {

using rules::Colour;
using rules::NoticeKind;
using testing::HasSubstr;
using testing::Not;

rules::Instant at(int day, int hour) {
    return *rules::parse_instant("2026-12-01", rules::kBeijingTime) +
           std::chrono::hours((day - 1) * 24 + hour);
}

// Yellow from the 2nd, raised to orange from the 3rd, lifted on the 5th at 9.
UpwardReport report(UpwardKind kind, rules::Instant as_of) {
    UpwardReport made{.zone = rules::kBeijingTime};
    made.kind = kind;
    made.region = "某市";
    made.region_code = "999900";
    made.issuer = "某市环委办";
    made.contact = "值班室 0000-1234567";
    made.as_of = as_of;
    made.period = {at(1, 0), as_of};
    made.aqi = 235;
    made.aqi_until = as_of;
    made.measures = "停产2项";
    made.counties = {{"999901", "甲县", 5, 4, 3, 1, 2, 1, 0, 1, 1, 1},
                     {"999902", "乙县", 2, 2, 2, 0, 2, 0, 0, 0, 0, 0}};
    made.cuts = {{Emission::kSo2, 1250.5, 0.213, 0.2}};
    const std::vector<UpwardNotice> all{
        {at(1, 15), NoticeKind::kAlert, false, Colour::kYellow, true, at(2, 0), at(4, 0),
         "某环委办〔2026〕1号", "发布黄色预警"},
        {at(2, 15), NoticeKind::kUpdate, false, Colour::kOrange, true, at(3, 0), at(6, 0),
         "某环委办〔2026〕2号", "升级为橙色预警"},
        {at(5, 9),
         NoticeKind::kCancel,
         false,
         Colour::kOrange,
         true,
         at(5, 9),
         {},
         "某环委办〔2026〕3号",
         "解除橙色预警"}};
    for (const UpwardNotice& one : all) {
        if (one.sent <= as_of) made.notices.push_back(one);
    }
    return made;
}

TEST(UpwardReport, TheStandingIsThatOfTheHour) {
    const auto standing = [](int day, int hour) {
        return standing_of(report(UpwardKind::kSituation, at(day, hour)));
    };
    EXPECT_FALSE(standing(1, 9).issued_at);
    EXPECT_EQ(standing(1, 17).next, Colour::kYellow);
    EXPECT_FALSE(standing(1, 17).began_at);
    EXPECT_EQ(standing(2, 9).colour, Colour::kYellow);
    EXPECT_EQ(standing(2, 17).colour, Colour::kYellow);
    EXPECT_EQ(standing(2, 17).next, Colour::kOrange);
    EXPECT_EQ(standing(3, 9).colour, Colour::kOrange);
    EXPECT_EQ(standing(3, 9).expected_to, at(6, 0));
    EXPECT_FALSE(standing(5, 9).colour);
    EXPECT_EQ(standing(5, 9).highest, Colour::kOrange);
    EXPECT_EQ(standing(5, 9).document, "某环委办〔2026〕3号");
}

TEST(UpwardReport, WhatWasPlannedAndNeverBeganIsNotTheHighest) {
    UpwardReport lowered = report(UpwardKind::kSituation, at(2, 17));
    lowered.notices.push_back({at(2, 16), NoticeKind::kUpdate, false, Colour::kBlue, true,
                               at(2, 20), at(4, 0), "", "降级"});
    EXPECT_EQ(standing_of(lowered).next, Colour::kBlue);
    lowered.as_of = at(3, 9);
    EXPECT_EQ(standing_of(lowered).colour, Colour::kBlue);
    EXPECT_EQ(standing_of(lowered).highest, Colour::kYellow);
}

TEST(UpwardReport, ASituationReportSaysWhatIsAndWhatWillBe) {
    const std::string paper = to_paper(report(UpwardKind::kSituation, at(2, 17)));
    EXPECT_THAT(paper, HasSubstr("某市重污染天气应急响应情况报告（17时）"));
    EXPECT_THAT(paper, HasSubstr("正在执行重污染天气黄色预警（Ⅲ级响应）；"
                                 "将于12月3日0时启动重污染天气橙色预警（Ⅱ级响应）；"
                                 "预计12月6日0时解除。"));
    EXPECT_THAT(paper,
                HasSubstr("已向7家企业下达指令，6家已回应，5家已执行，1家拒绝，1家未回应。"));
    EXPECT_THAT(paper, HasSubstr("二氧化硫每日1250.5千克，占全社会排放量的21.3%（下限20%）"));
    EXPECT_THAT(paper, HasSubstr("某环委办〔2026〕2号"));
    EXPECT_THAT(paper, Not(HasSubstr("某环委办〔2026〕3号")));
}

TEST(UpwardReport, TheSummaryShowsTheDayItIsDue) {
    UpwardReport summary = report(UpwardKind::kSummary, at(5, 10));
    EXPECT_THAT(to_paper(summary), HasSubstr("报送期限：12月7日9时（解除后48小时内）"));
    EXPECT_EQ(to_json(summary).at("standing").at("summary_due").as_string(),
              "2026-12-07T09:00:00+08:00");
    summary.summary_within = std::chrono::hours(72);
    EXPECT_THAT(to_paper(summary), HasSubstr("报送期限：12月8日9时"));
}

TEST(UpwardReport, TheFormHasARowPerCountyAndOneOfAll) {
    UpwardReport form = report(UpwardKind::kProvince, at(3, 9));
    form.counties[0].name = "甲,县";
    ReductionStanding so2;
    so2.emission = Emission::kSo2;
    so2.sum.hours = 48;
    so2.sum.achieved = {2210, 10};
    form.real = {so2};
    std::istringstream lines(to_province_csv(form));
    std::vector<std::string> rows;
    for (std::string line; std::getline(lines, line);) rows.push_back(line);
    ASSERT_EQ(rows.size(), 4U);
    EXPECT_THAT(rows[0], testing::StartsWith("\xEF\xBB\xBF填报单位,截至时间,"));
    EXPECT_THAT(rows[1], HasSubstr("999901,\"甲,县\",橙色,Ⅱ级,某环委办〔2026〕2号,"));
    EXPECT_THAT(rows[3], HasSubstr(",999900,某市,"));
    EXPECT_THAT(rows[3], HasSubstr(",7,6,5,1,1,4,1,0,1,1,1,1250.5,"));
    EXPECT_THAT(rows[3], HasSubstr(",1105.0,,,,")) << "what was really cut, where it is known";
    // A form whose first cells are empty keeps its columns.
    form.issuer.clear();
    std::istringstream again(to_province_csv(form));
    std::string row;
    std::getline(again, row);
    std::getline(again, row);
    EXPECT_TRUE(row.starts_with(",2026-12-03 09:00,999901,")) << row;
}

TEST(UpwardReport, ASituationReportIsOfTheLastTimeThatTheRegionNames) {
    const auto last = [](std::vector<std::string> times, int day, int hour) {
        return report_time(std::move(times), at(day, hour), rules::kBeijingTime);
    };
    EXPECT_EQ(last({}, 2, 9), at(2, 9));
    EXPECT_EQ(last({}, 2, 16), at(2, 9));
    EXPECT_EQ(last({}, 2, 23), at(2, 17));
    EXPECT_EQ(last({}, 2, 8), at(1, 17));
    EXPECT_EQ(last({"20:00", "06:00"}, 2, 19), at(2, 6));
}

// The sample beside the configuration shows the columns that the program writes.
TEST(UpwardReport, TheSampleOfTheFormHasItsColumns) {
    std::ifstream file(QK_SOURCE_DIR "/packaging/sample/province.csv");
    ASSERT_TRUE(file);
    std::string header;
    std::getline(file, header);
    std::string wanted = "\xEF\xBB\xBF";
    for (const std::string_view column : kProvinceColumns) wanted += std::string(column) + ",";
    wanted.back() = '\r';
    EXPECT_EQ(header, wanted);
}

}  // namespace
}  // namespace qk::plans
