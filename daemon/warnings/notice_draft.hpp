// What the last signature under a pending change would send out, before anybody signs: the notice
// with its CAP message, the places in it that nobody has filled in, how many orders go out, and
// which prompts it follows. Nothing is stored, and no number is used.
//
// A signature of the same second, by the same reason and clause, on what is still the same issues
// the same bytes.
#pragma once

#include <boost/json/value.hpp>
#include <variant>

#include "daemon/warnings/desk.hpp"

namespace qk::daemon {

// A signature stands for the reasons of what it signs, where it gives none of its own.
[[nodiscard]] rules::Why why_for(rules::Why why, const rules::Change& change);
// Likewise for what goes out to the public: the ground of the change itself. What the last to sign
// wrote beside his name ("同意") is none.
[[nodiscard]] rules::Why public_why(rules::Why why, const rules::Change& change);

// `why` as the signature would give it. Refused where nothing is pending, or where the rules would
// refuse every signature now.
[[nodiscard]] std::variant<boost::json::value, rules::Refused> draft_decision(
    Session& db, const DeskView& view, const StoredWarning& warning, const rules::Why& why);

}  // namespace qk::daemon
