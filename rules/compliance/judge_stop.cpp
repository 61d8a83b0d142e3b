// Stops in all their forms: a line, a share of the lines, alternating, and no restart.
#include <algorithm>
#include <cmath>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

std::string observed_text(const Standstill& standing) {
    return "停运限值" + number_text(standing.stop_kw) + "kW（" + standing.limit_text +
           "），实测最高" + number_text(standing.max_kw) + "kW，数据覆盖" +
           percent_text(standing.coverage) + "。";
}

// Without meters of its own, a line is known to stand only when the whole plant stands.
Standstill judge_by_total(const JudgeInput& input, const Span& span) {
    const MeterEvidence* total = total_meter(input.evidence);
    Standstill standing;
    standing.coverage = 0;
    standing.compliance = Compliance::kCannotTell;
    const std::string what =
        input.obligation.line.empty() ? "全厂" : "生产线" + input.obligation.line;
    if (total == nullptr) {
        standing.findings.push_back(no_meter_finding(input, what + "在清单中没有可用的生产电表"));
        return standing;
    }
    Standstill whole = judge_standing(input, {total}, span);
    if (input.obligation.line.empty() || whole.compliance == Compliance::kCompliant) return whole;
    standing.findings.push_back(
        no_meter_finding(input, what + "没有单独的生产电表，总表有负荷但不能分辨是否为该线"));
    standing.coverage = whole.coverage;
    standing.max_kw = whole.max_kw;
    return standing;
}

Judgement finish_stop(const JudgeInput& input, Standstill standing, const Meters& meters,
                      const Span& span) {
    if (!meters.empty()) {
        standing.compliance = worse_of(standing.compliance,
                                       find_unmetered_load(input, meters, span, standing.findings));
        find_treatment_off(input, meters, span, standing.findings);
        standing.compliance = worse_of(standing.compliance,
                                       find_made_up_series(input, meters, span, standing.findings));
        standing.compliance = worse_of(standing.compliance,
                                       find_treatment_cut_early(input, meters, standing.findings));
    }
    std::string main = standing.limit_text.empty() ? std::string{} : observed_text(standing);
    return verdict_of(input, std::move(standing), std::move(main));
}

// The off phases of an alternating obligation that lie in the window.
std::vector<Span> off_phases(const JudgeInput& input, const OnOffCycle& check) {
    std::vector<Span> phases;
    const auto grace = minutes_of(input.parameters.stop_grace_min);
    if (check.off.count() <= 0) return phases;
    Instant start = input.obligation.from + check.offset;
    while (start < input.window.to) {
        const Span phase{std::max({start + grace, owed_since(input) + grace, input.window.from}),
                         std::min<Instant>(start + check.off, input.window.to)};
        if (phase.length() >= minutes_of(input.parameters.observed_min)) phases.push_back(phase);
        start += check.off + check.on;
    }
    return phases;
}

struct LineAnswer {
    std::string line;
    Standstill standing;
    bool has_meter = false;
};

std::vector<LineAnswer> judge_lines(const JudgeInput& input, const std::vector<std::string>& lines,
                                    const Span& span) {
    std::vector<LineAnswer> answers;
    for (const std::string& line : lines) {
        const Meters meters = production_meters(input.evidence, line);
        LineAnswer answer{line, {}, !meters.empty()};
        if (meters.empty()) {
            answer.standing.compliance = Compliance::kCannotTell;
            answer.standing.coverage = 0;
            answer.standing.findings.push_back(
                no_meter_finding(input, "生产线" + line + "在清单中没有可用的生产电表"));
        } else {
            answer.standing = judge_standing(input, meters, span);
        }
        answers.push_back(std::move(answer));
    }
    return answers;
}

// Longest total time at which more than `allowed` lines clearly ran at once.
seconds time_over(const std::vector<LineAnswer>& answers, std::size_t allowed) {
    std::vector<std::pair<Instant, int>> edges;
    for (const LineAnswer& answer : answers) {
        // Two meters of one line may run at once; the line counts once.
        std::vector<Span> spans = answer.standing.clearly_running;
        std::sort(spans.begin(), spans.end(),
                  [](const Span& a, const Span& b) { return a.from < b.from; });
        Instant covered{};
        bool is_first = true;
        for (const Span& span : spans) {
            const Instant from = is_first ? span.from : std::max(span.from, covered);
            if (from >= span.to) continue;
            edges.emplace_back(from, 1);
            edges.emplace_back(span.to, -1);
            covered = span.to;
            is_first = false;
        }
    }
    std::sort(edges.begin(), edges.end());
    seconds over{0};
    int running = 0;
    for (std::size_t i = 0; i < edges.size(); ++i) {
        if (i > 0 && running > static_cast<int>(allowed))
            over += edges[i].first - edges[i - 1].first;
        running += edges[i].second;
    }
    return over;
}

