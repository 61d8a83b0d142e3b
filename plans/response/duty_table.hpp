// The answer of derive in a form that a province fits into memory with: sixteen to twenty bytes a
// duty, sentences and chains of reasons made only for who asks.
//
// A table keeps references to the inventory, catalogue, rules and season it was derived from; it
// must not outlive them. Reductions are exact grams; a line's cut is the largest share that any
// measure in force from the start puts on it (measures do not add up on one line), rounded half to
// even once an enterprise.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/own_measure.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/measures/season.hpp"
#include "plans/measures/trades.hpp"
#include "plans/response/derive.hpp"

namespace qk::plans {

// Where the rows of one enterprise lie in the inventory's lists: [first, end).
struct RowRange {
    std::uint32_t first = 0;
    std::uint32_t end = 0;

    [[nodiscard]] std::size_t size() const { return end - first; }
};

struct EnterpriseRows {
    RowRange lines;
    RowRange own;
    RowRange meters;
    RowRange outlets;
};

// Rows are grouped by enterprise in the inventory's order; anything else is a bug of its reader.
[[nodiscard]] std::vector<EnterpriseRows> rows_of(const Inventory& inventory);

// Why an enterprise is treated as it is. Enterprises alike share one.
struct Standing {
    enum class Class : std::uint8_t {
        kGraded,
        kLivelihood,
        kSmall,
        kWhitelist,
        kExempt,
        kSelfGrade
    };

    Class of = Class::kGraded;
    Treatment treatment = Treatment::kAsGraded;
    Category category = Category::kRegular;
    std::string grade_written;  // as the inventory or the change says
    std::string grade;          // the catalogue's name that was used
    bool grade_changed = false;
    const Trade* trade = nullptr;             // null: not known, default sample
    const CatalogueClause* clause = nullptr;  // null: blue, or spared
    std::string exempt_class;
};

enum class DutyOrigin : std::uint8_t { kCatalogue, kOwnPlan, kSeason, kClass, kRegion };

struct Duty {
    static constexpr std::int32_t kWhole = -1;
    static constexpr std::int32_t kNone = INT32_MIN;
    static constexpr std::int16_t kEveryTrade = -1;
    static constexpr std::int16_t kNoTrade = -2;  // lines that name none

    std::int32_t line = kWhole;   // index into Inventory::lines
    std::int32_t measure = 0;     // >= 0: into the table's measures; < 0: -(own row index) - 1
    std::int32_t beaten = kNone;  // the measure it is stricter than, coded likewise
    DutyOrigin origin = DutyOrigin::kCatalogue;
    DutyOrigin beaten_origin = DutyOrigin::kCatalogue;
    rules::VerifiedBy verified_by = rules::VerifiedBy::kNothing;
    std::int16_t season = -1;          // window that gave it, or the one it beat
    std::int16_t trade = kEveryTrade;  // of whose lines it speaks, by place in all_trades()
};

struct DutyRemark {
    enum class Kind : std::uint8_t {
        kGradeUnknown,  // grade name nobody maps
        kIdleLine,      // counts nothing
        kNotMeasured,   // a duty that power could show, but no production meter
        kNoLines,       // nothing to spread a reduction over
        kExemptExpired,
        kExemptNoEvidence,
        kOwnPlanWeaker,  // than the catalogue for its trade and grade
        kOwnPlanStricter,
        kOwnLineUnknown,    // own measure of a line the inventory has not
        kOwnNoShare,        // own measure without a ratio: counts nothing
        kOwnPlanOverClass,  // a spared class, but an own measure binds
        kGradeChanged,
    };
    Kind kind = Kind::kIdleLine;
    std::uint32_t enterprise = 0;
    std::int32_t row = -1;  // line or own row, by kind
};

class DutyTable {
 public:
    [[nodiscard]] std::size_t size() const { return answers_.size(); }
    [[nodiscard]] const DailyEmission& reduction(std::size_t enterprise) const {
        return answers_[enterprise].reduction;
    }
    [[nodiscard]] std::size_t duty_count(std::size_t enterprise) const {
        return answers_[enterprise].duties.size();
    }
    [[nodiscard]] std::vector<rules::Obligation> obligations(std::size_t enterprise) const;
    [[nodiscard]] std::vector<rules::Reason> reasons(std::size_t enterprise) const;
    [[nodiscard]] const std::vector<FloorAnswer>& floors() const { return floors_; }
    [[nodiscard]] const DailyEmission& total() const { return total_; }
    [[nodiscard]] rules::Faults remarks() const;
    [[nodiscard]] const Standing& standing(std::size_t enterprise) const {
        return *standings_[answers_[enterprise].standing];
    }
    [[nodiscard]] const EnterpriseRows& rows(std::size_t enterprise) const {
        return (*rows_)[enterprise];
    }
    [[nodiscard]] rules::Colour colour() const { return input_.colour; }
    // Share of each pollutant's emission that is cut on a line of the inventory, in millionths.
    using LineShares = std::array<std::uint32_t, kEmissionCount>;
    [[nodiscard]] const LineShares& line_shares(std::size_t line) const {
        return line_shares_[line];
    }
    [[nodiscard]] std::vector<LineReduction> line_reductions(std::size_t enterprise) const;
    // Bytes this table holds beyond the inventory.
    [[nodiscard]] std::size_t bytes() const;

