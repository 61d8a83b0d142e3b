#include "rules/compliance/sentences.hpp"

#include <charconv>
#include <cmath>

namespace qk::rules {
namespace {

std::string fixed_text(double value, int decimals) {
    char buffer[64];
    const auto end =
        std::to_chars(buffer, buffer + sizeof buffer, value, std::chars_format::fixed, decimals);
    std::string text(buffer, end.ptr);
    if (decimals > 0) {
        while (text.back() == '0') text.pop_back();
        if (text.back() == '.') text.pop_back();
    }
    return text == "-0" ? "0" : text;
}

}  // namespace

std::string number_text(double value) {
    // Beyond this a fixed form no longer fits; readings that large are refused long before.
    if (!std::isfinite(value) || std::abs(value) > 1e15) return "（数值异常）";
    return fixed_text(value, std::abs(value) < 100 ? 1 : 0);
}

std::string percent_text(double share) { return number_text(share * 100) + "%"; }

std::string hours_text(std::chrono::seconds length) {
    const double minutes = static_cast<double>(length.count()) / 60;
    if (minutes < 60) return number_text(minutes) + "分钟";
    return number_text(minutes / 60) + "小时";
}

}  // namespace qk::rules
