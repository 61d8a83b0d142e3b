// Readings that no instrument makes, told by a chance that is stated: the same values as some days
// before, one value for hours, a top that is cut away. Power meters and stacks alike.
//
// How often two readings of one instrument agree by accident is taken from its own past and from
// the stretch itself, whichever is more; so a coarse meter is never found, however long it repeats.
#include <algorithm>
#include <cmath>
#include <map>
#include <optional>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr double kLogChanceMost = -6;   // of a repetition by accident, as a power of ten
constexpr double kEqualAtLeast = 0.02;  // no instrument agrees with itself more seldom
constexpr hours kRepeatedLeast{6};
constexpr hours kRepeatedLeastUnseen{24};  // with no past to say how often values come again
constexpr hours kStackRepeatedLeast{12};
constexpr std::size_t kDistinctLeast = 12;
constexpr std::size_t kDistinctUnseen = 20;
constexpr std::size_t kDistinctOfStack = 6;
constexpr hours kFlatLeast{12};
constexpr double kFlatTimesUsual = 4;
constexpr double kFineSteps = 200;  // so many steps of the meter: noise alone moves it by one
constexpr double kWorkingShare = 0.2;
constexpr std::size_t kPastLeast = 48;  // readings of a stack before the order
constexpr double kCappedShare = 0.25;   // of the readings, at the very top
constexpr double kCappedShareBefore = 0.05;
constexpr std::size_t kCappedLeast = 12;
// A stack that shows a few steps alone, as one that stands does, comes upon one value by itself.
constexpr double kFlatSteps = 100;
constexpr double kCappedSteps = 50;

// What power and stacks have in common; `extra` is a stack's flow.
struct Value {
    Instant end{};
    double value = 0;
    double extra = 0;

    [[nodiscard]] bool is_as(const Value& other) const {
        return value == other.value && extra == other.extra;
    }
};
using Values = std::vector<Value>;

struct Instrument {
    std::string id;
    std::string name;  // "电表M1", "排口O1的so2"
    std::string unit;
    std::chrono::minutes interval{15};
    Values values;  // valid ones
};

Instrument of_meter(const MeterEvidence& meter) {
    Instrument out{
        meter.series.meter.id, "电表" + meter.series.meter.id, "kW", meter.series.interval, {}};
    for (const PowerReading& reading : meter.series.readings) {
        if (reading.valid) out.values.push_back({reading.end, reading.kw, 0});
    }
    return out;
}

Instrument of_stack(const StackSeries& stack) {
    Instrument out{
        stack.outlet, "排口" + stack.outlet + "的" + stack.factor, "mg/m3", stack.interval, {}};
    for (const StackReading& reading : stack.readings) {
        if (!reading.valid) continue;
        out.values.push_back({reading.end, reading.mg_per_m3, reading.flow_m3_per_h.value_or(-1)});
    }
    return out;
}

struct Run {
    std::size_t first = 0;
    std::size_t count = 0;
};

// The longest run of neighbours in the window; holds(value, the one before or null).
template <typename Holds>
Run longest(const Instrument& instrument, const Span& window, Holds holds) {
    Run best;
    Run run;
    const Values& values = instrument.values;
    for (std::size_t i = 0; i < values.size() && values[i].end <= window.to; ++i) {
        if (values[i].end <= window.from) continue;
        const bool goes_on = run.count > 0 &&
                             values[i].end == values[i - 1].end + instrument.interval &&
                             holds(values[i], &values[i - 1]);
        if (!goes_on) run = {i, holds(values[i], nullptr) ? std::size_t{1} : 0};
        if (goes_on) ++run.count;
        if (run.count > best.count) best = run;
    }
    return best;
}

Span span_of(const Instrument& instrument, const Run& run) {
    return {instrument.values[run.first].end - instrument.interval,
            instrument.values[run.first + run.count - 1].end};
}

// How many values there are, and the chance that two of them agree.
struct Mixed {
    std::size_t distinct = 0;
    double agreeing = 0;
};

Mixed mixed(const Instrument& instrument, const Run& run) {
    std::map<std::pair<double, double>, double> counts;
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
        ++counts[{instrument.values[i].value, instrument.values[i].extra}];
    }
    Mixed out{counts.size(), 0};
    for (const auto& [value, count] : counts) {
        const double share = count / static_cast<double>(run.count);
        out.agreeing += share * share;
    }
    return out;
}

Finding finding_of(FindingKind kind, const Instrument& instrument, const Run& run) {
    Finding finding = joint_finding(kind, span_of(instrument, run), instrument.id);
    finding.unit = instrument.unit;
    for (std::size_t i = run.first; i < run.first + run.count; ++i) {
        if (finding.from.size() == kEvidenceReadingsMax) break;
        finding.from.push_back(instrument.values[i].end);
    }
    return finding;
}

struct Repetition {
    Run run;
    int lag_days = 0;
};

