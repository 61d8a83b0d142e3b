// One screen of how the whole stands. Method: answers of a daemon as they come, changed in one
// place.
#include "daemon/ctl/status_screen.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace json = boost::json;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr std::string_view kStatus = R"({
 "situation": {"now": "2026-01-10T20:00:00+08:00", "region": "某某市", "pack": "p",
   "assessment": {"finding": "nothing", "reason": "条件未达到"},
   "outlooks": [{"source": "cma", "issued_at": "2026-01-10T08:00:00+08:00", "fresh": true}]},
 "warnings": [{"id": "YJ-1", "exercise": false, "standing": "in_force", "standing_zh": "生效中",
   "colour": "orange", "effective_from": "2026-01-09T20:00:00+08:00", "expected_to": null,
   "pending": {"kind": "raise", "colour": "red", "lapses_at": "2026-01-11T08:00:00+08:00",
     "consulted_by": [], "signatures": [{"person": "li.si"}],
     "approval": {"proposer": "duty", "approvers": ["director", "chief"], "persons": 2,
                  "consultation": true}}}],
 "orders": {"total": 5, "none": 2, "done": 3}, "phone_list": 2, "cases": {"lead": 0},
 "prompts": [], "clock": {"orders_unpublished": 1},
 "readiness": {"store": true, "broker": true, "backlog": 0},
 "disk": {"journal_bytes": 2500000, "store_whole": 1}})";

class StatusScreen : public testing::Test {
 protected:
    Facts facts() const { return status_facts(status_); }
    json::object& warning() { return status_.at("warnings").as_array()[0].as_object(); }
    json::object& change() { return warning()["pending"].as_object(); }

    json::value status_ = plans::parse_json(kStatus, "status").value();
};

TEST_F(StatusScreen, SaysTheLevelInForce) {
    EXPECT_THAT(facts(), Contains(Pair("级别 level",
                                       "橙色 orange  生效中  自 from 2026-01-09 20:00  "
                                       "至另行通知 until further notice  YJ-1")));
    warning()["standing"] = "lifted";
    EXPECT_THAT(facts(), Contains(Pair("级别 level", HasSubstr("no warning in force"))));
    EXPECT_THAT(facts(), Contains(Pair("待办 waiting", HasSubstr("1 条预警待评估"))));
}

TEST_F(StatusScreen, AnExerciseIsNeverTheLevel) {
    warning()["exercise"] = true;
    EXPECT_THAT(facts(), Contains(Pair("级别 level", HasSubstr("no warning in force"))));
    EXPECT_THAT(facts(), Contains(Pair("演练 exercise", HasSubstr("橙色 orange"))));
    EXPECT_THAT(facts(), Contains(Pair("待办 waiting", HasSubstr("演练 exercise"))));
}

TEST_F(StatusScreen, SaysWhomAChangeWaitsFor) {
    EXPECT_THAT(facts(), Contains(Pair("待办 waiting", HasSubstr("待会商 waits for the "
                                                                 "consultation: duty"))));
    change()["consulted_by"] = json::array{"zhang.san"};
    EXPECT_THAT(facts(),
                Contains(Pair("待办 waiting", HasSubstr("director | chief（已签 signed 1/2）"))));
    EXPECT_THAT(facts(), Contains(Pair("待办 waiting", HasSubstr("lapses 2026-01-11 08:00"))));
    warning()["pending"] = nullptr;
    EXPECT_THAT(facts(), Contains(Pair("待办 waiting", "无 nothing")));
}

TEST_F(StatusScreen, CountsOrdersByTheirAnswer) {
    EXPECT_THAT(facts(),
                Contains(Pair("指令 orders", "5 份现行 in force  未回执 none 2  已完成 done 3")));
    EXPECT_THAT(facts(), Contains(Pair("逾期 late", HasSubstr("2 家企业"))));
    status_.as_object()["phone_list"] = 0;
    EXPECT_THAT(facts(), Not(Contains(Pair("逾期 late", testing::_))));
}

TEST_F(StatusScreen, SaysHowOldAForecastIsAndWhetherItStillCounts) {
    EXPECT_THAT(facts(), Contains(Pair("预报 forecast",
                                       "cma  起报 issued 2026-01-10 08:00  12 小时前 hours old  "
                                       "有效 fresh")));
    json::object& situation = status_.at("situation").as_object();
    situation["outlooks"].as_array()[0].as_object()["fresh"] = false;
    EXPECT_THAT(facts(), Contains(Pair("预报 forecast", HasSubstr("过期 STALE"))));
    situation["outlooks"] = json::array{};
    EXPECT_THAT(facts(), Contains(Pair("预报 forecast", HasSubstr("NONE"))));
}

TEST_F(StatusScreen, ABrokerThatIsGoneAndADamagedDatabaseAreSeen) {
    EXPECT_THAT(facts(), Contains(Pair("消息 broker", HasSubstr("connected"))));
    EXPECT_THAT(facts(),
                Contains(Pair("磁盘 disk", HasSubstr("in order  接收日志 journal 2.5 MB"))));
    status_.at("readiness").as_object()["broker"] = false;
    status_.at("disk").as_object()["store_whole"] = 0;
    EXPECT_THAT(facts(), Contains(Pair("消息 broker", HasSubstr("NOT CONNECTED"))));
    EXPECT_THAT(facts(), Contains(Pair("磁盘 disk", HasSubstr("DAMAGED"))));
    status_.as_object()["disk"] = nullptr;
    EXPECT_THAT(facts(), Contains(Pair("磁盘 disk", HasSubstr("administrator"))));
}

}  // namespace
}  // namespace qk::ctl
