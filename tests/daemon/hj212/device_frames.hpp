// Frames as devices send them, at the time at which the tests of services begin.
#pragma once

#include <string>

#include "plans/hj212/frame.hpp"

namespace qk::daemon {

struct SentFrame {
    std::string mn = "MN1";
    std::string command = "2011";
    std::string data_time = "20151208000000";  // kTestStart in Beijing
    std::string qn = "20151208000000000";
    std::string value = "12.5";
    std::string state = "N";
    int flag = 5;  // 2017, and an answer is wanted
};

inline std::string segment_of(const SentFrame& sent) {
    const std::string suffix = sent.command == "2011" ? "Rtd" : "Avg";
    return "QN=" + sent.qn + ";ST=31;CN=" + sent.command + ";PW=123456;MN=" + sent.mn +
           ";Flag=" + std::to_string(sent.flag) + ";CP=&&DataTime=" + sent.data_time + ";a21026-" +
           suffix + "=" + sent.value + ",a21026-Flag=" + sent.state + "&&";
}
inline std::string bytes_of(const SentFrame& sent) {
    return plans::hj212::to_frame(segment_of(sent));
}
inline std::string bytes_of_mn(const std::string& mn) {
    SentFrame sent;
    sent.mn = mn;
    return bytes_of(sent);
}

}  // namespace qk::daemon
