#include "daemon/agent/plant_command.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cassert>

namespace qk::agent {
namespace {

std::vector<char*> pointers_to(const std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    for (const std::string& text : texts) pointers.push_back(const_cast<char*>(text.c_str()));
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace

PlantCommand::~PlantCommand() { kill(); }

std::string PlantCommand::start(const std::vector<std::string>& arguments,
                                const std::vector<std::string>& variables,
                                std::chrono::seconds limit, Tick now, int output) {
    assert(!is_running() && !arguments.empty());
    std::vector<std::string> environment = variables;
    environment.emplace_back("PATH=/usr/local/bin:/usr/bin:/bin");
    environment.emplace_back("LANG=C.UTF-8");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    if (output >= 0) posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    // It gets the two streams of the log, and no broker, key or state of ours.
    posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t none;
    sigemptyset(&none);
    posix_spawnattr_setsigmask(&attributes, &none);
    sigset_t defaults;
    sigemptyset(&defaults);
    for (const int signal : {SIGPIPE, SIGXFSZ, SIGTERM, SIGINT}) sigaddset(&defaults, signal);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setflags(
        &attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP);
    pid_t pid = -1;
    const int error = posix_spawn(&pid, arguments.front().c_str(), &actions, &attributes,
                                  pointers_to(arguments).data(), pointers_to(environment).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) {
        return fmt::format("无法启动（错误 {0}） / cannot be started (error {0})", error);
    }
    pid_ = pid;
    until_ = now + limit;
    is_over_time_ = false;
    return {};
}

std::optional<std::string> PlantCommand::poll(Tick now) {
    if (!is_running()) return std::nullopt;
    if (now >= until_ && !is_over_time_) {
        is_over_time_ = true;
        ::kill(-pid_, SIGKILL);
    }
    int status = 0;
    const pid_t ended = ::waitpid(pid_, &status, WNOHANG);
    if (ended == 0) return std::nullopt;
    // What it has started and left behind ends with it.
    ::kill(-pid_, SIGKILL);
    pid_ = -1;
    if (is_over_time_) return "超时，已终止 / took too long and was ended";
    if (ended > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0) return std::string();
    if (ended > 0 && WIFEXITED(status)) {
        return fmt::format("退出码 {0} / ended with code {0}", WEXITSTATUS(status));
    }
    return fmt::format("被信号 {0} 终止 / ended by signal {0}",
                       ended > 0 && WIFSIGNALED(status) ? WTERMSIG(status) : 0);
}

void PlantCommand::kill() {
    if (!is_running()) return;
    ::kill(-pid_, SIGKILL);
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
}

}  // namespace qk::agent
