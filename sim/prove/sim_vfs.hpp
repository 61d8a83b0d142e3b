// SQLite on a SimDisk, while this lives: every database below `root` lies there, as a file system
// of SQLite's (a VFS) of the name "qk-sim-disk". Files elsewhere are the machine's own as before.
//
// The VFS is SQLite's default meanwhile, so that the daemon opens its database by the path in its
// configuration and knows nothing of this. One at a time in a process, and one connection to a
// database at a time: locks are not kept, because nobody is there to be locked out.
#pragma once

#include <memory>
#include <string>

#include "sim/prove/sim_disk.hpp"

namespace qk::sim {

class SimVfs {
 public:
    SimVfs(SimDisk& disk, std::string root);
    ~SimVfs();
    SimVfs(const SimVfs&) = delete;
    SimVfs& operator=(const SimVfs&) = delete;

 private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace qk::sim
