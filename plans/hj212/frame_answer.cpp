#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plans/hj212/frame.hpp"

namespace qk::plans::hj212 {
namespace {

constexpr auto kUploads = std::to_array<std::string_view>(
    {"2011", "2013", "2021", "2031", "2041", "2051", "2052", "2061", "2062", "2071", "2072", "2081",
     "2111", "3019", "3020", "8051", "9021"});
constexpr auto kNotices = std::to_array<std::string_view>({"1013", "2012", "2022", "9015"});

std::string field(std::string_view name, const std::optional<std::string>& value) {
    return value ? fmt::format("{}={};", name, *value) : std::string();
}

}  // namespace

std::string to_frame(std::string_view segment) {
    return fmt::format("##{:04}{}{}\r\n", segment.size(), segment, crc_text(crc_of(segment)));
}

std::optional<std::string> answer_to(const Frame& frame, bool is_relay) {
    if (!frame.flags || !frame.flags->wants_answer()) return std::nullopt;
    if (frame.outcome > Outcome::kQuarantine) return std::nullopt;
    const Head& head = frame.head;
    const std::string_view command = head.cn ? std::string_view(*head.cn) : std::string_view();
    const bool is_upload = std::ranges::find(kUploads, command) != kUploads.end();
    const bool is_notice = std::ranges::find(kNotices, command) != kNotices.end();
    if (!is_upload && !is_notice) return std::nullopt;
    const std::string_view answer = is_upload ? "9014" : "9013";
    if (frame.version == Version::k2005) {
        // The text of 2005 names what is answered inside CP, and no device in a 9014.
        const bool names_device = is_relay || !is_upload;
        std::string area = field("QN", head.qn) + field("CN", head.cn);
        area += field("PNUM", head.pnum) + field("PNO", head.pno);
        if (area.ends_with(';')) area.pop_back();
        return to_frame(fmt::format("ST=91;CN={};{}{}Flag=0;CP=&&{}&&", answer,
                                    field("PW", head.pw),
                                    names_device ? field("MN", head.mn) : std::string(), area));
    }
    const int flag = frame.version == Version::k2025 ? 8 : 4;
    return to_frame(fmt::format("{}ST=91;CN={};{}{}Flag={};CP=&&&&", field("QN", head.qn), answer,
                                field("PW", head.pw), field("MN", head.mn), flag));
}

}  // namespace qk::plans::hj212
