#include "daemon/readings/read_ahead.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/readings/attempt.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

ReadAhead::ReadAhead(asio::any_io_executor executor, Journal& journal, JournalPlace from,
                     std::size_t messages_max, ContentBasis basis, OnRead on_read)
    : journal_(journal),
      from_(from),
      messages_max_(messages_max),
      on_read_(std::move(on_read)),
      executor_(std::move(executor)),
      signal_(executor_),
      basis_(std::move(basis)) {
    signal_.expires_at(asio::steady_timer::time_point::max());
    thread_ = std::thread([this] { read_all(); });
}

ReadAhead::~ReadAhead() {
    {
        const std::lock_guard lock(mutex_);
        is_ending_ = true;
    }
    room_.notify_all();
    thread_.join();
}

asio::awaitable<Stretch> ReadAhead::next(ContentBasis basis) {
    for (;;) {
        {
            const std::lock_guard lock(mutex_);
            basis_ = basis;
            if (!ready_.empty()) {
                Stretch first = std::move(ready_.front());
                ready_.pop_front();
                room_.notify_all();
                co_return first;
            }
            if (fault_) std::rethrow_exception(fault_);
        }
        boost::system::error_code woken;
        co_await signal_.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
}

void ReadAhead::give_back(Stretch stored) {
    const std::lock_guard lock(mutex_);
    stored_.push_back(std::move(stored));
}

void ReadAhead::read_all() {
    try {
        while (auto basis = wait_for_room()) {
            Stretch stretch = read_one(std::move(*basis));
            const bool is_last = stretch.messages.empty();
            put(std::move(stretch));
            if (is_last) return;
        }
    } catch (const std::exception&) {
        {
            const std::lock_guard lock(mutex_);
            fault_ = std::current_exception();
        }
        tell();
    }
}

std::optional<ContentBasis> ReadAhead::wait_for_room() {
    std::vector<Stretch> stored;
    std::unique_lock lock(mutex_);
    room_.wait(lock, [this] { return ready_.size() < kStretchesAheadMax || is_ending_; });
    if (is_ending_) return std::nullopt;
    stored.swap(stored_);
    ContentBasis basis = basis_;
    lock.unlock();
    return basis;
}

Stretch ReadAhead::read_one(ContentBasis basis) {
    auto reading = journal_.read(from_, messages_max_, kStretchBytesMax);
    Stretch stretch{std::move(reading.messages), {}, std::move(reading.findings), std::move(basis)};
    if (stretch.messages.empty()) return stretch;
    from_ = stretch.messages.back().end;
    on_read_(from_);
    const AttemptMark::Taking taking;
    stretch.contents.reserve(stretch.messages.size());
    for (const JournalMessage& message : stretch.messages) {
        stretch.contents.push_back(read_content(message, *stretch.basis));
    }
    return stretch;
}

void ReadAhead::put(Stretch stretch) {
    {
        const std::lock_guard lock(mutex_);
        ready_.push_back(std::move(stretch));
    }
    tell();
}

void ReadAhead::tell() {
    asio::post(executor_, [this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) signal_.cancel();
    });
}

}  // namespace qk::daemon
