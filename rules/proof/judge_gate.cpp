// Vehicle bans and counts by gate passages.
//
// A gate that recorded nothing at all proves nothing. One banned passage may be a misread plate and
// is suspected; several are a breach. A plate of eight characters is a new-energy plate (新能源).
#include <algorithm>
#include <map>

#include "rules/proof/judging.hpp"
#include "rules/proof/sentences.hpp"

namespace qk::rules {
namespace {

bool is_in_hours(int hour, int from, int to) {
    return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

bool is_new_energy(const std::string& plate) {
    // One Chinese character of three bytes, then seven letters and digits.
    return plate.size() == 10 && static_cast<unsigned char>(plate.front()) >= 0x80;
}

bool is_banned(const GatePassage& passage, const NoVehicles& check, Zone zone) {
    if (!is_in_hours(hour_of_day(passage.at, zone), check.from_hour, check.to_hour)) return false;
    const auto& exempt = check.exempt;
    if (std::find(exempt.begin(), exempt.end(), "新能源") != exempt.end() &&
        is_new_energy(passage.plate)) {
        return false;
    }
    const auto& stages = check.stages;
    return stages.empty() || std::find(stages.begin(), stages.end(), passage.stage) != stages.end();
}

Standstill nothing_seen(const JudgeInput& input) {
    Standstill standing;
    standing.compliance = Compliance::kCannotTell;
    standing.coverage = 0;
    Finding finding = no_meter_finding(input, "门禁在该时段没有任何车辆记录，不能证明无车进出");
    finding.kind = FindingKind::kMeterSilent;
    finding.missing.push_back(input.window);
    standing.findings.push_back(std::move(finding));
    return standing;
}

}  // namespace

Judgement judge_vehicles(const JudgeInput& input, const NoVehicles& check) {
    Finding finding;
    finding.kind = FindingKind::kBannedVehicle;
    finding.unit = "vehicles";
    std::string plates;
    std::size_t seen = 0;
    for (const GatePassage& passage : input.evidence.passages) {
        if (!input.window.holds(passage.at)) continue;
        ++seen;
        if (!is_banned(passage, check, input.zone)) continue;
        if (finding.measured == 0) finding.span.from = passage.at;
        finding.span.to = passage.at + std::chrono::seconds{1};
        finding.measured += 1;
        if (finding.from.size() < kEvidenceReadingsMax) finding.from.push_back(passage.at);
        constexpr std::size_t kPlatesInText = 5;
        if (finding.from.size() <= kPlatesInText) {
            plates += (plates.empty() ? "" : "、") + passage.plate + "（" + passage.stage + "）";
        }
    }
    if (seen == 0) return verdict_of(input, nothing_seen(input), {});
    Standstill standing;
    std::string main = "门禁记录" + std::to_string(seen) + "车次。";
    if (finding.measured > 0) {
        standing.compliance = finding.measured >= input.parameters.vehicles_breach
                                  ? Compliance::kBreach
                                  : Compliance::kBreachSuspected;
        finding.text = "禁行车辆进出" + number_text(finding.measured) + "次：" + plates;
        standing.findings.push_back(std::move(finding));
    }
    return verdict_of(input, std::move(standing), std::move(main));
}

Judgement judge_vehicle_count(const JudgeInput& input, const CountAtMost& check) {
    std::map<CivilDay, double> by_day;
    for (const GatePassage& passage : input.evidence.passages) {
        if (input.window.holds(passage.at)) by_day[day_of(passage.at, input.zone)] += 1;
    }
    if (by_day.empty()) return verdict_of(input, nothing_seen(input), {});
    Standstill standing;
    for (const auto& [day, count] : by_day) {
        if (count <= check.per_day) continue;
        standing.compliance = Compliance::kBreach;
        Finding finding;
        finding.kind = FindingKind::kBannedVehicle;
        finding.span = {start_of(day, input.zone),
                        start_of(day + std::chrono::days{1}, input.zone)};
        finding.measured = count;
        finding.allowed = check.per_day;
        finding.unit = "vehicles";
        finding.text = to_iso(day) + "进出" + number_text(count) + "车次，限" +
                       number_text(check.per_day) + "车次";
        standing.findings.push_back(std::move(finding));
    }
    return verdict_of(input, std::move(standing), {});
}

}  // namespace qk::rules
