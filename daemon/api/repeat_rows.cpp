#include "daemon/api/repeat_rows.hpp"

#include "daemon/api/answers.hpp"
#include "daemon/api/page_policy.hpp"

namespace qk::daemon {
namespace {

// Of answers past their time, at one write.
constexpr std::int64_t kOldOnesPerWrite = 1000;
// What a row has beside body and key.
constexpr std::int64_t kRowBytes = 200;

constexpr const char* kForgetOld =
    "DELETE FROM command_answers WHERE (person, key) IN (SELECT person, key FROM command_answers "
    "WHERE at<?1 ORDER BY at LIMIT ?2)";

// What lies beyond the limits of one person, counted from the newest; the last one stays.
constexpr const char* kForgetBeyond =
    "DELETE FROM command_answers WHERE person=?1 AND key IN (SELECT key FROM (SELECT key, "
    "row_number() OVER newest AS place, sum(bytes) OVER newest AS size FROM command_answers WHERE "
    "person=?1 WINDOW newest AS (ORDER BY key=?2 DESC, at DESC, key ROWS UNBOUNDED PRECEDING)) "
    "WHERE key<>?2 AND (place>?3 OR size>?4))";

bool is_over(Session& db, const Repeat& repeat) {
    Statement row(db, "SELECT count(*), sum(bytes) FROM command_answers WHERE person=?1",
                  repeat.person);
    return row.next() &&
           (row.integer(0) > repeat.limits.count || row.integer(1) > repeat.limits.bytes);
}

ApiResponse answer_too_long_to_keep() {
    return answer_problem(409, "该请求已办理，答复过长未保存，请直接查看结果",
                          "this was done; its answer was too long to be kept: look at what it made",
                          {}, {{"refusal", "answer_not_kept"}});
}

}  // namespace

std::optional<ApiResponse> kept_answer(Session& db, const Repeat& repeat) {
    Statement row(db,
                  "SELECT request, status, content_type, body, is_whole FROM command_answers WHERE "
                  "person=?1 AND key=?2 AND at>=?3",
                  repeat.person, repeat.key, repeat.at - repeat.limits.kept);
    if (!row.next()) return std::nullopt;
    if (row.text(0) != repeat.request) {
        return answer_problem(422, "同一 Idempotency-Key 已用于不同的请求",
                              "the Idempotency-Key was used for another request",
                              rules::refuse("Idempotency-Key '" + repeat.key + "' is taken",
                                            "a new key for a new request; the same key only to "
                                            "send the same request again"));
    }
    if (!row.flag(4)) return answer_too_long_to_keep();
    const std::string content_type = row.text(2);
    if (content_type.starts_with("text/html")) return answer_html(row.text(3));
    ApiResponse answer;
    answer.status = row.get<int>(1);
    answer.content_type = content_type;
    answer.body = row.text(3);
    return answer;
}

void keep_answer(Session& db, Repeat& repeat, const ApiResponse& answer) {
    if (answer.status >= 300) return;
    db.exec(kForgetOld, repeat.at - repeat.limits.kept, kOldOnesPerWrite);
    const bool is_whole = answer.body.size() <= kRepeatBodyBytesMax;
    const std::string body = is_whole ? answer.body : std::string();
    const auto bytes = static_cast<std::int64_t>(body.size() + repeat.key.size()) + kRowBytes;
    // One that is past its time may still stand there.
    db.exec(
        "INSERT OR REPLACE INTO command_answers(person, key, request, at, status, content_type, "
        "body, is_whole, bytes) VALUES(?1,?2,?3,?4,?5,?6,?7,?8,?9)",
        repeat.person, repeat.key, repeat.request, repeat.at, answer.status, answer.content_type,
        body, is_whole ? 1 : 0, bytes);
    if (!is_over(db, repeat)) return;
    db.exec(kForgetBeyond, repeat.person, repeat.key, repeat.limits.count, repeat.limits.bytes);
    repeat.forgotten = db.changes();
}

}  // namespace qk::daemon
