// The reasons that tighten or relax (加严、放宽理由) what an enterprise or one of its lines owes
// beside its grade: a restricted process, a missed retrofit, homes close by, good treatment. Data:
// reasons/reasons.toml, and [[reason]] of a catalogue of the bureau's own. What a text says of a
// reason and what of its amount have a source and a certainty each.
//
// How they are weighed against each other is in plans/response/apply_reasons.hpp.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/duty/measure.hpp"
#include "rules/warning/colour.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

class TomlTable;  // plans/text/toml_table.hpp

inline constexpr std::size_t kReasonsMax = 100;        // of one file
inline constexpr std::size_t kReasonMeasuresMax = 10;  // of one at one level
inline constexpr int kGradesByMax = 3;

struct TreatmentReason {
    std::string id;
    std::string name;  // Chinese
    std::string english;
    std::vector<std::string> words;  // further spellings in inventories
    bool relaxes = false;
    std::vector<std::string> trades;  // ids; a branch counts as its trade; empty: every trade
    std::vector<std::string> grades;  // base grades; empty: every grade
    int grades_by = 0;                // stricter, or milder where it relaxes
    // Of one that relaxes: the best grade it reaches, the highest level at which it counts (empty:
    // any), and the ids of tightening ones that it precedes.
    std::string not_above;
    std::optional<rules::Colour> up_to;
    std::vector<std::string> over;
    std::array<std::vector<rules::Measure>, 3> at_level;  // yellow, orange, red; beside the grade's
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
    std::string effect_source;  // of how far it goes
    rules::Certainty effect_certainty = rules::Certainty::kSample;
};
// Nothing below yellow.
[[nodiscard]] const std::vector<rules::Measure>& measures_at(const TreatmentReason& reason,
                                                             rules::Colour colour);
// Whether it speaks of a trade: by its id or that of the trade that it is a branch of.
[[nodiscard]] bool speaks_of_trade(const TreatmentReason& reason, std::string_view trade);

class TreatmentReasons {
 public:
    // By id, name or word, without regard to case, width and blanks; what two of them have as a
    // word means the one that was put last, so a bureau's own goes before one that ships. Null:
    // nobody knows it.
    [[nodiscard]] const TreatmentReason* find(std::string_view written) const;
    [[nodiscard]] const std::vector<TreatmentReason>& all() const { return reasons_; }
    // What an inventory may write: "限制类工艺装备 (restricted-class), …".
    [[nodiscard]] std::string names() const;
    // In the place of the one of that id. As many as the files that are laid over each other say.
    void put(TreatmentReason reason);

 private:
    std::vector<TreatmentReason> reasons_;
};

// Reads the [[reason]] tables of a document; `source` and `certainty` of the document are those of
// reasons that say none. With `laid_over`, a word that means another reason there is a warning: it
// will mean the one of this document.
struct ReasonOrigin {
    std::string source;
    rules::Certainty certainty = rules::Certainty::kSample;
    const TreatmentReasons* laid_over = nullptr;
};
[[nodiscard]] std::vector<TreatmentReason> read_reasons(TomlTable& document,
                                                        const ReasonOrigin& head);

}  // namespace qk::plans
