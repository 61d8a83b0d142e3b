#include "plans/decision/judge_again.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plans/documents/verdict_json.hpp"
#include "plans/text/json_difference.hpp"
#include "rules/compliance/standstill.hpp"

namespace qk::plans {
namespace {

// Editions that knew a stage by the ban's own spelling alone let every other one pass.
void spell_as_banned(std::vector<rules::GatePassage>& passages, const rules::Check& check) {
    const auto* ban = std::get_if<rules::NoVehicles>(&check);
    if (ban == nullptr) return;
    // A stage that no text bans as yet.
    constexpr std::string_view kNotBanned = "国七";
    for (rules::GatePassage& passage : passages) {
        if (std::ranges::find(ban->stages, passage.stage) == ban->stages.end()) {
            passage.stage = kNotBanned;
        }
    }
}

// The instruments of then with the readings of now; places that the readings do not have stay
// empty.
rules::Evidence evidence_of(const JudgeInputs& inputs, const StoredReadings& readings) {
    rules::Evidence evidence = inputs.instruments;
    std::vector<rules::PowerSeries> meters;
    for (std::size_t i = 0; i < evidence.meters.size(); ++i) {
        if (i < readings.power.size()) evidence.meters[i].series.readings = readings.power[i];
        meters.push_back(evidence.meters[i].series);
    }
    if (evidence.unmetered) {
        if (auto beyond = rules::unmetered_series(meters)) {
            evidence.unmetered->series = std::move(*beyond);
        }
    }
    for (std::size_t i = 0; i < evidence.stacks.size() && i < readings.stacks.size(); ++i) {
        evidence.stacks[i].readings = readings.stacks[i];
    }
    evidence.passages = readings.passages;
    if (inputs.edition < rules::kVehicleKindsSince) {
        for (rules::GatePassage& passage : evidence.passages) passage.kind.clear();
    }
    return evidence;
}

std::string name_of(const SeriesDigest& digest) {
    std::string name{to_text(digest.kind)};
    if (!digest.id.empty()) name += " " + digest.id;
    if (!digest.factor.empty()) name += " " + digest.factor;
    return name;
}

}  // namespace

rules::Judgement recompute(const JudgeInputs& inputs, const StoredReadings& readings) {
    rules::Evidence evidence = evidence_of(inputs, readings);
    if (inputs.edition < rules::kVehicleKindsSince) {
        spell_as_banned(evidence.passages, inputs.obligation.check);
    }
    const rules::JudgeInput input{inputs.obligation, evidence,      inputs.window,
                                  inputs.parameters, inputs.zone,   inputs.delivery,
                                  inputs.edition,    inputs.unheard};
    return rules::judge(input);
}

std::vector<std::string> evidence_differences(const JudgeInputs& inputs,
                                              const StoredReadings& readings) {
    std::vector<std::string> differences;
    const std::vector<SeriesDigest> now = digests_of(evidence_of(inputs, readings));
    for (std::size_t i = 0; i < std::max(now.size(), inputs.readings.size()); ++i) {
        if (i >= now.size() || i >= inputs.readings.size()) {
            const SeriesDigest& one = i < now.size() ? now[i] : inputs.readings[i];
            differences.push_back(
                fmt::format("readings: {}: 仅一方有 only then or only now", name_of(one)));
            continue;
        }
        const SeriesDigest& then = inputs.readings[i];
        if (name_of(then) != name_of(now[i])) {
            differences.push_back(
                fmt::format("readings: {} -> {}", name_of(then), name_of(now[i])));
        } else if (then.count > 0 && now[i].count == 0) {
            differences.push_back(
                fmt::format("readings: {}: 当时{}条，现已无存（或已过保留期限） / {} then, none "
                            "now: retention may have let "
                            "them go",
                            name_of(then), then.count, then.count));
        } else if (then.count != now[i].count) {
            differences.push_back(fmt::format("readings: {}: 当时{}条，现有{}条 / {} then, {} now",
                                              name_of(then), then.count, now[i].count, then.count,
                                              now[i].count));
        } else if (then.sha256 != now[i].sha256) {
            differences.push_back(fmt::format(
                "readings: {}: 内容与当时不同 / not what they said then: SHA-256 {} -> {}",
                name_of(then), then.sha256, now[i].sha256));
        }
    }
    return differences;
}

VerdictAgain judge_again(const JudgeInputs& inputs, const StoredReadings& readings,
                         const boost::json::value& found) {
    VerdictAgain again;
    again.differences = evidence_differences(inputs, readings);
    again.judgement = recompute(inputs, readings);
    if (!again.judgement.verdict) {
        again.differences.push_back("现不作研判 / not judged now: " + again.judgement.not_judged);
    } else {
        const boost::json::value now = to_json(*again.judgement.verdict, inputs.zone);
        std::vector<std::string> more = json_differences(found, now);
        again.differences.insert(again.differences.end(), more.begin(), more.end());
    }
    if (!again.differences.empty() && inputs.edition != rules::kJudgeEdition) {
        again.differences.insert(
            again.differences.begin(),
            fmt::format("judge_edition: {} -> {}", inputs.edition, rules::kJudgeEdition));
    }
    return again;
}

}  // namespace qk::plans
