// One HTTP request and its answer, by libcurl, on the thread of the caller: certificates, proxies
// and compression are dealt with by who knows them. All that goes out of the daemon's pulls and of
// qingkongctl goes through here, within the same bounds: http and https only, a deadline, an answer
// of a stated length, certificates that hold, and no redirect to another scheme, host or port,
// because the header with the key goes nowhere else.
#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace qk::daemon {

struct HttpCall {
    std::string method = "GET";
    std::string url{};
    std::vector<std::string> headers{};  // "Name: value"
    std::string_view body{};             // sent where it is not empty, and with POST and PUT
    std::string ca_file{};               // certificates to trust; empty: the system's
    std::string pin{};                   // "sha256//…" of the server's public key; empty: any
    std::string certificate_file{};      // of the client, with its key; empty: none
    std::string key_file{};
    std::chrono::seconds connect_deadline{15};
    std::chrono::seconds deadline{0};  // of the whole call; 0: the answer may be endless
    std::size_t answer_bytes_max = 0;  // of an answer that is kept
    int redirects_max = 0;             // within the same scheme, host and port
    // Ends the call at once when it becomes true.
    const std::atomic<bool>* is_stopping = nullptr;
    // Gets a good answer (2xx) piece by piece, which is not kept then; false ends the call.
    std::function<bool(std::string_view)> on_piece{};
};

enum class HttpEnd {
    kAnswered,
    kLeftOff,      // on_piece said so
    kNoServer,     // nobody listens there
    kBrokenOff,    // the server may have carried it out, and its answer was lost
    kTooLong,      // more than answer_bytes_max
    kUnreachable,  // anything else: a name, a certificate, a deadline
};

struct HttpReply {
    HttpEnd end = HttpEnd::kUnreachable;
    std::string why{};  // there is no answer
    int status = 0;
    std::string content_type{};
    std::string redirected_to{};  // not followed
    int redirects = 0;            // followed
    std::string body{};
};

[[nodiscard]] HttpReply call_http(const HttpCall& call);

// Percent-encodes one path segment or query value.
[[nodiscard]] std::string url_encoded(std::string_view text);

}  // namespace qk::daemon
