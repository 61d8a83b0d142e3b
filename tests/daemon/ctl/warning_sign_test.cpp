// What is shown to who is about to sign.
#include "daemon/ctl/warning_sign.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <boost/json/object.hpp>

#include "plans/text/json.hpp"
#include "tests/daemon/ctl/type_command.hpp"

namespace qk::ctl {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

boost::json::value from(std::string_view text) { return plans::parse_json(text, "test").value(); }

constexpr std::string_view kWarning = R"({"id": "YJ-1", "exercise": false, "generation": 2,
  "pending": {"number": 1, "kind": "start", "colour": "red", "mandatory": true,
    "from": "2026-01-10T20:00:00+08:00", "expected_to": "2026-01-13T20:00:00+08:00",
    "proposer": "zhang.san", "proposed_at": "2026-01-10T12:00:00+08:00",
    "reason": "预报持续重污染", "clause": "red-1", "ordered_by": ""}})";
constexpr std::string_view kPreview = R"({"plan": {"enterprises": 22, "obligations": 40,
  "measures_zh": "停产12项", "floors": [{"pollutant": "so2", "met": true, "how": "达到"},
  {"pollutant": "nox", "met": false, "how": "未达到下限"}]},
  "difference": {"added": 40, "removed": 0, "changed": 1}})";
constexpr std::string_view kConsultation = R"({"at": "2026-01-10T13:00:00+08:00",
  "participants": [{"name": "张三"}, {"name": "李四"}], "summary": "一致同意"})";

TEST(WarningSign, ShowsTheChangeTheConsultationAndThePlan) {
    const Facts facts = facts_to_sign(from(kWarning), from(kPreview), from(kConsultation));
    EXPECT_THAT(facts, Contains(Pair("签发 to sign", "启动 start  红色 red")));
    EXPECT_THAT(facts, Contains(Pair("时间 time", "2026-01-10 20:00 — 2026-01-13 20:00")));
    EXPECT_THAT(facts, Contains(Pair("理由 reason", "预报持续重污染")));
    EXPECT_THAT(facts, Contains(Pair("会商 consultation", HasSubstr("张三、李四  一致同意"))));
    EXPECT_THAT(facts, Contains(Pair("方案 plan", HasSubstr("22 家企业 enterprises  40 项措施"))));
    EXPECT_THAT(facts, Contains(Pair("减排比例 reduction", "nox  未达到下限")));
    EXPECT_THAT(facts, Not(Contains(Pair("减排比例 reduction", HasSubstr("so2")))));
    EXPECT_THAT(facts, Not(Contains(Pair("演练 exercise", testing::_))));
}

TEST(WarningSign, AnExerciseAndAMissingConsultationAreSaidFirst) {
    boost::json::value exercise = from(kWarning);
    exercise.as_object()["exercise"] = true;
    const Facts facts = facts_to_sign(exercise, nullptr, nullptr);
    ASSERT_FALSE(facts.empty());
    EXPECT_EQ(facts.front().first, "演练 exercise");
    EXPECT_THAT(facts, Contains(Pair("会商 consultation", "没有 none")));
    EXPECT_THAT(facts, Not(Contains(Pair("方案 plan", testing::_))));
}

TEST(WarningSign, WithoutATerminalNothingIsSignedUnlessItIsSaidSo) {
    if (isatty(STDIN_FILENO) != 0) GTEST_SKIP() << "run by hand at a terminal";
    const Arguments sign{"warning", "sign", "YJ-1", "--url", "http://127.0.0.1:1"};
    const Answer refused = type_command(sign);
    EXPECT_EQ(refused.code, kBadUsage);
    EXPECT_THAT(refused.err, HasSubstr("--yes"));
    EXPECT_EQ(type_command(words_of(sign, {"--yes"})).code, kUnreachable) << "it was tried";
}

}  // namespace
}  // namespace qk::ctl
