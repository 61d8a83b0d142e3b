#include "plans/packs/judging.hpp"

#include <fmt/format.h>

#include "plans/packs/work_calendar_file.hpp"

namespace qk::plans {

rules::JudgingParameters sample_judging_parameters() {
    rules::JudgingParameters parameters;
    parameters.calendar = std::make_shared<const rules::WorkCalendar>(built_in_work_calendar());
    return parameters;
}

rules::JudgingParameters judging_parameters(const RegionPack& pack) {
    rules::JudgingParameters parameters;
    parameters.calendar =
        std::make_shared<const rules::WorkCalendar>(work_calendar_with(pack.holidays));
    std::size_t set = 0;
    std::size_t samples = 0;
    for (const JudgingParameter& given : pack.judging) {
        for (const rules::ParameterNote& note : rules::parameter_notes()) {
            if (note.key != given.key) continue;
            parameters.*note.field = given.value;
            ++set;
            if (given.origin.sample) ++samples;
        }
    }
    const std::size_t left = rules::parameter_notes().size() - set;
    parameters.origin = fmt::format("规则包{}给定{}项研判参数", pack.id, set);
    if (samples + left > 0) {
        parameters.origin +=
            fmt::format("；其中样本{}项、沿用程序样本{}项，启用前须由当地确认", samples, left);
    }
    return parameters;
}

}  // namespace qk::plans
