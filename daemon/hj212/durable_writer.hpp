// Frames of all connections into the journal, by a thread of its own, so that the disk is waited
// for there and one sync carries everything that came while the last one ran.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "daemon/readings/journal_record.hpp"

namespace qk::daemon {

// An envelope that owns what it is of.
struct HeldEnvelope {
    std::string sender;
    rules::Instant arrived{};
    std::string address;
    std::string payload;
};

class DurableWriter {
 public:
    // Makes them durable, all of them, before it answers true. Called on the writer's thread.
    using Keep = std::function<bool(std::span<const Envelope>)>;

    DurableWriter(boost::asio::any_io_executor executor, Keep keep);
    ~DurableWriter();
    DurableWriter(const DurableWriter&) = delete;
    DurableWriter& operator=(const DurableWriter&) = delete;

    // Resumes when they are durable; false: they are not, and never will be.
    [[nodiscard]] boost::asio::awaitable<bool> keep(std::vector<HeldEnvelope> envelopes);
    // What waits is still written, then the thread ends; what comes later is not kept.
    void close();
    [[nodiscard]] std::uint64_t rounds() const;

 private:
    struct Waiting;
    void run();
    [[nodiscard]] bool keep_all(const std::vector<std::shared_ptr<Waiting>>& round) const;

    boost::asio::any_io_executor executor_;
    Keep keep_;
    mutable std::mutex mutex_;
    std::condition_variable more_;
    std::vector<std::shared_ptr<Waiting>> queue_;
    std::uint64_t rounds_ = 0;
    bool is_closed_ = false;
    std::thread thread_;
};

}  // namespace qk::daemon
