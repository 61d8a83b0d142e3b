// The catalogue of measures (减排措施目录): per trade, grade and colour, as TOML data that cites
// its source and says how sure it is.
//
// Shipped catalogues are carried in the binary; a bureau's own file replaces whole trades of them.
// Only a few trades are sourced; the rest, and the rule "default" for trades nobody named, are
// samples and marked so. Which measures an enterprise owes is decided in plans/response/derive.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plans/inventory/inventory.hpp"
#include "plans/measures/line_words.hpp"
#include "plans/measures/treatment_reasons.hpp"
#include "plans/text/embedded.hpp"
#include "rules/base/result.hpp"
#include "rules/duty/measure.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

// What one trade owes at one grade and colour. No measures: nothing is forced at that level.
struct CatalogueClause {
    std::string id;  // "cement/C/orange"
    std::string trade;
    std::string grade;
    rules::Colour colour = rules::Colour::kYellow;
    std::vector<rules::Measure> measures;
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
    std::string note;
};

// Below which share of its normal load no line of a trade may be told to go (最低安全负荷): a float
// line cannot, and a boiler that heats houses must not.
struct LeastLoad {
    std::string trade;
    std::vector<std::string> of;  // for lines whose name or equipment holds one of these words
    double share = 0;
    // Days of every year, both included, as month x 100 + day; it may wrap. Zeros: all year.
    int from_day = 0;
    int to_day = 0;
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
};

inline constexpr std::string_view kDefaultTrade = "default";
inline constexpr std::array<rules::Colour, 3> kResponseColours{
    rules::Colour::kYellow, rules::Colour::kOrange, rules::Colour::kRed};

class Catalogue {
 public:
    // Null: nothing is said of that trade and grade. No fallback here. Colours below yellow have no
    // clauses.
    [[nodiscard]] const CatalogueClause* find(std::string_view trade, std::string_view grade,
                                              rules::Colour colour) const;
    [[nodiscard]] bool knows(std::string_view trade) const;
    [[nodiscard]] const std::vector<CatalogueClause>& clauses() const { return clauses_; }
    // The highest least load of a line of the trade on a day; empty: nothing is said.
    [[nodiscard]] std::optional<double> least_load(std::string_view trade, const Line& line,
                                                   rules::CivilDay day) const;
    // Trades of `other` replace the ones of the same id here, and so do its reasons; least loads
    // stay where `other` names none for the trade.
    void replace_by(const Catalogue& other);
    void add(CatalogueClause clause);
    // The words for lines that measures speak of: those shipped, and the ones of files laid over.
    [[nodiscard]] const LineWords& line_words() const {
        return words_ ? *words_ : built_in_line_words();
    }
    // The same, for who keeps them; null: as shipped.
    [[nodiscard]] std::shared_ptr<const LineWords> own_line_words() const { return words_; }
    void add_processes(const std::vector<Process>& processes);
    // The reasons that tighten or relax: those of its files together.
    [[nodiscard]] const TreatmentReasons& reasons() const;
    void add_reasons(const std::vector<TreatmentReason>& reasons);
    void add(LeastLoad least);

 private:
    std::shared_ptr<const LineWords> words_;           // null: as shipped
    std::vector<Process> processes_;                   // laid over the shipped ones
    std::shared_ptr<const TreatmentReasons> reasons_;  // null: none
    std::vector<CatalogueClause> clauses_;
    std::vector<LeastLoad> least_loads_;
    std::map<std::string, std::map<std::string, std::array<int, 3>, std::less<>>, std::less<>>
        places_;
};

// Reads one catalogue file; all faults at FILE:LINE:COLUMN. A higher level that cuts less than a
// lower one is a warning among `remarks` where given.
[[nodiscard]] rules::Result<Catalogue> read_catalogue(std::string_view toml,
                                                      const std::string& file,
                                                      rules::Faults* remarks = nullptr);

// The shipped catalogues together. Faults in them are our bug and assert.
[[nodiscard]] const Catalogue& built_in_catalogue();

}  // namespace qk::plans

namespace qk::embedded {
[[nodiscard]] std::span<const File> measure_catalogues();  // plans/measures/catalogue/*.toml
}  // namespace qk::embedded
