// What a daemon finds in the folder of its journal when it starts, and what that means.
//
// Only the tail of the newest segment may be torn: the process died while it wrote, and the message
// was not acknowledged. It is cut off, and so are zeros there, which no record consists of. A file
// that is far longer than a segment gets is moved to damaged/ unread. Everything else that cannot
// be read was acknowledged: the file is copied to damaged/ and stays as it is, reading goes on with
// the next whole record, and the finding says how many records are lost, exactly where sequence
// numbers tell. A stored place that is no end of a record, lies beyond the end or names a file that
// is not there is not believed: reading begins again at the start of that segment or with the
// oldest one, because taking a message in twice changes nothing.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "daemon/readings/disk.hpp"
#include "daemon/readings/journal_record.hpp"
#include "daemon/readings/journal_segment.hpp"

namespace qk::daemon {

struct JournalFinding {
    enum class Kind {
        kTorn,       // the tail of the newest segment, cut off
        kZeros,      // likewise: room that the file system had set apart and nobody wrote to
        kDamaged,    // bytes that are not a record
        kMissing,    // records, or whole files, are gone
        kForeign,    // files that are not of the journal, or not where they belong
        kTooLong,    // a file longer than any segment, moved to damaged/ unread
        kPlaceLost,  // the stored place is not believed
    };
    Kind kind{};
    std::string file;
    std::uint64_t from = 0;     // in the file
    std::uint64_t bytes = 0;    // that cannot be read
    std::uint64_t records = 0;  // acknowledged and lost
    bool is_exact = false;      // else there may be more of them
    std::string kept;           // where the copy is; empty: there is none
};

struct JournalCheck {
    JournalKey key{};
    std::map<std::uint64_t, SegmentFile> segments;
    std::vector<JournalFinding> findings;
    JournalPlace start;         // where reading begins
    std::uint64_t waiting = 0;  // records from there on
    std::uint64_t next_sequence = 1;
    std::uint64_t highest_number = 0;  // that a name in the folder takes
};

inline constexpr std::size_t kDamagedFilesMax = 64;

// A segment is begun anew at 64 MiB. What is far longer would only keep the start waiting.
inline constexpr std::uint64_t kSegmentBytesMost = 256ULL << 20;

// Names have ten digits. The last number of all is nobody's: a stray file of that name must not
// make the next segment one that no start would know again.
inline constexpr std::uint64_t kSegmentNumberMax = 9'999'999'998;

// The file name of a segment, "0000000003.log", and back.
[[nodiscard]] std::string segment_name(std::uint64_t number);
[[nodiscard]] std::optional<std::uint64_t> segment_number(const std::string& name);

// Copies what is damaged, cuts what is torn, puts foreign segments aside. Throws std::system_error.
[[nodiscard]] JournalCheck check_journal(Disk& disk, const std::string& folder,
                                         JournalPlace consumed);
// A copy in damaged/, made unless there is one; empty when too many are kept already.
[[nodiscard]] std::string keep_damaged(Disk& disk, const std::string& folder,
                                       const SegmentFile& file);

}  // namespace qk::daemon
