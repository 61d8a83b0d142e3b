// The steps that build the database's tables, in order: schema/NNNN_area.sql, carried in the
// binary.
//
// A step that has landed is never edited: a change is a new step. Each is applied in a transaction
// of its own and noted in schema_steps, so an interrupted upgrade goes on where it stopped.
#pragma once

#include <span>
#include <string>

#include "daemon/store/session.hpp"
#include "plans/text/embedded.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

// Faults: a step in the database that this program does not know (it was written by a newer one).
// Throws DatabaseError when a step cannot be carried out.
[[nodiscard]] rules::Faults bring_schema_forward(Session& db, const std::string& path);
// Whether the database was written by an older program: it has steps, and this program has more.
[[nodiscard]] bool has_steps_ahead(Session& db);

}  // namespace qk::daemon

namespace qk::embedded {
[[nodiscard]] std::span<const File> schema_steps();
}  // namespace qk::embedded
