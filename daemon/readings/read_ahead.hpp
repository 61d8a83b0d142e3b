// What the journal holds at the start, read, checked and understood on a thread of its own while
// the store writes what was read before.
//
// Nobody waits for an answer to these messages, so a stretch is longer than a batch of messages
// that have just come, bounded by count and bytes. The thread waits while kStretchesAheadMax of
// them wait to be stored. They come in the order of the journal. Nobody else reads the journal
// while this lives.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "daemon/readings/journal.hpp"
#include "daemon/readings/message_content.hpp"

namespace qk::daemon {

inline constexpr std::size_t kStretchesAheadMax = 2;
inline constexpr std::size_t kStretchTimes = 10;  // as long as a batch
inline constexpr std::size_t kStretchMessagesMax = 20'000;
inline constexpr std::size_t kStretchBytesMax = 4 << 20;  // of payloads

class ReadAhead {
 public:
    // Told where a stretch ends before its messages are looked at; on the thread that looks.
    using OnRead = std::function<void(JournalPlace to)>;

    ReadAhead(boost::asio::any_io_executor executor, Journal& journal, JournalPlace from,
              std::size_t messages_max, ContentBasis basis, OnRead on_read);
    ~ReadAhead();
    ReadAhead(const ReadAhead&) = delete;
    ReadAhead& operator=(const ReadAhead&) = delete;

    // The next one, in the order of the journal, with all contents; without messages where the
    // journal holds no more. What is read after this is understood
    // by `basis`. Throws what reading threw.
    [[nodiscard]] boost::asio::awaitable<Stretch> next(ContentBasis basis);
    // One that is stored: its memory is given back by the thread that took it.
    void give_back(Stretch stored);

 private:
    void read_all();
    [[nodiscard]] Stretch read_one(ContentBasis basis);
    // By what to read on, once there is room; empty: this is about to end.
    [[nodiscard]] std::optional<ContentBasis> wait_for_room();
    void put(Stretch stretch);
    void tell();

    Journal& journal_;
    JournalPlace from_;  // on the thread
    const std::size_t messages_max_;
    const OnRead on_read_;
    boost::asio::any_io_executor executor_;
    boost::asio::steady_timer signal_;  // never expires by itself; cancelled when there is news
    std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);

    std::mutex mutex_;  // of all below
    std::condition_variable room_;
    ContentBasis basis_;
    std::deque<Stretch> ready_;
    std::vector<Stretch> stored_;
    std::exception_ptr fault_;
    bool is_ending_ = false;

    std::thread thread_;  // last: it uses all of these
};

}  // namespace qk::daemon
