#include "daemon/ctl/watch.hpp"

#include <poll.h>
#include <unistd.h>

#include <iostream>
#include <sstream>

#include "daemon/base/exit_code.hpp"

namespace qk::ctl {
namespace {

constexpr int kWatchMs =
    5'000;  // four screens a person beside each other stay far below the limits
constexpr std::string_view kClear = "\x1b[H\x1b[2J";

}  // namespace

command_line::Option watch_option() {
    return command_line::flag("watch",
                              {"每5秒刷新，直到按 Ctrl-C", "again every 5 seconds, until Ctrl-C"});
}

int show_or_watch(const command_line::Call& call, Format format,
                  const std::function<int(std::ostream&)>& show) {
    if (!call.has("watch")) return show(std::cout);
    const bool clears = format == Format::kTable && isatty(STDOUT_FILENO) != 0;
    for (bool is_first = true;; is_first = false) {
        std::ostringstream screen;
        const int code = show(screen);
        if (is_first && code != kHolds) return code;
        if (clears && code == kHolds) std::cout << kClear;
        std::cout << screen.str() << std::flush;
        if (!std::cout) return code;
        ::poll(nullptr, 0, kWatchMs);
    }
}

}  // namespace qk::ctl
