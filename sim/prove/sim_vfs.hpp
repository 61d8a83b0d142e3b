// SQLite on a SimDisk, while this lives: every database below `root` lies there, as a file system
// of SQLite's (a VFS) of the name "qk-sim-disk". Files elsewhere are the machine's own as before.
//
// The VFS is SQLite's default meanwhile, so that the daemon opens its database by the path in its
// configuration and knows nothing of this. One at a time in a process, and one connection to a
// database at a time: locks are not kept, because nobody is there to be locked out.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/prove/sim_disk.hpp"

namespace qk::sim {

class SimVfs {
 public:
    SimVfs(SimDisk& disk, std::string root);
    ~SimVfs();
    SimVfs(const SimVfs&) = delete;
    SimVfs& operator=(const SimVfs&) = delete;

    // What somebody with a tool of SQLite's does to a database while nobody has it open: the first
    // answer of the statement, if it has one. Nothing where it cannot be done.
    [[nodiscard]] static std::optional<std::string> tamper(const std::string& path,
                                                           const std::string& sql);

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::sim
