#include "daemon/api/repeats.hpp"

#include "daemon/base/sha256.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {
namespace {

constexpr std::chrono::hours kAnswersKept{7 * 24};

}  // namespace

Repeat repeat_of(const Call& call) {
    return {call.caller->id, call.request.idempotency_key,
            sha256_hex(call.request.method + "\n" + call.path + "\n" + call.request.body)};
}

std::optional<ApiResponse> answer_of_repeat(Session& db, const Repeat& repeat) {
    if (repeat.key.empty()) return std::nullopt;
    if (repeat.key.size() > kIdempotencyKeyBytesMax) {
        return answer_problem(422, "Idempotency-Key 过长", "the Idempotency-Key is too long");
    }
    Statement row(db,
                  "SELECT request, status, body FROM command_answers WHERE person=?1 AND "
                  "key=?2",
                  repeat.person, repeat.key);
    if (!row.next()) return std::nullopt;
    if (row.text(0) != repeat.request) {
        return answer_problem(422, "同一 Idempotency-Key 用于不同的请求",
                              "the Idempotency-Key was used for another request");
    }
    ApiResponse answer;
    answer.status = row.get<int>(1);
    answer.body = row.text(2);
    return answer;
}

void keep_answer(Session& db, const Repeat& repeat, const ApiResponse& answer, rules::Instant now) {
    if (repeat.key.empty() || answer.status >= 300) return;
    db.exec("DELETE FROM command_answers WHERE at<?1", now - kAnswersKept);
    db.exec(
        "INSERT INTO command_answers(person, key, request, at, status, body) "
        "VALUES(?1,?2,?3,?4,?5,?6)",
        repeat.person, repeat.key, repeat.request, now, answer.status, answer.body);
}

}  // namespace qk::daemon
