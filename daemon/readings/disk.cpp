#include "daemon/readings/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

namespace qk::daemon {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kCopyBytes = 1 << 20;

[[noreturn]] void fail(const std::string& path) {
    throw std::system_error(errno, std::generic_category(), path);
}

class Descriptor {
 public:
    Descriptor(const std::string& path, int flags) : handle_(::open(path.c_str(), flags, 0640)) {
        if (handle_ < 0) fail(path);
    }
    ~Descriptor() { ::close(handle_); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return handle_; }

 private:
    int handle_;
};

void write_all(int handle, std::string_view bytes, const std::string& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(handle, bytes.data(), bytes.size());
        if (written <= 0) {
            if (written < 0 && errno == EINTR) continue;
            if (written == 0) errno = EIO;  // a disk that takes nothing and gives no reason
            fail(path);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

class RealFile : public Disk::File {
 public:
    explicit RealFile(const std::string& path)
        : path_(path), handle_(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW) {}
    void append(std::string_view bytes) override { write_all(handle_.get(), bytes, path_); }
    void sync() override {
        if (::fdatasync(handle_.get()) != 0) fail(path_);
    }

 private:
    std::string path_;
    Descriptor handle_;
};

class RealDisk : public Disk {
 public:
    void make_folder(const std::string& folder) override {
        std::vector<fs::path> parents;
        for (fs::path at = fs::absolute(folder); !fs::exists(at); at = at.parent_path()) {
            parents.push_back(at.parent_path());
        }
        fs::create_directories(folder);
        for (const fs::path& parent : parents) sync_parent(parent.string());
    }
    [[nodiscard]] std::vector<Entry> list(const std::string& folder) override {
        std::vector<Entry> entries;
        for (const auto& found : fs::directory_iterator(folder)) {
            Entry entry;
            entry.name = found.path().filename().string();
            struct ::stat about {};
            if (::lstat(found.path().c_str(), &about) != 0) continue;  // gone meanwhile
            entry.is_file = S_ISREG(about.st_mode);
            entry.bytes = entry.is_file ? static_cast<std::uint64_t>(about.st_size) : 0;
            entries.push_back(std::move(entry));
        }
        std::ranges::sort(entries, {}, &Entry::name);
        return entries;
    }
    [[nodiscard]] std::string read(const std::string& path, std::uint64_t offset,
                                   std::size_t bytes) override {
        const Descriptor file(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
        std::string got(bytes, '\0');
        std::size_t size = 0;
        while (size < bytes) {
            const ssize_t count = ::pread(file.get(), got.data() + size, bytes - size,
                                          static_cast<off_t>(offset + size));
            if (count < 0 && errno == EINTR) continue;
            if (count < 0) fail(path);
            if (count == 0) break;
            size += static_cast<std::size_t>(count);
        }
        got.resize(size);
        return got;
    }
    [[nodiscard]] std::unique_ptr<File> open_for_append(const std::string& path) override {
        return std::make_unique<RealFile>(path);
    }
    void write_whole(const std::string& path, std::string_view bytes) override {
        const std::string draft = path + ".new";
        {
            const Descriptor file(draft, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
            write_all(file.get(), bytes, draft);
            if (::fsync(file.get()) != 0) fail(draft);
        }
        rename(draft, path);
        sync_folder(fs::path(path).parent_path());
    }
    void cut(const std::string& path, std::uint64_t bytes) override {
        const Descriptor file(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        if (::ftruncate(file.get(), static_cast<off_t>(bytes)) != 0) fail(path);
        if (::fsync(file.get()) != 0) fail(path);
    }
    void copy(const std::string& from, const std::string& to) override {
        const std::string draft = to + ".new";
        try {
            write_copy(from, draft);
        } catch (const std::system_error&) {
            ::unlink(draft.c_str());  // what is half there only fills the disk
            throw;
        }
        rename(draft, to);
        sync_folder(fs::path(to).parent_path());
    }
    void rename(const std::string& from, const std::string& to) override {
        if (::rename(from.c_str(), to.c_str()) != 0) fail(from);
    }
    void remove(const std::string& path) override {
        if (::unlink(path.c_str()) != 0) fail(path);
    }
    void sync_folder(const std::string& folder) override {
        const Descriptor file(folder.empty() ? "." : folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (::fsync(file.get()) != 0) fail(folder);
    }

 private:
    // A folder in which one may make others but not list them cannot be opened, nor synced.
    void sync_parent(const std::string& folder) {
        try {
            sync_folder(folder);
        } catch (const std::system_error& error) {
            if (error.code().value() != EACCES) throw;
        }
    }
    void write_copy(const std::string& from, const std::string& to) {
        const Descriptor file(to, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
        for (std::uint64_t at = 0;;) {
            const std::string piece = read(from, at, kCopyBytes);
            write_all(file.get(), piece, to);
            at += piece.size();
            if (piece.size() < kCopyBytes) break;
        }
        if (::fsync(file.get()) != 0) fail(to);
    }
};

const char* chinese_of(int number) {
    switch (number) {
        case ENOSPC:
            return "磁盘空间已满";
        case EDQUOT:
            return "磁盘配额已满";
        case EROFS:
            return "文件系统为只读";
        case EIO:
            return "磁盘读写错误";
        case EACCES:
        case EPERM:
            return "没有权限";
        case ENOENT:
            return "文件或文件夹不存在";
        case EMFILE:
        case ENFILE:
            return "打开的文件过多";
        case ELOOP:
            return "是符号链接，拒绝使用";
        default:
            return "系统错误";
    }
}

}  // namespace

std::shared_ptr<Disk> real_disk() { return std::make_shared<RealDisk>(); }

std::string error_in_words(const std::error_code& code) {
    return fmt::format("{} ({})", chinese_of(code.value()), code.message());
}

}  // namespace qk::daemon
