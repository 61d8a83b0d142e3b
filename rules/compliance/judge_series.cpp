// Readings that no meter makes: another day's, value by value, or one value for hours from a meter
// that used to vary.
//
// Both are told from a coarse meter: repeated readings must differ much among themselves, and a
// flat meter must have shown many values before. What is found clears nobody and accuses nobody:
// the gateway, the meter or somebody's hand may be the cause, and a site check tells which.
#include <algorithm>
#include <set>
#include <span>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;

constexpr hours kRepeatedLeast{24};
constexpr int kLagDaysMost = 7;
// Of so many different values in the stretch: a meter that shows a few steps of standing load may
// well show a day twice.
constexpr std::size_t kDistinctLeast = 20;
constexpr hours kFlatLeast{12};
constexpr double kWorkingShare = 0.2;  // of normal: a line that stands may show one value

struct Stretch {
    Span span;
    std::vector<Instant> ends;
    std::set<double> values;
};

bool is_within(const PowerReading& reading, std::chrono::minutes interval, const Span& span) {
    return reading.end - interval >= span.from && reading.end <= span.to;
}

// The longest run of neighbouring readings of which `holds` says yes, each with the one before it
// (null at the start of a run).
template <typename Holds>
std::span<const PowerReading> longest_run(const PowerSeries& series, Holds holds) {
    const std::vector<PowerReading>& readings = series.readings;
    std::size_t begin = 0;
    std::size_t best = 0;
    std::size_t best_length = 0;
    for (std::size_t i = 0; i < readings.size(); ++i) {
        const bool goes_on = i > begin && readings[i].end == readings[i - 1].end + series.interval;
        if (!goes_on || !holds(readings[i], &readings[i - 1])) {
            begin = holds(readings[i], nullptr) ? i : i + 1;
        }
        if (begin <= i && i + 1 - begin > best_length) {
            best = begin;
            best_length = i + 1 - begin;
        }
    }
    return std::span(readings).subspan(best, best_length);
}

Stretch stretch_of(std::span<const PowerReading> run, std::chrono::minutes interval) {
    Stretch stretch;
    if (run.empty()) return stretch;
    stretch.span = {run.front().end - interval, run.back().end};
    for (const PowerReading& reading : run) {
        stretch.ends.push_back(reading.end);
        stretch.values.insert(reading.kw);
    }
    return stretch;
}

// The readings that equal those of so many days before them.
std::span<const PowerReading> repeated(const PowerSeries& series, const Span& span, int lag_days) {
    const auto lag = hours{24 * lag_days};
    auto before = series.readings.begin();
    return longest_run(series, [&](const PowerReading& reading, const PowerReading*) {
        while (before->end < reading.end - lag) ++before;
        return before->end == reading.end - lag && before->valid && reading.valid &&
               before->kw == reading.kw && reading.kw > 0 &&
               is_within(reading, series.interval, span) &&
               is_within(*before, series.interval, span);
    });
}

// Those of one value at a load that works.
std::span<const PowerReading> flat(const PowerSeries& series, const Span& span, double working_kw) {
    return longest_run(series, [&](const PowerReading& reading, const PowerReading* before) {
        return reading.valid && reading.kw >= working_kw &&
               is_within(reading, series.interval, span) &&
               (before == nullptr || before->kw == reading.kw);
    });
}

bool varied_before(const PowerSeries& series, Instant from, double working_kw) {
    std::set<double> values;
    for (const PowerReading& reading : series.readings) {
        if (reading.end > from) break;
        if (reading.valid && reading.kw >= working_kw) values.insert(reading.kw);
    }
    return values.size() >= kDistinctLeast;
}

Finding finding_of(FindingKind kind, const MeterEvidence& meter, Stretch stretch) {
    Finding finding;
    finding.kind = kind;
    finding.span = stretch.span;
    finding.meter = meter.series.meter.id;
    if (stretch.ends.size() > kEvidenceReadingsMax) stretch.ends.resize(kEvidenceReadingsMax);
    finding.from = std::move(stretch.ends);
    finding.unit = "kW";
    return finding;
}

}  // namespace

Compliance find_made_up_series(const JudgeInput& input, const Meters& production, const Span& span,
                               std::vector<Finding>& findings) {
    // Since then every instrument is looked at, with a stated chance (joint_series.cpp).
    if (input.edition < kAccusationsSince || input.edition >= kJointSince) {
        return Compliance::kCompliant;
    }
    Compliance answer = Compliance::kCompliant;
    for (const MeterEvidence* meter : production) {
        std::span<const PowerReading> run;
        int lag_days = 0;
        for (int lag = 1; lag <= kLagDaysMost && hours{24 * (lag + 1)} <= span.length(); ++lag) {
            const auto found = repeated(meter->series, span, lag);
            if (found.size() <= run.size()) continue;
            run = found;
            lag_days = lag;
        }
        Stretch longest = stretch_of(run, meter->series.interval);
        if (longest.span.length() >= kRepeatedLeast && longest.values.size() >= kDistinctLeast) {
            const std::string values = std::to_string(longest.values.size());
            Finding finding = finding_of(FindingKind::kSeriesRepeated, *meter, std::move(longest));
            finding.text = "电表" + finding.meter + "在" + to_chinese(finding.span, input.zone) +
                           "的读数与" + std::to_string(lag_days) + "日前逐点完全相同（" + values +
                           "个不同数值），不像实测，不能据此认定执行或未执行，须核对电表与采集";
            findings.push_back(std::move(finding));
            answer = Compliance::kCannotTell;
            continue;
        }
        const double working_kw = kWorkingShare * meter->baseline.normal_kw.value_or(0);
        if (working_kw <= 0) continue;
        Stretch still = stretch_of(flat(meter->series, span, working_kw), meter->series.interval);
        if (still.span.length() < kFlatLeast ||
            !varied_before(meter->series, span.from, working_kw)) {
            continue;
        }
        const double kw = *still.values.begin();
        Finding finding = finding_of(FindingKind::kSeriesFlat, *meter, std::move(still));
        finding.measured = kw;
        finding.text = "电表" + finding.meter + "在" + to_chinese(finding.span, input.zone) +
                       "恒为" + number_text(kw) + "kW，此前读数起伏，不像实测，须核对电表与采集";
        findings.push_back(std::move(finding));
        answer = Compliance::kCannotTell;
    }
    return answer;
}

}  // namespace qk::rules
