// Raises the marks of a batch (daemon/base/message_sequence.hpp), in the transaction that takes it
// in.
//
// Why not as soon as the journal has a message: what is taken in is on the disk with its mark or
// neither is, so that a mark needs nothing counted at a start, and a database that is brought back
// has the marks of its own time. What is refused for what it says is passed, too: it is on record,
// and would be refused again. What came too fast is not: its sender keeps it and sends it later.
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>

#include "daemon/base/message_sequence.hpp"
#include "daemon/readings/mark_rows.hpp"
#include "daemon/store/session.hpp"
#include "rules/base/time.hpp"

namespace qk::daemon {

class MarkWriter {
 public:
    explicit MarkWriter(Session& db) : db_(db) {}

    // This message of the enterprise itself is on record.
    void pass(const std::string& enterprise, const std::string& region,
              const MessageSequence& sequence, rules::Instant arrived);
    // Those whose marks are to be told: they have risen, or somebody sent what they passed before.
    [[nodiscard]] std::set<std::string> finish();

 private:
    struct Held {
        MarkRow row;
        bool is_new = false;
        bool must_store = false;  // it has risen, or is told elsewhere
    };
    Session& db_;
    std::map<std::pair<std::string, std::string>, Held> held_;  // by enterprise and queue
    std::set<std::string> told_;
};

}  // namespace qk::daemon
