#include "daemon/readings/meter_power.hpp"

#include "rules/compliance/standstill.hpp"

namespace qk::daemon {

MeterReading scaled(MeterReading reading, double ratio) {
    if (reading.kw) *reading.kw *= ratio;
    if (reading.kwh) *reading.kwh *= ratio;
    return reading;
}

MeterPower power_of(const rules::MeterFacts& meter, const MeterReading& reading, double ratio,
                    const std::optional<MeterState>& before) {
    MeterPower power;
    power.valid = reading.valid;
    if (reading.kw) {
        power.kw = *reading.kw * ratio;
    } else if (reading.kwh) {
        power.kw = *reading.kwh * ratio * 60.0 / static_cast<double>(reading.interval.count());
    } else {
        power.valid = false;
        if (before && before->kwh_total && reading.kwh_total) {
            const rules::RegisterSetting setting{kRegisterGapMax, ratio, meter.rated_kw};
            const auto energy = rules::energy_between({before->t, *before->kwh_total},
                                                      {reading.t, *reading.kwh_total}, setting);
            power.kw = energy.mean_kw.value_or(0);
            power.valid = energy.mean_kw && reading.valid;
            power.has_begun_anew = energy.step == rules::RegisterStep::kStartedAnew;
        }
    }
    const bool is_absurd = meter.rated_kw && power.kw > *meter.rated_kw * rules::kAbsurdTimesRated;
    if (is_absurd) power.valid = false;
    return power;
}

}  // namespace qk::daemon
