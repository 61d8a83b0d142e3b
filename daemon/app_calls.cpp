#include "daemon/app_parts.hpp"

#include <boost/system/system_error.hpp>

#include "daemon/access/logins.hpp"
#include "daemon/api/answers.hpp"
#include "daemon/service/config.hpp"
#include "daemon/store/broken.hpp"
#include "daemon/store/session.hpp"

namespace qk::daemon {

namespace asio = boost::asio;

std::uint64_t App::body_bytes_max(const ApiRequest& head) const {
    ApiRequest translated = head;
    parts_->login->translate(translated);
    return parts_->router.body_bytes_max(std::move(translated));
}

bool App::is_known(const ApiRequest& head) const {
    ApiRequest translated = head;
    parts_->login->translate(translated);
    return parts_->router.is_known(translated);
}

void App::wake_listeners() {
    parts_->event_stream->wake();
    parts_->driven->stop();
}

namespace {

// What to answer to a token that nobody has.
ApiResponse answer_wrong_token(App::Parts& parts, const std::string& remote, ApiResponse answer) {
    const rules::Instant now = parts.ports.clock.now();
    const int limit = parts.context->config->limits.wrong_tokens_per_minute;
    const WrongTokens::Noted noted = parts.wrong_tokens.note(remote, now, limit);
    parts.metrics.add(Counter::kWrongTokens);
    parts.accounts->note_refused(remote);
    if (!noted.is_over) return answer;
    parts.metrics.add(Counter::kWrongTokensRefused);
    if (noted.is_first) parts.log.write(kTokensWrong, {{"remote", remote}, {"limit", limit}});
    ApiResponse refused =
        answer_problem(429, "无效令牌次数过多，请稍后再试", "too many calls with a wrong token");
    refused.headers.emplace_back("Retry-After", std::to_string(seconds_left_of_minute(now)));
    return refused;
}

// Nothing was kept of it. Said for as long as it takes to stop.
ApiResponse answer_broken(bool is_full) {
    ApiResponse answer =
        is_full
            ? answer_problem(507, "磁盘已满，本次操作未保存", "the disk is full; nothing was kept")
            : answer_problem(503, "数据存储故障，本次操作未保存，服务即将重新启动",
                             "the storage is broken; nothing was kept");
    answer.headers.emplace_back("Retry-After", "30");
    return answer;
}

}  // namespace

asio::awaitable<ApiResponse> App::api(ApiRequest request) {
    Parts& parts = *parts_;
    parts.metrics.add(Counter::kRequests);
    if (parts.has_failed) co_return answer_broken(false);
    const std::string target = request.target;
    const std::string remote = request.remote;
    // A session that has ended is not a guess.
    const bool has_token =
        !request.authorization.empty() && cookie_in(request.authorization).empty();
    std::string why;
    try {
        auto refused = co_await parts.login->admit(request);
        if (refused) co_return std::move(*refused);
        ApiResponse answer = co_await parts.router.handle(std::move(request));
        const bool is_wrong_token = has_token && answer.status == 401;
        if (is_wrong_token) answer = answer_wrong_token(parts, remote, std::move(answer));
        co_return answer;
    } catch (const boost::system::system_error& error) {
        if (error.code() == asio::error::operation_aborted) throw;
        why = error.what();
    } catch (const DatabaseError& error) {
        if (is_broken_storage(error.code())) {
            parts.metrics.add(Counter::kRequestsFailed);
            co_return answer_broken(is_full_storage(error.code()));
        }
        why = error.what();
    } catch (const ReadingTooLong&) {
        parts.metrics.add(Counter::kReadingsTooLong);
        parts.log.write(kReadingTooLong, {{"target", target}});
        co_return answer_problem(422, "所问范围过大，请缩小时间或条件后再查",
                                 "this asks for too much at once; ask for less");
    } catch (const std::exception& error) {
        why = error.what();
    }
    parts.metrics.add(Counter::kRequestsFailed);
    parts.log.write(kRequestFailed, {{"target", target}, {"why", why}});
    co_return answer_problem(500, "内部错误，已记录", "an internal fault; it is in the log");
}

}  // namespace qk::daemon