 private:
    friend class DutyBuilder;
    struct Answer {
        RowRange duties;
        std::uint32_t standing = 0;
        DailyEmission reduction;
    };

    explicit DutyTable(const DeriveInput& input) : input_(input) {}
    [[nodiscard]] const rules::Measure& measure(std::int32_t code, rules::Measure& scratch) const;
    [[nodiscard]] std::int16_t trade_place(std::size_t enterprise, const Line& line) const;
    [[nodiscard]] rules::MeasureTarget target(std::size_t enterprise, const Duty& duty,
                                              const rules::Measure& measure) const;
    [[nodiscard]] rules::Obligation obligation(std::size_t enterprise, const Duty& duty) const;
    void put_times(rules::Obligation& obligation, const rules::Measure& measure) const;
    [[nodiscard]] rules::Reason origin_reason(std::size_t enterprise, const Duty& duty) const;
    [[nodiscard]] rules::Reason season_reason(const Duty& duty) const;
    [[nodiscard]] rules::Reason level_reason() const;
    [[nodiscard]] rules::Fault remark_text(const DutyRemark& remark) const;

    DeriveInput input_;
    std::shared_ptr<const std::vector<EnterpriseRows>> rows_;
    std::vector<std::unique_ptr<rules::Measure>> region_measures_;  // those in no catalogue
    std::vector<const rules::Measure*> measures_;
    std::vector<const CatalogueClause*> clause_of_measure_;  // null: not from a catalogue
    std::vector<std::unique_ptr<Standing>> standings_;
    std::vector<Duty> duties_;
    std::vector<Answer> answers_;
    std::vector<LineShares> line_shares_;
    std::vector<FloorAnswer> floors_;
    std::vector<DutyRemark> remarks_;
    rules::Faults general_remarks_;
    DailyEmission total_;
};

// `rows` may be shared between the levels of one inventory; null: made here.
[[nodiscard]] DutyTable derive_table(
    const DeriveInput& input, std::shared_ptr<const std::vector<EnterpriseRows>> rows = nullptr);

[[nodiscard]] std::int16_t place_of(const Trade* trade);  // as Duty::trade says it; null: none

// Whether the measure speaks of the line: its words are in the name or the equipment, or it has
// none.
[[nodiscard]] bool names_line(const rules::Measure& measure, const Line& line);
// Null line: any production meter of the enterprise.
[[nodiscard]] bool has_production_meter(const Inventory& inventory, const EnterpriseRows& rows,
                                        const Line* line);

// "so2", "nox", "pm" or "vocs" for what outlets call them ("SO2", "氮氧化物", "a34013", …); the
// text itself for other factors.
[[nodiscard]] std::string_view factor_named(std::string_view written);

}  // namespace qk::plans
