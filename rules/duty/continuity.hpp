// Which obligation it is, and whether one goes on in another: the one place that answers.
//
// An obligation has a key, terms and times. The key is its id without the marks that tell apart the
// same thing owed twice in one document; the terms are what is asked of whom; the times say from
// when to when. Neither the ramp-down granted at the start, nor the sentence, nor the reasons, nor
// how it is verified belongs to the terms: a line that stands already owes the same without them.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "rules/duty/obligation.hpp"

namespace qk::rules {

// As an id is written: "E1/L1/stop@orange@2016-12-17".
struct ObligationKey {
    std::string base;              // "<enterprise>/<line>/<action>", then "/<n>" or "/<window>"
    std::optional<Colour> colour;  // owed from this colour's segment on, which is not the first
    std::optional<CivilDay> day;   // owed from this day on, when a window of the season turned

    friend bool operator==(const ObligationKey&, const ObligationKey&) = default;
};
[[nodiscard]] std::string to_text(const ObligationKey& key);
[[nodiscard]] ObligationKey key_of(std::string_view id);
[[nodiscard]] std::string_view base_of(std::string_view id);

// Time granted after the start to come down; null for a check that grants none.
[[nodiscard]] std::chrono::minutes* ramp_of(Check& check);
[[nodiscard]] std::chrono::minutes granted_ramp(const Check& check);  // zero for such a check

// The same line, action and share, and the same for instruments to show.
[[nodiscard]] bool same_terms(const Obligation& a, const Obligation& b);
// What is asked, without of whom and since when: as much of the terms as a plan or a verdict keeps
// of them when it is stored.
struct AskedShare {
    Action action = Action::kSelfDiscipline;
    double ratio = 0;

    friend bool operator==(const AskedShare&, const AskedShare&) = default;
};
[[nodiscard]] AskedShare asked_of(const Obligation& obligation);
// The same action, and at least the share; and that on the same line.
[[nodiscard]] bool is_as_strict(const AskedShare& a, const AskedShare& than);
[[nodiscard]] bool is_as_strict(const Obligation& a, const Obligation& than);
// `earlier` has begun when `later` begins, and still binds then.
[[nodiscard]] bool reaches(const Obligation& earlier, const Obligation& later);
// The same key and terms, and no hour between them.
[[nodiscard]] bool continues(const Obligation& later, const Obligation& earlier);

}  // namespace qk::rules
