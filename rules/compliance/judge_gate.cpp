// Vehicle bans and counts by gate passages.
//
// A gate that recorded nothing at all proves nothing. What a ban forbids is coming: a truck that
// was inside before and leaves breaks nothing, and one that comes and leaves, or comes twice, is
// one truck. One banned truck may be a misread plate and is suspected; several are a breach, but
// only where the record can tell them from those that are spared: a plate of eight characters is a
// new-energy plate (新能源), everything else stands in the passage's kind or nowhere.
#include <algorithm>
#include <map>
#include <set>
#include <string_view>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

bool is_in_hours(int hour, int from, int to) {
    return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

bool is_new_energy(const std::string& plate) {
    // One Chinese character of three bytes, then seven letters and digits.
    return plate.size() == 10 && static_cast<unsigned char>(plate.front()) >= 0x80;
}

constexpr std::string_view kNewEnergy = "新能源";

bool names(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

bool is_coming(const GatePassage& passage) { return passage.direction != "out"; }

bool is_spared(const GatePassage& passage, const NoVehicles& check) {
    if (names(check.exempt, kNewEnergy) && is_new_energy(passage.plate)) return true;
    return !passage.kind.empty() && names(check.exempt, passage.kind);
}

bool is_banned(const GatePassage& passage, const NoVehicles& check, Zone zone) {
    if (!is_coming(passage) || is_spared(passage, check)) return false;
    if (!is_in_hours(hour_of_day(passage.at, zone), check.from_hour, check.to_hour)) return false;
    return check.stages.empty() || names(check.stages, passage.stage);
}

// Whether the truck may be one of those that are spared, which the record does not say.
bool may_be_spared(const GatePassage& passage, const NoVehicles& check) {
    return passage.kind.empty() && std::ranges::any_of(check.exempt, [](const std::string& kind) {
               return kind != kNewEnergy;
           });
}

std::string exempt_text(const NoVehicles& check) {
    std::string text;
    for (const std::string& kind : check.exempt) {
        if (kind == kNewEnergy) continue;
        text += (text.empty() ? "" : "、") + kind;
    }
    return text;
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
    std::set<std::string_view> trucks;
    double told_apart = 0;  // banned for certain, were their plates read rightly
    for (const GatePassage& passage : input.evidence.passages) {
        if (!input.window.holds(passage.at)) continue;
        ++seen;
        if (!is_banned(passage, check, input.zone)) continue;
        if (trucks.empty()) finding.span.from = passage.at;
        finding.span.to = passage.at + std::chrono::seconds{1};
        if (finding.from.size() < kEvidenceReadingsMax) finding.from.push_back(passage.at);
        if (!trucks.insert(passage.plate).second) continue;
        if (!may_be_spared(passage, check)) told_apart += 1;
        constexpr std::size_t kPlatesInText = 5;
        if (trucks.size() <= kPlatesInText) {
            plates += (plates.empty() ? "" : "、") + passage.plate + "（" + passage.stage + "）";
        }
    }
    if (seen == 0) return verdict_of(input, nothing_seen(input), {});
    Standstill standing;
    std::string main = "门禁记录" + std::to_string(seen) + "车次。";
    if (!trucks.empty()) {
        finding.measured = static_cast<double>(trucks.size());
        standing.compliance = told_apart >= input.parameters.vehicles_breach
                                  ? Compliance::kBreach
                                  : Compliance::kBreachSuspected;
        finding.text = "禁行车辆驶入" + number_text(finding.measured) + "辆：" + plates;
        if (told_apart < finding.measured) {
            finding.text += "；门禁未记车辆类别，是否属" + exempt_text(check) + "车辆须核对";
        }
        standing.findings.push_back(std::move(finding));
    }
    return verdict_of(input, std::move(standing), std::move(main));
}

Judgement judge_vehicle_count(const JudgeInput& input, const CountAtMost& check) {
    std::map<CivilDay, double> by_day;
    for (const GatePassage& passage : input.evidence.passages) {
        if (!input.window.holds(passage.at)) continue;
        // Who comes and leaves is one trip.
        by_day[day_of(passage.at, input.zone)] += is_coming(passage) ? 1 : 0;
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
        finding.text = to_iso(day) + "驶入" + number_text(count) + "车次，限" +
                       number_text(check.per_day) + "车次";
        standing.findings.push_back(std::move(finding));
    }
    return verdict_of(input, std::move(standing), {});
}

}  // namespace qk::rules
