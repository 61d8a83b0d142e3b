#include "daemon/readings/message.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

constexpr rules::Instant kNow{std::chrono::seconds{1'449'504'000}};  // 2015-12-08T00:00+08:00

MessageContext context() {
    MessageContext made{.zone = rules::kBeijingTime};
    made.name = "m";
    made.now = kNow;
    return made;
}

template <class T>
std::string faults_of(const rules::Result<T>& result) {
    return result ? "" : to_text(result.error());
}

TEST(Topic, NamesEnterpriseKindAndInstrument) {
    const auto topic = parse_topic("qingkong/1/110105/e1/meter/m1");
    ASSERT_TRUE(topic.has_value());
    EXPECT_EQ(topic->kind, TopicKind::kMeter);
    EXPECT_EQ(topic->region, "110105");
    EXPECT_EQ(topic->enterprise, "e1");
    EXPECT_EQ(topic->instrument, "m1");
    EXPECT_EQ(parse_topic("qingkong/1/110105/e1/status")->kind, TopicKind::kStatus);
    EXPECT_FALSE(parse_topic("qingkong/1/110105/e1/receipt")->is_exercise);
    const auto exercise = parse_topic("qingkong/1/110105/e1/exercise/receipt");
    ASSERT_TRUE(exercise.has_value());
    EXPECT_EQ(exercise->kind, TopicKind::kReceipt);
    EXPECT_TRUE(exercise->is_exercise);
    EXPECT_EQ(exercise->instrument, "");
}

TEST(Topic, AnythingElseIsNoneOfOurs) {
    for (const char* text :
         {"", "qingkong", "qingkong/2/r/e/gate", "qingkong/1/r/e/order", "qingkong/1/r/e/meter",
          "qingkong/1//e/gate", "qingkong/1/r/e/exercise/order", "qingkong/1/r/e/exercise",
          "qingkong/1/r/e/gate/x", "qingkong/1/r/e/meter/m/x", "qingkong/1/r/\xff/gate",
          "qingkong/1/r/e/meter/"}) {
        EXPECT_EQ(parse_topic(text), std::nullopt) << text;
    }
}

TEST(MeterMessage, OneObjectOrAnArrayOfThem) {
    const auto one = parse_meter(R"({"t":"2015-12-07T23:45:00+08:00","kw":12.5})", context());
    ASSERT_TRUE(one.has_value());
    EXPECT_EQ(one->at(0).kw, 12.5);
    const auto two = parse_meter(
        R"([{"t":"2015-12-07 23:45","kwh":3},{"t":"2015-12-08","kwh_total":9}])", context());
    ASSERT_TRUE(two.has_value()) << faults_of(two);
    EXPECT_EQ(two->size(), 2U);
}

TEST(MeterMessage, IsRefusedWholeWithEveryFinding) {
    const std::string faults = faults_of(parse_meter(
        R"([{"t":"2015-12-08T00:11:00+08:00","kw":1},{"t":"yesterday","kw":-1},{"t":"2015-12-07","kw":"5"},7])",
        context()));
    EXPECT_NE(faults.find("[0].t 2015-12-08T00:11:00+08:00 is in the future"), std::string::npos);
    EXPECT_NE(faults.find("[1].t 'yesterday' is not a time"), std::string::npos);
    EXPECT_NE(faults.find("[1].kw is -1"), std::string::npos);
    EXPECT_NE(faults.find("[2].kw is not a number"), std::string::npos);
    EXPECT_NE(faults.find("[3].is not an object"), std::string::npos);
}

TEST(MeterMessage, TenMinutesAheadIsAllowedAndOneMoreIsNot) {
    EXPECT_EQ(faults_of(parse_meter(R"({"t":"2015-12-08T00:10:00+08:00","kw":1})", context())), "");
    EXPECT_NE(faults_of(parse_meter(R"({"t":"2015-12-08T00:10:01+08:00","kw":1})", context())), "");
}

TEST(MeterMessage, WithoutPowerIsRefused) {
    EXPECT_NE(faults_of(parse_meter(R"({"t":"2015-12-07"})", context())).find("has no power"),
              std::string::npos);
}

TEST(MeterMessage, LimitsAreSaid) {
    EXPECT_NE(faults_of(parse_meter("[]", context())), "");
    EXPECT_NE(faults_of(parse_meter(std::string(2'000'000, ' '), context())).find("too long"),
              std::string::npos);
    EXPECT_NE(faults_of(parse_meter("{", context())), "");
}

TEST(StackMessage, OneReadingAFactor) {
    const auto readings =
        parse_stack(R"({"t":"2015-12-07","so2":10,"nox":50.5,"flow":1000})", context());
    ASSERT_TRUE(readings.has_value());
    ASSERT_EQ(readings->size(), 2U);
    EXPECT_EQ(readings->at(1).factor, "nox");
    EXPECT_EQ(readings->at(1).flow, 1000);
}

TEST(GateMessage, NeedsPlateAndDirection) {
    const auto passage = parse_gate(
        R"({"t":"2015-12-07","plate":"京A12345","emission_standard":"国四","direction":"in"})",
        context());
    ASSERT_TRUE(passage.has_value());
    EXPECT_EQ(passage->at(0).emission_standard, "国四");
    const std::string faults = faults_of(parse_gate(R"({"t":"2015-12-07"})", context()));
    EXPECT_NE(faults.find("plate"), std::string::npos);
    EXPECT_NE(faults.find("direction"), std::string::npos);
}

TEST(ReceiptMessage, IsReadWhole) {
    const auto receipt = parse_receipt(
        R"({"order":"w1/e1","revision":2,"state":"accepted","at":"2015-12-07","by":"张","note":""})",
        context());
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->state, ReceiptState::kAccepted);
    EXPECT_EQ(receipt->revision, 2);
}

TEST(ReceiptMessage, WrongStateRevisionOrOrderIsNamed) {
    const std::string faults =
        faults_of(parse_receipt(R"({"revision":1.5,"state":"none","at":"2015-12-07"})", context()));
    EXPECT_NE(faults.find("has no order"), std::string::npos);
    EXPECT_NE(faults.find("has no revision"), std::string::npos);
    EXPECT_NE(faults.find("state 'none' is not one"), std::string::npos);
}

// It counts from when it arrives.
TEST(ReceiptMessage, IsTakenWhateverTheClockOfItsSenderSays) {
    for (const char* at :
         {"2015-12-08T00:11:00+08:00", "2099-01-01T00:00:00+08:00", "1999-12-31T23:59:59+08:00"}) {
        const std::string payload =
            std::string(R"({"order":"w1/e1","revision":2,"state":"refused","at":")") + at + "\"}";
        const auto receipt = parse_receipt(payload, context());
        ASSERT_TRUE(receipt.has_value()) << at;
        EXPECT_EQ(receipt->at, rules::parse_instant(at, rules::kBeijingTime)) << "as it was stated";
    }
    EXPECT_FALSE(
        parse_receipt(R"({"order":"w1/e1","revision":2,"state":"refused","at":"noon"})", context())
            .has_value());
}

// It proves that the order was received, so it is not lost over a character.
TEST(ReceiptMessage, IsTakenWithWhatNobodySeesInItShown) {
    const auto receipt = parse_receipt(
        R"({"order":"w1/e1","revision":2,"state":"refused","at":"2015-12-07","by":"张\u202e三",)"
        R"("note":"停\u200b产"})",
        context());
    ASSERT_TRUE(receipt.has_value());
    EXPECT_EQ(receipt->by, "张<U+202E>三");
    EXPECT_EQ(receipt->note, "停<U+200B>产");
    const auto passage =
        parse_gate(R"({"t":"2015-12-07","plate":"京A\u200b12345","direction":"in"})", context());
    ASSERT_TRUE(passage.has_value());
    EXPECT_EQ(passage->at(0).plate, "京A<U+200B>12345");
}

TEST(StatusMessage, IsOnlineOrOffline) {
    EXPECT_EQ(parse_status("online", context()).value(), Presence::kOnline);
    EXPECT_EQ(parse_status("\"offline\"", context()).value(), Presence::kOffline);
    EXPECT_TRUE(parse_status("ON", context()).has_error());
}

TEST(SeriesMessage, IsANumberOrAState) {
    EXPECT_EQ(parse_topic("qingkong/1/110105/e1/series/S1")->kind, TopicKind::kSeries);
    const auto read = parse_series(
        R"([{"t":"2015-12-07T23:45:00+08:00","value":-12.5},
            {"t":"2015-12-07T23:50:00+08:00","state":"旁路开启","valid":false}])",
        context());
    ASSERT_TRUE(read.has_value()) << faults_of(read);
    EXPECT_EQ(read->at(0).number, -12.5);
    EXPECT_FALSE(read->at(0).state);
    EXPECT_EQ(read->at(1).state, rules::ProcessState::kBypassOpen);
    EXPECT_FALSE(read->at(1).valid);
    const std::string faults = faults_of(parse_series(
        R"([{"t":"2015-12-07T23:45:00+08:00"},{"t":"2015-12-07T23:45:00+08:00","value":1,
            "state":"off"},{"t":"2015-12-07T23:45:00+08:00","state":"asleep"}])",
        context()));
    EXPECT_NE(faults.find("[0].has neither or both"), std::string::npos);
    EXPECT_NE(faults.find("[1].has neither or both"), std::string::npos);
    EXPECT_NE(faults.find("[2].state 'asleep' is not one"), std::string::npos);
}

}  // namespace
}  // namespace qk::daemon
