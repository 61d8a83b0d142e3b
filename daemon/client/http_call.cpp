#include "daemon/client/http_call.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <memory>

namespace qk::daemon {
namespace {

struct CurlEnd {
    void operator()(CURL* curl) const { curl_easy_cleanup(curl); }
};
using Curl = std::unique_ptr<CURL, CurlEnd>;
struct ListEnd {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using List = std::unique_ptr<curl_slist, ListEnd>;
struct UrlEnd {
    void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
using Url = std::unique_ptr<CURLU, UrlEnd>;
struct TextEnd {
    void operator()(char* text) const { curl_free(text); }
};
using Text = std::unique_ptr<char, TextEnd>;

struct Sink {
    const HttpCall& call;
    CURL* curl;
    std::string body{};
    bool is_too_long = false;

    // Why a call was refused is kept, however the answer was wanted.
    [[nodiscard]] bool is_handed_on() const {
        long status = 0;
        curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
        return call.on_piece && status >= 200 && status < 300;
    }
};

std::size_t take_bytes(char* bytes, std::size_t size, std::size_t count, void* user) {
    auto* sink = static_cast<Sink*>(user);
    const std::string_view piece(bytes, size * count);
    if (sink->is_handed_on()) return sink->call.on_piece(piece) ? piece.size() : 0;
    if (sink->body.size() + piece.size() > sink->call.answer_bytes_max) {
        sink->is_too_long = true;
        return 0;
    }
    sink->body.append(piece);
    return piece.size();
}

int is_to_end(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
    return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

// "https|host|443|": what must be the same for a redirect to be followed.
std::string origin_of(const std::string& text) {
    const Url url(curl_url());
    if (curl_url_set(url.get(), CURLUPART_URL, text.c_str(), 0) != CURLUE_OK) return {};
    std::string origin;
    for (const CURLUPart part : {CURLUPART_SCHEME, CURLUPART_HOST, CURLUPART_PORT}) {
        char* piece = nullptr;
        if (curl_url_get(url.get(), part, &piece, CURLU_DEFAULT_PORT) != CURLUE_OK) return {};
        origin += std::string(Text(piece).get()) + "|";
    }
    return origin;
}

List headers_of(const HttpCall& call) {
    curl_slist* list = nullptr;
    for (const std::string& header : call.headers) list = curl_slist_append(list, header.c_str());
    return List(list);
}

void set_up(CURL* curl, const HttpCall& call, const std::string& url, Sink& sink) {
    const auto set = [curl](CURLoption option, auto value) {
        curl_easy_setopt(curl, option, value);
    };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_CUSTOMREQUEST, call.method.c_str());
    set(CURLOPT_USERAGENT, "qingkong");
    set(CURLOPT_ACCEPT_ENCODING, "");
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_DEFAULT_PROTOCOL, "http");
    set(CURLOPT_CONNECTTIMEOUT, static_cast<long>(call.connect_deadline.count()));
    set(CURLOPT_TIMEOUT, static_cast<long>(call.deadline.count()));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_WRITEFUNCTION, take_bytes);
    set(CURLOPT_WRITEDATA, &sink);
    if (!call.ca_file.empty()) set(CURLOPT_CAINFO, call.ca_file.c_str());
    if (!call.pin.empty()) set(CURLOPT_PINNEDPUBLICKEY, call.pin.c_str());
    if (!call.certificate_file.empty()) {
        set(CURLOPT_SSLCERT, call.certificate_file.c_str());
        set(CURLOPT_SSLKEY, call.key_file.c_str());
    }
    if (!call.body.empty() || call.method == "POST" || call.method == "PUT") {
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(call.body.size()));
        set(CURLOPT_POSTFIELDS, call.body.empty() ? "" : call.body.data());
    }
    if (call.is_stopping != nullptr) {
        set(CURLOPT_NOPROGRESS, 0L);
        set(CURLOPT_XFERINFOFUNCTION, is_to_end);
        set(CURLOPT_XFERINFODATA, call.is_stopping);
    }
}

HttpEnd end_of(CURLcode code, const Sink& sink) {
    if (sink.is_too_long) return HttpEnd::kTooLong;
    if (code == CURLE_OK) return HttpEnd::kAnswered;
    if (code == CURLE_WRITE_ERROR) return HttpEnd::kLeftOff;
    if (code == CURLE_COULDNT_CONNECT) return HttpEnd::kNoServer;
    const bool is_broken_off = code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
                               code == CURLE_SEND_ERROR || code == CURLE_PARTIAL_FILE;
    return is_broken_off ? HttpEnd::kBrokenOff : HttpEnd::kUnreachable;
}

HttpReply ask(const HttpCall& call, const std::string& url) {
    const Curl curl(curl_easy_init());
    const List headers = headers_of(call);
    Sink sink{call, curl.get()};
    set_up(curl.get(), call, url, sink);
    curl_easy_setopt(curl.get(), CURLOPT_HTTPHEADER, headers.get());
    const CURLcode code = curl_easy_perform(curl.get());
    HttpReply reply;
    reply.end = end_of(code, sink);
    if (reply.end == HttpEnd::kTooLong) {
        reply.why = fmt::format("the answer is longer than {} bytes", call.answer_bytes_max);
    } else if (code != CURLE_OK) {
        reply.why = curl_easy_strerror(code);
    }
    long status = 0;
    char* type = nullptr;
    char* next = nullptr;
    curl_easy_getinfo(curl.get(), CURLINFO_RESPONSE_CODE, &status);
    curl_easy_getinfo(curl.get(), CURLINFO_CONTENT_TYPE, &type);
    curl_easy_getinfo(curl.get(), CURLINFO_REDIRECT_URL, &next);
    reply.status = static_cast<int>(status);
    if (type != nullptr) reply.content_type = type;
    if (next != nullptr) reply.redirected_to = next;
    reply.body = std::move(sink.body);
    return reply;
}

}  // namespace

HttpReply call_http(const HttpCall& call) {
    const std::string origin = origin_of(call.url);
    HttpReply reply = ask(call, call.url);
    for (int redirects = 1; redirects <= call.redirects_max; ++redirects) {
        const bool goes_on = reply.end == HttpEnd::kAnswered && !reply.redirected_to.empty() &&
                             !origin.empty() && origin_of(reply.redirected_to) == origin;
        if (!goes_on) break;
        reply = ask(call, reply.redirected_to);
        reply.redirects = redirects;
    }
    return reply;
}

std::string url_encoded(std::string_view text) {
    if (text.empty()) return {};
    const Text encoded(curl_easy_escape(nullptr, text.data(), static_cast<int>(text.size())));
    return encoded ? std::string(encoded.get()) : std::string();
}

}  // namespace qk::daemon
