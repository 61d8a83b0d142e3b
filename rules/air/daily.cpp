#include "rules/air/daily.hpp"

#include <algorithm>

namespace qk::rules {
namespace {

struct CauseWords {
    EpisodeCause cause;
    std::array<std::string_view, 8> words;  // English, Chinese, then what bureaus also write
};

constexpr std::array<CauseWords, 7> kCauses{{
    {EpisodeCause::kNotStated, {"", "未说明"}},
    {EpisodeCause::kFineParticles, {"pm25", "细颗粒物", "PM2.5", "pm2.5", "静稳", "积累"}},
    {EpisodeCause::kOzone, {"ozone", "臭氧", "O3", "o3"}},
    {EpisodeCause::kDust, {"dust", "沙尘", "扬尘", "扬沙", "浮尘", "沙尘暴", "沙尘天气"}},
    {EpisodeCause::kFire, {"fire", "火灾", "wildfire", "山火", "森林草原火灾", "秸秆焚烧"}},
    {EpisodeCause::kTransport, {"transport", "区域传输", "传输", "外来输送", "境外传输", "输入"}},
    {EpisodeCause::kOther, {"other", "其他"}},
}};

}  // namespace

std::string_view to_text(EpisodeCause cause) {
    return kCauses[static_cast<std::size_t>(cause)].words[0];
}

std::string_view to_chinese(EpisodeCause cause) {
    return kCauses[static_cast<std::size_t>(cause)].words[1];
}

EpisodeCause parse_cause(std::string_view text) {
    if (text.empty()) return EpisodeCause::kNotStated;
    for (const CauseWords& cause : kCauses) {
        if (std::ranges::find(cause.words, text) != cause.words.end()) return cause.cause;
    }
    return EpisodeCause::kOther;
}

}  // namespace qk::rules
