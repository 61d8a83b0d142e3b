// A mosquitto of our own for a trial, on loopback, in a folder that goes with it.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "rules/base/result.hpp"

namespace qk::broker {

// The program, where PATH and Debian have it; empty: it is not installed.
[[nodiscard]] std::string find_mosquitto();

class TestBroker {
 public:
    // `configure` is given the folder and a free port for each door.
    using Configure = std::function<rules::Result<std::string>(
        const std::string& folder, const std::vector<std::uint16_t>& ports)>;
    TestBroker(std::string program, std::size_t doors, Configure configure);
    ~TestBroker();
    TestBroker(const TestBroker&) = delete;
    TestBroker& operator=(const TestBroker&) = delete;

    [[nodiscard]] rules::Result<void> start();
    void end();   // as a service is stopped
    void kill();  // as by a fault
    // Has it write what it holds, and waits until that is on the disk.
    [[nodiscard]] bool save();
    [[nodiscard]] std::uint16_t port(std::size_t door) const { return ports_[door]; }

 private:
    [[nodiscard]] bool listens(std::uint16_t port) const;
    [[nodiscard]] std::string last_words() const;
    void finish(int signal);

    std::string program_;
    Configure configure_;
    std::string folder_;
    std::vector<std::uint16_t> ports_;
    pid_t process_ = -1;
};

}  // namespace qk::broker
