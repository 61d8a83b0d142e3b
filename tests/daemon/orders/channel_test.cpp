#include "daemon/orders/channel.hpp"

#include <gtest/gtest.h>

namespace qk::daemon {
namespace {

using std::chrono::minutes;

constexpr rules::Instant kEvening{std::chrono::seconds{1'449'489'600}};  // 2015-12-07 20:00 Beijing

SmsFacts facts() {
    SmsFacts made{.zone = rules::kBeijingTime};
    made.sign = "【许昌环境】";
    made.colour = rules::Colour::kOrange;
    made.revision = 2;
    made.owes = true;
    made.effective_from = kEvening;
    return made;
}

TEST(Sms, SaysWhatIsOrderedFromWhenAndHowToAnswer) {
    EXPECT_EQ(sms_text(facts()),
              "【许昌环境】橙色预警减排指令第2版，12-07 20:00起执行。回复1收到2执行3有困难");
}

TEST(Sms, AnExerciseIsMarkedAndAnEndSaysSo) {
    SmsFacts exercise = facts();
    exercise.exercise = true;
    EXPECT_NE(sms_text(exercise).find("【演练】"), std::string::npos);
    SmsFacts over = facts();
    over.owes = false;
    const std::string text = sms_text(over);
    EXPECT_NE(text.find("管控结束"), std::string::npos);
    EXPECT_EQ(text.find("执行3"), std::string::npos) << "there is nothing to carry out";
}

TEST(Sms, TheLongestIsOneMessage) {
    SmsFacts longest = facts();
    longest.sign.clear();
    for (std::size_t i = 0; i < kSmsSignCharactersMax; ++i) longest.sign += "许";
    longest.exercise = true;
    longest.revision = 999'999'999'999'999;
    EXPECT_LE(count_characters(sms_text(longest)), kSmsCharactersMax);
    longest.owes = false;
    EXPECT_LE(count_characters(sms_text(longest)), kSmsCharactersMax);
}

TEST(Sms, AnAnswerIsANumberAndWhateverStandsBehindIt) {
    EXPECT_EQ(sms_answer("1"), ReceiptState::kReceived);
    EXPECT_EQ(sms_answer(" 2 执行"), ReceiptState::kExecuting);
    EXPECT_EQ(sms_answer("3有困难，高炉不能停"), ReceiptState::kRefused);
    EXPECT_EQ(sms_answer("３"), ReceiptState::kRefused);
    for (const char* none : {"", "收到", "4", "0", "10", "13800000000", "不1", "第1"}) {
        EXPECT_EQ(sms_answer(none), std::nullopt) << none;
    }
}

TEST(Sms, ANumberIsTheSameHoweverItIsWritten) {
    for (const char* one :
         {"13812345678", "+86 138-1234-5678", "8613812345678", "0086 13812345678"}) {
        EXPECT_EQ(phone_digits(one), "13812345678") << one;
    }
    EXPECT_EQ(phone_digits("0374-2965555"), "03742965555");
    EXPECT_EQ(phone_digits("无"), "");
}

TEST(SendAgain, WaitsUnlessForcedAndNeverPassesTheLimitOfADay) {
    ChannelConfig config;
    config.again = minutes{10};
    config.per_day = 2;
    EXPECT_EQ(may_send_again({}, config, false, kEvening), SendAgain::kYes);
    const SentSoFar once{kEvening, 1};
    EXPECT_EQ(may_send_again(once, config, false, kEvening + minutes{9}), SendAgain::kTooSoon);
    EXPECT_EQ(may_send_again(once, config, true, kEvening + minutes{9}), SendAgain::kYes);
    EXPECT_EQ(may_send_again(once, config, false, kEvening + minutes{10}), SendAgain::kYes);
    const SentSoFar twice{kEvening, 2};
    EXPECT_EQ(may_send_again(twice, config, true, kEvening + minutes{60}), SendAgain::kTooOften);
}

TEST(SendAgain, ThePauseDoublesUpToItsLongest) {
    EXPECT_EQ(send_pause(1), kSendPauseFirst);
    EXPECT_EQ(send_pause(2), kSendPauseFirst * 2);
    EXPECT_EQ(send_pause(100), kSendPauseMost);
}

}  // namespace
}  // namespace qk::daemon
