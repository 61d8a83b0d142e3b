// Trigger standards as TOML, and the ones that are built in.
//
// A standard cites its source and says how sure it is; the reader refuses whatever it does not
// know, because a mistyped key would silently change when a city shuts its factories. All faults of
// a file are found at once, each at FILE:LINE:COLUMN. Keys:
//   id, name, source, certainty, effective_from, effective_to, hours_as, lifting_outlook_hours,
//   ozone_counts, excluded_causes, note, and [[clause]] with id, colour, legs, text.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "rules/base/result.hpp"
#include "rules/warning/standard.hpp"

namespace qk::plans {

inline constexpr std::size_t kStandardBytesMax = 1 << 20;
inline constexpr std::size_t kClausesMax = 64;
inline constexpr std::size_t kLegsMax = 8;

// A standard together with the remarks that do not refuse it (warnings).
struct ReadStandard {
    rules::TriggerStandard standard;
    rules::Faults remarks;
};

[[nodiscard]] rules::Result<ReadStandard> read_standard(std::string_view toml,
                                                        const std::string& file);

// Ids of the built-in standards, newest national one first.
[[nodiscard]] std::vector<std::string> built_in_standard_ids();
[[nodiscard]] std::optional<std::string_view> built_in_standard_text(std::string_view id);
// Refused with the list of ids when there is none of that name.
[[nodiscard]] rules::Result<rules::TriggerStandard> built_in_standard(std::string_view id);

}  // namespace qk::plans
