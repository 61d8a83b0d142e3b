// Goal: the report to file is a sound .docx in the layout of GB/T 9704, with the figures of its
// JSON, and takes no figure for known that is not. Method: an invented report; the parts are read
// back out of the archive.
#include "plans/documents/report_docx.hpp"

#include <gmock/gmock.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/docx_writer.hpp"
#include "plans/text/xlsx_zip.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

json::object report() {
    return json::object{
        {"warning", "YJ-110000-2015-1"},
        {"region", "某市"},
        {"issuer", "某市指挥部<办公室>"},
        {"exercise", false},
        {"highest", "orange"},
        {"made_at", "2015-12-10T09:05:00+08:00"},
        {"is_over", false},
        {"enterprises", 24},
        {"colours", json::array{json::object{{"colour", "orange"},
                                             {"from", "2015-12-07T18:00:00+08:00"},
                                             {"to", "2015-12-09T08:30:00+08:00"}}}},
        {"timeline",
         json::array{json::object{{"at", "2015-12-07T12:00:00+08:00"}, {"text", "会商同意"}}}},
        {"receipts",
         json::object{
             {"orders", 22}, {"silent", 3}, {"p95_minutes", 41.6}, {"median_minutes", nullptr}}},
        {"compliance", json::object{{"compliant", 30},
                                    {"breach_suspected", 2},
                                    {"breach", 1},
                                    {"cannot_tell", 4},
                                    {"execution_rate", 0.909}}},
        {"not_judged", 5},
        {"by_county", json::array{json::object{
                          {"name", "朝阳区"}, {"compliant", 30}, {"execution_rate", nullptr}}}},
        {"by_trade", json::array{}},
        {"reductions", json::array{json::object{{"pollutant", "nox"},
                                                {"planned_kg_d", 100},
                                                {"achieved_kg_d", 80.25},
                                                {"share", 0.2},
                                                {"floor", nullptr}}}},
        {"next_steps", json::array{"核查甲厂"}},
        {"verdicts",
         json::array{json::object{{"name", "甲厂"},
                                  {"county", "朝阳区"},
                                  {"line", "L1"},
                                  {"compliance", "breach"},
                                  {"compliance_zh", "违反"},
                                  {"text", "夜间生产"},
                                  {"window", json::object{{"from", "2015-12-07T18:00:00+08:00"},
                                                          {"to", "2015-12-08T18:00:00+08:00"}}}},
                     json::object{{"name", "乙厂"}, {"compliance", "compliant"}}}},
        {"samples", json::array{}}};
}

std::string part(const std::string& bytes, const std::string& name) {
    auto parts = ZipParts::open(bytes, "report.docx", {});
    if (!parts) return rules::to_text(parts.error());
    std::string text;
    const auto read = parts->inflate(name, [&text](std::string_view piece, bool) {
        text += piece;
        return true;
    });
    return read ? text : rules::to_text(read.error());
}
std::string body(const json::value& of) { return part(report_docx(of), "word/document.xml"); }

TEST(ReportDocx, SaysTheFiguresOfTheReportInSentences) {
    const std::string text = body(report());
    for (const char* words :
         {"某市重污染天气应急响应评估报告", "最高级别为橙色预警", "2015年12月7日18时",
          "2015年12月9日8时30分", "下达指令22份", "未签收3份", "落实30项", "执行率90.9%",
          "氮氧化物", "80.2", "1．核查甲厂", "2015年12月10日</w:t>"}) {
        EXPECT_THAT(text, HasSubstr(words));
    }
    EXPECT_THAT(text, HasSubstr("响应仍在进行"));
}

TEST(ReportDocx, WhatIsNotKnownIsADash) {
    const std::string text = body(report());
    EXPECT_THAT(text, HasSubstr("中位数—分钟"));
    EXPECT_THAT(text, Not(HasSubstr("中位数0分钟")));
}

TEST(ReportDocx, ListsTheSuspectedAloneAndWhatCameFromOutsideIsText) {
    const std::string text = body(report());
    EXPECT_THAT(text, HasSubstr("夜间生产"));
    EXPECT_THAT(text, Not(HasSubstr("乙厂")));
    EXPECT_THAT(text, HasSubstr("指挥部&lt;办公室&gt;"));
}

TEST(ReportDocx, AnExerciseSaysSoAboveTheTitle) {
    EXPECT_THAT(body(report()), Not(HasSubstr("演练")));
    json::object drill = report();
    drill["exercise"] = true;
    const std::string text = body(drill);
    EXPECT_LT(text.find("【演练】"), text.find("评估报告</w:t>"));
}

TEST(ReportDocx, ThePageIsLaidOutAsTheStandardSays) {
    const std::string bytes = report_docx(report());
    const std::string text = part(bytes, "word/document.xml");
    // GB/T 9704-2012, 5.1 and 5.2: A4, 37 mm above, 28 mm at the binding, 156 mm × 225 mm, 22
    // lines.
    for (const char* words :
         {"w:w=\"11906\" w:h=\"16838\"", "w:top=\"2098\"", "w:left=\"1588\"", "w:linePitch=\"579\"",
          "仿宋_GB2312", "方正小标宋简体", "w:firstLineChars=\"200\""}) {
        EXPECT_THAT(text, HasSubstr(words));
    }
    EXPECT_THAT(part(bytes, "word/footer1.xml"), HasSubstr("w:jc w:val=\"right\""));
    EXPECT_THAT(part(bytes, "word/footer2.xml"), HasSubstr("w:jc w:val=\"left\""));
    EXPECT_THAT(part(bytes, "word/settings.xml"), HasSubstr("evenAndOddHeaders"));
}

TEST(ReportDocx, TheSameReportGivesTheSameBytes) {
    EXPECT_EQ(report_docx(report()), report_docx(report()));
}

TEST(ReportDocx, AReportOfNothingIsADocumentStill) {
    const std::string text = body(json::object{});
    EXPECT_THAT(text, HasSubstr("重污染天气应急响应评估报告"));
    EXPECT_THAT(text, HasSubstr("无。"));
}

}  // namespace
}  // namespace qk::plans
