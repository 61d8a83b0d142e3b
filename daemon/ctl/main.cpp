// qingkongctl: runs the command that was typed. What each does stands in its own file
// (commands.hpp).
#include <chrono>
#include <iostream>

#include "daemon/ctl/commands.hpp"
#include "daemon/mqtt/paho_proxies.hpp"

int main(int argc, char** argv) {
    qk::daemon::keep_paho_off_proxies();
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    const int code = qk::command_line::run(qk::ctl::qingkongctl(), {argv + 1, argv + argc}, now);
    std::cout.flush();
    if (std::cout) return code;
    // A full disk or a closed pipe: what was asked for has not arrived whole.
    std::cerr << "qingkongctl: the output cannot be written whole: look at the disk or the pipe\n";
    return qk::kBadUsage;
}
