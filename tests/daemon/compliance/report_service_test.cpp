#include "daemon/compliance/report_service.hpp"

#include <gtest/gtest.h>

#include "daemon/api/api.hpp"
#include "daemon/compliance/report_source.hpp"
#include "daemon/warnings/warning_rows.hpp"
#include "plans/text/json.hpp"
#include "tests/daemon/compliance/small_bureau.hpp"

namespace qk::daemon {
namespace {

using namespace std::chrono;
using rules::Instant;

// Two enterprises under an orange warning of two days; one stood, one worked on.
class ReportServiceTest : public testing::TestWithParam<StoreMode> {
 protected:
    ReportServiceTest() {
        const auto work = [](Instant end) {
            const int hour = rules::hour_of_day(end - 1s, rules::kBeijingTime);
            return hour >= 6 && hour < 22 ? 300.0 : 21.0;
        };
        for (const char* meter : {"M1", "M2"}) {
            bureau_.put_readings(meter, kMonday - days{14}, kMonday, work);
        }
        bureau_.put_readings("M1", kMonday, kMonday + 48h, [](Instant) { return 21.0; });
        bureau_.put_readings("M2", kMonday, kMonday + 48h, work);
        put_warning({});
        bureau_.order_stop(kMonday, kMonday + 48h, kMonday - 6h);
    }
    void put_warning(std::optional<Instant> lifted) {
        bureau_.with_store([&](Session& db) {
            StoredWarning stored;
            stored.state.id = "w1";
            stored.state.standing =
                lifted ? rules::WarningStanding::kLifted : rules::WarningStanding::kInForce;
            stored.state.issued_at = kMonday - 6h;
            stored.state.lifted_at = lifted;
            stored.state.segments = {{rules::Colour::kOrange, true, kMonday, lifted}};
            stored.number = 1;
            stored.created_at = kMonday - 8h;
            stored.updated_at = kMonday;
            save_warning(db, stored);
        });
    }
    // The warning as it was made known: what is reported upwards goes by that.
    void put_notice() {
        bureau_.with_store([](Session& db) {
            db.exec(
                "INSERT INTO notices(identifier, warning, kind, colour, exercise, sender, sent, "
                "headline, body, measures, instruction, cap) "
                "VALUES('n1','w1','alert','orange',0,'s',?1,'h','b','','','<alert/>')",
                kMonday - 6h);
            db.exec(
                "INSERT INTO notice_facts(notice, text_kind, mandatory, effective_from, exercise, "
                "year, count, document) SELECT number,'issue',1,?1,0,2015,1,'1号' FROM notices",
                kMonday);
            return 0;
        });
    }
    std::int64_t reports() {
        return bureau_.with_store(
            [](Session& db) { return db.count("SELECT COUNT(*) FROM reports"); });
    }
    ApiResponse get(const std::string& target, const std::string& region = "") {
        Router router;
        service_.add_routes(router);
        Person auditor;
        auditor.region = region;
        auditor.id = "wu";
        auditor.roles = {Role::kAuditor};
        auditor.token_sha256 = "e3b98a4da31a127d4bde6e43033f66ba274cab0eb7eb1c70ec41402bf6273dd8";
        router.set_people({auditor});
        ApiRequest request;
        request.method = "GET";
        request.target = target;
        request.authorization = "Bearer t";
        return bureau_.run(router.handle(request));
    }

