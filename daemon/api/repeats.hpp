// Idempotency-Key: a POST that is sent again, because its answer was lost on the way, gets the
// first answer and changes nothing. The router sees to that for every POST with a key.
//
// A handler whose effect is one transaction runs it with answer_once(): its answer is then stored
// in that transaction, and a process that ends between the effect and the answer does nothing
// twice. The answers of the others are stored when they are there.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>
#include <utility>

#include "daemon/api/call.hpp"
#include "daemon/api/repeat_rows.hpp"
#include "daemon/base/canary.hpp"
#include "daemon/store/store.hpp"

namespace qk::daemon {

// What tells two requests apart.
[[nodiscard]] std::string request_digest(const Call& call);

// `work` makes the effect and the answer, as for Store::transact.
template <class Work>
[[nodiscard]] boost::asio::awaitable<ApiResponse> answer_once(Store& store, const Call& call,
                                                              Work work) {
    const std::shared_ptr<Repeat> repeat = call.repeat;
    auto transaction = [&work, &repeat](auto& db) -> ApiResponse {
        if (repeat) {
            // An earlier call whose caller went away may have been carried out meanwhile.
            if (auto earlier = kept_answer(db, *repeat)) return std::move(*earlier);
        }
        ApiResponse answer = work(db);
        if (repeat && !planted(Canary::kAnswerNotKept)) keep_answer(db, *repeat, answer);
        return answer;
    };
    ApiResponse answer = co_await store.transact(std::move(transaction));
    if (repeat) repeat->is_kept = true;
    co_return answer;
}

}  // namespace qk::daemon
