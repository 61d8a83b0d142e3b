// Stored verdicts judged once more, out of a database alone: what `qingkongctl verdict check`
// shows.
//
// Nothing is written, and no daemon need run; an archived copy of the database does as well, years
// later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/result.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

enum class VerdictAgreement {
    kEqual,       // the same readings, the same verdict
    kDiffers,     // and in what, by name
    kNoInputs,    // judged before inputs were kept: it cannot be computed again
    kInputsGone,  // judged since, and its inputs were taken away
};
inline constexpr std::size_t kVerdictAgreementCount = 4;
[[nodiscard]] std::string_view to_text(
    VerdictAgreement agreement);  // "equal", "differs", "no_inputs", "inputs_gone"

struct CheckedVerdict {
    std::int64_t number = 0;
    int version = 0;
    std::string enterprise;
    std::string obligation;
    std::string compliance;
    VerdictAgreement agreement = VerdictAgreement::kNoInputs;
    std::vector<std::string> differences;
    // The version was extended after the finding that was computed again; what it says of the time
    // since then was not. Of a final version: never.
    bool is_extended = false;
    rules::Instant judged_at{};  // when the finding was made
};

// None: there is no verdict of that number.
[[nodiscard]] std::optional<CheckedVerdict> check_verdict(Session& db, std::int64_t number);

inline constexpr std::size_t kVerdictsPerReading = 500;  // in one snapshot of the database

// Each verdict with one of these numbers, or all where none is given, is passed to `take`. Refused
// where the file cannot be read or is not a database of qingkongd, and where a number is that of no
// verdict.
[[nodiscard]] rules::Result<void> check_verdicts(
    const std::string& database, const std::vector<std::int64_t>& numbers,
    const std::function<void(const CheckedVerdict&)>& take);

}  // namespace qk::daemon
