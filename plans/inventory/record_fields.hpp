// Rows of an inventory as lists of named texts, for the comparison of two editions.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {

struct FieldText {
    std::string_view name;  // as in the tables' columns
    std::string text;       // empty: not given
};

using RecordFields = std::vector<FieldText>;

// Without the id that names the record and the row it came from.
[[nodiscard]] RecordFields fields_of(const Enterprise& enterprise);
[[nodiscard]] RecordFields fields_of(const Line& line);
[[nodiscard]] RecordFields fields_of(const OwnMeasure& measure);
[[nodiscard]] RecordFields fields_of(const Meter& meter);
[[nodiscard]] RecordFields fields_of(const Outlet& outlet);
[[nodiscard]] RecordFields fields_of(const Series& series);
[[nodiscard]] RecordFields fields_of(const AreaEmission& area);
[[nodiscard]] RecordFields fields_of(const OtherSource& source);
[[nodiscard]] RecordFields fields_of(const DepartmentTask& task);

// Grams as kilograms: "1850.5".
[[nodiscard]] std::string kg_text(std::int64_t grams);

}  // namespace qk::plans
