// Stack against production: flow that does not belong to the power that production shows, emission
// that goes on while production shows that it stands, concentration that rises while treatment
// shows that it runs, or falls while production goes on.
//
// What is usual is the stack's own week before the order, without days under an earlier warning,
// beside what the baseline says production drew in it, by hours in a row. The error of that
// baseline is in the spread.
#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <optional>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr double kRuns = 0.5;   // of normal production
constexpr double kDraws = 0.1;  // enough to be divided by
constexpr double kStands = 0.2;
constexpr double kWorks = 0.3;     // enough to be missed in the flow
constexpr std::size_t kBlock = 4;  // hours in a row, the piece that chances are of
constexpr std::size_t kPastLeast = 48;
constexpr double kFlows = 0.3;   // of usual flow, and
constexpr double kEmits = 0.5;   // of usual concentration: something is being made
constexpr double kTwice = 0.69;  // logarithms
constexpr double kHalfAgain = 0.40;
constexpr double kMoreAir = 1.3;  // of usual flow: more than production ever sent
const std::string kFlow = "flow";

// One hour of a stack with all its factors, and the power beside it as shares of normal.
struct Hour {
    Instant end{};
    std::map<std::string, double> values;  // by factor, and flow
    double expected = 0;                   // production by the baseline
    std::optional<double> shown;
};

struct Outlet {
    std::string id;
    std::string line;
    minutes interval{60};
    std::vector<Hour> before;
    std::vector<Hour> now;
    Meters production;
};

double mean_over(const Meters& meters, const Span& span, auto kw_at) {
    double sum = 0;
    int count = 0;
    const minutes step = meters.front()->series.interval;
    for (Instant end = span.from + step; end <= span.to; end += step) {
        const std::optional<double> kw = kw_at(end);
        if (!kw) return -1;
        sum += *kw;
        ++count;
    }
    return count > 0 ? sum / count : -1;
}

std::optional<double> expected_at(const Meters& meters, Instant end, Zone zone) {
    double sum = 0;
    for (const MeterEvidence* meter : meters) {
        const auto kw = meter->baseline.kw_at(end, zone);
        if (!kw) return std::nullopt;
        sum += *kw;
    }
    return sum;
}

// Hours of one outlet by their end, factors together.
std::map<Instant, Hour> hours_of_outlet(const JudgeInput& input, const std::string& outlet) {
    std::map<Instant, Hour> all;
    for (const StackSeries& series : input.evidence.stacks) {
        if (series.outlet != outlet) continue;
        for (const StackReading& reading : series.readings) {
            if (!reading.valid || reading.end > input.window.to) continue;
            if (!std::isfinite(reading.mg_per_m3) || reading.mg_per_m3 < 0) continue;
            Hour& hour = all[reading.end];
            hour.end = reading.end;
            hour.values[series.factor] = reading.mg_per_m3;
            if (reading.flow_m3_per_h) hour.values[kFlow] = *reading.flow_m3_per_h;
        }
    }
    return all;
}

std::optional<Outlet> outlet_of(const JudgeInput& input, const StackSeries& series) {
    Outlet outlet{series.outlet,
                  series.line,
                  series.interval,
                  {},
                  {},
                  production_meters(input.evidence, series.line)};
    const double normal = normal_power(outlet.production);
    if (outlet.production.empty() || normal <= 0) return std::nullopt;
    const Instant since = knew_since(input);
    for (auto& [end, hour] : hours_of_outlet(input, series.outlet)) {
        const Span span{end - outlet.interval, end};
        if (end <= since) {
            if (!input.evidence.is_ordinary(end)) continue;
            const double kw = mean_over(outlet.production, span, [&](Instant at) {
                return expected_at(outlet.production, at, input.zone);
            });
            hour.expected = kw / normal;
            if (kw >= 0) outlet.before.push_back(std::move(hour));
        } else if (end > input.window.from) {
            const double kw = mean_over(outlet.production, span, [&](Instant at) {
                return power_at(outlet.production, at);
            });
            if (kw < 0) continue;
            hour.shown = kw / normal;
            outlet.now.push_back(std::move(hour));
        }
    }
    if (outlet.before.size() < kPastLeast) return std::nullopt;
    return outlet;
}

double median_of(std::vector<double> values) {
    if (values.empty()) return 0;
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    return *middle;
}

// What an hour says, as a logarithm; none where it says nothing.
using Reads = std::optional<double>;

struct UsualValue {
    double median = 0;
    Tail off;
    std::size_t hours = 0;
};

