#include "rules/air/daily.hpp"

#include <algorithm>
#include <span>

namespace qk::rules {
namespace {

struct CauseWords {
    EpisodeCause cause;
    std::string_view english;
    std::string_view chinese;
};

// By number of the cause.
constexpr std::array<CauseWords, 13> kCauses{{
    {EpisodeCause::kNotStated, "", "未说明"},
    {EpisodeCause::kFineParticles, "pm25", "细颗粒物（PM2.5）"},
    {EpisodeCause::kOzone, "ozone", "臭氧"},
    {EpisodeCause::kDust, "dust", "沙尘"},
    {EpisodeCause::kFire, "fire", "火灾"},
    {EpisodeCause::kTransport, "transport", "区域传输"},
    {EpisodeCause::kOther, "other", "其他"},
    {EpisodeCause::kTransboundary, "transboundary", "境外传输"},
    {EpisodeCause::kStraw, "straw", "秸秆焚烧"},
    {EpisodeCause::kCoarseParticles, "pm10", "可吸入颗粒物（PM10）"},
    {EpisodeCause::kSulphurDioxide, "so2", "二氧化硫"},
    {EpisodeCause::kNitrogenDioxide, "no2", "二氧化氮"},
    {EpisodeCause::kCarbonMonoxide, "co", "一氧化碳"},
}};

// Parts of what bureaus write, in small letters without blanks. "firework" is no fire.
constexpr std::string_view kFireworks[] = {"烟花", "爆竹", "firework"};
constexpr std::string_view kDust[] = {"沙尘", "扬尘", "扬沙", "浮尘", "沙暴", "dust", "sandstorm"};
constexpr std::string_view kOzone[] = {"臭氧", "o3", "ozone"};
constexpr std::string_view kStraw[] = {"秸秆", "straw", "stubble", "biomass"};
constexpr std::string_view kFire[] = {"火灾", "山火", "林火", "野火", "草原火", "火情", "fire"};
constexpr std::string_view kAbroad[] = {
    "境外",          "跨境",           "国外",        "蒙古国",       "abroad",
    "transboundary", "trans-boundary", "crossborder", "cross-border", "foreign"};
constexpr std::string_view kTransported[] = {"传输", "输送", "输入",   "外来",      "周边",
                                             "区域", "省外", "外省",   "跨省",      "跨市",
                                             "邻省", "邻市", "上风向", "transport", "regional"};
constexpr std::string_view kFine[] = {"细颗粒", "pm2.5",   "pm2_5", "pm25", "静稳",
                                      "积累",   "累积",    "逆温",  "工业", "采暖",
                                      "燃煤",   "inDUSTr", "stagna"};
constexpr std::string_view kCoarse[] = {"pm10", "可吸入颗粒"};
constexpr std::string_view kSulphur[] = {"so2", "二氧化硫"};
constexpr std::string_view kNitrogen[] = {"no2", "二氧化氮"};

// Small letters, without blanks; "industry" has no dust in it.
std::string plain(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c == ' ' || c == '\t') continue;
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        if (out.ends_with("indust")) out.replace(out.size() - 4, 4, "DUST");
    }
    return out;
}

bool has_any(std::string_view text, std::span<const std::string_view> words) {
    return std::ranges::any_of(
        words, [text](std::string_view word) { return text.find(word) != text.npos; });
}

// The cause that is advised on, by its words; dust, ozone or smoke is so also where it is carried.
std::optional<EpisodeCause> advised_on(std::string_view text) {
    if (has_any(text, kDust)) return EpisodeCause::kDust;
    if (has_any(text, kOzone)) return EpisodeCause::kOzone;
    if (has_any(text, kFire) && !has_any(text, kStraw)) return EpisodeCause::kFire;
    if (has_any(text, kAbroad)) return EpisodeCause::kTransboundary;
    if (has_any(text, kCoarse)) return EpisodeCause::kCoarseParticles;
    if (has_any(text, kSulphur)) return EpisodeCause::kSulphurDioxide;
    if (has_any(text, kNitrogen)) return EpisodeCause::kNitrogenDioxide;
    return std::nullopt;
}

}  // namespace

std::string_view to_text(EpisodeCause cause) {
    return kCauses[static_cast<std::size_t>(cause)].english;
}

std::string_view to_chinese(EpisodeCause cause) {
    return kCauses[static_cast<std::size_t>(cause)].chinese;
}

EpisodeCause parse_cause(std::string_view text) {
    const std::string words = plain(text);
    for (const CauseWords& one : kCauses) {
        if (words == one.english || text == one.chinese) return one.cause;
    }
    if (has_any(words, kFireworks)) return EpisodeCause::kOther;
    const bool is_fine = has_any(words, kFine);
    if (const auto advised = advised_on(words)) return is_fine ? EpisodeCause::kOther : *advised;
    if (has_any(words, kStraw)) return EpisodeCause::kStraw;
    if (has_any(words, kTransported)) return EpisodeCause::kTransport;
    return is_fine ? EpisodeCause::kFineParticles : EpisodeCause::kOther;
}

EpisodeCause cause_of(Pollutant pollutant) {
    switch (pollutant) {
        case Pollutant::kPm25:
            return EpisodeCause::kFineParticles;
        case Pollutant::kPm10:
            return EpisodeCause::kCoarseParticles;
        case Pollutant::kSo2:
            return EpisodeCause::kSulphurDioxide;
        case Pollutant::kNo2:
            return EpisodeCause::kNitrogenDioxide;
        case Pollutant::kCo:
            return EpisodeCause::kCarbonMonoxide;
        case Pollutant::kO3:
            break;
    }
    return EpisodeCause::kOzone;
}

bool is_advisory(EpisodeCause cause) {
    switch (cause) {
        case EpisodeCause::kNotStated:
        case EpisodeCause::kFineParticles:
        case EpisodeCause::kTransport:
        case EpisodeCause::kOther:
        case EpisodeCause::kStraw:
            return false;
        case EpisodeCause::kOzone:
        case EpisodeCause::kDust:
        case EpisodeCause::kFire:
        case EpisodeCause::kTransboundary:
        case EpisodeCause::kCoarseParticles:
        case EpisodeCause::kSulphurDioxide:
        case EpisodeCause::kNitrogenDioxide:
        case EpisodeCause::kCarbonMonoxide:
            break;
    }
    return true;
}

}  // namespace qk::rules
