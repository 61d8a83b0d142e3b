// All meters of a plant at once: silent with the order, at zero from the order on, and the total
// meter against the others.
#include <algorithm>
#include <cmath>
#include <map>

#include "rules/compliance/joint.hpp"
#include "rules/compliance/sentences.hpp"

namespace qk::rules {
namespace {

using std::chrono::hours;
using std::chrono::seconds;

constexpr hours kWithOrder{12};   // so long behind its start it is still "with the order"
constexpr hours kReportsLate{2};  // what is missing behind that is merely not there yet
constexpr hours kJustBefore{2};   // somebody is told before the paper comes
constexpr hours kZeroLeast{4};
constexpr double kTimesUsual = 2;  // as long as ever before, to be unlike it

std::string usual_text(double days, const std::string& what, double hours_most) {
    return "此前" + number_text(std::floor(days)) + "日" + what + "最长" + number_text(hours_most) +
           "小时";
}

// The meter that speaks for the plant: the total one, or the first.
const MeterEvidence* speaker_of(const Evidence& evidence) {
    if (const MeterEvidence* total = total_meter(evidence)) return total;
    return evidence.meters.empty() ? nullptr : &evidence.meters.front();
}

bool is_heard_in(const MeterEvidence& meter, const Span& gap) {
    const auto& readings = meter.series.readings;
    const auto first = std::ranges::upper_bound(readings, gap.from, {}, &PowerReading::end);
    return first != readings.end() && first->end - meter.series.interval < gap.to;
}

std::vector<Span> gaps_of(const JudgeInput& input, const MeterEvidence& meter) {
    std::vector<Span> gaps;
    const UsualMeter* usual = input.evidence.usual.meter(meter.series.meter.id);
    std::optional<Instant> last = usual != nullptr ? usual->last_end : std::nullopt;
    for (const PowerReading& reading : meter.series.readings) {
        if (reading.end > input.window.to) break;
        const Instant from = reading.end - meter.series.interval;
        if (last && from > *last) gaps.push_back({*last, from});
        last = std::max(last.value_or(reading.end), reading.end);
    }
    if (last && *last < input.window.to - kReportsLate) gaps.push_back({*last, input.window.to});
    return gaps;
}

seconds heard_elsewhere(const JudgeInput& input, const Span& gap) {
    seconds left = gap.length();
    for (const Span& quiet : input.unheard) {
        const Span both{std::max(quiet.from, gap.from), std::min(quiet.to, gap.to)};
        if (both.from < both.to) left -= both.length();
    }
    return left;
}

// A stretch of readings of one meter, each at zero.
std::vector<Span> zero_stretches(const JudgeInput& input, const MeterEvidence& meter) {
    std::vector<Span> stretches;
    const auto& interval = meter.series.interval;
    for (const PowerReading& reading : meter.series.readings) {
        if (reading.end <= input.window.from || reading.end > input.window.to) continue;
        if (!reading.valid || reading.kw != 0) continue;
        if (!stretches.empty() && stretches.back().to == reading.end - interval) {
            stretches.back().to = reading.end;
        } else {
            stretches.push_back({reading.end - interval, reading.end});
        }
    }
    return stretches;
}

bool is_at_zero_in(const MeterEvidence& meter, const Span& span) {
    return std::ranges::none_of(meter.series.readings, [&](const PowerReading& reading) {
        return reading.end - meter.series.interval >= span.from && reading.end <= span.to &&
               reading.kw != 0;
    });
}

struct RestBlock {
    Span span;
    double kw = 0;
    double all_kw = 0;  // of the total meter
    double usual_kw = 0;
    std::vector<Instant> ends;
};

// Whole blocks of four hours of what the total meter shows beside the others.
std::vector<RestBlock> rest_blocks(const JudgeInput& input, const UsualRest& usual) {
    std::vector<const PowerSeries*> all;
    const MeterEvidence* total = total_meter(input.evidence);
    for (const MeterEvidence& meter : input.evidence.meters) all.push_back(&meter.series);
    std::map<DayBlock, RestBlock> blocks;
    for (const PowerReading& reading : rest_beside(all)) {
        if (reading.end <= input.window.from || reading.end > input.window.to) continue;
        const PowerReading* whole = reading_ending(total->series, reading.end);
        const DayBlock place = block_of(reading.end, input.zone);
        RestBlock& block = blocks[place];
        if (block.ends.empty()) block.span.from = reading.end - total->series.interval;
        block.span.to = reading.end;
        block.kw += reading.kw;
        block.all_kw += whole != nullptr ? whole->kw : 0;
        block.usual_kw = usual.kw[place.block];
        block.ends.push_back(reading.end);
    }
    std::vector<RestBlock> whole;
    for (auto& [place, block] : blocks) {
        if (block.ends.size() * total->series.interval < hours{3}) continue;
        block.kw /= static_cast<double>(block.ends.size());
        block.all_kw /= static_cast<double>(block.ends.size());
        whole.push_back(std::move(block));
    }
    return whole;
}

// Neighbouring blocks that are off to one side.
struct OffRest {
    Span span;
    double kw = 0;
    double usual_kw = 0;
    std::vector<Instant> ends;
    int blocks = 0;
};

std::optional<OffRest> longest_off(const std::vector<RestBlock>& blocks, auto is_off) {
    std::optional<OffRest> best;
    OffRest run;
    const auto close = [&] {
        if (run.blocks > 0 && (!best || run.blocks > best->blocks)) best = run;
        run = {};
    };
    for (const RestBlock& block : blocks) {
        if (!is_off(block) || (run.blocks > 0 && block.span.from != run.span.to)) close();
        if (!is_off(block)) continue;
        if (run.blocks == 0) run.span.from = block.span.from;
        run.span.to = block.span.to;
        run.kw += block.kw;
        run.usual_kw += block.usual_kw;
        run.ends.insert(run.ends.end(), block.ends.begin(), block.ends.end());
        ++run.blocks;
    }
    close();
    if (!best) return best;
    best->kw /= best->blocks;
    best->usual_kw /= best->blocks;
    if (best->ends.size() > kEvidenceReadingsMax) best->ends.resize(kEvidenceReadingsMax);
    return best;
}

Finding rest_finding(const JudgeInput& input, FindingKind kind, const OffRest& off,
                     const std::string& what) {
    const MeterEvidence* total = total_meter(input.evidence);
    Finding finding = joint_finding(kind, off.span, total->series.meter.id);
    finding.from = off.ends;
    finding.measured = off.kw;
    finding.allowed = off.usual_kw;
    finding.unit = "kW";
    finding.text = "总表" + finding.meter + "与各分表之和的差在" +
                   to_chinese(off.span, input.zone) + "平均" + number_text(off.kw) + "kW，此前" +
                   std::to_string(input.evidence.usual.rest->days) + "日同时段" +
                   number_text(off.usual_kw) + "kW，" + what;
    return finding;
}

}  // namespace

// Silence that began with the first order of a warning goes on into what a later one asks.
Compliance find_silence(const JudgeInput& input, std::vector<Finding>& findings) {
    const MeterEvidence* speaker = speaker_of(input.evidence);
    if (speaker == nullptr) return Compliance::kCompliant;
    const UsualMeter* usual = input.evidence.usual.meter(speaker->series.meter.id);
    if (usual == nullptr || usual->days < kUsualDaysLeast) return Compliance::kCompliant;
    const double least_h = std::max(input.parameters.silent_hours, kTimesUsual * usual->silent_h);
    for (const Span& gap : gaps_of(input, *speaker)) {
        const bool is_with_order = gap.from >= warned_since(input) - kJustBefore &&
                                   gap.from <= owed_since(input) + kWithOrder;
        if (!is_with_order || gap.to <= input.window.from) continue;
        const seconds silent = heard_elsewhere(input, gap);
        if (silent < minutes_of(60 * least_h)) continue;
        const bool is_alone = std::ranges::any_of(
            input.evidence.meters, [&](const MeterEvidence& m) { return is_heard_in(m, gap); });
        if (is_alone) continue;
        Finding finding = joint_finding(FindingKind::kSilentAfterOrder, gap, {});
        finding.missing = {gap};
        finding.measured = static_cast<double>(silent.count()) / 3600;
        finding.allowed = least_h;
        finding.unit = "h";
        finding.text =
            "全厂电表自" + to_chinese(gap.from, input.zone) + "起同时失数" + hours_text(silent) +
            (gap.from < knew_since(input) - kJustBefore ? "，恰在本次预警首份指令可知悉之后；"
                                                        : "，恰在指令可知悉之后；") +
            usual_text(usual->days, "中断", usual->silent_h);
        if (silent < gap.length()) {
            finding.text += "，已扣除区域普遍失数" + hours_text(gap.length() - silent);
        }
        finding.text += "，须现场核查";
        findings.push_back(std::move(finding));
        return Compliance::kCannotTell;
    }
    return Compliance::kCompliant;
}

Compliance find_zeros(const JudgeInput& input, std::vector<Finding>& findings) {
    // A line may be cut off for good where it stands; the lights of the whole plant seldom are.
    const MeterEvidence* speaker = total_meter(input.evidence);
    if (speaker == nullptr || input.evidence.meters.size() < 2) return Compliance::kCompliant;
    const UsualMeter* usual = input.evidence.usual.meter(speaker->series.meter.id);
    if (usual == nullptr || usual->days < kUsualDaysLeast) return Compliance::kCompliant;
    for (const Span& stretch : zero_stretches(input, *speaker)) {
        const bool is_long =
            stretch.length() >= kZeroLeast &&
            static_cast<double>(stretch.length().count()) / 3600 > kTimesUsual * usual->zero_h;
        if (!is_long || stretch.from > owed_since(input) + kWithOrder) continue;
        const bool is_of_all = std::ranges::all_of(
            input.evidence.meters,
            [&](const MeterEvidence& meter) { return is_at_zero_in(meter, stretch); });
        if (!is_of_all) continue;
        Finding finding =
            joint_finding(FindingKind::kZeroAfterOrder, stretch, speaker->series.meter.id);
        for (const PowerReading& reading : speaker->series.readings) {
            if (reading.end <= stretch.from || reading.end > stretch.to) continue;
            if (finding.from.size() < kEvidenceReadingsMax) finding.from.push_back(reading.end);
        }
        finding.unit = "kW";
        finding.text = "全厂电表（含照明、办公）在" + to_chinese(stretch, input.zone) +
                       "读数全为零而采集仍在上传；" +
                       usual_text(usual->days, "归零", usual->zero_h) +
                       "，疑为断开计量，也可能是拉总闸，须现场核查";
        findings.push_back(std::move(finding));
        return Compliance::kCannotTell;
    }
    return Compliance::kCompliant;
}

Compliance find_disagreement(const JudgeInput& input, std::vector<Finding>& findings) {
    const auto& usual = input.evidence.usual.rest;
    if (!usual || total_meter(input.evidence) == nullptr) return Compliance::kCompliant;
    constexpr double kShareOfUsual = 0.4;   // fallen by so much of what it was
    constexpr double kShareOfTotal = 0.01;  // two meters of class 1 differ by so much
    constexpr int kBlocksLeast = 2;
    const double chance = chance_of_block(input.parameters);
    const std::vector<RestBlock> blocks = rest_blocks(input, *usual);
    // A plant whose total reads nothing is looked at above.
    const auto has_fallen = [&](const RestBlock& block) {
        const double by = block.usual_kw - block.kw;
        return block.all_kw > 0 && by > usual->off.below.at(chance) &&
               by > kShareOfUsual * std::abs(block.usual_kw) && by > kShareOfTotal * block.all_kw;
    };
    const auto has_risen = [&](const RestBlock& block) {
        const double by = block.kw - block.usual_kw;
        return by > usual->off.above.at(chance) && by > kShareOfUsual * std::abs(block.usual_kw) &&
               by > kShareOfTotal * block.all_kw;
    };
    Compliance answer = Compliance::kCompliant;
    const auto fallen = longest_off(blocks, has_fallen);
    if (fallen && fallen->blocks >= kBlocksLeast) {
        findings.push_back(rest_finding(input, FindingKind::kMetersDisagree, *fallen,
                                        fallen->kw < 0 ? "分表之和大于总表，疑有一方失实"
                                                       : "全厂计量疑被整体缩小（互感器变比）"));
        answer = Compliance::kCannotTell;
    }
    const auto risen = longest_off(blocks, has_risen);
    const bool is_said = std::ranges::any_of(findings, [](const Finding& finding) {
        return finding.kind == FindingKind::kUnmeteredLoad;
    });
    if (risen && risen->blocks >= kBlocksLeast && !is_said) {
        findings.push_back(rest_finding(input, FindingKind::kUnmeteredLoad, *risen,
                                        "疑有绕过分表或未列入清单的负荷"));
        answer = Compliance::kCannotTell;
    }
    return answer;
}

}  // namespace qk::rules
