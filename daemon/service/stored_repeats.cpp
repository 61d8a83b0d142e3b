#include "daemon/service/stored_repeats.hpp"

#include <memory>

#include "daemon/base/log.hpp"
#include "daemon/base/messages.hpp"
#include "daemon/base/metrics.hpp"
#include "daemon/service/config.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

asio::awaitable<std::optional<ApiResponse>> StoredRepeats::begin(Call& call) {
    const Limits& limits = context_.config->limits;
    auto repeat = std::make_shared<Repeat>();
    repeat->person = call.caller->id;
    repeat->key = call.request.idempotency_key;
    repeat->at = context_.clock.now();
    repeat->limits.kept = limits.repeats_kept;
    repeat->limits.count = limits.repeats_per_person;
    repeat->limits.bytes = std::int64_t{limits.repeats_mib_per_person} << 20;
    call.repeat = repeat;
    // Beside the event loop: an upload is long.
    auto look = [&call, repeat](auto& db) {
        repeat->request = request_digest(call);
        return kept_answer(db, *repeat);
    };
    auto earlier = co_await context_.store.read(std::move(look), call.reader());
    if (earlier && earlier->status < 300) context_.metrics.add(Counter::kRepeatsAnswered);
    co_return earlier;
}

asio::awaitable<void> StoredRepeats::end(const Call& call, const ApiResponse& answer) {
    const std::shared_ptr<Repeat> repeat = call.repeat;
    if (!repeat->is_kept && answer.status < 300) {
        auto keep = [&repeat, &answer](auto& db) { keep_answer(db, *repeat, answer); };
        co_await context_.store.transact(std::move(keep));
        repeat->is_kept = true;
    }
    if (repeat->forgotten > 0) tell_forgotten(*repeat);
}

void StoredRepeats::tell_forgotten(const Repeat& repeat) {
    context_.metrics.add(Counter::kRepeatsForgotten, static_cast<std::uint64_t>(repeat.forgotten));
    if (!told_.insert(repeat.person).second) return;
    context_.log.write(kAnswersForgotten, {{"person", repeat.person},
                                           {"count", repeat.limits.count},
                                           {"mib", repeat.limits.bytes >> 20}});
}

}  // namespace qk::daemon
