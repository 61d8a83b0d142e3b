// Vehicle bans and counts by gate passages.
//
// A gate that recorded nothing at all proves nothing. What a ban forbids is coming: a truck that
// was inside before and leaves breaks nothing, and one that comes and leaves, or comes twice, is
// one truck. One banned truck may be a misread plate and is suspected; several are a breach, but
// only where the record can tell them from those that are spared: a plate of eight characters is a
// new-energy plate (新能源), everything else stands in the passage's kind or nowhere.
//
// Gates write one stage in many ways (国四, 国IV, 国4, 4); they are one stage. A truck of no stage
// that can be read proves neither: where it came and no banned one did, nobody can tell.
#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "rules/compliance/judging.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

bool is_in_hours(int hour, int from, int to) {
    return from <= to ? hour >= from && hour < to : hour >= from || hour < to;
}

constexpr std::string_view kNewEnergy = "新能源";

bool names(const std::vector<std::string>& all, std::string_view one) {
    return std::ranges::find(all, one) != all.end();
}

bool is_coming(const GatePassage& passage) { return passage.direction != "out"; }

bool is_spared(const GatePassage& passage, const NoVehicles& check) {
    if (names(check.exempt, kNewEnergy) && is_new_energy_plate(passage.plate)) return true;
    return !passage.kind.empty() && names(check.exempt, passage.kind);
}

void erase_all(std::string& text, std::string_view part) {
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part)) {
        text.erase(at, part.size());
    }
}

// The number of an emission stage: 4 for 国四, 国Ⅳ, 国IV, 国4 and 4, 6 for 国六b. Empty: none that
// is read. Euro stages (欧四) are another standard.
std::optional<int> stage_number(std::string_view written) {
    std::string text(written);
    for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
    for (const std::string_view part : {" ", "　", "-", "_", "排放", "标准", "阶段", "国家", "第",
                                        "国", "china", "stage", "gb", "cn", "（", "）", "(", ")"}) {
        erase_all(text, part);
    }
    struct Numeral {
        std::string_view written;
        int number;
    };
    constexpr Numeral kNumerals[] = {
        {"零", 0}, {"0", 0},  {"一", 1}, {"ⅰ", 1},   {"Ⅰ", 1},  {"i", 1}, {"1", 1},  {"二", 2},
        {"ⅱ", 2},  {"Ⅱ", 2},  {"ii", 2}, {"2", 2},   {"三", 3}, {"ⅲ", 3}, {"Ⅲ", 3},  {"iii", 3},
        {"3", 3},  {"四", 4}, {"ⅳ", 4},  {"Ⅳ", 4},   {"iv", 4}, {"4", 4}, {"五", 5}, {"ⅴ", 5},
        {"Ⅴ", 5},  {"v", 5},  {"5", 5},  {"六", 6},  {"ⅵ", 6},  {"Ⅵ", 6}, {"vi", 6}, {"6", 6},
        {"七", 7}, {"ⅶ", 7},  {"Ⅶ", 7},  {"vii", 7}, {"7", 7}};
    if (text.size() > 1 && (text.ends_with('a') || text.ends_with('b'))) text.pop_back();
    for (const Numeral& one : kNumerals) {
        if (text == one.written) return one.number;
    }
    return std::nullopt;
}

enum class Coming { kFree, kBanned, kNotKnown };

Coming coming_of(const GatePassage& passage, const NoVehicles& check, Zone zone) {
    if (!is_coming(passage) || is_spared(passage, check)) return Coming::kFree;
    if (!is_in_hours(hour_of_day(passage.at, zone), check.from_hour, check.to_hour)) {
        return Coming::kFree;
    }
    if (check.stages.empty() || names(check.stages, passage.stage)) return Coming::kBanned;
    // A ban of words that are no stages goes by the words.
    const bool has_stages = std::ranges::any_of(
        check.stages, [](const std::string& stage) { return stage_number(stage).has_value(); });
    if (!has_stages) return Coming::kFree;
    const std::optional<int> number = stage_number(passage.stage);
    if (!number) return Coming::kNotKnown;
    const bool is_named = std::ranges::any_of(check.stages, [number](const std::string& stage) {
        const std::optional<int> banned = stage_number(stage);
        // What is older than the first stage is banned with it.
        return banned && (*banned == *number || (*number == 0 && *banned == 1));
    });
    return is_named ? Coming::kBanned : Coming::kFree;
}

Finding not_known_finding(const std::set<std::string_view>& trucks, const Span& window) {
    constexpr std::size_t kPlatesInText = 5;
    Finding finding;
    finding.kind = FindingKind::kInvalidData;
    finding.span = window;
    finding.unit = "vehicles";
    finding.measured = static_cast<double>(trucks.size());
    finding.text = "驶入车辆中" + number_text(finding.measured) + "辆的排放阶段未记或不能识别：";
    std::size_t printed = 0;
    for (const std::string_view plate : trucks) {
        if (printed == kPlatesInText) break;
        if (printed++ > 0) finding.text += "、";
        finding.text += plate;
    }
    finding.text += "，不能证明无禁行车辆驶入";
    return finding;
}

// Whether the record says that it is a truck like others. Any other word that the ban does not know
// may be one of those that are spared in the gate's own words (危化品车 for 危险品).
bool is_ordinary(std::string_view kind) {
    constexpr std::string_view kOrdinary[] = {"货车",     "重型货车",   "中型货车", "轻型货车",
                                              "一般货车", "半挂牵引车", "牵引车",   "无"};
    return kind.find("普通") != std::string_view::npos ||
           std::ranges::find(kOrdinary, kind) != std::end(kOrdinary);
}

// Whether the truck may be one of those that are spared, which the record does not say.
bool may_be_spared(const GatePassage& passage, const NoVehicles& check) {
    const bool is_told = !passage.kind.empty() && is_ordinary(passage.kind);
    return !is_told && std::ranges::any_of(check.exempt, [](const std::string& kind) {
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

bool is_new_energy_plate(const std::string& plate) {
    // One Chinese character of three bytes, then seven letters and digits.
    return plate.size() == 10 && static_cast<unsigned char>(plate.front()) >= 0x80;
}

Judgement judge_vehicles(const JudgeInput& input, const NoVehicles& check) {
    Finding finding;
    finding.kind = FindingKind::kBannedVehicle;
    finding.unit = "vehicles";
    std::string plates;
    std::size_t seen = 0;
    std::set<std::string_view> trucks;
    std::set<std::string_view> not_known;
    double told_apart = 0;  // banned for certain, were their plates read rightly
    for (const GatePassage& passage : input.evidence.passages) {
        if (!input.window.holds(passage.at)) continue;
        ++seen;
        const Coming coming = coming_of(passage, check, input.zone);
        if (coming == Coming::kNotKnown) not_known.insert(passage.plate);
        if (coming != Coming::kBanned) continue;
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
            finding.text +=
                "；门禁未记车辆类别或所记类别不能对应，是否属" + exempt_text(check) + "车辆须核对";
        }
        standing.findings.push_back(std::move(finding));
    } else if (!not_known.empty()) {
        standing.compliance = Compliance::kCannotTell;
        standing.findings.push_back(not_known_finding(not_known, input.window));
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
