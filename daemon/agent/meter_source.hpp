// Where readings come from at the plant: files that are dropped into a folder, or what a command
// prints. What was taken is in the queue, on the disk, before its file is moved to `done`; a file
// that cannot be read goes to `refused` with the reason beside it. A kill in between sends a file
// twice, which the bureau takes as once.
#pragma once

#include <chrono>
#include <map>
#include <string>

#include "daemon/agent/meter_messages.hpp"
#include "daemon/agent/plant_command.hpp"
#include "daemon/agent/settings.hpp"
#include "daemon/agent/spool.hpp"
#include "daemon/base/log.hpp"

namespace qk::agent {

class MeterSource {
 public:
    using Tick = PlantCommand::Tick;

    MeterSource(const MeterSettings& settings, std::string state, Spool& spool, daemon::Log& log);
    ~MeterSource();
    MeterSource(const MeterSource&) = delete;
    MeterSource& operator=(const MeterSource&) = delete;

    // `now` tells whether a file is still being written.
    void turn(Tick tick, rules::Instant now);

 private:
    void look_into_folder(rules::Instant now);
    void take_file(const std::string& path);
    void refuse_file(const std::string& path, const rules::Faults& faults);
    [[nodiscard]] bool move_to(const char* where, const std::string& path);
    void run_command(Tick tick);
    void take_output(const std::string& trouble);
    [[nodiscard]] bool spool_from(const std::vector<MeterMessage>& messages, std::size_t& done);
    void tell(const std::string& what, const std::string& why);

    const MeterSettings settings_;
    const std::string state_;
    Spool& spool_;
    daemon::Log& log_;
    Tick from_{};
    std::map<std::string, std::size_t> begun_;  // files of which so many messages are in the queue
    PlantCommand command_;
    int output_ = -1;
    std::vector<MeterMessage> printed_;  // by the command, and not yet in the queue
    std::size_t printed_done_ = 0;
};

}  // namespace qk::agent
