// How good the stored forecasts were (预报检验), against the stored observations: bias, hits,
// misses and false alarms per lead day, source by source. What a consultation asks first.
#pragma once

#include "daemon/service/context.hpp"

namespace qk::daemon {

class Router;

inline constexpr int kSkillDaysMax = 400;
inline constexpr std::size_t kSkillForecastsMax = 5000;  // the newest ones; the answer says so

void add_skill_routes(Router& router, Context& context);

}  // namespace qk::daemon
