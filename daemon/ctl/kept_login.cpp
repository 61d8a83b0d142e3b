#include "daemon/ctl/kept_login.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <boost/json/object.hpp>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <system_error>

#include "daemon/base/files.hpp"
#include "plans/text/json.hpp"

namespace qk::ctl {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kLoginBytesMax = 16 << 10;

rules::Faults fault(const std::string& path, std::string what, std::string cure) {
    return {{{path, 0, 0}, std::move(what), std::move(cure), rules::Severity::kError}};
}

std::string reason_of(int error) { return std::generic_category().message(error); }

struct Descriptor {
    explicit Descriptor(int opened) : number(opened) {}
    ~Descriptor() {
        if (number >= 0) ::close(number);
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number;
};

}  // namespace

rules::Result<std::string> login_path() {
    const char* config = std::getenv("XDG_CONFIG_HOME");
    if (config != nullptr && config[0] == '/') return std::string(config) + "/qingkong/login.json";
    const char* home = std::getenv("HOME");
    if (home != nullptr && home[0] == '/') {
        return std::string(home) + "/.config/qingkong/login.json";
    }
    return rules::refuse("没有主目录，登录无处保存 there is no home to keep a login in",
                         "设定 XDG_CONFIG_HOME 或用 --token-file: set XDG_CONFIG_HOME, or give "
                         "--token-file");
}

rules::Result<std::string> read_private_file(const std::string& path) {
    // Not to wait for the other end of a pipe, nor to become the owner of a terminal.
    const Descriptor file(
        ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
    if (file.number < 0) {
        return fault(path, reason_of(errno), "a file that you can read, and no link");
    }
    struct ::stat about {};
    if (::fstat(file.number, &about) != 0) return fault(path, reason_of(errno), "");
    if (!S_ISREG(about.st_mode)) {
        return fault(path, "不是文件 is no file", "令牌文件 a file with the token");
    }
    if ((about.st_mode & 077U) != 0) {
        return fault(
            path,
            fmt::format("他人可读 can be read by others (mode {:04o})", about.st_mode & 07777U),
            "chmod 0600");
    }
    if (about.st_uid != ::geteuid()) {
        return fault(path, "属于他人 belongs to somebody else", "自己的文件 a file of your own");
    }
    std::string text;
    std::array<char, 4096> piece{};
    for (;;) {
        const ::ssize_t size = ::read(file.number, piece.data(), piece.size());
        if (size < 0) return fault(path, reason_of(errno), "");
        if (size == 0) return text;
        text.append(piece.data(), static_cast<std::size_t>(size));
        if (text.size() > kLoginBytesMax) {
            return fault(path, "过长 is too long", "只放令牌 a file with the token alone");
        }
    }
}

rules::Result<std::optional<Login>> read_login(const std::string& path) {
    std::error_code error;
    if (fs::symlink_status(path, error).type() == fs::file_type::not_found) {
        return std::optional<Login>();
    }
    const auto text = read_private_file(path);
    if (!text) return text.error();
    const auto value = plans::parse_json(*text, path);
    Login login;
    if (value) {
        login.url = plans::string_or(*value, "url");
        login.token = plans::string_or(*value, "token");
    }
    if (login.url.empty() || login.token.empty()) {
        // What stands in it is not said: it may be half a token.
        return fault(path, "登录已损坏 the login is damaged", "qingkongctl login");
    }
    return std::optional(login);
}

rules::Result<void> keep_login(const std::string& path, const Login& login) {
    const fs::path folder = fs::path(path).parent_path();
    const mode_t before = ::umask(0077);
    std::error_code error;
    fs::create_directories(folder, error);
    const boost::json::object value{{"url", login.url}, {"token", login.token}};
    const auto written = error ? rules::Result<void>(fault(folder.string(), error.message(), ""))
                               : write_file(path, plans::to_text(value) + "\n");
    ::umask(before);
    return written;
}

rules::Result<bool> forget_login(const std::string& path) {
    std::error_code error;
    const bool was_there = fs::remove(path, error);
    if (error) return fault(path, error.message(), "");
    return {boost::system::in_place_value, was_there};
}

}  // namespace qk::ctl