// The median of the hours before, and how far blocks of hours lay from it.
template <typename Read>
std::optional<UsualValue> usual_value(const std::vector<Hour>& before, minutes interval,
                                      Read read) {
    std::vector<double> values;
    for (const Hour& hour : before) {
        if (const Reads value = read(hour)) values.push_back(*value);
    }
    if (values.size() < kPastLeast) return std::nullopt;
    UsualValue usual{median_of(values), {}, values.size()};
    std::vector<double> off;
    double sum = 0;
    std::size_t count = 0;
    Instant last{};
    for (const Hour& hour : before) {
        const Reads value = read(hour);
        if (!value || (count > 0 && hour.end != last + interval)) sum = 0, count = 0;
        if (!value) continue;
        sum += *value - usual.median;
        last = hour.end;
        if (++count < kBlock) continue;
        off.push_back(std::abs(sum) / kBlock);
        sum = 0;
        count = 0;
    }
    // A week has few blocks; single hours lie farther off, and do for them.
    if (off.size() < 20) {
        off.clear();
        for (const double value : values) off.push_back(std::abs(value - usual.median));
    }
    const auto tail = tail_of(off);
    if (!tail) return std::nullopt;
    usual.off = *tail;
    return usual;
}

struct Off {
    Span span;
    std::vector<Instant> ends;
    double by = 0;  // mean
};

// The farthest block of hours in a row that lies beyond `limit` to the side of its sign.
template <typename Read>
std::optional<Off> off_block(const std::vector<Hour>& now, minutes interval, double median,
                             double limit, Read read) {
    std::optional<Off> best;
    Off run;
    const auto close = [&] {
        if (run.ends.size() >= kBlock) {
            run.by /= static_cast<double>(run.ends.size());
            if (!best || run.ends.size() > best->ends.size()) best = run;
        }
        run = {};
    };
    for (const Hour& hour : now) {
        const Reads value = read(hour);
        const double by = value ? *value - median : 0;
        const bool is_off = value && (limit > 0 ? by > limit : by < limit);
        if (!is_off || (!run.ends.empty() && run.span.to != hour.end - interval)) close();
        if (!is_off) continue;
        if (run.ends.empty()) run.span.from = hour.end - interval;
        run.span.to = hour.end;
        run.ends.push_back(hour.end);
        run.by += by;
    }
    close();
    return best;
}

Finding stack_finding(FindingKind kind, const Outlet& outlet, const Off& off,
                      const std::string& what, const JudgeInput& input) {
    Finding finding = joint_finding(kind, off.span, outlet.id);
    finding.from = off.ends;
    if (finding.from.size() > kEvidenceReadingsMax) finding.from.resize(kEvidenceReadingsMax);
    finding.measured = std::exp(off.by);
    finding.allowed = 1;
    finding.unit = "1";
    finding.text = "排口" + outlet.id + "在" + to_chinese(off.span, input.zone) + what;
    return finding;
}

std::optional<double> value_of(const Hour& hour, const std::string& factor) {
    const auto found = hour.values.find(factor);
    if (found == hour.values.end() || found->second <= 0) return std::nullopt;
    return found->second;
}

// The usual flow and concentrations while production ran.
std::map<std::string, double> usual_values(const Outlet& outlet) {
    std::map<std::string, std::vector<double>> all;
    for (const Hour& hour : outlet.before) {
        if (hour.expected < kRuns) continue;
        for (const auto& [factor, value] : hour.values) all[factor].push_back(value);
    }
    std::map<std::string, double> medians;
    for (auto& [factor, values] : all) medians[factor] = median_of(std::move(values));
    return medians;
}

// Production shows that it stands, and its stack says that something is being made.
Compliance find_emission_alone(const JudgeInput& input, const Outlet& outlet,
                               std::map<std::string, double>& usual,
                               std::vector<Finding>& findings) {
    const double flow = usual[kFlow];
    if (flow <= 0) return Compliance::kCompliant;
    const auto read = [&](const Hour& hour) -> Reads {
        const auto flows = value_of(hour, kFlow);
        if (!flows || *hour.shown > kStands || *flows < kFlows * flow) return std::nullopt;
        const bool emits = std::ranges::any_of(hour.values, [&](const auto& value) {
            return value.first != kFlow && usual[value.first] > 0 &&
                   value.second >= kEmits * usual[value.first];
        });
        return emits ? Reads{std::log(*flows / flow)} : std::nullopt;
    };
    const auto off = off_block(outlet.now, outlet.interval, std::log(kFlows) - 1, 1e-9, read);
    if (!off) return Compliance::kCompliant;
    Finding finding = stack_finding(FindingKind::kEmissionMismatch, outlet, *off, "", input);
    finding.measured = std::exp(off->by + std::log(kFlows) - 1);
    finding.text += "流量为平常生产时的" + percent_text(finding.measured) +
                    "、浓度与生产时相当，而生产电表显示停产，疑另有电源或绕表用电，须现场核查";
    findings.push_back(std::move(finding));
    return Compliance::kCannotTell;
}

