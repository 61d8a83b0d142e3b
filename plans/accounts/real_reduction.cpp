#include "plans/accounts/real_reduction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/object.hpp>
#include <cmath>

#include "plans/text/json_values.hpp"
#include "rules/base/enum_words.hpp"

namespace qk::plans {
namespace {

namespace json = boost::json;

constexpr rules::EnumWords<RanBefore, 3> kRanWords{{
    {RanBefore::kRan, {"ran", "此前30日运行过"}},
    {RanBefore::kStoodStill, {"stood_still", "此前30日未运行"}},
    {RanBefore::kNotKnown, {"not_known", "此前30日是否运行不明"}},
}};
constexpr rules::EnumWords<Reached, 3> kReachedWords{{
    {Reached::kYes, {"yes", "达到"}},
    {Reached::kNo, {"no", "未达到"}},
    {Reached::kCannotTell, {"cannot_tell", "无法判定"}},
}};
constexpr rules::EnumWords<LevelAdvice, 3> kAdviceWords{{
    {LevelAdvice::kHold, {"hold", "维持"}},
    {LevelAdvice::kRaise, {"raise", "加严"}},
    {LevelAdvice::kLower, {"lower", "降级"}},
}};
constexpr double kDeviations = 2;  // of what is said to be beyond doubt
constexpr double kDayHours = 24;

double planned_in(const RealLine& line, const LineHour& hour, Emission emission) {
    if (hour.expected_day_kwh <= 0) return 0;
    return line.emission.kg(emission) * hour.planned_share * hour.expected_kwh /
           hour.expected_day_kwh;
}

// From the first hour of any line to the end of the last.
double hours_of(std::span<const RealLine> lines) {
    rules::Instant first = rules::Instant::max();
    rules::Instant last = rules::Instant::min();
    for (const RealLine& line : lines) {
        for (const LineHour& hour : line.hours) {
            first = std::min(first, hour.hour);
            last = std::max(last, hour.hour + std::chrono::hours{1});
        }
    }
    return last > first ? static_cast<double>((last - first).count()) / 3600.0 : 0;
}

double per_day(const ReductionSum& sum, double kg) {
    return sum.hours > 0 ? kg * kDayHours / sum.hours : 0;
}

json::value word_or_null(const std::optional<Reached>& reached) {
    if (!reached) return nullptr;
    return word(to_text(*reached));
}

std::string_view chinese_of(Emission emission) {
    switch (emission) {
        case Emission::kSo2:
            return "二氧化硫";
        case Emission::kNox:
            return "氮氧化物";
        case Emission::kPm:
            return "颗粒物";
        case Emission::kVocs:
            return "挥发性有机物";
    }
    return {};
}

}  // namespace

std::string_view to_text(RanBefore ran) { return kRanWords.english(ran); }
std::string_view to_chinese(RanBefore ran) { return kRanWords.chinese(ran); }
std::string_view to_text(Reached reached) { return kReachedWords.english(reached); }
std::string_view to_text(LevelAdvice advice) { return kAdviceWords.english(advice); }

RanBefore ran_before(std::span<const rules::PowerReading> readings, std::chrono::minutes interval,
                     rules::Instant start, double running_above_kw) {
    std::chrono::minutes seen{0};
    std::chrono::minutes running{0};
    for (const rules::PowerReading& reading : readings) {
        if (reading.end > start || reading.end <= start - kRanWithin || !reading.valid) continue;
        seen += interval;
        if (reading.kw > running_above_kw) running += interval;
    }
    if (running >= kRanAtLeast) return RanBefore::kRan;
    const auto all = std::chrono::duration<double, std::ratio<60>>(kRanWithin);
    return static_cast<double>(seen.count()) >= kSeenLeast * all.count() ? RanBefore::kStoodStill
                                                                         : RanBefore::kNotKnown;
}

std::optional<Kilograms> avoided_in(const RealLine& line, const LineHour& hour, Emission emission) {
    if (line.ran == RanBefore::kNotKnown) return std::nullopt;
    if (line.ran == RanBefore::kStoodStill) return Kilograms{};
    if (!hour.measured_kwh || hour.expected_day_kwh <= 0) return std::nullopt;
    const double kg_per_kwh = line.emission.kg(emission) / hour.expected_day_kwh;
    return Kilograms{kg_per_kwh * (hour.expected_kwh - *hour.measured_kwh),
                     kg_per_kwh * hour.expected_kwh * hour.spread};
}

ReductionSum sum_of(std::span<const RealLine> lines, Emission emission) {
    ReductionSum sum;
    sum.hours = hours_of(lines);
    double squares = 0;
    for (const RealLine& line : lines) {
        double deviation = 0;
        for (const LineHour& hour : line.hours) {
            const double planned = planned_in(line, hour, emission);
            sum.planned_kg += planned;
            if (line.ran == RanBefore::kStoodStill) sum.paper_kg += planned;
            const auto avoided = avoided_in(line, hour, emission);
            if (!avoided) {
                sum.undetermined_kg += planned;
                continue;
            }
            sum.achieved.kg += avoided->kg;
            deviation += avoided->uncertainty;
        }
        squares += deviation * deviation;
    }
    sum.achieved.uncertainty = std::sqrt(squares);
    return sum;
}

bool is_measured(const ReductionSum& sum) {
    if (sum.hours <= 0) return false;
    return sum.planned_kg <= 0 || sum.undetermined_kg < sum.planned_kg || sum.achieved.kg != 0;
}

Reached is_reached(const ReductionSum& sum, double wanted_kg_d) {
    if (sum.hours <= 0) return Reached::kCannotTell;
    const double kg = per_day(sum, sum.achieved.kg);
    const double margin = kDeviations * per_day(sum, sum.achieved.uncertainty);
    if (kg - margin >= wanted_kg_d) return Reached::kYes;
    if (kg + margin + per_day(sum, sum.undetermined_kg) < wanted_kg_d) return Reached::kNo;
    return Reached::kCannotTell;
}

Reached is_planned_reached(const ReductionStanding& standing) {
    return is_reached(standing.sum, per_day(standing.sum, standing.sum.planned_kg));
}
std::optional<Reached> is_floor_reached(const ReductionStanding& standing) {
    if (!standing.floor) return std::nullopt;
    return is_reached(standing.sum, *standing.floor * standing.base_kg_d);
}
std::optional<Reached> is_target_reached(const ReductionStanding& standing) {
    if (!standing.target_kg_d) return std::nullopt;
    return is_reached(standing.sum, *standing.target_kg_d);
}

LevelProposal propose_level(std::span<const ReductionStanding> standings,
                            std::optional<bool> air_stays_below) {
    std::string missed;
    bool has_floor = false;
    bool all_reached = true;
    for (const ReductionStanding& one : standings) {
        const auto reached = is_floor_reached(one);
        if (!reached) continue;
        has_floor = true;
        all_reached = all_reached && *reached == Reached::kYes;
        if (*reached != Reached::kNo) continue;
        missed += (missed.empty() ? "" : "、") + std::string(chinese_of(one.emission));
    }
    if (!missed.empty() && !air_stays_below.value_or(false)) {
        return {
            LevelAdvice::kRaise,
            missed +
                "实际减排低于本级底线，且预报未见好转：建议加严措施或提级 / the floor of the level "
                "is missed, and the air does not clear"};
    }
    if (has_floor && all_reached && air_stays_below.value_or(false)) {
        return {LevelAdvice::kLower,
                "实际减排达到本级底线，且预报低于本级条件：可研究降级 / the floor is reached, and "
                "the forecast "
                "stays below what the level needs"};
    }
    if (!has_floor) return {LevelAdvice::kHold, "本级未设底线，维持 / the level has no floor"};
    if (!missed.empty()) {
        return {LevelAdvice::kHold,
                missed +
                    "实际减排低于底线，但预报好转：维持并督促落实 / the floor is "
                    "missed, but the air clears"};
    }
    return {LevelAdvice::kHold, all_reached
                                    ? "达到底线，空气未好转：维持 / reached; the air does not clear"
                                    : "是否达到底线无法判定：维持 / nobody can tell yet"};
}

json::value to_json(const ReductionStanding& standing) {
    const ReductionSum& sum = standing.sum;
    json::object object{{"emission", word(to_text(standing.emission))},
                        {"achieved_kg_d", per_day(sum, sum.achieved.kg)},
                        {"uncertainty_kg_d", per_day(sum, sum.achieved.uncertainty)},
                        {"planned_kg_d", per_day(sum, sum.planned_kg)},
                        {"paper_kg_d", per_day(sum, sum.paper_kg)},
                        {"undetermined_kg_d", per_day(sum, sum.undetermined_kg)},
                        {"base_kg_d", standing.base_kg_d},
                        {"hours", sum.hours},
                        {"plan_reached", word(to_text(is_planned_reached(standing)))},
                        {"floor_reached", word_or_null(is_floor_reached(standing))},
                        {"target_reached", word_or_null(is_target_reached(standing))}};
    object["floor"] = standing.floor ? json::value(*standing.floor) : json::value(nullptr);
    object["target_kg_d"] =
        standing.target_kg_d ? json::value(*standing.target_kg_d) : json::value(nullptr);
    return object;
}

std::string sentence_of(const ReductionStanding& standing) {
    const ReductionSum& sum = standing.sum;
    const double planned = per_day(sum, sum.planned_kg);
    std::string text = std::string(chinese_of(standing.emission)) + "：";
    if (is_measured(sum)) {
        text += fmt::format("实际减排{:.0f}±{:.0f}千克/日", per_day(sum, sum.achieved.kg),
                            kDeviations * per_day(sum, sum.achieved.uncertainty));
    } else {
        text += "实际减排无法判定";
    }
    // Not the planned reduction of the floors' proof, which counts only what is guaranteed.
    text += fmt::format("，指令要求{:.0f}千克/日", planned);
    if (sum.paper_kg > 0) {
        text += fmt::format("（其中{:.0f}千克/日所在设备此前30日未运行，不计）",
                            per_day(sum, sum.paper_kg));
    }
    if (sum.undetermined_kg > 0 && is_measured(sum)) {
        text += fmt::format("，其中{:.0f}千克/日无法判定", per_day(sum, sum.undetermined_kg));
    }
    if (const auto reached = is_floor_reached(standing)) {
        text += fmt::format("；本级底线{:.0f}千克/日，{}", *standing.floor * standing.base_kg_d,
                            kReachedWords.chinese(*reached));
    }
    if (const auto reached = is_target_reached(standing)) {
        text += fmt::format("；县区任务{:.0f}千克/日，{}", *standing.target_kg_d,
                            kReachedWords.chinese(*reached));
    }
    return text;
}

}  // namespace qk::plans
