#include "daemon/compliance/report_answers.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

using std::chrono::hours;
constexpr rules::Instant kIssued{std::chrono::seconds{1'450'000'000}};

AnswerOnRecord taken(ReceiptState state, int hour) { return {state, kIssued + hours{hour}, true}; }
AnswerOnRecord late(ReceiptState state, int hour) { return {state, kIssued + hours{hour}, false}; }

plans::OrderAnswer told(const std::vector<AnswerOnRecord>& answers) {
    plans::OrderAnswer order;
    add_answers(answers, order);
    return order;
}

TEST(ReportAnswers, EachAnswerIsToldWhenItFirstCame) {
    const auto order = told({taken(ReceiptState::kReceived, 1), taken(ReceiptState::kAccepted, 2),
                             taken(ReceiptState::kExecuting, 3), taken(ReceiptState::kDone, 9)});
    EXPECT_EQ(order.received, kIssued + hours{1});
    EXPECT_EQ(order.accepted, kIssued + hours{2});
    EXPECT_EQ(order.executing, kIssued + hours{3});
    EXPECT_EQ(order.done, kIssued + hours{9});
    EXPECT_FALSE(order.refused);
}

TEST(ReportAnswers, ARefusalThatWasCorrectedIsNotToldAndWhatWasBeforeItStays) {
    const auto order = told({taken(ReceiptState::kAccepted, 1), taken(ReceiptState::kRefused, 2),
                             taken(ReceiptState::kAccepted, 4)});
    EXPECT_FALSE(order.refused);
    EXPECT_EQ(order.accepted, kIssued + hours{1});
}

TEST(ReportAnswers, ARefusalThatCameAgainCameTheSecondTime) {
    const auto order = told({taken(ReceiptState::kRefused, 1), taken(ReceiptState::kAccepted, 2),
                             taken(ReceiptState::kRefused, 5)});
    EXPECT_EQ(order.refused, kIssued + hours{5});
    EXPECT_EQ(order.accepted, kIssued + hours{2}) << "it was accepted before it was refused";
}

TEST(ReportAnswers, WhoHadNotBegunAndBeganAgainBeganTheSecondTime) {
    const auto order = told({taken(ReceiptState::kExecuting, 1), taken(ReceiptState::kDone, 2),
                             taken(ReceiptState::kReceived, 3)});
    EXPECT_FALSE(order.executing);
    EXPECT_FALSE(order.done);
    EXPECT_EQ(order.received, kIssued + hours{3});
    const auto again = told({taken(ReceiptState::kExecuting, 1), taken(ReceiptState::kAccepted, 2),
                             taken(ReceiptState::kExecuting, 6)});
    EXPECT_EQ(again.executing, kIssued + hours{6});
    EXPECT_EQ(again.accepted, kIssued + hours{2});
}

TEST(ReportAnswers, AnEndThatWasARefusalIsToldAsOne) {
    const auto order = told({taken(ReceiptState::kExecuting, 1), taken(ReceiptState::kDone, 2),
                             taken(ReceiptState::kRefused, 3)});
    EXPECT_FALSE(order.done);
    EXPECT_EQ(order.executing, kIssued + hours{1});
    EXPECT_EQ(order.refused, kIssued + hours{3});
}

TEST(ReportAnswers, WhatWasOvertakenCameAndWhatARefusalShutOutDidNot) {
    const auto overtaken =
        told({taken(ReceiptState::kAccepted, 2), late(ReceiptState::kReceived, 1)});
    EXPECT_EQ(overtaken.received, kIssued + hours{1});
    const auto refused =
        told({taken(ReceiptState::kRefused, 1), late(ReceiptState::kExecuting, 2)});
    EXPECT_FALSE(refused.executing);
}

TEST(ReportAnswers, AnAnswerToAnEarlierRevisionIsToldWhereItIsTheFirst) {
    plans::OrderAnswer order;
    add_answers({late(ReceiptState::kAccepted, 1)}, order);
    add_answers({taken(ReceiptState::kAccepted, 8), taken(ReceiptState::kExecuting, 9)}, order);
    EXPECT_EQ(order.accepted, kIssued + hours{1});
    EXPECT_EQ(order.executing, kIssued + hours{9});
}

}  // namespace
}  // namespace qk::daemon
