// Targets a city sets its counties (PM2.5, key-source emission, electricity; 开封2020方案 第45条)
// and how far each has come.
//
// A target is a ceiling for the mean (PM2.5) or the sum (emission, electricity) of a period.
// Following it compares what is known so far with the share of the period gone by; days without a
// value are named and never filled in. It judges nobody: a county is on course, off course, or
// cannot be told.
#pragma once

#include <boost/json/value.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::plans {

enum class TargetKind { kPm25, kEmission, kElectricity };
[[nodiscard]] std::string_view to_text(TargetKind kind);  // "pm25", "emission", "electricity"
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

struct CountyValue {
    std::string county;
    TargetKind kind = TargetKind::kPm25;
    rules::CivilDay day{};
    double value = 0;  // mean of the day, or its sum
};

enum class Course { kOnCourse, kOffCourse, kCannotTell };
[[nodiscard]] std::string_view to_text(Course course);

struct TargetProgress {
    CountyTarget target;
    int days = 0;  // of the period up to `as_of`
    int days_known = 0;
    double reached = 0;          // mean or sum so far
    double allowed = 0;          // ceiling, or its share for the days known
    std::optional<double> left;  // mean or sum a day that the rest of the period may have
    Course course = Course::kCannotTell;
    std::string text;  // Chinese
};

// At least this share of the days must be known before a course is told.
inline constexpr double kTargetCoverageLeast = 0.75;

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
