#include "sim/prove/tamper_rows.hpp"

#include "sim/prove/sim_vfs.hpp"

namespace qk::sim {
namespace {

// "SEGMENT OFFSET SEQUENCE": seven bytes back. A file of the journal begins with a head.
constexpr const char* kShift =
    "UPDATE meta SET value = replace(value, ' ' || CAST(substr(value, instr(value, ' ') + 1) AS "
    "INTEGER), ' ' || (CAST(substr(value, instr(value, ' ') + 1) AS INTEGER) - 7)) WHERE key = "
    "'journal_position' AND CAST(substr(value, instr(value, ' ') + 1) AS INTEGER) > 100 RETURNING "
    "value";
constexpr const char* kCut =
    "DELETE FROM audit WHERE number = (SELECT max(number) FROM audit) RETURNING number";

}  // namespace

bool shift_place(const std::string& database) {
    return SimVfs::tamper(database, kShift).has_value();
}

bool cut_audit(const std::string& database) {
    const auto last = SimVfs::tamper(database, kCut);
    if (!last) return false;
    (void)SimVfs::tamper(database,
                         "DELETE FROM audit_heads WHERE number >= " + *last + " RETURNING number");
    return true;
}

}  // namespace qk::sim