Repetition repetition_in(const Instrument& instrument, const Span& window) {
    Repetition best;
    for (int lag = 1; lag <= kUsualLagDays; ++lag) {
        auto other = instrument.values.begin();
        const Run run = longest(instrument, window, [&](const Value& value, const Value*) {
            const Instant then = value.end - hours{24 * lag};
            while (other->end < then) ++other;
            return other->end == then && value.value > 0 && value.is_as(*other);
        });
        if (run.count > best.run.count) best = {run, lag};
    }
    return best;
}

bool find_repeated(const JudgeInput& input, const Instrument& instrument, double agreeing_before,
                   seconds least, std::size_t distinct_least, std::vector<Finding>& findings) {
    const Repetition found = repetition_in(instrument, input.window);
    if (found.run.count == 0 || span_of(instrument, found.run).length() < least) return false;
    const Mixed mix = mixed(instrument, found.run);
    const double agreeing = std::max({agreeing_before, mix.agreeing, kEqualAtLeast});
    const double tries = static_cast<double>(instrument.values.size()) * kUsualLagDays;
    const double log_chance =
        std::log10(tries) + static_cast<double>(found.run.count) * std::log10(agreeing);
    if (mix.distinct < distinct_least || log_chance > kLogChanceMost) return false;
    Finding finding = finding_of(FindingKind::kSeriesRepeated, instrument, found.run);
    finding.text = instrument.name + "在" + to_chinese(finding.span, input.zone) + "的读数与" +
                   std::to_string(found.lag_days) + "日前逐点完全相同（" +
                   std::to_string(mix.distinct) + "个不同数值，偶然重合的概率不足10^" +
                   number_text(std::ceil(std::max(log_chance, -300.0))) +
                   "），不像实测，不能据此认定执行或未执行，须核对仪表与采集";
    findings.push_back(std::move(finding));
    return true;
}

Run flat_run(const Instrument& instrument, const Span& window) {
    return longest(instrument, window, [](const Value& value, const Value* before) {
        return value.value > 0 && (before == nullptr || before->value == value.value);
    });
}

void add_flat(const JudgeInput& input, const Instrument& instrument, const Run& run,
              const std::string& past, std::vector<Finding>& findings) {
    Finding finding = finding_of(FindingKind::kSeriesFlat, instrument, run);
    finding.measured = instrument.values[run.first].value;
    finding.text = instrument.name + "在" + to_chinese(finding.span, input.zone) + "恒为" +
                   number_text(finding.measured) + instrument.unit + "，" + past +
                   "，不像实测，须核对仪表与采集";
    findings.push_back(std::move(finding));
}

bool find_flat_meter(const JudgeInput& input, const MeterEvidence& meter,
                     const Instrument& instrument, std::vector<Finding>& findings) {
    const Run run = flat_run(instrument, input.window);
    if (run.count == 0 || span_of(instrument, run).length() < kFlatLeast) return false;
    const double kw = instrument.values[run.first].value;
    const UsualMeter* usual = input.evidence.usual.meter(instrument.id);
    const double flat_h = static_cast<double>(span_of(instrument, run).length().count()) / 3600;
    if (usual != nullptr && usual->days >= kUsualDaysLeast) {
        const bool is_fine = usual->step_kw > 0 && kw >= kFineSteps * usual->step_kw;
        if (!is_fine || flat_h < kFlatTimesUsual * usual->flat_h) return false;
        add_flat(input, instrument, run,
                 "此前" + number_text(std::floor(usual->days)) + "日同值最长" +
                     number_text(usual->flat_h) + "小时",
                 findings);
        return true;
    }
    // Without a past, only at a load that works, and of a meter that moved in the hours before.
    const double working_kw = kWorkingShare * meter.baseline.normal_kw.value_or(0);
    if (working_kw <= 0 || kw < working_kw) return false;
    std::map<double, int> before;
    for (std::size_t i = 0; i < run.first; ++i) {
        if (instrument.values[i].value >= working_kw) ++before[instrument.values[i].value];
    }
    constexpr std::size_t kVaried = 20;
    if (before.size() < kVaried) return false;
    add_flat(input, instrument, run, "此前读数起伏", findings);
    return true;
}

// A stack's readings before anybody could act on the order.
struct StackPast {
    std::size_t readings = 0;
    double flat_h = 0;
    double agreeing = 0;  // with the day before
    double step = 0;      // the finest between two values
    double at_top = 0;    // share of them within the very greatest value
};