    SmallBureau bureau_{GetParam()};
    VerifyService verify_{bureau_.context()};
    ReportService service_{bureau_.context(), verify_};
};
QK_IN_BOTH_STORE_MODES(ReportServiceTest);

TEST_P(ReportServiceTest, ReportsUpwardsCountWhatWasKnownThen) {
    bureau_.clock().step(kMonday + 9h);
    bureau_.with_store([](Session& db) {
        db.exec(
            "INSERT INTO receipts(enterprise, order_id, revision, state, at, by_whom, note, "
            "arrived, channel, person, effect) "
            "VALUES('E1','w1/E1',1,'executing',?1,'','',?1,'mqtt','','taken')",
            kMonday + 1h);
        return 0;
    });
    const auto answer = get("/api/v1/warnings/w1/reports/situation");
    ASSERT_EQ(answer.status, 200) << answer.body;
    const auto now = plans::parse_json(answer.body, "r").value();
    EXPECT_EQ(now.at("total").at("ordered").as_int64(), 2);
    EXPECT_EQ(now.at("total").at("executing").as_int64(), 1);
    EXPECT_EQ(now.at("total").at("silent").as_int64(), 1);
    const auto earlier = plans::parse_json(
        get("/api/v1/warnings/w1/reports/situation?at=2015-12-07T00:30:00%2B08:00").body, "r");
    EXPECT_EQ(earlier->at("total").at("ordered").as_int64(), 2);
    EXPECT_EQ(earlier->at("total").at("silent").as_int64(), 2) << "it answered later";
    EXPECT_EQ(now.at("as_of").as_string(), "2015-12-07T09:00:00+08:00");
    // Before the orders were issued there were none.
    const auto before = plans::parse_json(
        get("/api/v1/warnings/w1/reports/day?at=2015-12-06T17:00:00%2B08:00").body, "r");
    EXPECT_EQ(before->at("total").at("ordered").as_int64(), 0);
    EXPECT_EQ(before->at("from").as_string(), "2015-12-06T00:00:00+08:00");
    const auto paper = get("/api/v1/warnings/w1/reports/day?format=text");
    EXPECT_EQ(paper.content_type, "text/plain; charset=utf-8");
    EXPECT_NE(paper.body.find("应急响应日报（2015-12-07）"), std::string::npos) << paper.body;
    const auto form = get("/api/v1/warnings/w1/reports/province?format=csv");
    EXPECT_EQ(form.content_type, "text/csv; charset=utf-8");
}

TEST_P(ReportServiceTest, AReportUpwardsThatCannotBeIsRefusedWithItsReason) {
    bureau_.clock().step(kMonday + 9h);
    const std::string path = "/api/v1/warnings/w1/reports/";
    EXPECT_EQ(get(path + "situation?at=2015-12-07T10:00:00%2B08:00").status, 422) << "to come";
    EXPECT_EQ(get(path + "situation?at=gestern").status, 422);
    EXPECT_EQ(get(path + "day?day=2015-12-09").status, 422);
    EXPECT_EQ(get(path + "summary").status, 409) << "it runs";
    EXPECT_EQ(get(path + "situation", "110105").status, 403) << "of the whole region alone";
    EXPECT_EQ(get("/api/v1/warnings/w9/reports/situation").status, 404);
}

TEST_P(ReportServiceTest, ALiftedWarningGetsItsReportOnceItsVerdictsAreFinal) {
    bureau_.clock().step(kMonday + 47h);
    EXPECT_EQ(bureau_.run(service_.keep_due()), 0U);
    put_warning(kMonday + 48h);
    bureau_.clock().step(kMonday + 48h + kSettle);
    EXPECT_EQ(bureau_.run(service_.keep_due()), 1U);
    EXPECT_EQ(bureau_.run(service_.keep_due()), 0U);
    EXPECT_EQ(reports(), 1);
    const auto report = plans::parse_json(get("/api/v1/warnings/w1/report").body, "r").value();
    EXPECT_EQ(report.at("compliance").at("compliant").to_number<int>(), 1);
    EXPECT_EQ(report.at("compliance").at("breach").to_number<int>(), 1);
    EXPECT_EQ(report.at("receipts").at("orders").to_number<int>(), 2);
    EXPECT_EQ(report.at("receipts").at("silent").to_number<int>(), 2);
    // Both owe 100 kg of SO2 a day; one cut nearly all of it, the other nothing.
    const auto& so2 = report.at("reductions").at(0);
    EXPECT_NEAR(so2.at("planned_kg_d").to_number<double>(), 200, 1);
    EXPECT_NEAR(so2.at("achieved_kg_d").to_number<double>(), 90, 5);
}

TEST_P(ReportServiceTest, ReportAndSituationStateWhatWasReallyCut) {
    const std::string at_midnight = "?at=2015-12-08T00:00:00%2B08:00";
    put_notice();
    bureau_.clock().step(kMonday + 24h);
    const auto situation =
        plans::parse_json(get("/api/v1/warnings/w1/reports/situation" + at_midnight).body, "r")
            .value();
    const auto report = plans::parse_json(get("/api/v1/warnings/w1/report").body, "r").value();
    for (const auto* paper : {&situation, &report}) {
        const auto& so2 = paper->at("real_reductions").at(0);
        // E1 drew 21 kW for 300 in its sixteen hours, of 100 kg a day; E2 worked on.
        const double drawn = 24 * 21.0 / (16 * 300 + 8 * 21);
        EXPECT_NEAR(so2.at("planned_kg_d").to_number<double>(), 200, 1);
        EXPECT_NEAR(so2.at("achieved_kg_d").to_number<double>(), 100 * (1 - drawn), 1);
        EXPECT_NEAR(so2.at("undetermined_kg_d").to_number<double>(), 0, 0.5);
        EXPECT_EQ(so2.at("plan_reached").as_string(), "no");
    }
    const auto text =
        get("/api/v1/warnings/w1/reports/situation" + at_midnight + "&format=text").body;
    EXPECT_NE(text.find("二氧化硫：实际减排9"), std::string::npos) << text;
}

TEST_P(ReportServiceTest, ADeadMeterIsNoReduction) {
    // E2 is cut off at its meter.
    bureau_.put_readings("M2", kMonday, kMonday + 48h, [](Instant) { return 0.0; });
    bureau_.clock().step(kMonday + 24h);
    const auto report = plans::parse_json(get("/api/v1/warnings/w1/report").body, "r").value();
    const auto& so2 = report.at("real_reductions").at(0);
    EXPECT_NEAR(so2.at("achieved_kg_d").to_number<double>(), 90, 1) << "of E1 alone";
    EXPECT_NEAR(so2.at("undetermined_kg_d").to_number<double>(), 100, 1);
    EXPECT_NE(so2.at("plan_reached").as_string(), "yes");
}

TEST_P(ReportServiceTest, WhatStoodBeforeIsPaperAndSaidAsSuch) {
    bureau_.put_readings("M1", kMonday - days{14}, kMonday, [](Instant) { return 21.0; });
    bureau_.put_readings("M1", kMonday - days{30}, kMonday - days{14},
                         [](Instant) { return 21.0; });
    bureau_.clock().step(kMonday + 24h);
    const auto report = plans::parse_json(get("/api/v1/warnings/w1/report").body, "r").value();
    const auto& so2 = report.at("real_reductions").at(0);
    EXPECT_NEAR(so2.at("achieved_kg_d").to_number<double>(), 0, 1);
    EXPECT_NEAR(so2.at("paper_kg_d").to_number<double>(), 100, 1);
}

TEST_P(ReportServiceTest, ARefusalThatWasCorrectedIsNotInTheReport) {
    bureau_.with_store([](Session& db) {
        const std::string order =
            db.one<std::string>("SELECT order_id FROM order_revisions WHERE enterprise = 'E1'")
                .value();
        for (const auto& [state, at] :
             {std::pair{"refused", kMonday}, {"accepted", kMonday + 1h}}) {
            db.exec(
                "INSERT INTO receipts(enterprise, order_id, revision, state, at, by_whom, note, "
                "arrived, channel, person, effect) VALUES('E1',?,1,?,?,'','',?,'phone','','taken')",
                order, state, at, at);
        }
    });
    put_warning(kMonday + 48h);
    bureau_.clock().step(kMonday + 48h + kSettle);
    ASSERT_EQ(bureau_.run(service_.keep_due()), 1U);
    const auto report = plans::parse_json(get("/api/v1/warnings/w1/report").body, "r").value();
    EXPECT_EQ(report.at("receipts").at("refused").to_number<int>(), 0);
    EXPECT_EQ(report.at("receipts").at("accepted").to_number<int>(), 1);
}

TEST_P(ReportServiceTest, ACountyReadsTheReportOfItsOwnEnterprises) {
    InventoryFiles files;
    files["enterprises.csv"] =
        "id,name,region,industry,grade,category\n"
        "E1,甲厂,110105,砖瓦窑,C,regular\nE2,乙厂,110106,砖瓦窑,D,regular\n";
    files["lines.csv"] =
        "enterprise,id,name,equipment,uninterruptible,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "E1,L1,一线,窑,no,100,200,300,0\nE2,L1,一线,窑,no,100,200,300,0\n";
    files["area_emissions.csv"] =
        "region,source,so2_kg_d,nox_kg_d,pm_kg_d,vocs_kg_d\n"
        "110105,industry,400,1000,1000,1000\n110106,industry,600,1000,1000,1000\n";
    files["meters.csv"] =
        "id,enterprise,line,role,rated_kw,idle_kw\n"
        "M1,E1,L1,production,400,20\nM2,E2,L1,production,400,20\n";
    ASSERT_TRUE(bureau_.context().inventories.take_now(files, "two counties", kMonday).has_value());
    bureau_.with_store([](Session& db) {
        db.exec("UPDATE orders SET region = '110106' WHERE enterprise = 'E2'");
    });
    put_warning(kMonday + 48h);
    bureau_.clock().step(kMonday + 48h + kSettle);
    ASSERT_EQ(bureau_.run(service_.keep_due()), 1U);
    const std::string path = "/api/v1/warnings/w1/report";
    const auto whole = plans::parse_json(get(path).body, "r").value();
    EXPECT_EQ(whole.at("receipts").at("orders").to_number<int>(), 2);
    const auto first = plans::parse_json(get(path, "110105").body, "r").value();
    EXPECT_EQ(first.at("receipts").at("orders").to_number<int>(), 1);
    EXPECT_EQ(first.at("compliance").at("compliant").to_number<int>(), 1);
    EXPECT_EQ(first.at("compliance").at("breach").to_number<int>(), 0);
    const auto& so2 = first.at("reductions").at(0);
    EXPECT_NEAR(so2.at("planned_kg_d").to_number<double>(), 100, 1);
    EXPECT_NEAR(so2.at("base_kg_d").to_number<double>(), 400, 1e-9);
    const std::string page = get(path + "?format=html", "110105").body;
    EXPECT_NE(page.find("仅110105企业"), std::string::npos);
    EXPECT_EQ(page.find("乙厂"), std::string::npos);
    EXPECT_EQ(page.find("M2"), std::string::npos);
    const std::string other = get(path + "?format=html", "110106").body;
    EXPECT_NE(other.find("乙厂"), std::string::npos);
    EXPECT_EQ(other.find("甲厂"), std::string::npos);
    EXPECT_EQ(reports(), 1) << "reading a part keeps nothing";
}

TEST_P(ReportServiceTest, AWarningThatRunsIsReportedAsOfNowAndNothingIsKept) {
    bureau_.clock().step(kMonday + 24h);
    bureau_.run(verify_.tick());
    const auto html = get("/api/v1/warnings/w1/report?format=html");
    EXPECT_EQ(html.status, 200);
    EXPECT_EQ(html.content_type, "text/html; charset=utf-8");
    EXPECT_NE(html.body.find("响应进行中"), std::string::npos);
    EXPECT_NE(html.body.find("电表M2"), std::string::npos);
    EXPECT_EQ(reports(), 0);
    EXPECT_EQ(get("/api/v1/warnings/none/report").status, 404);
}

}  // namespace
}  // namespace qk::daemon
