// The operating plan of one enterprise (一厂一策 操作方案): who it is, its lines and emissions,
// what it does at each level on which line, how that is seen, and why it is asked.
//
// Source: handbook 3.3 (contents of real plans). Plan = inventory = order, by being written from
// them.
#pragma once

#include "plans/documents/obligation_documents.hpp"

namespace qk::plans {

[[nodiscard]] std::string factory_plan_html(const DocumentSource& source, std::size_t enterprise);

// 减排措施执行表 of every enterprise (or of one): a row an obligation and level.
[[nodiscard]] XlsxSheet execution_sheet(const DocumentSource& source,
                                        std::optional<std::size_t> enterprise = std::nullopt);

}  // namespace qk::plans
