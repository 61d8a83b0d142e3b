#include "daemon/service/answer_cache.hpp"

#include "daemon/api/rights.hpp"
#include "daemon/service/inventory_registry.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

AnswerCache::Ground AnswerCache::ground_now() const {
    Ground ground;
    ground.version = context_.store.version();
    ground.pack = context_.pack;
    ground.config = context_.config;
    ground.inventory = context_.inventories.current();
    if (holds_ == AnswerHolds::kForTheSecond) ground.second = context_.clock.now();
    return ground;
}

asio::awaitable<ApiResponse> AnswerCache::answer(const Call& call, const Handler& make) {
    const std::string key = caller_region_prefix(call) + " " + call.request.target;
    for (;;) {
        Ground ground = ground_now();
        const auto kept = kept_.find(key);
        if (kept != kept_.end() && kept->second.ground == ground) co_return kept->second.answer;
        const auto making = making_.find(key);
        if (making == making_.end() || making->second->ground != ground) {
            co_return co_await make_it(key, std::move(ground), call, make);
        }
        // One that is made of the state at which this call came is an answer to it.
        const std::shared_ptr<Making> other = making->second;
        co_await other->ended.next(0);
        if (other->answer) co_return *other->answer;
    }
}

asio::awaitable<ApiResponse> AnswerCache::make_it(const std::string& key, Ground ground,
                                                  const Call& call, const Handler& make) {
    auto mine = std::make_shared<Making>(context_.executor, std::move(ground));
    making_[key] = mine;
    // However this ends, those who wait go on.
    struct End {
        AnswerCache& cache;
        const std::string& key;
        std::shared_ptr<Making>& mine;
        ~End() {
            const auto present = cache.making_.find(key);
            if (present != cache.making_.end() && present->second == mine) {
                cache.making_.erase(present);
            }
            mine->ended.wake();
        }
    };
    const End end{*this, key, mine};
    ++made_;
    ApiResponse answer = co_await make(call);
    if (answer.status == 200 && !answer.next_piece) {
        keep(key, mine->ground, answer);
        mine->answer = answer;
    }
    co_return answer;
}

void AnswerCache::keep(const std::string& key, const Ground& ground, const ApiResponse& answer) {
    const std::size_t bytes = key.size() + answer.body.size();
    if (bytes > kAnswerBytesKeptMax) return;
    if (const auto old = kept_.find(key); old != kept_.end()) {
        bytes_ -= key.size() + old->second.answer.body.size();
        kept_.erase(old);
    }
    if (kept_.size() >= kAnswersKeptMax || bytes_ + bytes > kAnswerBytesKeptMax) {
        kept_.clear();
        bytes_ = 0;
    }
    bytes_ += bytes;
    kept_.emplace(key, Kept{ground, answer});
}

Handler kept_answers(Context& context, AnswerHolds holds, Handler make) {
    auto cache = std::make_shared<AnswerCache>(context, holds);
    return [cache, make = std::move(make)](const Call& call) { return cache->answer(call, make); };
}

}  // namespace qk::daemon
