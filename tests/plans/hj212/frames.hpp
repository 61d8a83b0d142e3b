// Bytes of HJ 212 as devices send them, and what the gateway makes of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "plans/hj212/code_map.hpp"
#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {

inline constexpr std::string_view kMn2017 = "010000A8900016F000169DC0";
// Annex A of HJ 212-2017, with the check sum that its table prints.
inline constexpr std::string_view kPrinted2017 =
    "QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;"
    "CP=&&RtdInterval=30&&";
inline constexpr std::string_view kPrinted2025 =
    "QN=20240601085857223;ST=32;CN=1011;PW=123456;MN=010000A8900016F000169DC0;Flag=9;CP=&&&&";
inline constexpr std::string_view kPrinted2005 =
    "QN=20040516010101001;ST=32;CN=2051;PW=123456;MN=88888880000001;Flag=3;CP=&&BeginTime="
    "20040506111000,EndTime=20040506151000&&";

inline DecodeSetting setting_of_test() {
    DecodeSetting setting;
    setting.now = *rules::parse_instant("2026-01-10T08:00:30+08:00", rules::kBeijingTime);
    setting.codes = &CodeMap::shipped();
    return setting;
}

// An upload of stack gas with this data area.
inline std::string upload(std::string_view area, std::string_view head_end = "Flag=4;") {
    std::string segment = "QN=20260110080010000;ST=31;CN=2011;PW=123456;MN=";
    segment += kMn2017;
    segment += ";";
    segment += head_end;
    segment += "CP=&&";
    segment += area;
    return segment + "&&";
}
inline constexpr std::string_view kArea =
    "DataTime=20260110080000;a21026-Rtd=12.5,a21026-Flag=N;a19001-Rtd=9.1,a19001-Flag=N";

inline std::vector<Frame> decoded(std::string_view bytes, std::size_t piece_bytes,
                                  const DecodeSetting& setting = setting_of_test()) {
    FrameReader reader;
    std::vector<Frame> frames;
    const auto take = [&](Rest rest) {
        while (const auto piece = reader.next(rest)) frames.push_back(decode(*piece, setting));
    };
    for (std::size_t at = 0; at < bytes.size(); at += piece_bytes) {
        reader.feed(bytes.substr(at, piece_bytes));
        take(Rest::kComes);
    }
    take(Rest::kNone);
    return frames;
}

inline std::vector<Frame> decoded(std::string_view bytes) {
    return decoded(bytes, bytes.size() + 1);
}

// The only frame in the bytes.
inline Frame one(std::string_view bytes, const DecodeSetting& setting = setting_of_test()) {
    std::vector<Frame> frames = decoded(bytes, bytes.size() + 1, setting);
    EXPECT_EQ(frames.size(), 1U);
    return frames.empty() ? Frame{} : frames.front();
}

inline const Factor* factor_of(const Frame& frame, std::string_view code) {
    for (const Factor& factor : frame.factors) {
        if (factor.code == code) return &factor;
    }
    return nullptr;
}

// The number of the only value of that name; NaN where there is none.
inline double number_of(const Frame& frame, std::string_view code, std::string_view name) {
    const Factor* factor = factor_of(frame, code);
    if (factor != nullptr) {
        for (const Value& value : factor->values) {
            if (value.name == name && value.number) return *value.number;
        }
    }
    return std::numeric_limits<double>::quiet_NaN();
}

}  // namespace qk::plans::hj212
