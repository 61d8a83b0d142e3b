// The reduction inventory (应急减排清单) as values: who emits, on which lines, with which meters,
// outlets and own measures, and the whole-society emission that the floors are taken of.
//
// An edition is immutable once signed off; an order cites the edition it was derived from. Rows
// keep the line of the file they came from, because every obligation names its inventory row.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/shared_text.hpp"
#include "rules/base/time.hpp"
#include "rules/compliance/process_state.hpp"
#include "rules/compliance/readings.hpp"
#include "rules/duty/obligation.hpp"
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

// What the discharge permit allows a year, in tonnes, by pollutant; empty: it does not say.
using PermitLimits = std::array<std::optional<double>, kEmissionCount>;

// Reasons that one cell may name; more than these are refused, and not read.
inline constexpr std::size_t kReasonsNamedMax = 20;

struct Enterprise {
    SharedText id;
    SharedText name;
    SharedText region;    // county code, GB/T 2260
    SharedText industry;  // trade name; several joined by ';' with `grades` in the same order
    // Codes of GB/T 4754 or ids of trades, in the order of `industry`; and who tied what no table
    // places.
    SharedText trade_code;
    SharedText trade_by;
    SharedText batch;  // of a rotation (轮产批次), as recorded: "H1"; empty: by the id
    // Why nothing is asked of it though it emits, and who says so; empty: not answered.
    SharedText no_duty_reason;
    SharedText no_duty_by;
    // What tightens or relaxes its measures (plans/measures/treatment_reasons.hpp), separated by
    // ';', and the document of each in the same order.
    SharedText reasons;
    SharedText reason_evidence;
    Grade grade;  // the one that counts: lowest of several trades, next lower if suspended
    std::vector<Grade> grades;  // as written, one per trade; empty: `grade` alone says it
    bool grade_suspended = false;
    Category category = Category::kRegular;
    std::optional<double> lon;
    std::optional<double> lat;
    SharedText contact;
    SharedText phone;
    SharedText permit;
    std::shared_ptr<const PermitLimits> permit_t_a;  // null: none is given
    // Exempt class with its ceiling (exempt at this colour and below), expiry and evidence.
    SharedText exempt_class;
    std::optional<rules::Colour> exempt_up_to;
    std::optional<rules::CivilDay> exempt_until;
    SharedText exempt_evidence;
    int row = 0;  // line in enterprises.csv
};

// A city has hundreds of thousands, so they are small.
struct Line {
    SharedText enterprise;
    SharedText id;
    SharedText name;
    SharedText equipment;
    SharedText capacity_unit;
    SharedText industry;  // which of the enterprise's trades it belongs to; empty: all of them
    SharedText no_duty;   // why nothing is asked of it though it emits: "reason（who says so）"
    SharedText reasons;   // beside those of the enterprise; likewise
    SharedText reason_evidence;
    std::optional<double> capacity;
    double ramp_down_hours = 0;
    DailyEmission emission;
    int row = 0;
    bool uninterruptible = false;
    bool idle = false;                        // 长期停产: counts nothing as reduction
    std::uint16_t oven_height_cm = 0;         // of a coke oven's chamber; 0: not given
    std::uint16_t minimum_load_permille = 0;  // of normal load; 0: not given
    // Energy in a day by the papers (smallest of EIA, permit and last year); 0: not given.
    std::uint32_t baseline_kwh_d = 0;
};
// The lowest safe load as a share of normal load; empty: not given.
[[nodiscard]] std::optional<double> minimum_load_of(const Line& line);
// What the papers say in kWh a day; empty: not given.
[[nodiscard]] std::optional<double> baseline_kwh_d_of(const Line& line);

struct OwnMeasure {
    SharedText enterprise;
    SharedText line;  // empty: every line
    rules::Colour level = rules::Colour::kYellow;
    rules::Action action = rules::Action::kSelfDiscipline;
    double ratio = 0;
    SharedText detail;
    std::map<std::string, std::string> extra;  // further columns, by name (see plans/measures)
    int row = 0;
};

