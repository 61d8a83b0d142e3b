#include "daemon/intake/curl_fetcher.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace qk::daemon {
namespace {

namespace asio = boost::asio;

constexpr long kConnectSecondsMax = 15;

struct CurlEnd {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

struct Sink {
    std::string body;
    std::size_t bytes_max = 0;
    bool is_too_long = false;
};

std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto* sink = static_cast<Sink*>(user);
    if (sink->body.size() + size * count > sink->bytes_max) {
        sink->is_too_long = true;
        return 0;
    }
    sink->body.append(bytes, size * count);
    return size * count;
}

int is_to_end(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<std::atomic<bool>*>(user)->load() ? 1 : 0;
}

rules::Result<std::string> fetch_now(const Fetcher::Request& request,
                                     std::atomic<bool>& is_stopping) {
    const std::unique_ptr<CURL, CurlEnd> curl(curl_easy_init());
    const std::unique_ptr<curl_slist, ListEnd> headers(
        request.header.empty() ? nullptr : curl_slist_append(nullptr, request.header.c_str()));
    Sink sink{{}, request.bytes_max, false};
    const auto set = [&curl](CURLoption option, auto value) {
        curl_easy_setopt(curl.get(), option, value);
    };
    set(CURLOPT_URL, request.url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_USERAGENT, "qingkong");
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_FOLLOWLOCATION, 1L);
    set(CURLOPT_MAXREDIRS, kRedirectsMax);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    // A redirect must not lead from an encrypted address to one that is not.
    const bool is_plain = request.url.starts_with("http://");
    set(CURLOPT_REDIR_PROTOCOLS_STR, is_plain ? "http,https" : "https");
    set(CURLOPT_CONNECTTIMEOUT, kConnectSecondsMax);
    set(CURLOPT_TIMEOUT, static_cast<long>(request.deadline.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, take_bytes);
    set(CURLOPT_WRITEDATA, &sink);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, is_to_end);
    set(CURLOPT_XFERINFODATA, &is_stopping);
    const CURLcode code = curl_easy_perform(curl.get());
    if (sink.is_too_long) {
        return rules::refuse(fmt::format("the answer is longer than {} bytes", request.bytes_max),
                             "ask for fewer places or hours");
    }
    if (code != CURLE_OK) return rules::refuse(curl_easy_strerror(code), "a server that answers");
    long status = 0;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    if (status != 200) {
        return rules::refuse(
            fmt::format("the server answered {}: {}", status, sink.body.substr(0, 200)),
            "an address that gives the forecast");
    }
    return std::move(sink.body);
}

}  // namespace

CurlFetcher::CurlFetcher() { curl_global_init(CURL_GLOBAL_DEFAULT); }

CurlFetcher::~CurlFetcher() {
    stop();
    thread_.join();
}

void CurlFetcher::stop() { is_stopping_ = true; }

asio::awaitable<rules::Result<std::string>> CurlFetcher::fetch(Request request) {
    auto work = [](Request wanted,
                   std::atomic<bool>& stopping) -> asio::awaitable<rules::Result<std::string>> {
        co_return fetch_now(wanted, stopping);
    };
    auto task = work(std::move(request), is_stopping_);
    co_return co_await asio::co_spawn(thread_, std::move(task), asio::use_awaitable);
}

}  // namespace qk::daemon
