// Numbers that are none, in every field of every message: refused in words, and nothing is asserted
// on.
#include <gtest/gtest.h>

#include "daemon/readings/message.hpp"
#include "plans/text/json.hpp"

namespace qk::daemon {
namespace {

const std::vector<std::string>& numbers() {
    static const std::vector<std::string> kNumbers{"1e400",
                                                   "-1e400",
                                                   "1e309",
                                                   "-1e999",
                                                   std::string(400, '9'),
                                                   std::string(5000, '9'),
                                                   "NaN",
                                                   "nan",
                                                   "Infinity",
                                                   "-inf",
                                                   "1e99999999999999",
                                                   "[1e400]",
                                                   "1e308",
                                                   "-1",
                                                   "-1e308",
                                                   "{}",
                                                   "\"1e400\"",
                                                   "99999999999999999999",
                                                   "+1",
                                                   "0x10",
                                                   "-9223372036854775808"};
    return kNumbers;
}

MessageContext context() {
    MessageContext context{.zone = rules::kBeijingTime};
    context.name = "t";
    context.now = *rules::parse_instant("2015-12-13T09:05:00+08:00", rules::kBeijingTime);
    return context;
}

template <class Read>
void every_number_is_refused(const std::string& message, const Read& read) {
    const std::size_t at = message.find('@');
    for (const std::string& number : numbers()) {
        std::string text = message;
        text.replace(at, 1, number);
        for (const std::string& payload : {text, "[" + text + "]"}) {
            const auto answer = read(payload);
            ASSERT_FALSE(answer) << payload.substr(0, 200);
            // As the daemon keeps and answers it.
            const std::string why = rules::to_text(answer.error());
            EXPECT_FALSE(why.empty());
            EXPECT_LT(why.size(), 2000U);
        }
    }
}

constexpr const char* kTime = "\"t\":\"2015-12-13T09:00:00+08:00\"";

TEST(HostileMessage, OfAMeter) {
    const auto read = [](const std::string& payload) { return parse_meter(payload, context()); };
    for (const char* field : {"kw", "kwh", "kwh_total"}) {
        every_number_is_refused(std::string("{") + kTime + ",\"" + field + "\":@}", read);
    }
    every_number_is_refused(std::string("{") + kTime + ",\"kw\":1,\"minutes\":@}", read);
}

TEST(HostileMessage, OfAStack) {
    const auto read = [](const std::string& payload) { return parse_stack(payload, context()); };
    for (const char* field : {"so2", "nox", "pm", "vocs"}) {
        every_number_is_refused(std::string("{") + kTime + ",\"" + field + "\":@}", read);
    }
    every_number_is_refused(std::string("{") + kTime + ",\"so2\":1,\"flow\":@}", read);
}

TEST(HostileMessage, OfAReceipt) {
    const auto read = [](const std::string& payload) { return parse_receipt(payload, context()); };
    every_number_is_refused(
        "{\"order\":\"o\",\"state\":\"accepted\",\"at\":\"2015-12-13T09:00:00+08:00\",\"revision\":"
        "@}",
        read);
}

}  // namespace
}  // namespace qk::daemon
