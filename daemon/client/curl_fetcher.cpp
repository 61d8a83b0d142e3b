#include "daemon/client/curl_fetcher.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <functional>
#include <memory>
#include <optional>

#include "daemon/base/on_thread.hpp"

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

struct UrlEnd {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlEnd>;

// "https://host:443": what must be the same for a redirect to be followed.
std::string origin_of(const std::string& text) {
    const Url url(curl_url());
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return {};
    std::string origin;
    for (const CURLUPart part : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT}) {
        char* piece = nullptr;
        if (curl_url_get(url.get(), part, &piece, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
        origin += std::string(piece) + "|";
        curl_free(piece);
    }
    return origin;
}

// One request and its answer; `redirected_to` where the server sends us on.
struct Answer {
    CURLcode code = CURLE_OK;
    long status = 0;
    std::string redirected_to;
    Sink sink;
};

Answer ask(const std::string& url, const Fetcher::Request& request,
           std::atomic<bool>& is_stopping) {
    const std::unique_ptr<CURL, CurlEnd> curl(curl_easy_init());
    const std::unique_ptr<curl_slist, ListEnd> headers(
        request.header.empty() ? nullptr : curl_slist_append(nullptr, request.header.c_str()));
    Answer answer;
    answer.sink.bytes_max = request.bytes_max;
    const auto set = [&curl](CURLoption option, auto value) {
        curl_easy_setopt(curl.get(), option, value);
    };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_HTTPHEADER, headers.get());
    set(CURLOPT_USERAGENT, "qingkong");
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_CONNECTTIMEOUT, kConnectSecondsMax);
    set(CURLOPT_TIMEOUT, static_cast<long>(request.deadline.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, take_bytes);
    set(CURLOPT_WRITEDATA, &answer.sink);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, is_to_end);
    set(CURLOPT_XFERINFODATA, &is_stopping);
    answer.code = curl_easy_perform(curl.get());
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    char* next = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &next);
    if (next != nullptr) answer.redirected_to = next;
    return answer;
}

// What the other side wrote is not repeated in a refusal: readers of all kinds see that.
rules::Result<std::string> fetch_now(const Fetcher::Request& request,
                                     std::atomic<bool>& is_stopping) {
    std::string url = request.url;
    for (int redirects = 0; redirects <= kRedirectsMax; ++redirects) {
        Answer answer = ask(url, request, is_stopping);
        if (answer.sink.is_too_long) {
            return rules::refuse(
                fmt::format("the answer is longer than {} bytes", request.bytes_max),
                "ask for fewer places or hours");
        }
        if (answer.code != CURLE_OK) {
            return rules::refuse(curl_easy_strerror(answer.code), "a server that answers");
        }
        if (answer.status == 200) return std::move(answer.sink.body);
        if (answer.redirected_to.empty()) {
            return rules::refuse(fmt::format("the server answered {}", answer.status),
                                 "an address that gives the forecast");
        }
        const std::string origin = origin_of(url);
        const bool stays = !origin.empty() && origin_of(answer.redirected_to) == origin;
        if (!request.follows || !stays) {
            return rules::refuse(
                fmt::format("the server answered {} with another address, which is not followed",
                            answer.status),
                "name the address itself; redirects = true follows those to the same host");
        }
        url = answer.redirected_to;
    }
    return rules::refuse(fmt::format("more than {} redirects", kRedirectsMax),
                         "an address that gives the forecast");
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
