#include "rules/compliance/readings.hpp"

#include <map>

namespace qk::rules {

using std::chrono::minutes;

minutes interval_of(std::span<const PowerReading> readings, minutes otherwise) {
    std::map<minutes, int> counts;
    for (std::size_t i = 1; i < readings.size(); ++i) {
        const auto step = std::chrono::floor<minutes>(readings[i].end - readings[i - 1].end);
        if (step > minutes{0} && step <= std::chrono::days{1}) ++counts[step];
    }
    minutes best = otherwise;
    int most = 0;
    for (const auto& [step, count] : counts) {
        if (count > most) best = step;
        most = std::max(most, count);
    }
    return best;
}

}  // namespace qk::rules
