// The reduction inventory (应急减排清单) as values: who emits, on which lines, with which meters,
// outlets and own measures, and the whole-society emission that the floors are taken of.
//
// An edition is immutable once signed off; an order cites the edition it was derived from. Rows
// keep the line of the file they came from, because every obligation names its inventory row.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/time.hpp"
#include "rules/duty/obligation.hpp"
#include "rules/proof/readings.hpp"
#include "rules/warning/colour.hpp"

namespace qk::plans {

// The four inventory pollutants, in file order.
enum class Emission : std::uint8_t { kSo2, kNox, kPm, kVocs };
inline constexpr std::size_t kEmissionCount = 4;
[[nodiscard]] std::string_view to_text(Emission emission);  // "so2", "nox", "pm", "vocs"
[[nodiscard]] std::string_view to_chinese(Emission emission);

// Daily emission in grams, whole numbers, so that plans add up to the last kilogram.
struct DailyEmission {
    std::array<std::int64_t, kEmissionCount> grams{};

    [[nodiscard]] double kg(Emission e) const {
        return static_cast<double>(grams[static_cast<std::size_t>(e)]) / 1000.0;
    }
    DailyEmission& operator+=(const DailyEmission& other) {
        for (std::size_t i = 0; i < kEmissionCount; ++i) grams[i] += other.grams[i];
        return *this;
    }
    friend bool operator==(const DailyEmission&, const DailyEmission&) = default;
};

// Performance grade (绩效分级). The name stays open: "A+", "A", "B", "B-", "C", "D", "leading",
// "non-leading", "ungraded" (treated like D) and a region's own names that its pack maps to these.
struct Grade {
    std::string name = "ungraded";

    friend bool operator==(const Grade&, const Grade&) = default;
};

enum class Category { kRegular, kLivelihood, kSmall, kWhitelist };
[[nodiscard]] std::string_view to_text(Category category);
[[nodiscard]] std::string_view to_chinese(Category category);
[[nodiscard]] std::optional<Category> parse_category(std::string_view text);

struct Enterprise {
    std::string id;
    std::string name;
    std::string region;    // county code, GB/T 2260
    std::string industry;  // trade name; several joined by ';' with `grades` in the same order
    Grade grade;           // the one that counts: lowest of several trades, next lower if suspended
    std::vector<Grade> grades;  // as written, one a trade
    bool grade_suspended = false;
    Category category = Category::kRegular;
    std::optional<double> lon;
    std::optional<double> lat;
    std::string contact;
    std::string phone;
    std::string permit;
    // Exempt class with its ceiling (exempt at this colour and below), expiry and evidence.
    std::string exempt_class;
    std::optional<rules::Colour> exempt_up_to;
    std::optional<rules::CivilDay> exempt_until;
    std::string exempt_evidence;
    int row = 0;  // line in enterprises.csv
};

struct Line {
    std::string enterprise;
    std::string id;
    std::string name;
    std::string equipment;
    std::optional<double> capacity;
    std::string capacity_unit;
    bool uninterruptible = false;
    double ramp_down_hours = 0;
    bool idle = false;  // 长期停产: counts nothing as reduction
    DailyEmission emission;
    int row = 0;
};

struct OwnMeasure {
    std::string enterprise;
    std::string line;  // empty: every line
    rules::Colour level = rules::Colour::kYellow;
    rules::Action action = rules::Action::kSelfDiscipline;
    double ratio = 0;
    std::string detail;
    std::map<std::string, std::string> extra;  // further columns, by name (see plans/measures)
    int row = 0;
};

struct Outlet {
    std::string id;
    std::string enterprise;
    std::string line;
    std::string mn;
    std::vector<std::string> factors;
    int row = 0;
};

enum class Source { kIndustry, kMobile, kDust, kResidential };
[[nodiscard]] std::string_view to_text(Source source);
[[nodiscard]] std::string_view to_chinese(Source source);
[[nodiscard]] std::optional<Source> parse_source(std::string_view text);

struct AreaEmission {
    std::string region;
    Source source = Source::kIndustry;
    DailyEmission emission;
    int row = 0;
};

struct Meter {
    rules::MeterFacts facts;
    int row = 0;
};

struct Inventory {
    std::string edition;  // name of the edition; a folder's name until it is signed off
    std::vector<Enterprise> enterprises;
    std::vector<Line> lines;               // grouped by enterprise, in the order of `enterprises`
    std::vector<OwnMeasure> own_measures;  // likewise
    std::vector<Meter> meters;             // likewise
    std::vector<Outlet> outlets;           // likewise
    std::vector<AreaEmission> area_emissions;
};

// Performance grades by falling rank, as the short-board rule (短板原则) and a suspension use them.
// 0 is the best; empty for a name that is none of the base grades.
[[nodiscard]] std::optional<int> rank_of(const Grade& grade);
[[nodiscard]] Grade lowest_of(const std::vector<Grade>& grades);  // base grades; empty: ungraded
[[nodiscard]] Grade next_lower(const Grade& grade);               // of a suspended grade

}  // namespace qk::plans
