// The small tables (targets, their values, records of a season, changes of grades, addressees):
// rows or named faults, never a number that is not finite.
#include <cmath>
#include <cstdint>
#include <cstdlib>

#include "plans/accounts/county_targets.hpp"
#include "plans/accounts/season_ledger.hpp"
#include "plans/addressees/addressee.hpp"
#include "plans/response/derive.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace qk;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto targets = plans::read_targets(text, "f");
    if (!targets && targets.error().empty()) std::abort();
    if (targets) {
        for (const plans::CountyTarget& target : *targets) {
            if (!std::isfinite(target.ceiling)) std::abort();
        }
    }
    (void)plans::read_target_values(text, "f");
    (void)plans::read_season_records(text, "f", {}, {});
    (void)plans::read_grade_changes(text, "f", {});
    const auto addressees = plans::read_addressees_csv(text, "f");
    if (!addressees && addressees.error().empty()) std::abort();
    const auto list = plans::read_addressees(text, "f");
    if (!list && list.error().empty()) std::abort();
    return 0;
}
