// qingkong-agent: the process; the real clocks, what others may read, and signals.
#include <sys/stat.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <iostream>
#include <stdexcept>

#include "daemon/agent/agent_commands.hpp"
#include "daemon/agent/serve.hpp"
#include "daemon/base/exit_code.hpp"
#include "daemon/mqtt/paho_proxies.hpp"

namespace qk::agent {
namespace {

rules::Instant wall_now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// For the log, which asks for the time and never waits.
class WallClock : public daemon::Clock {
 public:
    [[nodiscard]] rules::Instant now() const override { return wall_now(); }
    [[nodiscard]] boost::asio::awaitable<void> sleep_until(rules::Instant) override {
        throw std::logic_error("nothing of the agent waits on this clock");
    }
};

int serve_call(const command_line::Call& call) {
    const auto settings = load_settings(call.text_or_default("config"));
    if (!settings) {
        std::cerr << rules::to_text(settings.error());
        return kBadUsage;
    }
    const WallClock clock;
    daemon::Log log(clock, daemon::to_standard_error(std::getenv("JOURNAL_STREAM") != nullptr));
    return serve(*settings, {wall_now, std::chrono::steady_clock::now}, log);
}

}  // namespace
}  // namespace qk::agent

int main(int argc, char** argv) {
    // Whatever is written, nobody else reads it.
    ::umask(077);
    qk::daemon::keep_paho_off_proxies();
    // A file that may not grow any more is a failed write, not the end of the process.
    std::signal(SIGXFSZ, SIG_IGN);
    try {
        const int code = qk::command_line::run(qk::agent::qingkong_agent(qk::agent::serve_call),
                                               {argv + 1, argv + argc}, qk::agent::wall_now());
        std::cout.flush();
        if (std::cout) return code;
        std::cerr << "qingkong-agent: the output cannot be written whole: look at the disk\n";
        return qk::kBadUsage;
    } catch (const std::exception& error) {
        std::cerr << "qingkong-agent: " << error.what() << "\n";
        return qk::kBadUsage;
    }
}
