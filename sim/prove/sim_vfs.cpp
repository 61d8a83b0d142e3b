#include "sim/prove/sim_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <new>
#include <utility>

namespace qk::sim {

namespace {

struct Access {
    SimDisk* disk = nullptr;
    std::string root;
    sqlite3_vfs* machine = nullptr;  // that everything else is handed to
};

constexpr int kPathBytesMax = 1024;
constexpr int kSectorBytes = 4096;

// What SQLite gives room for: its own part first.
struct OpenFile {
    sqlite3_file base;
    SimDisk* disk;
    SimDisk::NodePtr* node;
    bool is_mapped;
};

SimDisk::Node& node_of(sqlite3_file* file) { return **reinterpret_cast<OpenFile*>(file)->node; }
SimDisk& disk_of(sqlite3_file* file) { return *reinterpret_cast<OpenFile*>(file)->disk; }

int code_of(int why, int otherwise) {
    return why == 0 ? SQLITE_OK : why == ENOSPC ? SQLITE_FULL : otherwise;
}

int close_file(sqlite3_file* file) {
    delete reinterpret_cast<OpenFile*>(file)->node;
    return SQLITE_OK;
}

int read_file_at(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
    const std::string& bytes = node_of(file).now;
    const auto from = static_cast<std::size_t>(offset);
    const auto wanted = static_cast<std::size_t>(count);
    const std::size_t there = from < bytes.size() ? std::min(wanted, bytes.size() - from) : 0;
    std::memcpy(to, bytes.data() + (there == 0 ? 0 : from), there);
    if (there == wanted) return SQLITE_OK;
    std::memset(static_cast<char*>(to) + there, 0, wanted - there);
    return SQLITE_IOERR_SHORT_READ;
}

int write_file_at(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
    const std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
    const int why =
        disk_of(file).write_at(node_of(file), static_cast<std::uint64_t>(offset), bytes);
    return code_of(why, SQLITE_IOERR_WRITE);
}

int cut_file(sqlite3_file* file, sqlite3_int64 size) {
    const int why = disk_of(file).cut_at(node_of(file), static_cast<std::uint64_t>(size));
    return code_of(why, SQLITE_IOERR_TRUNCATE);
}

// A database or a log that was just made is in its folder with its first sync, as unix does it.
int sync_file(sqlite3_file* file, int) {
    const int why = disk_of(file).sync_node(node_of(file), true);
    if (why != 0) return code_of(why, SQLITE_IOERR_FSYNC);
    return SQLITE_OK;
}

int size_of_file(sqlite3_file* file, sqlite3_int64* size) {
    *size = static_cast<sqlite3_int64>(node_of(file).now.size());
    return SQLITE_OK;
}

int lock_nothing(sqlite3_file*, int) { return SQLITE_OK; }
int is_not_reserved(sqlite3_file*, int* answer) {
    *answer = 0;
    return SQLITE_OK;
}
int control_nothing(sqlite3_file*, int, void*) { return SQLITE_NOTFOUND; }
int sector_size(sqlite3_file*) { return kSectorBytes; }
int what_it_promises(sqlite3_file*) { return SQLITE_IOCAP_POWERSAFE_OVERWRITE; }

int map_shared(sqlite3_file* file, int page, int bytes, int is_to_grow, void volatile** to) {
    auto& shared = node_of(file).shared;
    bool& is_mapped = reinterpret_cast<OpenFile*>(file)->is_mapped;
    if (!std::exchange(is_mapped, true)) ++node_of(file).shared_by;
    const auto wanted = static_cast<std::size_t>(page) + 1;
    *to = nullptr;
    if (shared.size() < wanted && is_to_grow == 0) return SQLITE_OK;
    while (shared.size() < wanted) {
        shared.push_back(std::make_unique<char[]>(static_cast<std::size_t>(bytes)));
    }
    *to = shared[wanted - 1].get();
    return SQLITE_OK;
}
int lock_shared(sqlite3_file*, int, int, int) { return SQLITE_OK; }
void order_shared(sqlite3_file*) {}
// Whoever has the files beside the daemon, because it let them, may go first.
int unmap_shared(sqlite3_file* file, int) {
    bool& is_mapped = reinterpret_cast<OpenFile*>(file)->is_mapped;
    if (!std::exchange(is_mapped, false)) return SQLITE_OK;
    if (--node_of(file).shared_by == 0) node_of(file).shared.clear();
    return SQLITE_OK;
}

const sqlite3_io_methods kMethods{2,
                                  close_file,
                                  read_file_at,
                                  write_file_at,
                                  cut_file,
                                  sync_file,
                                  size_of_file,
                                  lock_nothing,
                                  lock_nothing,
                                  is_not_reserved,
                                  control_nothing,
                                  sector_size,
                                  what_it_promises,
                                  map_shared,
                                  lock_shared,
                                  order_shared,
                                  unmap_shared,
                                  nullptr,
                                  nullptr};

const Access& access_of(sqlite3_vfs* vfs) { return *static_cast<const Access*>(vfs->pAppData); }

bool is_ours(const Access& access, const char* name) {
    return std::string_view(name).starts_with(access.root);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* said) {
    const Access& access = access_of(vfs);
    if (name != nullptr && !is_ours(access, name)) {
        return access.machine->xOpen(access.machine, name, file, flags, said);
    }
    file->pMethods = nullptr;
    SimDisk::NodePtr node;
    if (name == nullptr) {
        node = std::make_shared<SimDisk::Node>();  // a file for the moment, which no power failure
                                                   // has to leave anything of
    } else {
        node = access.disk->find(name);
        const bool is_to_be_made = !node && (flags & SQLITE_OPEN_CREATE) != 0;
        if (!node && !is_to_be_made) return SQLITE_CANTOPEN;
        if (is_to_be_made) {
            int why = access.disk->make(name, node);
            // Unix syncs the folder of a log with its first sync; of a database it never does, but
            // the log lies in the same folder.
            const bool is_of_log = (flags & (SQLITE_OPEN_WAL | SQLITE_OPEN_MAIN_JOURNAL)) != 0;
            if (why == 0 && is_of_log) why = access.disk->sync_names();
            if (why != 0) return code_of(why, SQLITE_CANTOPEN);
        }
    }
    auto* opened = new (file) OpenFile{};
    opened->base.pMethods = &kMethods;
    opened->disk = access.disk;
    opened->node = new SimDisk::NodePtr(std::move(node));
    if (said != nullptr) *said = flags;
    return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int is_durable) {
    const Access& access = access_of(vfs);
    if (!is_ours(access, name)) return access.machine->xDelete(access.machine, name, is_durable);
    const int why = access.disk->unlink(name, is_durable != 0);
    if (why == ENOENT) return SQLITE_IOERR_DELETE_NOENT;
    return code_of(why, SQLITE_IOERR_DELETE);
}

int look_for_file(sqlite3_vfs* vfs, const char* name, int flags, int* answer) {
    const Access& access = access_of(vfs);
    if (!is_ours(access, name)) {
        return access.machine->xAccess(access.machine, name, flags, answer);
    }
    *answer = access.disk->find(name) ? 1 : 0;
    return SQLITE_OK;
}

int whole_name(sqlite3_vfs* vfs, const char* name, int bytes_max, char* to) {
    const Access& access = access_of(vfs);
    if (!is_ours(access, name)) {
        return access.machine->xFullPathname(access.machine, name, bytes_max, to);
    }
    sqlite3_snprintf(bytes_max, to, "%s", name);
    return SQLITE_OK;
}

sqlite3_vfs* machine_of(sqlite3_vfs* vfs) { return access_of(vfs).machine; }

int random_bytes(sqlite3_vfs* vfs, int count, char* to) {
    return machine_of(vfs)->xRandomness(machine_of(vfs), count, to);
}
int pass_microseconds(sqlite3_vfs*, int microseconds) { return microseconds; }
int time_now(sqlite3_vfs* vfs, double* days) {
    return machine_of(vfs)->xCurrentTime(machine_of(vfs), days);
}
int last_error(sqlite3_vfs*, int, char*) { return 0; }

}  // namespace

struct SimVfs::Parts {
    Access access;
    sqlite3_vfs own{};
};

SimVfs::SimVfs(SimDisk& disk, std::string root) : parts_(std::make_unique<Parts>()) {
    // As the daemon's own store asks for; here SQLite is in use before it can.
    static const bool is_set = [] { return sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0); }() == 0;
    (void)is_set;
    sqlite3_vfs* const machine = sqlite3_vfs_find(nullptr);
    assert(machine != nullptr);
    parts_->access = {&disk, std::move(root), machine};
    sqlite3_vfs& own = parts_->own;
    own.iVersion = 1;
    own.szOsFile = std::max(machine->szOsFile, static_cast<int>(sizeof(OpenFile)));
    own.mxPathname = std::max(machine->mxPathname, kPathBytesMax);
    own.zName = "qk-sim-disk";
    own.pAppData = &parts_->access;
    own.xOpen = open_file;
    own.xDelete = delete_file;
    own.xAccess = look_for_file;
    own.xFullPathname = whole_name;
    own.xRandomness = random_bytes;
    own.xSleep = pass_microseconds;
    own.xCurrentTime = time_now;
    own.xGetLastError = last_error;
    sqlite3_vfs_register(&own, 1);
}

SimVfs::~SimVfs() {
    sqlite3_vfs_unregister(&parts_->own);
    sqlite3_vfs_register(parts_->access.machine, 1);
}

std::optional<std::string> SimVfs::tamper(const std::string& path, const std::string& sql) {
    sqlite3* db = nullptr;
    sqlite3_stmt* statement = nullptr;
    std::optional<std::string> answer;
    if (sqlite3_open_v2(path.c_str(), &db, SQLITE_OPEN_READWRITE, nullptr) == SQLITE_OK &&
        sqlite3_prepare_v2(db, sql.c_str(), -1, &statement, nullptr) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(statement, 0));
        answer = text == nullptr ? "" : text;
        while (sqlite3_step(statement) == SQLITE_ROW) {
        }
    }
    sqlite3_finalize(statement);
    sqlite3_close(db);
    return answer;
}

}  // namespace qk::sim
