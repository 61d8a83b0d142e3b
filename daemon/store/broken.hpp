// What is said when the machine takes no more: the disk is full, the file is damaged, or nothing
// may be written. For an administrator, Chinese first: what broke, where, how much room is left,
// and what to do.
#pragma once

#include <string>
#include <string_view>

#include "daemon/base/log.hpp"

namespace qk::daemon {

// SQLite's result code tells of storage that cannot be trusted any more, as opposed to a statement
// that was refused.
[[nodiscard]] bool is_broken_storage(int code);
[[nodiscard]] bool is_full_storage(int code);
// The statement was refused for what it was to store: another content would be taken.
[[nodiscard]] bool is_refused_content(int code);
// What is said of a table whose highest number is the highest there is. SQLite calls that a full
// disk; but no table comes there by itself, so somebody has edited the database, or it is damaged.
[[nodiscard]] std::string numbers_used_up(std::string_view table);

// What is said of a row that holds what the daemon does not write. `what` names it to people.
[[nodiscard]] std::string unreadable_row(std::string_view what, std::string_view why);
inline constexpr std::string_view kUnreadableCure =
    "停止服务，先另存数据库文件，再从备份恢复 / stop the daemon, copy the database file, then "
    "restore "
    "it from a backup";

enum class StoragePart { kDatabase, kJournal };

// What the words of SQLite or the system mean.
enum class StorageTrouble { kFull, kDamaged, kReadOnly, kNoDescriptor, kNumbersUsedUp, kOther };
[[nodiscard]] StorageTrouble trouble_of(std::string_view why);
[[nodiscard]] std::string_view to_chinese(StorageTrouble trouble);
[[nodiscard]] std::string_view cure_in_chinese(StorageTrouble trouble);

// Writes STORE_BROKEN. `path` is the database, or the folder of the journal.
void tell_broken(Log& log, StoragePart part, const std::string& path, std::string_view why);

// "12.5 MiB" free where the file lies; "?" where that cannot be told.
[[nodiscard]] std::string free_space_at(const std::string& path);

}  // namespace qk::daemon
