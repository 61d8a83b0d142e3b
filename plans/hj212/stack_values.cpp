#include "plans/hj212/stack_values.hpp"

#include <algorithm>
#include <array>

#include "plans/hj212/code_map.hpp"

namespace qk::plans::hj212 {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr double kSecondsPerHour = 3600;

struct DataCommand {
    std::string_view command;
    std::string_view value;         // the one that tells of the whole period
    std::optional<seconds> period;  // empty: set at the device
};
// DataTime is the start of the period (HJ 212-2017), and the moment in real-time data.
constexpr auto kDataCommands = std::to_array<DataCommand>({{"2011", "Rtd", seconds{0}},
                                                           {"2051", "Avg", std::nullopt},
                                                           {"2061", "Avg", hours{1}},
                                                           {"2031", "Avg", hours{24}}});

// Its number where it may be used, whether or not it is evidence.
std::optional<double> number_of(const Factor& factor, std::string_view name) {
    const auto value = std::ranges::find(factor.values, name, &Value::name);
    if (value == factor.values.end() || !value->number || *value->number < 0) return std::nullopt;
    const bool is_placeholder =
        std::ranges::find(value->marks, Mark::kPlaceholder) != value->marks.end();
    return is_placeholder ? std::nullopt : value->number;
}

std::optional<double> factor_to_mg(std::string_view unit) {
    if (unit == "mg/m3") return 1;
    if (unit == "ug/m3") return 1e-3;
    if (unit == "ng/m3") return 1e-6;
    return std::nullopt;
}

std::optional<double> factor_to_m3_per_hour(std::string_view unit) {
    if (unit == "m3/s") return kSecondsPerHour;
    if (unit == "m3/h") return 1;
    return std::nullopt;
}

struct Flow {
    std::optional<double> m3_h;
    bool is_evidence = true;
};

Flow flow_of(const Frame& frame, std::string_view value) {
    for (const Factor& factor : frame.factors) {
        const bool is_flow = factor.known != nullptr && factor.known->role == CodeRole::kFlow &&
                             factor.known->side == CodeSide::kOutlet;
        if (!is_flow) continue;
        const auto number = number_of(factor, value);
        const auto scale = factor_to_m3_per_hour(factor.known->unit);
        if (number && scale) return {*number * *scale, factor.is_evidence};
    }
    return {};
}

}  // namespace

std::vector<StackValue> stack_values(const Frame& frame) {
    std::vector<StackValue> values;
    const auto* command =
        std::ranges::find(kDataCommands, frame.head.cn.value_or(""), &DataCommand::command);
    const bool is_data =
        frame.outcome <= Outcome::kAcceptWarn && frame.data_time && command != kDataCommands.end();
    if (!is_data) return values;
    const Flow flow = flow_of(frame, command->value);
    for (const Factor& factor : frame.factors) {
        const Code* known = factor.known;
        const bool is_of_stack = known != nullptr && !known->factor.empty() &&
                                 known->role == CodeRole::kConcentration &&
                                 known->side == CodeSide::kOutlet;
        if (!is_of_stack) continue;
        const auto number = number_of(factor, command->value);
        const auto scale = factor_to_mg(known->unit);
        if (!number || !scale) continue;
        StackValue value;
        value.from = *frame.data_time;
        if (command->period) value.to = value.from + *command->period;
        value.factor = known->factor;
        value.mg_per_m3 = *number * *scale;
        value.is_evidence = factor.is_evidence;
        // A flow that its instrument does not vouch for is not multiplied with.
        if (flow.is_evidence) value.flow_m3_h = flow.m3_h;
        values.push_back(std::move(value));
    }
    return values;
}

}  // namespace qk::plans::hj212
