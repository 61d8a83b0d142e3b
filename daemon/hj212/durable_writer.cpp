#include "daemon/hj212/durable_writer.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace qk::daemon {

namespace asio = boost::asio;

struct DurableWriter::Waiting {
    Waiting(const asio::any_io_executor& executor, std::vector<HeldEnvelope> held)
        : envelopes(std::move(held)), signal(executor) {
        signal.expires_at(asio::steady_timer::time_point::max());
    }
    std::vector<HeldEnvelope> envelopes;
    asio::steady_timer signal;  // cancelled when it is decided
    bool is_decided = false;    // these two on the executor only
    bool is_durable = false;
};

DurableWriter::DurableWriter(asio::any_io_executor executor, Keep keep)
    : executor_(std::move(executor)), keep_(std::move(keep)) {
    thread_ = std::thread([this] { run(); });
}

DurableWriter::~DurableWriter() { close(); }

void DurableWriter::close() {
    {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    more_.notify_all();
    if (thread_.joinable()) thread_.join();
}

std::uint64_t DurableWriter::rounds() const {
    const std::lock_guard lock(mutex_);
    return rounds_;
}

asio::awaitable<bool> DurableWriter::keep(std::vector<HeldEnvelope> envelopes) {
    const auto waiting = std::make_shared<Waiting>(executor_, std::move(envelopes));
    {
        const std::lock_guard lock(mutex_);
        if (is_closed_) co_return false;
        queue_.push_back(waiting);
    }
    more_.notify_all();
    while (!waiting->is_decided) {
        boost::system::error_code woken;
        co_await waiting->signal.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    }
    co_return waiting->is_durable;
}

bool DurableWriter::keep_all(const std::vector<std::shared_ptr<Waiting>>& round) const {
    std::vector<Envelope> envelopes;
    for (const auto& waiting : round) {
        for (const HeldEnvelope& held : waiting->envelopes) {
            Envelope envelope;
            envelope.channel = Channel::kHj212;
            envelope.sender = held.sender;
            envelope.arrived = held.arrived;
            envelope.address = held.address;
            envelope.payload = held.payload;
            envelopes.push_back(envelope);
        }
    }
    return keep_(envelopes);
}

void DurableWriter::run() {
    bool is_broken = false;
    for (;;) {
        std::vector<std::shared_ptr<Waiting>> round;
        {
            std::unique_lock lock(mutex_);
            more_.wait(lock, [this] { return !queue_.empty() || is_closed_; });
            if (queue_.empty()) return;
            round.swap(queue_);
            ++rounds_;
        }
        // After one that failed nothing is promised any more.
        is_broken = is_broken || !keep_all(round);
        asio::post(executor_, [round = std::move(round), is_durable = !is_broken] {
            for (const auto& waiting : round) {
                waiting->is_durable = is_durable;
                waiting->is_decided = true;
                waiting->signal.cancel();
            }
        });
    }
}

}  // namespace qk::daemon
