#include "daemon/client/curl_fetcher.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <functional>
#include <optional>
#include <utility>

#include "daemon/base/on_thread.hpp"
#include "daemon/client/http_call.hpp"

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

// What the other side wrote is not repeated in a refusal: readers of all kinds see that.
rules::Result<std::string> fetch_now(const Fetcher::Request& request,
                                     const std::atomic<bool>& is_stopping) {
    HttpCall call;
    call.url = request.url;
    if (!request.header.empty()) call.headers.push_back(request.header);
    call.deadline = request.deadline;
    call.answer_bytes_max = request.bytes_max;
    call.redirects_max = request.follows ? kRedirectsMax : 0;
    call.is_stopping = &is_stopping;
    HttpReply reply = call_http(call);
    if (reply.end == HttpEnd::kTooLong) {
        return rules::refuse(reply.why, "ask for fewer places or hours");
    }
    if (reply.end != HttpEnd::kAnswered) return rules::refuse(reply.why, "a server that answers");
    if (reply.status == 200) return std::move(reply.body);
    if (reply.redirected_to.empty()) {
        return rules::refuse(fmt::format("the server answered {}", reply.status),
                             "an address that gives the forecast");
    }
    if (reply.redirects == kRedirectsMax) {
        return rules::refuse(fmt::format("more than {} redirects", kRedirectsMax),
                             "an address that gives the forecast");
    }
    return rules::refuse(
        fmt::format("the server answered {} with another address, which is not followed",
                    reply.status),
        "name the address itself; redirects = true follows those to the same host");
}

}  // namespace

CurlFetcher::CurlFetcher() { curl_global_init(CURL_GLOBAL_DEFAULT); }

CurlFetcher::~CurlFetcher() {
    stop();
    threads_.join();
}

void CurlFetcher::stop() { is_stopping_ = true; }

asio::awaitable<rules::Result<std::string>> CurlFetcher::fetch(Request request) {
    std::optional<rules::Result<std::string>> fetched;
    std::function<void()> job = [&] { fetched = fetch_now(request, is_stopping_); };
    co_await run_on(threads_, std::move(job));
    co_return std::move(*fetched);
}

}  // namespace qk::daemon
