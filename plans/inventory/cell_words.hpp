// Words of cells as bureaus write them: "红色预警", "Ⅱ级响应", "全厂停产", "Regular". Exactly the
// contract's words first; then without blanks, case and what a word is wrapped in.
#pragma once

#include <optional>
#include <string_view>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {

[[nodiscard]] std::optional<rules::Colour> read_level(std::string_view cell);
[[nodiscard]] std::optional<rules::Action> read_action(std::string_view cell);
[[nodiscard]] std::optional<rules::MeterRole> read_role(std::string_view cell);
[[nodiscard]] std::optional<Category> read_category(std::string_view cell);
[[nodiscard]] std::optional<Source> read_source(std::string_view cell);

}  // namespace qk::plans