// The coarsest of their meters' intervals.
std::chrono::minutes interval_of_lines(const JudgeInput& input,
                                       const std::vector<std::string>& lines) {
    std::chrono::minutes coarsest{1};
    for (const std::string& line : lines) {
        for (const MeterEvidence* meter : production_meters(input.evidence, line)) {
            coarsest = std::max(coarsest, meter->series.interval);
        }
    }
    return coarsest;
}

bool is_of_running(const Finding& finding) {
    return finding.kind == FindingKind::kLineRunning || finding.kind == FindingKind::kRestarted ||
           finding.kind == FindingKind::kNightRunning || finding.kind == FindingKind::kStoppedLate;
}

// Which lines run is theirs to choose: where enough stand, nothing is found of those that run, and
// where too many ran, one that starts in turn has restarted nothing.
void drop_what_is_theirs(Standstill& whole) {
    if (whole.compliance == Compliance::kCompliant) std::erase_if(whole.findings, is_of_running);
    for (Finding& finding : whole.findings) {
        if (finding.kind == FindingKind::kRestarted) finding.kind = FindingKind::kLineRunning;
    }
}

Judgement judge_share_over(const JudgeInput& input, const ShareStands& check, const Span& span) {
    // Which of them stand is the enterprise's choice, also where the lines are named.
    const std::vector<std::string>& lines =
        check.lines.empty() ? input.evidence.lines : check.lines;
    if (lines.empty()) return not_judged("清单中没有生产线，无从计数");
    const std::size_t needed = lines_to_stand(check.share, lines.size());
    std::vector<LineAnswer> answers = judge_lines(input, lines, span);
    std::size_t standing_count = 0;
    std::size_t suspected = 0;
    for (const LineAnswer& answer : answers) {
        if (answer.standing.compliance == Compliance::kCompliant) ++standing_count;
        if (answer.standing.compliance == Compliance::kBreachSuspected) ++suspected;
    }
    const std::size_t allowed = lines.size() - needed;
    const seconds over = time_over(answers, allowed);
    std::size_t running = 0;
    Standstill whole;
    for (LineAnswer& answer : answers) {
        if (answer.standing.compliance == Compliance::kBreach) ++running;
        merge(whole, std::move(answer.standing));
    }
    // Which lines run is theirs to choose: the case is that of too many at once.
    whole.accusation = accusation_of_running(input, over, interval_of_lines(input, lines));
    if (over >= minutes_of(input.parameters.breach_after_min) &&
        (!whole.accusation || whole.accusation->is_proved())) {
        whole.compliance = Compliance::kBreach;
    } else if (standing_count >= needed || (running + suspected <= allowed &&
                                            standing_count + running + suspected == lines.size())) {
        // Enough stood for the whole window, or those that ran did so within what is allowed.
        whole.compliance = Compliance::kCompliant;
    } else if (running + suspected > allowed) {
        // Each ran at some time, but never clearly too many at once: batches may have rotated.
        whole.compliance = Compliance::kBreachSuspected;
    } else {
        whole.compliance = Compliance::kCannotTell;
    }
    if (input.edition >= kChosenLinesSince) drop_what_is_theirs(whole);
    std::string main = "应停" + std::to_string(needed) + "条、共" + std::to_string(lines.size()) +
                       "条，查明全程停运" + std::to_string(standing_count) + "条、运行" +
                       std::to_string(running + suspected) + "条，同时运行超出" + hours_text(over) +
                       "。";
    return verdict_of(input, std::move(whole), std::move(main));
}

// While a ramp-down is granted nobody breaks the obligation, but whoever stood has kept it.
template <class JudgeOver>
Judgement judge_beside_ramp(const JudgeInput& input, std::chrono::minutes ramp_down,
                            JudgeOver judge_over) {
    const seconds least = minutes_of(input.parameters.observed_min);
    const Span span = judged_span(input, ramp_down);
    if (span.length() >= least) return judge_over(span);
    if (ramp_down.count() > 0 && input.window.length() >= least) {
        Judgement early = judge_over(input.window);
        if (early.verdict && early.verdict->compliance == Compliance::kCompliant) return early;
    }
    return not_judged("仍在降负荷宽限期内或观察时间不足，尚不研判");
}

}  // namespace

