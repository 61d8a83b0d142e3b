#include "daemon/trust/hashing.hpp"

#include <boost/asio/thread_pool.hpp>

#include "daemon/base/on_thread.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

struct Hashing::Thread {
    asio::thread_pool pool{1};
};

Hashing::Hashing(StoreMode mode) {
    if (mode == StoreMode::kOwnThread) thread_ = std::make_unique<Thread>();
}

Hashing::~Hashing() {
    if (thread_) thread_->pool.join();
}

std::shared_ptr<void> Hashing::admit(const std::string& address) {
    const auto found = waiting_->of_address.find(address);
    const std::size_t of_address = found == waiting_->of_address.end() ? 0 : found->second;
    const bool is_full =
        waiting_->all >= kHashingWaitingMax || of_address >= kHashingWaitingPerAddressMax;
    if (is_full) return nullptr;
    ++waiting_->all;
    ++waiting_->of_address[address];
    return {waiting_.get(), [waiting = waiting_, address](void*) {
                --waiting->all;
                const auto own = waiting->of_address.find(address);
                if (--own->second == 0) waiting->of_address.erase(own);
            }};
}

asio::awaitable<void> Hashing::run(std::function<void()> job) {
    if (!thread_) {
        job();
        co_return;
    }
    co_await run_on(thread_->pool, std::move(job));
}

}  // namespace qk::daemon
