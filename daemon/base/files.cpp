#include "daemon/base/files.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <iterator>

namespace qk {

namespace {

rules::Faults refused(const std::string& path, std::string what, std::string cure) {
    return {{{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

// Closes the file.
rules::Result<std::string> read_whole(const std::string& path, std::FILE* file) {
    std::string bytes;
    std::error_code error;
    const std::uintmax_t expected = std::filesystem::file_size(path, error);
    // A pipe has no size, and a device none that means anything.
    if (!error && expected < kInputBytesMax) bytes.resize(static_cast<std::size_t>(expected));
    std::size_t size = std::fread(bytes.data(), 1, bytes.size(), file);
    bytes.resize(size);
    char more[65536];
    while (bytes.size() < kInputBytesMax && (size = std::fread(more, 1, sizeof more, file)) > 0) {
        bytes.append(more, size);
    }
    const bool failed = std::ferror(file) != 0;
    std::fclose(file);
    if (failed) return refused(path, "cannot be read", "name a smaller file");
    if (bytes.size() >= kInputBytesMax)
        return refused(path, "is over 2 GiB", "name a smaller file");
    return bytes;
}

}  // namespace

rules::Result<std::string> read_file(const std::string& path) {
    if (path == "-") {
        return std::string(std::istreambuf_iterator<char>(std::cin), {});
    }
    std::error_code error;
    if (std::filesystem::is_directory(path, error)) {
        return refused(path, "is a folder", "name a file");
    }
    std::FILE* file = std::fopen(path.c_str(), "rbe");
    if (file == nullptr) {
        return refused(path, std::strerror(errno), "name a file that can be read");
    }
    return read_whole(path, file);
}

std::optional<FilePieces> FilePieces::open(const std::string& path) {
    std::error_code error;
    if (path == "-" || !std::filesystem::is_regular_file(path, error)) return std::nullopt;
    std::FILE* file = std::fopen(path.c_str(), "rbe");
    if (file == nullptr) return std::nullopt;
    return FilePieces(path, file);
}

std::size_t FilePieces::next(std::span<char> into) {
    if (!faults_.empty()) return 0;
    const std::size_t size = std::fread(into.data(), 1, into.size(), file_.get());
    size_ += size;
    if (std::ferror(file_.get()) != 0)
        faults_ = refused(path_, "cannot be read", "name a smaller file");
    else if (size_ >= kInputBytesMax)
        faults_ = refused(path_, "is over 2 GiB", "name a smaller file");
    return faults_.empty() ? size : 0;
}

rules::Result<std::string> read_regular_file(const std::string& path) {
    // Without O_NONBLOCK a pipe that nobody writes to is waited for.
    const int handle = ::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    if (handle < 0) return refused(path, std::strerror(errno), "name a file that can be read");
    struct ::stat about {};
    if (::fstat(handle, &about) != 0 || !S_ISREG(about.st_mode)) {
        ::close(handle);
        return refused(path, "is a folder, a pipe or a device", "name a file");
    }
    std::FILE* file = ::fdopen(handle, "rb");
    if (file == nullptr) {
        const int error = errno;
        ::close(handle);
        return refused(path, std::strerror(error), "name a file that can be read");
    }
    return read_whole(path, file);
}

namespace {

// What is written stands under another name first, made anew: a link that waits there under that
// name is taken away, not followed.
rules::Result<void> write_new(const std::string& path, std::string_view bytes) {
    ::unlink(path.c_str());
    const int file =
        ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
    int error = file < 0 ? errno : 0;
    while (error == 0 && !bytes.empty()) {
        const ssize_t size = ::write(file, bytes.data(), bytes.size());
        if (size < 0 && errno != EINTR) error = errno;
        if (size == 0) error = EIO;
        if (size > 0) bytes.remove_prefix(static_cast<std::size_t>(size));
    }
    // Before it gets its name, so that after a crash no empty file bears it. What is not a file has
    // no disk.
    if (error == 0 && ::fsync(file) != 0 && errno != EINVAL) error = errno;
    if (file >= 0 && ::close(file) != 0 && error == 0) error = errno;
    if (error == 0) return {};
    if (file >= 0) ::unlink(path.c_str());  // half of it only fills the disk
    return rules::Faults{{{path, 0, 0},
                          std::string("cannot be written: ") + std::strerror(error),
                          "name a place with room and the right to write",
                          rules::Severity::kError}};
}

// Where the folder cannot be opened, the name is there all the same, until the machine stops.
rules::Result<void> sync_folder_of(const std::string& path) {
    const std::filesystem::path parent = std::filesystem::path(path).parent_path();
    const std::string folder = parent.empty() ? "." : parent.string();
    const int handle = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle < 0) return {};
    const int error = ::fsync(handle) == 0 || errno == EINVAL ? 0 : errno;
    ::close(handle);
    if (error == 0) return {};
    return rules::Faults{
        {{path, 0, 0},
         std::string("may not outlast a stop of the machine: ") + std::strerror(error),
         "look at the disk, and write it again",
         rules::Severity::kError}};
}

}  // namespace

rules::Result<void> write_file(const std::string& path, std::string_view bytes) {
    const std::string temporary = path + ".part";
    if (const auto written = write_new(temporary, bytes); !written) return written;
    std::error_code error;
    std::filesystem::rename(temporary, path, error);
    if (error) {
        return rules::Faults{{{path, 0, 0},
                              error.message(),
                              "name a place you may write to",
                              rules::Severity::kError}};
    }
    return sync_folder_of(path);
}

}  // namespace qk
