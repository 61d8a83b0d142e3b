// Adopted catalogues of measures as rows.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

struct AdoptedCatalogue {
    std::int64_t number = 0;
    std::string name;  // of the file
    rules::Instant from{};
    rules::Instant put_at{};
    std::string put_by;
    std::string reason;
    std::string trial;  // JSON
    std::string sha256;
    std::string texts;  // JSON; empty in lists
    std::optional<rules::Instant> confirmed_at;
    std::string confirmed_by;
    std::optional<rules::Instant> begun_at;
    std::optional<rules::Instant> withdrawn_at;
    std::string withdrawn_by;
    std::string withdrawn_why;
};
// Gives its number.
[[nodiscard]] std::int64_t put_catalogue(Session& db, const AdoptedCatalogue& row);
[[nodiscard]] std::optional<AdoptedCatalogue> load_catalogue(Session& db, std::int64_t number);
// Newest first, without the texts.
[[nodiscard]] std::vector<AdoptedCatalogue> list_catalogues(Session& db, std::size_t limit,
                                                            std::size_t offset);
[[nodiscard]] std::size_t count_catalogues(Session& db);
// It begins at its date, and not before it is confirmed. The one that began last; `has_begun`: of
// those that were noted to have begun.
[[nodiscard]] std::optional<AdoptedCatalogue> catalogue_at(Session& db, rules::Instant now,
                                                           bool has_begun = false);
// When the next one begins; empty: none waits for a time.
[[nodiscard]] std::optional<rules::Instant> next_catalogue(Session& db, rules::Instant now);
void note_catalogue_begun(Session& db, std::int64_t number, rules::Instant now);

struct RuleStep {
    std::int64_t number = 0;
    rules::Instant at{};
    std::string person;
    std::string why{};
};
// False: nothing of that number waits for it.
[[nodiscard]] bool confirm_catalogue(Session& db, const RuleStep& step);
[[nodiscard]] bool withdraw_catalogue(Session& db, const RuleStep& step);

}  // namespace qk::daemon
