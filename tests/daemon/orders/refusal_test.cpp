#include "daemon/orders/refusal.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/daemon/orders/order_fixture.hpp"

namespace qk::daemon {
namespace {

using std::chrono::hours;

constexpr rules::Instant kNoon{std::chrono::seconds{1'449'460'800}};  // 2015-12-07 12:00 Beijing
const GrantReason kWhy{"高炉不能停", "refusal-1"};

// A stop of the whole line, and a limit of its load by a half.
plans::OrderDocument stop_and_limit() {
    plans::OrderDocument order = order_document("e1", 0.5, kNoon);
    rules::Obligation stop = order.obligations.front();
    stop.id = "e1/L2/stop";
    stop.line = "L2";
    stop.action = rules::Action::kStop;
    stop.ratio = 1;
    stop.check = rules::LineStands{};
    order.obligations.push_back(stop);
    return order;
}

std::vector<ObligationChange> changes_in(const char* json) {
    const auto read = read_changes(boost::json::parse(json), rules::kBeijingTime);
    EXPECT_TRUE(read.has_value()) << json << rules::to_text(read ? rules::Faults{} : read.error());
    return read ? *read : std::vector<ObligationChange>{};
}

std::string faults_in(const char* json) {
    const auto read = read_changes(boost::json::parse(json), rules::kBeijingTime);
    return read ? std::string() : rules::to_text(read.error());
}

std::string refusal_of_change(const char* json) {
    const auto made = exceptions_of(stop_and_limit(), changes_in(json), kWhy);
    return made ? std::string() : rules::to_text(made.error());
}

plans::OrderDocument amended(const char* json) {
    plans::OrderDocument order = stop_and_limit();
    const auto made = exceptions_of(order, changes_in(json), kWhy);
    EXPECT_TRUE(made.has_value()) << json;
    if (made) apply_exceptions(order, *made);
    return order;
}

TEST(Refusal, AStopBecomesALimitThatAMeterCanBeHeldAgainst) {
    const auto order =
        amended(R"({"changes":[{"obligation":"e1/L2/stop","ratio":0.3,"detail":"限产30%"}]})");
    ASSERT_EQ(order.obligations.size(), 2U);
    const rules::Obligation& granted = order.obligations[1];
    EXPECT_EQ(granted.id, "e1/L2/stop") << "the same obligation, asked otherwise";
    EXPECT_EQ(granted.action, rules::Action::kLimitLoad);
    EXPECT_EQ(granted.ratio, 0.3);
    EXPECT_EQ(granted.detail, "限产30%");
    ASSERT_TRUE(std::holds_alternative<rules::LoadAtMost>(granted.check));
    EXPECT_EQ(std::get<rules::LoadAtMost>(granted.check).cut, 0.3);
    EXPECT_EQ(granted.basis.back().text, "高炉不能停");
    EXPECT_EQ(order.obligations[0], stop_and_limit().obligations[0]) << "nothing else changes";
}

TEST(Refusal, WhatIsDroppedIsNotAsked) {
    const auto order = amended(R"({"changes":[{"obligation":"e1/L2/stop","drop":true}]})");
    ASSERT_EQ(order.obligations.size(), 1U);
    EXPECT_EQ(order.obligations[0].id, "e1/L1/limit_load");
}

TEST(Refusal, ABeginIsOnlyPutOff) {
    const auto order =
        amended(R"({"changes":[{"obligation":"e1/L2/stop","from":"2015-12-07T20:00:00+08:00"}]})");
    EXPECT_EQ(order.obligations[1].from, kNoon + hours{8});
    EXPECT_NE(
        refusal_of_change(
            R"({"changes":[{"obligation":"e1/L2/stop","from":"2015-12-07T12:00:00+08:00"}]})"),
        "")
        << "it is the begin that it has";
}

TEST(Refusal, AnAmendmentNeverAsksForMore) {
    for (const char* ratio : {"1", "1.5", "0", "-0.1"}) {
        const std::string json =
            std::string(R"({"changes":[{"obligation":"e1/L2/stop","detail":"限产","ratio":)") +
            ratio + "}]}";
        EXPECT_NE(refusal_of_change(json.c_str()), "") << ratio;
    }
    EXPECT_EQ(refusal_of_change(
                  R"({"changes":[{"obligation":"e1/L2/stop","detail":"限产","ratio":0.99}]})"),
              "");
}

TEST(Refusal, AChangeOfNoObligationOrOfOneTwiceIsAFault) {
    EXPECT_NE(refusal_of_change(R"({"changes":[{"obligation":"e1/L9/stop","drop":true}]})"), "");
    EXPECT_NE(refusal_of_change(R"({"changes":[{"obligation":"e1/L2/stop","drop":true},)"
                                R"({"obligation":"e1/L2/stop","drop":true}]})"),
              "");
}

TEST(Refusal, AChangeThatSaysNothingOrTwoThingsIsAFault) {
    EXPECT_NE(faults_in(R"({})"), "");
    EXPECT_NE(faults_in(R"({"changes":[]})"), "");
    EXPECT_NE(faults_in(R"({"changes":[{"obligation":"a"}]})"), "");
    EXPECT_NE(faults_in(R"({"changes":[{"obligation":"a","drop":true,"ratio":0.1,"detail":"x"}]})"),
              "");
    EXPECT_NE(faults_in(R"({"changes":[{"obligation":"a","ratio":0.1}]})"), "")
        << "without the sentence that the enterprise reads";
    EXPECT_NE(faults_in(R"({"changes":[{"obligation":"a","ratio":"0.1","detail":"x"}]})"), "");
    EXPECT_NE(faults_in(R"({"changes":[{"obligation":"a","from":"noon"}]})"), "");
    EXPECT_EQ(faults_in(R"({"changes":[{"obligation":"a","drop":true}]})"), "");
}

TEST(Refusal, WhatIsDerivedLaterIsAskedInFullOnlyWhereItIsStricter) {
    plans::OrderDocument order = stop_and_limit();
    const auto exceptions = all_dropped(order);
    plans::OrderDocument again = stop_and_limit();
    EXPECT_TRUE(apply_exceptions(again, exceptions));
    EXPECT_TRUE(again.obligations.empty());
    plans::OrderDocument stricter = stop_and_limit();
    stricter.obligations[0].ratio = 0.8;
    EXPECT_TRUE(apply_exceptions(stricter, exceptions));
    ASSERT_EQ(stricter.obligations.size(), 1U);
    EXPECT_EQ(stricter.obligations[0].ratio, 0.8);
    plans::OrderDocument other = order_document("e1", 0.4, kNoon);
    EXPECT_FALSE(apply_exceptions(other, exceptions));
}

TEST(Refusal, WhatWasGrantedMayBeGrantedFurther) {
    plans::OrderDocument order = stop_and_limit();
    auto all = exceptions_of(order,
                             changes_in(R"({"changes":[{"obligation":"e1/L2/stop","ratio":0.5,)"
                                        R"("detail":"限产50%"}]})"),
                             kWhy)
                   .value();
    apply_exceptions(order, all);
    const auto more = exceptions_of(order,
                                    changes_in(R"({"changes":[{"obligation":"e1/L2/stop",)"
                                               R"("ratio":0.2,"detail":"限产20%"}]})"),
                                    kWhy)
                          .value();
    all.insert(all.end(), more.begin(), more.end());
    plans::OrderDocument derived = stop_and_limit();
    EXPECT_TRUE(apply_exceptions(derived, all));
    EXPECT_EQ(derived.obligations[1].ratio, 0.2);
}

TEST(Refusal, StandingsReadBackFromTheirText) {
    for (const auto standing :
         {RefusalStanding::kOpen, RefusalStanding::kConfirmed, RefusalStanding::kAmended,
          RefusalStanding::kInsisted, RefusalStanding::kOverruled, RefusalStanding::kSuperseded}) {
        EXPECT_EQ(parse_refusal_standing(to_text(standing)), standing);
    }
    EXPECT_EQ(parse_refusal_standing("maybe"), std::nullopt);
}

}  // namespace
}  // namespace qk::daemon
