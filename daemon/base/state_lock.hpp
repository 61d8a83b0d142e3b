// One daemon at a time on one state (单实例锁): an advisory lock on a file beside the database and
// on one in the folder of the journal, held as long as the process lives. Two daemons on the same
// state would each delete or pass over what the other has acknowledged.
//
// The lock goes with the process, so that nothing is left behind by a kill; the file stays, and
// names the process that held it last.
#pragma once

#include <string>

#include "rules/base/result.hpp"

namespace qk::daemon {

class StateLock {
 public:
    // Makes the file where it is not there. A refusal names the file and the process that holds it.
    [[nodiscard]] static rules::Result<StateLock> take(const std::string& path);
    ~StateLock();
    StateLock(StateLock&& other) noexcept;
    StateLock& operator=(StateLock&&) = delete;

    // Where the lock of a database lies: beside the file that a link leads to.
    [[nodiscard]] static std::string beside(const std::string& database);

 private:
    explicit StateLock(int handle) : handle_(handle) {}
    int handle_;
};

}  // namespace qk::daemon
