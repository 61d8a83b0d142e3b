// Targets a city sets its counties (PM2.5, key-source emission, electricity; 开封2020方案 第45条)
// and how far each has come.
//
// A target is a ceiling for the mean (PM2.5), the sum (emission, electricity) or the heavy days of
// a period, or a least number of good days in it; of the last two a day's value is 1 or 0.
// Following it compares what is known so far with the share of the period gone by; days without a
// value are named and never filled in. It judges nobody: a county is on course, off course, or
// cannot be told.
//
// A value is uploaded, or what the daemon itself knows: the mean of observed PM2.5, and the sum of
// what meters and stacks of the county's enterprises recorded. A sum over instruments that are
// partly silent says too little, so a day counts as known only when nearly all of them have the
// whole day. An uploaded value of a day goes before any other.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/readings.hpp"

namespace qk::plans {

enum class TargetKind { kPm25, kEmission, kElectricity, kHeavyDays, kGoodDays };
[[nodiscard]] std::string_view to_text(
    TargetKind kind);  // "pm25", "emission", "electricity", "heavy_days"
[[nodiscard]] std::string_view to_chinese(TargetKind kind);
[[nodiscard]] std::string_view unit_of(TargetKind kind);  // "µg/m³", "kg", "kWh"

struct CountyTarget {
    std::string county;  // GB/T 2260
    TargetKind kind = TargetKind::kPm25;
    rules::CivilDay from{};
    rules::CivilDay to{};  // last day, included
    double ceiling = 0;
    std::string source;
    int row = 0;
};

// Where a value comes from.
enum class ValueBasis { kUploaded, kObserved, kDerived };

struct CountyValue {
    std::string county;
    TargetKind kind = TargetKind::kPm25;
    rules::CivilDay day{};
    double value = 0;  // mean of the day, or its sum
    ValueBasis basis = ValueBasis::kUploaded;
    // Of a derived one: the county's meters or outlets, and how many of them have the whole day.
    int points = 0;
    int points_known = 0;
};

enum class Course { kOnCourse, kOffCourse, kCannotTell };
[[nodiscard]] std::string_view to_text(Course course);

struct TargetProgress {
    CountyTarget target;
    int days = 0;  // of the period up to `as_of`
    int days_known = 0;
    double reached = 0;          // mean or sum so far; says nothing while no day is known
    double allowed = 0;          // ceiling, or its share for the days known
    std::optional<double> left;  // mean or sum a day that the rest of the period may have
    Course course = Course::kCannotTell;
    std::string_view basis = "none";  // "uploaded", "observed", "derived", or "mixed" of these
    int days_uploaded = 0;            // of the days known
    int days_derived = 0;
    // On how many meters or outlets the derived days rest: the county's, and at least so many on
    // each day that is known (while none is known: at most so many).
    int points = 0;
    int points_known = 0;
    std::string text;  // Chinese
};

// A target spans at most so many days: five years, as plans do.
inline constexpr int kTargetDaysMax = 5 * 366;
// At least this share of the days must be known before a course is told.
inline constexpr double kTargetCoverageLeast = 0.75;
// At least this share of a county's meters or outlets must have a whole day before their sum counts
// as the county's: with fewer it would look thrifty because its instruments are silent.
inline constexpr double kPointShareLeast = 0.9;
// So many hours stand for a whole day, as for a valid 24-h mean; the sum is then taken to 24 hours.
inline constexpr double kDayHoursLeast = 20;

// What one meter or outlet brought on one day; empty without enough hours. `readings` are ordered,
// an amount an hour each: kW of a meter, kg/h of a stack. `interval` is taken where they do not
// show one.
[[nodiscard]] std::optional<double> sum_of_day(std::span<const rules::PowerReading> readings,
                                               const rules::Span& day,
                                               std::chrono::minutes interval);

struct PointDay {
    std::string_view county;
    std::optional<double> sum;  // empty: not known
};
// One value a county that has meters or outlets at all; its sum is of those that are known.
[[nodiscard]] std::vector<CountyValue> sum_by_county(TargetKind kind, rules::CivilDay day,
                                                     std::span<const PointDay> points);

[[nodiscard]] std::vector<TargetProgress> follow_targets(const std::vector<CountyTarget>& targets,
                                                         const std::vector<CountyValue>& values,
                                                         rules::CivilDay as_of);
[[nodiscard]] boost::json::value to_json(const TargetProgress& progress);

// CSV `county,target,from,to,ceiling[,source]` and `county,target,day,value`; all faults at once.
[[nodiscard]] rules::Result<std::vector<CountyTarget>> read_targets(std::string_view csv,
                                                                    const std::string& file);
[[nodiscard]] rules::Result<std::vector<CountyValue>> read_target_values(std::string_view csv,
                                                                         const std::string& file);

}  // namespace qk::plans
