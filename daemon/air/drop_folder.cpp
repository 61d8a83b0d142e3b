#include "daemon/air/drop_folder.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>
#include <utility>

#include "plans/text/unseen.hpp"

namespace qk::daemon {

namespace fs = std::filesystem;

namespace {

constexpr char kRefused[] = "refused";
constexpr mode_t kOwnFolderMode = 0700;

[[noreturn]] void fail(int error, const std::string& what) {
    throw std::system_error(error, std::generic_category(), what);
}

rules::Faults refusal(const std::string& name, std::string what, std::string cure) {
    return {{{shown_name(name), 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

bool is_to_be_read(std::string_view name) {
    return !name.starts_with('.') && !name.ends_with(".part") && !name.ends_with(".tmp");
}

std::string kind_of(mode_t mode) {
    if (S_ISLNK(mode)) return "a link";
    if (S_ISFIFO(mode)) return "a pipe";
    if (S_ISSOCK(mode)) return "a socket";
    if (S_ISCHR(mode) || S_ISBLK(mode)) return "a device";
    return "a folder";
}

constexpr std::size_t kNameBytesMax = 255;   // of Linux's file systems
constexpr std::size_t kEndingBytesMax = 32;  // what is longer behind a dot is not an ending

// The stem gives way where both are too long for a name, at the end of a character.
std::string fitted(std::string_view stem, std::string_view rest) {
    std::size_t size = std::min(stem.size(), kNameBytesMax - rest.size());
    const auto goes_on = [&stem](std::size_t at) {
        return at < stem.size() && (static_cast<unsigned char>(stem[at]) & 0xC0U) == 0x80U;
    };
    while (size > 1 && goes_on(size)) --size;
    return std::string(stem.substr(0, size)).append(rest);
}

// "name.csv", "name.2.csv", "name.3.csv"
std::string numbered(std::string_view name, int number) {
    if (number < 2) return std::string(name);
    const std::size_t dot = name.rfind('.');
    const bool has_ending =
        dot != std::string_view::npos && dot != 0 && name.size() - dot <= kEndingBytesMax;
    const std::string_view ending = has_ending ? name.substr(dot) : std::string_view{};
    return fitted(name.substr(0, name.size() - ending.size()),
                  fmt::format(".{}{}", number, ending));
}

// "name.csv.faults.txt", "name.csv.faults.2.txt"
std::string name_of_faults(std::string_view name, int number) {
    return fitted(name, number < 2 ? ".faults.txt" : fmt::format(".faults.{}.txt", number));
}

}  // namespace

class DropFolder::Descriptor {
 public:
    explicit Descriptor(int number) : number_(number) {}
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    [[nodiscard]] int get() const { return number_; }

 private:
    int number_;
};

DropFolder::DropFolder(const std::string& path)
    : folder_(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
    if (folder_ < 0) fail(errno, path);
}

DropFolder::~DropFolder() { ::close(folder_); }

std::vector<std::string> DropFolder::waiting() const {
    const int again = ::openat(folder_, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (again < 0) fail(errno, "the folder");
    const std::unique_ptr<DIR, int (*)(DIR*)> listing(::fdopendir(again), ::closedir);
    if (!listing) fail(errno, "the folder");
    std::vector<std::string> names;
    while (const dirent* entry = ::readdir(listing.get())) {
        const std::string name = entry->d_name;
        struct ::stat about {};
        if (!is_to_be_read(name)) continue;
        if (::fstatat(folder_, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) != 0) continue;
        if (!S_ISDIR(about.st_mode)) names.push_back(name);
    }
    std::ranges::sort(names);
    if (names.size() > kFilesPerScanMax) names.resize(kFilesPerScanMax);
    return names;
}

rules::Result<std::string> DropFolder::read(const std::string& name, std::size_t bytes_max) const {
    const auto too_long = [&] {
        return refusal(name, fmt::format("is longer than {} bytes", bytes_max),
                       "fewer places or hours in one file, or forecasts.file_bytes");
    };
    // Not to wait for the other end of a pipe, nor to become the owner of a terminal.
    const Descriptor file(
        ::openat(folder_, name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC));
    const int error = errno;
    if (file.get() < 0 && error == ELOOP) {
        return refusal(name, "is a link", "put the file itself into the folder");
    }
    if (file.get() < 0) return refusal(name, std::strerror(error), "a file that can be read");
    struct ::stat about {};
    if (::fstat(file.get(), &about) != 0) return refusal(name, std::strerror(errno), "a file");
    read_last_ = {name, about.st_dev, about.st_ino};
    if (!S_ISREG(about.st_mode)) {
        return refusal(name, "is " + kind_of(about.st_mode), "a regular file");
    }
    if (about.st_nlink > 1) {
        return refusal(name, "has a second name elsewhere", "move the file, do not link it");
    }
    if (static_cast<std::size_t>(about.st_size) > bytes_max) return too_long();
    std::string bytes(static_cast<std::size_t>(about.st_size) + 1, '\0');
    std::size_t size = 0;
    for (;;) {
        const ssize_t got = ::read(file.get(), bytes.data() + size, bytes.size() - size);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0) return refusal(name, std::strerror(errno), "a file that can be read");
        if (got == 0) break;
        size += static_cast<std::size_t>(got);
        if (size > bytes_max) return too_long();
        // It grows while it is read.
        if (size == bytes.size()) bytes.resize(std::min(bytes.size() * 2, bytes_max + 1));
    }
    bytes.resize(size);
    return bytes;
}

int DropFolder::open_own_folder(const std::string& name) const {
    if (::mkdirat(folder_, name.c_str(), kOwnFolderMode) != 0 && errno != EEXIST) fail(errno, name);
    const int own =
        ::openat(folder_, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (own < 0) fail(errno, name);
    struct ::stat about {};
    const bool is_ours = ::fstat(own, &about) == 0 && about.st_uid == ::geteuid() &&
                         ::fchmod(own, kOwnFolderMode) == 0;
    if (is_ours) return own;
    ::close(own);
    fail(EPERM, name + "/ belongs to another user");
}

void DropFolder::move_to(int own, const std::string& name) const {
    struct ::stat about {};
    if (name == read_last_.name &&
        ::fstatat(folder_, name.c_str(), &about, AT_SYMLINK_NOFOLLOW) == 0 &&
        (about.st_dev != read_last_.device || about.st_ino != read_last_.inode)) {
        return;
    }
    constexpr int kNumbersMax = 10'000;
    for (int number = 1; number <= kNumbersMax; ++number) {
        const std::string target = numbered(name, number);
        if (::renameat2(folder_, name.c_str(), own, target.c_str(), RENAME_NOREPLACE) == 0) return;
        if (errno != EEXIST) fail(errno, name);
    }
    fail(EEXIST, name);
}

void DropFolder::move_into(const std::string& folder, const std::string& name) const {
    const Descriptor own(open_own_folder(folder));
    move_to(own.get(), name);
}

void DropFolder::refuse(const std::string& name, std::string_view why) const {
    const Descriptor own(open_own_folder(kRefused));
    const std::string shown = plans::with_unseen_shown(why);
    // The file goes in any case; the log says why, too.
    constexpr int kNumbersMax = 100;
    for (int number = 1; number <= kNumbersMax; ++number) {
        const Descriptor file(::openat(own.get(), name_of_faults(name, number).c_str(),
                                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600));
        if (file.get() < 0 && errno == EEXIST) continue;
        const ssize_t written =
            file.get() < 0 ? 0 : ::write(file.get(), shown.data(), shown.size());
        (void)written;
        break;
    }
    move_to(own.get(), name);
}

std::string shown_name(const std::string& name) {
    std::string shown = plans::with_unseen_shown(name);
    std::ranges::replace_if(
        shown, [](char c) { return c == '\n' || c == '\r' || c == '\t'; }, ' ');
    return shown;
}

rules::Faults faults_of_name(const std::string& name) {
    if (const auto unseen = plans::find_unseen(name)) {
        return refusal(name, "文件名 the name: " + plans::to_text(*unseen),
                       std::string(plans::kUnseenCure));
    }
    const bool is_one_line = name.find_first_of("\n\r\t") == std::string::npos;
    if (is_one_line && !plans::is_blank(fs::path(name).stem().string())) return {};
    return refusal(name, "文件名空白或含换行 the name is blank, or more than one line",
                   "SOURCE_20261205T0800.csv");
}

}  // namespace qk::daemon
