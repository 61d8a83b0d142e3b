// Messages that are set aside (隔离): taking one in ended the process or threw. Each lies in a file
// of its own under quarantine/ in the journal's folder, JSON that a person can read. To have it
// taken in again, move the file to retry/ beside it: the daemon looks there, appends the message to
// the journal as a new one and deletes the file. A file in retry/ that cannot be read is renamed to
// *.refused.
#pragma once

#include <string>
#include <vector>

#include "daemon/readings/disk.hpp"
#include "daemon/readings/journal.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kQuarantineFilesMax = 1000;

class Quarantine {
 public:
    Quarantine(Disk& disk, std::string folder);

    // Durable; the file's path, or empty where too many are kept already. Throws std::system_error.
    // The same message is kept once.
    [[nodiscard]] std::string keep(const JournalMessage& message, const std::string& why,
                                   rules::Instant now);

    struct Returned {
        std::string path;
        rules::Result<JournalMessage> message;
    };
    // What lies in retry/, at most some at a time.
    [[nodiscard]] std::vector<Returned> returned();
    void taken(const Returned& one);

 private:
    Disk& disk_;
    std::string folder_;  // of the journal
};

[[nodiscard]] std::string to_quarantine_text(const JournalMessage& message, const std::string& why,
                                             rules::Instant now);
[[nodiscard]] rules::Result<JournalMessage> read_quarantine_text(std::string_view text,
                                                                 const std::string& name);

}  // namespace qk::daemon