// Flow by the power that production draws.
Compliance find_flow_apart(const JudgeInput& input, const Outlet& outlet, double flow_usual,
                           std::vector<Finding>& findings) {
    const auto before = [](const Hour& hour) -> Reads {
        const auto flow = value_of(hour, kFlow);
        if (!flow || hour.expected < kRuns) return std::nullopt;
        return std::log(*flow / hour.expected);
    };
    const auto now = [](const Hour& hour) -> Reads {
        const auto flow = value_of(hour, kFlow);
        if (!flow || *hour.shown < kDraws) return std::nullopt;
        return std::log(*flow / *hour.shown);
    };
    const auto usual = usual_value(outlet.before, outlet.interval, before);
    if (!usual) return Compliance::kCompliant;
    const double limit = std::max(kHalfAgain, usual->off.at(chance_of_block(input.parameters)));
    if (const auto more = off_block(outlet.now, outlet.interval, usual->median, limit, now)) {
        double flow = 0;
        for (const Hour& hour : outlet.now) {
            if (more->span.holds(hour.end - outlet.interval)) {
                flow += value_of(hour, kFlow).value_or(0) / static_cast<double>(more->ends.size());
            }
        }
        const bool is_air = flow > kMoreAir * flow_usual;
        findings.push_back(stack_finding(FindingKind::kEmissionMismatch, outlet, *more,
                                         "单位生产用电的烟气流量为平常的" +
                                             number_text(std::exp(more->by)) + "倍（以" +
                                             std::to_string(usual->hours) + "小时为准），" +
                                             (is_air ? "疑稀释或掺风，须核对采样与含氧量"
                                                     : "用电降而烟气未降，疑另有电源或绕表用电"),
                                         input));
        return is_air ? Compliance::kCompliant : Compliance::kCannotTell;
    }
    // A line that stands draws something all the same, and sends nothing up its stack.
    const auto running = [&now](const Hour& hour) -> Reads {
        return *hour.shown < kWorks ? std::nullopt : now(hour);
    };
    if (const auto less = off_block(outlet.now, outlet.interval, usual->median, -limit, running)) {
        findings.push_back(stack_finding(FindingKind::kEmissionMismatch, outlet, *less,
                                         "生产在用电而烟气流量仅为平常的" +
                                             percent_text(std::exp(less->by)) +
                                             "，疑走旁路或流量失实，须现场核查",
                                         input));
    }
    return Compliance::kCompliant;
}

// Whether treatment shows that it runs, for most of the time.
bool is_treated(const JudgeInput& input, const Outlet& outlet, const Span& span) {
    const Meters treatment = treatment_of_line(input.evidence, outlet.line);
    if (treatment.empty()) return false;
    const double off = input.parameters.treatment_off_share * normal_power(treatment);
    int on = 0;
    int count = 0;
    const minutes step = treatment.front()->series.interval;
    for (Instant end = span.from + step; end <= span.to; end += step) {
        const auto kw = power_at(treatment, end);
        if (!kw) continue;
        ++count;
        on += *kw > off ? 1 : 0;
    }
    return count > 0 && 2 * on > count;
}

bool find_concentration_apart(const JudgeInput& input, const Outlet& outlet,
                              const std::string& factor, std::vector<Finding>& findings) {
    const auto before = [&](const Hour& hour) -> Reads {
        const auto value = value_of(hour, factor);
        if (!value || hour.expected < kRuns) return std::nullopt;
        return std::log(*value);
    };
    const auto now = [&](const Hour& hour) -> Reads {
        const auto value = value_of(hour, factor);
        if (!value || *hour.shown < kWorks) return std::nullopt;
        return std::log(*value);
    };
    const auto usual = usual_value(outlet.before, outlet.interval, before);
    if (!usual) return false;
    const double limit = std::max(kTwice, usual->off.at(chance_of_block(input.parameters)));
    const auto more = off_block(outlet.now, outlet.interval, usual->median, limit, now);
    if (more && is_treated(input, outlet, more->span)) {
        findings.push_back(stack_finding(
            FindingKind::kTreatmentInVain, outlet, *more,
            "治污电表显示运行，" + factor + "浓度却为平常的" + number_text(std::exp(more->by)) +
                "倍（以" + std::to_string(usual->hours) + "小时为准），疑治污未真正运行",
            input));
        return true;
    }
    const auto less = off_block(outlet.now, outlet.interval, usual->median, -limit, now);
    if (!less) return false;
    findings.push_back(stack_finding(FindingKind::kEmissionMismatch, outlet, *less,
                                     "生产在用电而" + factor + "浓度骤降为平常的" +
                                         percent_text(std::exp(less->by)) +
                                         "，疑在线数据失实，须比对",
                                     input));
    return true;
}

}  // namespace

Compliance find_emission_apart(const JudgeInput& input, std::vector<Finding>& findings) {
    Compliance answer = Compliance::kCompliant;
    std::vector<std::string> seen;
    for (const StackSeries& series : input.evidence.stacks) {
        const bool is_of_line = series.line.empty() || input.obligation.line.empty() ||
                                series.line == input.obligation.line;
        if (!is_of_line || std::ranges::count(seen, series.outlet) > 0) continue;
        seen.push_back(series.outlet);
        const auto outlet = outlet_of(input, series);
        if (!outlet) continue;
        auto usual = usual_values(*outlet);
        answer = worse_of(answer, find_emission_alone(input, *outlet, usual, findings));
        answer = worse_of(answer, find_flow_apart(input, *outlet, usual[kFlow], findings));
        for (const auto& [factor, value] : usual) {
            // One factor is enough to ask.
            if (factor != kFlow && find_concentration_apart(input, *outlet, factor, findings))
                break;
        }
    }
    return answer;
}

}  // namespace qk::rules
