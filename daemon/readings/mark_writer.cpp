#include "daemon/readings/mark_writer.hpp"

namespace qk::daemon {

void MarkWriter::pass(const std::string& enterprise, const std::string& region,
                      const MessageSequence& sequence, rules::Instant arrived) {
    const auto [found, is_first] = held_.try_emplace({enterprise, sequence.spool});
    Held& held = found->second;
    if (is_first) {
        auto row = mark_of(db_, enterprise, sequence.spool);
        held.is_new = !row.has_value();
        if (row) held.row = *std::move(row);
        held.row.enterprise = enterprise;
        held.row.mark.spool = sequence.spool;
    }
    if (sequence.number <= held.row.mark.up_to) {
        // Of another county by now: it listens there.
        held.must_store |= held.row.region != region;
        if (held.must_store) {
            held.row.region = region;
            held.row.raised_at = arrived;
        }
        told_.insert(enterprise);
        return;
    }
    if (!is_next(held.row.mark.up_to, sequence)) return;  // its sender will send what is missing
    held.row.region = region;
    held.row.mark.up_to = sequence.number;
    held.row.mark.check = sequence.check;
    held.row.raised_at = arrived;
    held.must_store = true;
    told_.insert(enterprise);
}

std::set<std::string> MarkWriter::finish() {
    for (const auto& [key, held] : held_) {
        if (!held.must_store) continue;
        store_mark(db_, held.row);
        if (held.is_new) drop_old_marks(db_, held.row.enterprise, kMarksPerEnterpriseMax);
    }
    return std::exchange(told_, {});
}

}  // namespace qk::daemon