Judgement judge_line_stands(const JudgeInput& input, const LineStands& check) {
    return judge_beside_ramp(input, check.ramp_down, [&input](const Span& span) {
        const Meters meters = production_meters(input.evidence, input.obligation.line);
        Standstill standing =
            meters.empty() ? judge_by_total(input, span) : judge_standing(input, meters, span);
        return finish_stop(input, std::move(standing), meters, span);
    });
}

Judgement judge_share_stands(const JudgeInput& input, const ShareStands& check) {
    return judge_beside_ramp(input, check.ramp_down, [&](const Span& span) {
        return judge_share_over(input, check, span);
    });
}

Judgement judge_on_off(const JudgeInput& input, const OnOffCycle& check) {
    const std::vector<Span> phases = off_phases(input, check);
    if (phases.empty()) return not_judged("尚未进入停产阶段，不研判");
    const Meters meters = production_meters(input.evidence, input.obligation.line);
    if (meters.empty()) {
        return verdict_of(input, judge_by_total(input, phases.front()), {});
    }
    Standstill whole;
    double peak_kw = 0;
    double stop_kw = 0;
    for (const Span& phase : phases) {
        Standstill standing = judge_standing(input, meters, phase);
        peak_kw = std::max(peak_kw, standing.max_kw);
        stop_kw = standing.stop_kw;
        merge(whole, std::move(standing));
    }
    whole.max_kw = peak_kw;
    whole.stop_kw = stop_kw;
    if (whole.baseline) whole.baseline->kw = stop_kw;
    std::string main = "停" + std::to_string(check.off.count()) + "小时、开" +
                       std::to_string(check.on.count()) + "小时交替，已核" +
                       std::to_string(phases.size()) + "个停产阶段。";
    if (!whole.limit_text.empty()) main += observed_text(whole);
    return verdict_of(input, std::move(whole), std::move(main));
}

Judgement judge_no_restart(const JudgeInput& input) {
    const Meters meters = production_meters(input.evidence, input.obligation.line);
    if (meters.empty()) {
        Standstill standing = judge_by_total(input, input.window);
        // A running total proves no restart: nobody knows whether it had stopped.
        if (standing.compliance != Compliance::kCompliant) {
            standing.compliance = Compliance::kCannotTell;
        }
        return verdict_of(input, std::move(standing), {});
    }
    Standstill whole = judge_standing(input, meters, input.window);
    bool has_restarted = false;
    bool has_stood = false;
    for (const MeterEvidence* meter : meters) {
        std::string why;
        const auto limit = standing_limit(*meter, input.parameters, why);
        if (!limit) continue;
        const auto persistence = minutes_of(input.parameters.persistence_min);
        Instant stood_since = input.window.from;
        for (const RunningPeriod& stretch :
             running_stretches(*meter, *limit, input.window, input.parameters)) {
            if (stretch.above_stop < persistence) continue;
            const Span before{stood_since, stretch.span.from};
            const bool stood = before.length() >= minutes_of(input.parameters.observed_min) &&
                               coverage_of(*meter, before).is_enough(input.parameters);
            has_restarted = has_restarted || stood;
            stood_since = stretch.span.to;
        }
        has_stood = has_stood || stood_since < input.window.to;
    }
    // An approval to restart may lie in the files, so a restart seen is only suspected.
    whole.accusation.reset();
    for (Finding& finding : whole.findings) {
        const bool is_restart = has_restarted && input.edition >= kJointSince &&
                                finding.kind == FindingKind::kLineRunning;
        if (is_restart) finding.kind = FindingKind::kRestarted;
    }
    if (has_restarted) {
        whole.compliance = Compliance::kBreachSuspected;
        return verdict_of(input, std::move(whole), "停产后又有运行，复产批准须核对。");
    }
    if (whole.compliance == Compliance::kBreach ||
        whole.compliance == Compliance::kBreachSuspected) {
        if (!has_stood) return not_judged("该线尚未停产，谈不上复产");
        whole.compliance = Compliance::kCannotTell;
    }
    return verdict_of(input, std::move(whole), "未见停产后复产。");
}

}  // namespace qk::rules
