#include "daemon/ctl/terminal.hpp"

#include <termios.h>
#include <unistd.h>

#include <iostream>

namespace qk::ctl {
namespace {

// Typing is not shown as long as it lives.
class Unshown {
 public:
    Unshown() {
        if (tcgetattr(STDIN_FILENO, &before_) != 0) return;
        ::termios quiet = before_;
        quiet.c_lflag &= ~static_cast<tcflag_t>(ECHO);
        is_set_ = tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet) == 0;
    }
    ~Unshown() {
        if (is_set_) tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
    }
    Unshown(const Unshown&) = delete;
    Unshown& operator=(const Unshown&) = delete;

    [[nodiscard]] bool is_set() const { return is_set_; }

 private:
    ::termios before_{};
    bool is_set_ = false;
};

}  // namespace

bool can_ask() { return isatty(STDIN_FILENO) != 0; }

std::optional<std::string> ask_secret(std::string_view prompt) {
    if (!can_ask()) return std::nullopt;
    std::string line;
    {
        const Unshown unshown;
        if (!unshown.is_set()) return std::nullopt;
        std::cerr << prompt << std::flush;
        std::getline(std::cin, line);
    }
    std::cerr << "\n";
    return line.empty() ? std::nullopt : std::optional(line);
}

bool ask_yes(std::string_view question) {
    if (!can_ask()) return false;
    std::cerr << question << std::flush;
    std::string line;
    std::getline(std::cin, line);
    return line == "yes" || line == "是";
}

}  // namespace qk::ctl
