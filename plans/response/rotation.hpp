// Which batch of a rotation (轮产) an enterprise or a line belongs to, and when it stands.
//
// A batch keeps its members when the inventory changes: it is the one that the inventory records
// (轮产批次), and otherwise follows from the enterprise's id alone. The lines of one enterprise
// take the batches from its own on, in the order of their ids. The region's pack may name the batch
// that stands first in this round (本轮批次).
#pragma once

#include <span>
#include <string>

#include "plans/inventory/inventory.hpp"

namespace qk::plans {

// 0 to batches - 1.
[[nodiscard]] int batch_of(const Enterprise& enterprise, int batches);
[[nodiscard]] int batch_of(const Enterprise& enterprise, std::span<const Line> lines,
                           const Line& line, int batches);
// What people call a batch, from 0: as the enterprise records it where it is its own, "第2批"
// otherwise.
[[nodiscard]] std::string batch_name(const Enterprise& enterprise, int batch, int batches);
// Place in this round of a batch, from 0; `first_batch`, from 1, stands first.
[[nodiscard]] int turn_in_round(int batch, int first_batch, int batches);

}  // namespace qk::plans
