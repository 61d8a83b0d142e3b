#include "plans/documents/report.hpp"

#include <gtest/gtest.h>

#include "plans/text/json.hpp"

namespace qk::plans {
namespace {

using namespace std::chrono;
using rules::Compliance;

const rules::Instant kStart = sys_days{2015y / December / 6} + 16h;

ReportVerdict verdict(std::string name, Compliance compliance, double measured,
                      std::optional<double> normal) {
    ReportVerdict row;
    row.enterprise = name;
    row.name = std::move(name);
    row.county = "东区";
    row.trade = "砖瓦窑";
    row.grade = "C";
    row.line = "L1";
    row.ratio = 1;
    row.emission.grams = {100'000, 200'000, 50'000, 0};
    row.verdict.obligation = row.name + "/L1/stop";
    row.verdict.window = {kStart, kStart + 24h};
    row.verdict.compliance = compliance;
    row.verdict.measured_kwh = measured;
    row.verdict.normal_kwh = normal;
    row.verdict.text = "结论";
    return row;
}

WarningReport sample() {
    WarningReport report{.zone = rules::kBeijingTime};
    report.warning = "W-1";
    report.region = "示例市";
    report.span = {kStart - 24h, kStart + 48h};
    report.colours = {{{kStart, kStart + 48h}, rules::Colour::kOrange}};
    report.highest = rules::Colour::kOrange;
    report.moments = {{kStart - 6h, "issue", "发布橙色预警", "wang.fang", "主任"}};
    report.made_at = kStart + 48h;
    for (int minute : {2, 4, 6, 8, 100}) {
        OrderAnswer order;
        order.enterprise = "E" + std::to_string(minute);
        order.published = kStart - 6h;
        order.received = kStart - 6h + minutes{minute};
        report.orders.push_back(order);
    }
    report.orders.push_back({"silent", kStart - 6h, {}, {}, {}, {}, {}});
    report.verdicts = {verdict("守法厂", Compliance::kCompliant, 100, 1000),
                       verdict("偷产厂", Compliance::kBreach, 900, 1000),
                       verdict("离线厂", Compliance::kCannotTell, 0, 1000)};
    report.planned = {{Emission::kSo2, 1000, 300, 0, 0.2}, {Emission::kNox, 1000, 600, 0, 0.2}};
    return report;
}

TEST(Report, ReceiptDelaysAreThoseToTheFirstAnswer) {
    const ReceiptFigures figures = receipt_figures(sample());
    EXPECT_EQ(figures.orders, 6U);
    EXPECT_EQ(figures.silent, 1U);
    EXPECT_DOUBLE_EQ(*figures.median_minutes, 6);
    EXPECT_DOUBLE_EQ(*figures.p95_minutes, 100);
}

TEST(Report, TheExecutionRateLeavesOutWhatNobodyCanTell) {
    EXPECT_DOUBLE_EQ(*compliance_counts(sample()).execution_rate(), 0.5);
    WarningReport unknown = sample();
    unknown.verdicts = {verdict("离线厂", Compliance::kCannotTell, 0, {})};
    EXPECT_FALSE(compliance_counts(unknown).execution_rate());
}

TEST(Report, UndeterminedReductionIsNeverCountedAsAchieved) {
    const auto rows = achieved_reductions(sample());
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_DOUBLE_EQ(rows[0].achieved_kg_d, 90 + 10);
    EXPECT_DOUBLE_EQ(rows[0].undetermined_kg_d, 100);
    EXPECT_DOUBLE_EQ(rows[0].share, 0.1);
    EXPECT_GT(rows[0].uncertainty_kg_d, 0);
}

// Of 1,000 kg a day 150 were really cut, where the verdicts alone would say 100.
ReductionStanding real_standing() {
    ReductionStanding standing;
    standing.emission = Emission::kSo2;
    standing.base_kg_d = 1000;
    standing.floor = 0.2;
    standing.sum.hours = 48;
    standing.sum.planned_kg = 600;
    standing.sum.achieved = {300, 20};
    standing.sum.undetermined_kg = 40;
    return standing;
}

TEST(Report, TableSentenceAndNextStepsStateOneReduction) {
    WarningReport report = sample();
    report.real = {real_standing()};
    const auto rows = achieved_reductions(report);
    ASSERT_EQ(rows.size(), 1U);
    EXPECT_DOUBLE_EQ(rows[0].planned_kg_d, 300);
    EXPECT_DOUBLE_EQ(rows[0].achieved_kg_d, 150);
    EXPECT_DOUBLE_EQ(rows[0].uncertainty_kg_d, 20);
    EXPECT_DOUBLE_EQ(rows[0].undetermined_kg_d, 20);
    EXPECT_DOUBLE_EQ(rows[0].share, 0.15);
    const std::string html = to_html(report);
    EXPECT_NE(html.find("实际减排150±20千克/日"), std::string::npos);
    EXPECT_NE(html.find("data-h=\"查明 kg/d\">150</td>"), std::string::npos);
    EXPECT_NE(html.find("已查明减排占全社会排放15.0%，低于底线20%（另有20千克/日无法判定）"),
              std::string::npos);
}

TEST(Report, PaperNamesGradesAndTheStandardInChinese) {
    WarningReport report = sample();
    report.standard = "cn-2024";
    report.standard_name = "重污染天气预警分级标准（2024年）";
    for (ReportVerdict& row : report.verdicts) row.grade = "ungraded";
    report.verdicts.front().grade = "non-leading";
    const std::string html = to_html(report);
    EXPECT_EQ(html.find("ungraded"), std::string::npos);
    EXPECT_EQ(html.find("non-leading"), std::string::npos);
    EXPECT_EQ(html.find("cn-2024"), std::string::npos);
    EXPECT_NE(html.find("非引领性"), std::string::npos);
    EXPECT_NE(html.find("重污染天气预警分级标准（2024年）"), std::string::npos);
}

TEST(Report, NextStepsFollowFromTheFigures) {
    std::string all;
    for (const std::string& step : next_steps(sample())) all += step + "\n";
    EXPECT_NE(all.find("1项认定违反"), std::string::npos) << all;
    EXPECT_NE(all.find("1家企业未回执"), std::string::npos) << all;
    EXPECT_NE(all.find("低于底线20%"), std::string::npos) << all;
}

TEST(Report, TheFirstSheetSaysItAllAndTheAnnexesFollow) {
    WarningReport report = sample();
    report.issuer = "某市应急指挥部";
    const std::string html = to_html(report);
    const auto annexes = html.find("<div class=\"annexes\">");
    ASSERT_NE(annexes, std::string::npos);
    for (const char* words :
         {"橙色预警（Ⅱ级响应）自12月7日0时至12月9日0时", "下达指令6份，5家回执，1家未回执",
          "可判定部分执行率50.0%", "1项认定违反", "某市应急指挥部", "2015年12月9日"}) {
        EXPECT_LT(html.find(words), annexes) << words;
    }
    for (const char* words : {"附件1 过程", "附件3 执行情况", "偷产厂", "附件5 无法判定"}) {
        const auto place = html.find(words);
        EXPECT_NE(place, std::string::npos) << words;
        EXPECT_GT(place, annexes) << words;
    }
    EXPECT_EQ(html.find("见 JSON"), std::string::npos);
}

TEST(Report, ThePageIsWellFormedAndSelfContained) {
    WarningReport report = sample();
    report.verdicts[1].name = "<script>alert('x')</script>";
    report.exercise = true;
    const std::string html = to_html(report);
    EXPECT_EQ(html.find("<script"), std::string::npos);
    EXPECT_EQ(html.find("src="), std::string::npos);
    EXPECT_EQ(html.find("http://www.w3.org/2000/svg") == std::string::npos, false);
    EXPECT_NE(html.find("演练"), std::string::npos);
    EXPECT_NE(html.find("离线厂"), std::string::npos);
    EXPECT_NE(html.find("主任"), std::string::npos);
    EXPECT_EQ(html.find("wang.fang"), std::string::npos) << "paper names offices, no accounts";
    EXPECT_EQ(html.find("nan"), std::string::npos);
}

TEST(Report, AnEmptyReportIsStillAReport) {
    WarningReport report{.zone = rules::kBeijingTime};
    report.span = {kStart, kStart + 24h};
    EXPECT_NE(to_html(report).find("没有需要跟进的事项"), std::string::npos);
    EXPECT_FALSE(to_text(to_json(report)).empty());
}

TEST(Report, JsonHoldsTheSameFigures) {
    const auto json = to_json(sample());
    EXPECT_EQ(json.at("receipts").at("silent").to_number<int>(), 1);
    EXPECT_DOUBLE_EQ(json.at("compliance").at("execution_rate").to_number<double>(), 0.5);
    EXPECT_DOUBLE_EQ(json.at("reductions").at(0).at("undetermined_kg_d").to_number<double>(), 100);
}

}  // namespace
}  // namespace qk::plans
