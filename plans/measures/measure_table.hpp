// Reads one measure out of a TOML table: { form = "limit_load", ratio = 0.2 }. Which keys a form
// takes is a table of its own; a key that the form does not take is a fault, so that a misspelt
// "ratoi" cannot turn a limit into nothing.
#pragma once

#include "plans/text/toml_table.hpp"
#include "rules/duty/measure.hpp"

namespace qk::plans {

// Faults go to the table. The caller calls finish() on the table afterwards.
[[nodiscard]] rules::Measure read_measure(TomlTable& table);

}  // namespace qk::plans
