#include "plans/documents/zone_words.hpp"

namespace qk::plans {
namespace {

std::string offset_of(rules::Zone zone) {
    constexpr std::size_t kBeforeTheOffset = 19;  // of 1970-01-01T08:00:00+08:00
    return "UTC" + rules::to_iso(rules::Instant{}, zone).substr(kBeforeTheOffset);
}

}  // namespace

std::string zone_in_chinese(rules::Zone zone) {
    return zone == rules::kBeijingTime ? "北京时间" : offset_of(zone);
}

std::string zone_in_english(rules::Zone zone) {
    const std::string offset = offset_of(zone);
    return zone == rules::kBeijingTime ? "Beijing time, " + offset : offset;
}

}  // namespace qk::plans