StackPast past_of(const Instrument& stack, Instant until) {
    StackPast past;
    std::map<double, std::size_t> counts;
    double flat = 0;
    std::size_t pairs = 0;
    std::size_t equal = 0;
    auto other = stack.values.begin();
    for (std::size_t i = 0; i < stack.values.size() && stack.values[i].end <= until; ++i) {
        const Value& value = stack.values[i];
        ++past.readings;
        ++counts[value.value];
        const bool is_same = i > 0 && stack.values[i - 1].value == value.value && value.value > 0;
        const double each = static_cast<double>(stack.interval.count()) / 60;
        flat = is_same ? flat + each : each;
        past.flat_h = std::max(past.flat_h, flat);
        while (other->end < value.end - hours{24}) ++other;
        if (other->end != value.end - hours{24}) continue;
        ++pairs;
        equal += value.is_as(*other) ? 1 : 0;
    }
    if (pairs > 0) past.agreeing = static_cast<double>(equal) / static_cast<double>(pairs);
    std::optional<double> last;
    for (const auto& [value, count] : counts) {
        if (last && (past.step <= 0 || value - *last < past.step)) past.step = value - *last;
        last = value;
    }
    if (!counts.empty()) {
        past.at_top = static_cast<double>(counts.rbegin()->second) /
                      static_cast<double>(std::max<std::size_t>(1, past.readings));
    }
    return past;
}

bool find_capped(const JudgeInput& input, const Instrument& stack, const StackPast& past,
                 std::vector<Finding>& findings) {
    double top = 0;
    for (const Value& value : stack.values) {
        if (value.end > input.window.from && value.end <= input.window.to) {
            top = std::max(top, value.value);
        }
    }
    Finding finding = joint_finding(FindingKind::kSeriesCapped, input.window, stack.id);
    std::size_t count = 0;
    std::size_t at_top = 0;
    for (const Value& value : stack.values) {
        if (value.end <= input.window.from || value.end > input.window.to) continue;
        ++count;
        if (value.value != top || top <= 0) continue;
        ++at_top;
        if (finding.from.size() < kEvidenceReadingsMax) finding.from.push_back(value.end);
    }
    const double share =
        static_cast<double>(at_top) / static_cast<double>(std::max<std::size_t>(1, count));
    if (top < kCappedSteps * past.step) return false;
    if (at_top < kCappedLeast || share < kCappedShare || past.at_top > kCappedShareBefore) {
        return false;
    }
    finding.measured = top;
    finding.unit = stack.unit;
    finding.text = stack.name + "的" + std::to_string(count) + "个小时值中有" +
                   std::to_string(at_top) + "个恰为最高值" + number_text(top) + "mg/m3，指令前仅" +
                   percent_text(past.at_top) + "如此，疑削去高值，须核对在线监测";
    findings.push_back(std::move(finding));
    return true;
}

void look_at_stack(const JudgeInput& input, const StackSeries& series,
                   std::vector<Finding>& findings) {
    const Instrument stack = of_stack(series);
    const StackPast past = past_of(stack, knew_since(input));
    if (past.readings < kPastLeast) return;
    if (find_repeated(input, stack, past.agreeing, kStackRepeatedLeast, kDistinctOfStack,
                      findings)) {
        return;
    }
    const Run run = flat_run(stack, input.window);
    const double flat_h =
        run.count == 0 ? 0 : static_cast<double>(span_of(stack, run).length().count()) / 3600;
    const bool is_fine = run.count > 0 && stack.values[run.first].value >= kFlatSteps * past.step;
    if (is_fine && flat_h >= static_cast<double>(kFlatLeast.count()) &&
        flat_h >= kFlatTimesUsual * past.flat_h) {
        add_flat(input, stack, run, "指令前同值最长" + number_text(past.flat_h) + "小时", findings);
        return;
    }
    (void)find_capped(input, stack, past, findings);
}

bool is_of_lines(const std::string& line, const JudgeInput& input) {
    return line.empty() || input.obligation.line.empty() || line == input.obligation.line;
}

}  // namespace

Compliance find_made_up(const JudgeInput& input, std::vector<Finding>& findings) {
    Compliance answer = Compliance::kCompliant;
    for (const MeterEvidence& meter : input.evidence.meters) {
        if (!is_of_lines(meter.series.meter.line, input)) continue;
        const Instrument instrument = of_meter(meter);
        const UsualMeter* usual = input.evidence.usual.meter(instrument.id);
        const bool has_past = usual != nullptr && usual->days >= kUsualDaysLeast;
        const bool is_made_up =
            find_repeated(input, instrument, has_past ? usual->repeated_share : 0,
                          has_past ? kRepeatedLeast : kRepeatedLeastUnseen,
                          has_past ? kDistinctLeast : kDistinctUnseen, findings) ||
            find_flat_meter(input, meter, instrument, findings);
        // A treatment meter clears nobody of a stop.
        if (is_made_up && meter.series.meter.role == MeterRole::kProduction) {
            answer = Compliance::kCannotTell;
        }
    }
    const bool is_judged_by_stack = std::holds_alternative<EmissionAtMost>(input.obligation.check);
    for (const StackSeries& stack : input.evidence.stacks) {
        if (!is_of_lines(stack.line, input)) continue;
        const std::size_t before = findings.size();
        look_at_stack(input, stack, findings);
        if (findings.size() > before && is_judged_by_stack) answer = Compliance::kCannotTell;
    }
    return answer;
}

}  // namespace qk::rules
