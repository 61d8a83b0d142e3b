#include "plans/inventory/credit_code.hpp"

#include <algorithm>

namespace qk::plans {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::size_t kCodeLength = 18;
constexpr int kModulus = 31;

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool looks_like_credit_code(std::string_view id) {
    return id.size() == kCodeLength &&
           std::ranges::all_of(id, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

std::optional<char> credit_code_check_character(std::string_view id) {
    int sum = 0;
    int weight = 1;  // powers of 3, modulo 31
    for (std::size_t i = 0; i + 1 < kCodeLength && i < id.size(); ++i) {
        const std::size_t value = kAlphabet.find(id[i]);
        if (value == std::string_view::npos) return std::nullopt;
        sum += static_cast<int>(value) * weight;
        weight = weight * 3 % kModulus;
    }
    return kAlphabet[static_cast<std::size_t>((kModulus - sum % kModulus) % kModulus)];
}

bool is_region_code(std::string_view code) {
    if (code.size() != 6 || !std::ranges::all_of(code, is_digit)) return false;
    const int province = (code[0] - '0') * 10 + (code[1] - '0');
    const int number = province % 10;
    switch (province / 10) {
        case 1:
            return number >= 1 && number <= 5;
        case 2:
            return number >= 1 && number <= 3;
        case 3:
            return number >= 1 && number <= 7;
        case 4:
            return number >= 1 && number <= 6;
        case 5:
            return number <= 4;
        case 6:
            return number >= 1 && number <= 6;  // 66: the production corps in Xinjiang
        case 7:
            return number == 1;
        case 8:
            return number == 1 || number == 2;
        default:
            return false;
    }
}

bool region_holds(std::string_view area, std::string_view county) {
    if (area == county) return true;
    if (area.size() != 6 || county.size() != 6) return false;
    if (area.ends_with("0000")) return area.substr(0, 2) == county.substr(0, 2);
    return area.ends_with("00") && area.substr(0, 4) == county.substr(0, 4);
}

}  // namespace qk::plans
