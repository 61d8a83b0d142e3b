// The first step of derive: which class, grade, trade and catalogue clause everybody falls under,
// and what is to be remarked about it.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "plans/measures/catalogue.hpp"
#include "plans/measures/region_rules.hpp"
#include "plans/response/apply_reasons.hpp"
#include "plans/response/compact_obligation.hpp"
#include "plans/response/derive_input.hpp"
#include "plans/response/enterprise_rows.hpp"

namespace qk::plans {

// Why an enterprise is treated as it is.
struct Classification {
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
    std::string grade_written;     // as the inventory or the change says
    NamedReasons named;            // what the inventory names for the enterprise as a whole
    std::string grade_by_reasons;  // what it is treated as because of them; else as written
    std::string grade;             // the catalogue's name that was used
    bool grade_changed = false;
    std::string season_grade;          // the base grade, by which windows of a season name it
    std::string season_grade_as;       // and the one by whose measures it is treated
    std::vector<const Trade*> trades;  // as the industry is written; null: not known
    const Trade* trade = nullptr;      // that decides; null: not known, default sample
    const CatalogueClause* clause = nullptr;      // null: blue, or spared
    std::vector<const CatalogueClause*> clauses;  // of all its trades, each once; empty likewise
    bool is_proved = true;                        // the category has the evidence that is asked for
    std::string exempt_class;
};

// Whether its grade decides what it owes; reasons move the grade of nobody else.
[[nodiscard]] inline bool has_grade(const Classification& kind) {
    return kind.treatment == Treatment::kAsGraded || kind.of == Classification::Class::kSelfGrade;
}
// The trade that a line names; where it names none (null), those of the enterprise.
[[nodiscard]] std::vector<const Trade*> trades_of(const Classification& kind,
                                                  const Trade* of_line = nullptr);

struct Classified {
    std::vector<Classification> kinds;   // enterprises alike share one
    std::vector<std::uint32_t> kind_of;  // one per enterprise
    std::vector<std::int16_t>
        line_trades;  // one per line: the trade it names, as CompactObligation::trade
    std::vector<ObligationRemark> remarks;      // in the order of the enterprises
    std::map<std::string, int> sample_users;    // trade of a sample clause -> enterprises
    std::map<std::string, int> unknown_trades;  // industry as written -> enterprises
    int uncounted_users = 0;  // taken for large goods users, their trucks not counted
    bool is_relaxed = false;  // somebody, by a reason that relaxes
};

[[nodiscard]] Classified classify(const DeriveInput& input,
                                  const std::vector<EnterpriseRows>& rows);

// What the catalogue asks of a trade (null: not known) and a grade at the level; null: nothing. A
// grade that decides for itself and that the trade does not name is not held to another's clause.
[[nodiscard]] const CatalogueClause* clause_for(const DeriveInput& input, const Trade* trade,
                                                const std::string& grade);

// What reasons make of the grade in one trade (null: not known) at the level.
[[nodiscard]] AppliedReasons apply_reasons(const DeriveInput& input, const NamedReasons& named,
                                           const Trade* trade, const std::string& grade);
// The best outcome that each has in any of the trades.
[[nodiscard]] std::vector<ReasonOutcome> outcomes_in(const DeriveInput& input,
                                                     const NamedReasons& named,
                                                     const std::vector<const Trade*>& trades,
                                                     const std::string& grade);
[[nodiscard]] ObligationRemark::Kind remark_kind_of(ReasonOutcome outcome);
// Whether the region lets a grade decide for itself what it does (自主减排).
[[nodiscard]] bool is_self_grade(const RegionRules& rules, const std::string& grade);

}  // namespace qk::plans
