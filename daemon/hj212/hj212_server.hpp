// The port of HJ 212: devices of stack monitors and relays connect, push frames, and are answered
// 9014 or 9013 where they ask for it, once the frame is durable in the intake journal. No device is
// asked for anything.
//
// Every limit closes the one connection that reached it, is counted, and is told with what to do.
// Over its rate a connection is read more slowly first, so that the sender is held back and loses
// nothing.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <chrono>
#include <cstdint>
#include <memory>

#include "daemon/hj212/durable_writer.hpp"
#include "daemon/service/context.hpp"
#include "daemon/service/hj212_config.hpp"
#include "rules/base/result.hpp"

namespace qk::daemon {

inline constexpr std::size_t kHj212ReadBytes = std::size_t{16} << 10;

// Of the machine and not of the clock that dates frames.
struct LinkTimes {
    std::chrono::milliseconds idle{};
    std::chrono::milliseconds half_frame{};
    std::chrono::milliseconds flood{};
    std::chrono::milliseconds unread{10'000};  // an answer that is not taken
};
[[nodiscard]] LinkTimes times_of(const Hj212Config& config);

class Hj212Server {
 public:
    // Binds and listens as the context's configuration says; a port in use is a refusal.
    [[nodiscard]] static rules::Result<std::unique_ptr<Hj212Server>> listen(
        Context& context, DurableWriter::Keep keep, LinkTimes times);
    ~Hj212Server();

    void start();
    // No new connections; open ones end when what they have sent is durable.
    [[nodiscard]] boost::asio::awaitable<void> stop();
    [[nodiscard]] std::uint16_t port() const;

    struct Parts;  // of the implementation

 private:
    explicit Hj212Server(std::shared_ptr<Parts> parts);
    std::shared_ptr<Parts> parts_;
};

}  // namespace qk::daemon
