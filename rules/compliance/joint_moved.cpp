// What went elsewhere: load that another line of the plant took over, and banned trucks that seem
// to have come under new-energy plates.
#include <algorithm>
#include <cmath>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::days;

constexpr double kTakenShare = 0.2;  // of what the ordered line lost, that another gained

// Whole civil days of the window that are over.
std::vector<Span> whole_days(const JudgeInput& input) {
    std::vector<Span> whole;
    CivilDay day = day_of(input.window.from, input.zone);
    if (start_of(day, input.zone) < input.window.from) day += days{1};
    for (; start_of(day + days{1}, input.zone) <= input.window.to; day += days{1}) {
        whole.push_back({start_of(day, input.zone), start_of(day + days{1}, input.zone)});
    }
    return whole;
}

struct DayOf {
    double measured = 0;
    double expected = 0;
    double high = 0;  // an ordinary day lies above it as seldom as one test may err
};

std::optional<DayOf> day_of_meter(const JudgeInput& input, const MeterEvidence& meter,
                                  const Span& span) {
    const auto band = energy_band(meter.baseline, span, meter.series.interval, input.zone);
    if (!band || band->is_holiday_unknown || band->is_rest) return std::nullopt;
    const Coverage coverage = coverage_of(meter, span);
    if (!coverage.is_enough(input.parameters)) return std::nullopt;
    // A day is six blocks.
    return DayOf{coverage.kwh, band->kwh, band->high(6 * chance_of_block(input.parameters))};
}

}  // namespace

void find_moved_load(const JudgeInput& input, std::vector<Finding>& findings) {
    const std::string& line = input.obligation.line;
    if (line.empty()) return;
    const Meters own = production_meters(input.evidence, line);
    if (own.empty()) return;
    for (const MeterEvidence& other : input.evidence.meters) {
        const MeterFacts& facts = other.series.meter;
        if (facts.role != MeterRole::kProduction || facts.line == line || facts.line.empty())
            continue;
        Finding finding = joint_finding(FindingKind::kLoadMoved, {}, facts.id);
        int count = 0;
        for (const Span& span : whole_days(input)) {
            const auto there = day_of_meter(input, other, span);
            if (!there || there->measured <= there->high) continue;
            double lost = 0;
            for (const MeterEvidence* meter : own) {
                const auto here = day_of_meter(input, *meter, span);
                if (here) lost += here->expected - here->measured;
            }
            const double gained = there->measured - there->expected;
            if (lost <= 0 || gained < kTakenShare * lost) continue;
            if (count == 0) finding.span.from = span.from;
            finding.span.to = span.to;
            finding.measured += there->measured;
            finding.allowed += there->high;
            ++count;
        }
        if (count == 0) continue;
        finding.unit = "kWh";
        finding.text = "生产线" + line + "受限期间，生产线" + facts.line + "的电表" + facts.id +
                       "有" + std::to_string(count) + "日用电" + number_text(finding.measured) +
                       "kWh，超出平常区间上限" + number_text(finding.allowed) +
                       "kWh，疑产能转移，须核对该线是否受限";
        findings.push_back(std::move(finding));
    }
}

void find_plates(const JudgeInput& input, std::vector<Finding>& findings) {
    const auto* ban = std::get_if<NoVehicles>(&input.obligation.check);
    if (ban == nullptr) return;
    constexpr double kDaysLeast = 3;
    constexpr double kTimesBefore = 3;
    const Instant since = std::min(knew_since(input), input.window.from);
    std::optional<Instant> first;
    double before = 0;
    double now = 0;
    double banned = 0;
    Finding finding = joint_finding(FindingKind::kPlatesDoubtful, input.window, {});
    for (const GatePassage& passage : input.evidence.passages) {
        if (!first) first = passage.at;
        if (passage.direction == "out") continue;
        const bool is_new_energy = is_new_energy_plate(passage.plate);
        if (passage.at < since) {
            if (!input.evidence.is_ordinary(passage.at)) continue;
            before += is_new_energy ? 1 : 0;
        } else if (input.window.holds(passage.at)) {
            now += is_new_energy ? 1 : 0;
            const bool is_banned =
                !is_new_energy && std::ranges::count(ban->stages, passage.stage) > 0;
            banned += is_banned ? 1 : 0;
            if (is_new_energy && finding.from.size() < kEvidenceReadingsMax) {
                finding.from.push_back(passage.at);
            }
        }
    }
    if (!first) return;
    std::chrono::seconds ordinary = since - *first;
    for (const Span& span : input.evidence.under_warning) {
        const Span counted{std::max(span.from, *first), std::min(span.to, since)};
        if (counted.from < counted.to) ordinary -= counted.length();
    }
    const double days_before = static_cast<double>(ordinary.count()) / 86400;
    const double days_now = static_cast<double>(input.window.length().count()) / 86400;
    if (days_before < kDaysLeast || days_now <= 0) return;
    const double usual = (before + 1) / days_before;
    if (now / days_now < kTimesBefore * usual) return;
    // Given how many came in all, each fell into the window by its share of the time; that so many
    // or more did, were the custom as before.
    const double share = days_now / (days_now + days_before);
    const double all = before + now;
    double log_term = all * std::log(share);
    double chance = 0;
    for (double k = all; k >= now; --k) {
        chance += std::exp(log_term);
        log_term += std::log(k / (all - k + 1)) + std::log((1 - share) / share);
    }
    // Trips of one fleet are no independent draws: a winter's whole share is spent on this one
    // test.
    if (chance > input.parameters.lead_chance / 10) return;
    finding.measured = now / days_now;
    finding.allowed = usual;
    finding.unit = "vehicles";
    finding.text = "禁行期间新能源号牌驶入日均" + number_text(finding.measured) + "车次，此前" +
                   number_text(std::floor(days_before)) + "日日均" +
                   number_text(before / days_before) + "车次（习惯未变时出现的概率" +
                   number_text(chance) + "），疑套用新能源号牌，也可能确已换车，须核对行驶证";
    if (banned > 0) finding.text += "；同期仍有禁行阶段车辆" + number_text(banned) + "车次";
    findings.push_back(std::move(finding));
}

}  // namespace qk::rules