// Who answers for what an instrument says (谁出数谁负责), and when it was last held against a
// standard and against a manual measurement.
struct Custody {
    SharedText keeper;  // 运维单位; empty: nobody is named
    std::optional<rules::CivilDay> calibrated_on;
    std::optional<rules::CivilDay> compared_on;
};

struct Outlet {
    SharedText id;
    SharedText enterprise;
    SharedText line;
    SharedText mn;
    std::vector<std::string> factors;
    std::shared_ptr<const Custody> custody;  // null: nothing is said of it
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

// A source outside industry that answers for its own measures: a dust site (工地, 堆场, 道路) or a
// large goods user (运输大户). What it cuts at a level counts towards the floors.
struct OtherSource {
    struct AtLevel {
        std::string measure;  // Chinese sentence; empty: none
        double ratio = 0;     // share of its emission that the measure cuts; 0 counts nothing

        friend bool operator==(const AtLevel&, const AtLevel&) = default;
    };

    Source source = Source::kDust;  // kDust or kMobile
    std::string id;
    std::string name;
    std::string region;
    std::string enterprise;           // of a goods user that is in the inventory
    std::string kind;                 // of a site: "房屋建筑", "拆除", "堆场"
    std::optional<double> size;       // m² of a site, vehicles a day of a goods user
    DailyEmission emission;           // on a normal day
    std::array<AtLevel, 3> at_level;  // yellow, orange, red
    std::string owner;                // the department that sees to it
    std::string contact;
    std::string phone;
    int row = 0;
};
// What it does at a level; nothing below yellow.
[[nodiscard]] OtherSource::AtLevel at_level(const OtherSource& source, rules::Colour colour);

// What a department does at a level (部门任务), and who in it.
struct DepartmentTask {
    std::string department;
    rules::Colour level = rules::Colour::kYellow;
    std::string task;
    std::string owner;
    std::string phone;
    std::string deadline;  // as written: "响应启动后2小时内"
    std::string basis;
    int row = 0;
};

struct Meter {
    SharedText id;
    SharedText enterprise;
    SharedText line;  // empty: the whole enterprise
    std::optional<double> rated_kw;
    std::optional<double> idle_kw;
    double ct_ratio = 1;  // 倍率: what its readings are multiplied by when they come
    std::shared_ptr<const Custody> custody;  // null: nothing is said of it
    int row = 0;
    rules::MeterRole role = rules::MeterRole::kProduction;
};
// What verification asks of a meter.
[[nodiscard]] rules::MeterFacts facts_of(const Meter& meter);

// A further series beside power and stacks: a process condition, gas, steam, a state, a bypass.
struct Series {
    SharedText id;
    SharedText enterprise;
    SharedText line;  // empty: the whole enterprise
    SharedText unit;
    std::shared_ptr<const Custody> custody;  // null: nothing is said of it
    rules::SeriesKind kind = rules::SeriesKind::kOther;
    rules::MeterRole role = rules::MeterRole::kProduction;  // or treatment
    int row = 0;
};

struct Inventory {
    std::string edition;  // name of the edition; a folder's name until it is signed off
    bool has_evidence_column = false;  // so that an empty cell means: there is none
    std::vector<Enterprise> enterprises;
    std::vector<Line> lines;               // grouped by enterprise, in the order of `enterprises`
    std::vector<OwnMeasure> own_measures;  // likewise
    std::vector<Meter> meters;             // likewise
    std::vector<Outlet> outlets;           // likewise
    std::vector<Series> series;            // as they stand in their table
    std::vector<AreaEmission> area_emissions;
    std::vector<OtherSource> other_sources;  // dust sites, then goods users
    std::vector<DepartmentTask> department_tasks;
};

// Performance grades by falling rank, as the short-board rule (短板原则) and a suspension use them.
// 0 is the best; empty for a name that is not one of the base grades.
[[nodiscard]] std::optional<int> rank_of(const Grade& grade);
[[nodiscard]] Grade lowest_of(const std::vector<Grade>& grades);  // base grades; empty: ungraded
[[nodiscard]] Grade next_lower(const Grade& grade);               // of a suspended grade

}  // namespace qk::plans
