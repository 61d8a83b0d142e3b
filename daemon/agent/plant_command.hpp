// A command of the plant, run from a list of arguments and never by a shell: with a time limit, in
// a process group of its own, with none of our files open and little in its environment.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace qk::agent {

class PlantCommand {
 public:
    using Tick = std::chrono::steady_clock::time_point;

    PlantCommand() = default;
    ~PlantCommand();
    PlantCommand(const PlantCommand&) = delete;
    PlantCommand& operator=(const PlantCommand&) = delete;

    // Why it could not be started; empty: it runs. `variables` are "NAME=value"; what it prints
    // goes to `output`, or where ours goes.
    [[nodiscard]] std::string start(const std::vector<std::string>& arguments,
                                    const std::vector<std::string>& variables,
                                    std::chrono::seconds limit, Tick now, int output = -1);
    [[nodiscard]] bool is_running() const { return pid_ > 0; }
    // How it ended: empty, or what went wrong. Nothing while it runs. Over its time it is killed,
    // with everything that it has started.
    [[nodiscard]] std::optional<std::string> poll(Tick now);
    void kill();

 private:
    pid_t pid_ = -1;
    Tick until_{};
    bool is_over_time_ = false;
};

}  // namespace qk::agent
