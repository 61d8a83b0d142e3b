// Copies a database page by page while somebody writes to it: one snapshot, however long it takes,
// and no writer waits. The write-ahead log grows meanwhile, because what the snapshot shows is not
// folded into the database; it is emptied again afterwards.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "daemon/store/session.hpp"

namespace qk::daemon {

inline constexpr int kCopiedPagesAtOnce = 1024;  // 4 MiB; between two of them `tell` is asked

struct CopiedPages {
    std::int64_t done = 0;
    std::int64_t all = 0;
};

// `source` stands in a read transaction that has read already: what is copied is what it shows.
// `path` must not be there yet; the copy is a whole database in one file, without a log beside it,
// and on the disk when this returns. Throws DatabaseError; then the caller removes what is there.
void copy_online(Session& source, const std::string& path,
                 const std::function<void(CopiedPages)>& tell);

// A process that was killed in the middle of a transaction without a write-ahead log has left a
// journal beside the database, and only who may write can roll it back: until then nobody can read.
// Does so where there is one. For who holds the database alone.
void roll_back_half_done(const std::string& path);

// What the copy of this session will take on the disk.
[[nodiscard]] std::uint64_t bytes_of_copy(Session& source);

}  // namespace qk::daemon
