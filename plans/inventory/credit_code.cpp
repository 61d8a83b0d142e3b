#include "plans/inventory/credit_code.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace qk::plans {
namespace {

constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
constexpr std::size_t kCodeLength = 18;
constexpr int kModulus = 31;

// Value of each character; -1 for those that credit codes do not have.
constexpr std::array<std::int8_t, 256> kValues = [] {
    std::array<std::int8_t, 256> values{};
    values.fill(-1);
    for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
        values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::int8_t>(i);
    }
    return values;
}();

// Powers of 3, modulo 31.
constexpr std::array<int, kCodeLength - 1> kWeights = [] {
    std::array<int, kCodeLength - 1> weights{};
    int weight = 1;
    for (int& one : weights) {
        one = weight;
        weight = weight * 3 % kModulus;
    }
    return weights;
}();

bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

bool looks_like_credit_code(std::string_view id) {
    return id.size() == kCodeLength &&
           std::ranges::all_of(id, [](char c) { return is_digit(c) || (c >= 'A' && c <= 'Z'); });
}

std::optional<char> credit_code_check_character(std::string_view id) {
    int sum = 0;
    for (std::size_t i = 0; i < kWeights.size() && i < id.size(); ++i) {
        const int value = kValues[static_cast<unsigned char>(id[i])];
        if (value < 0) return std::nullopt;
        sum += value * kWeights[i];
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
