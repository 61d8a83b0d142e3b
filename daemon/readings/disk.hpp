// The file system as the intake journal sees it: a port, so that a test can put a disk in its place
// that is full, tears writes or flips bits. real_disk() is POSIX.
//
// Every call throws std::system_error when it fails; error_in_words() says it to an administrator.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

namespace qk::daemon {

class Disk {
 public:
    virtual ~Disk() = default;

    // A file that is written at its end.
    class File {
     public:
        virtual ~File() = default;
        // Survives the end of the process; after sync() also the end of the machine.
        virtual void append(std::string_view bytes) = 0;
        virtual void sync() = 0;
    };
    struct Entry {
        std::string name;
        std::uint64_t bytes = 0;
        bool is_file = false;  // a regular file, not a link
    };

    virtual void make_folder(const std::string& folder) = 0;
    [[nodiscard]] virtual std::vector<Entry> list(const std::string& folder) = 0;
    // At most `bytes` from `offset`; fewer only where the file ends.
    [[nodiscard]] virtual std::string read(const std::string& path, std::uint64_t offset,
                                           std::size_t bytes) = 0;
    [[nodiscard]] virtual std::unique_ptr<File> open_for_append(const std::string& path) = 0;
    // A small file, whole or not at all, durable.
    virtual void write_whole(const std::string& path, std::string_view bytes) = 0;
    virtual void cut(const std::string& path, std::uint64_t bytes) = 0;     // durable
    virtual void copy(const std::string& from, const std::string& to) = 0;  // whole or not at all
    virtual void rename(const std::string& from, const std::string& to) = 0;
    virtual void remove(const std::string& path) = 0;
    virtual void sync_folder(const std::string& folder) = 0;
};

[[nodiscard]] std::shared_ptr<Disk> real_disk();

// "磁盘空间已满 (No space left on device)"
[[nodiscard]] std::string error_in_words(const std::error_code& code);

}  // namespace qk::daemon
