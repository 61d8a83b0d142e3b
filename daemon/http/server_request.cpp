#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include "daemon/access/forwarded.hpp"
#include "daemon/access/logins.hpp"
#include "daemon/access/token.hpp"
#include "daemon/api/api.hpp"
#include "daemon/http/head.hpp"
#include "daemon/http/server_parts.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using Error = boost::system::error_code;

namespace {

using Parser = http::request_parser<http::string_body>;

// All but the body. The one call that is made of a head: what comes behind the body as a trailer
// is not part of it.
ApiRequest to_api(const RequestHead& head, std::string target, const Caller& caller) {
    ApiRequest api;
    api.method = std::string(head.method);
    api.target = std::move(target);
    api.content_type = std::string(head.value("content-type"));
    api.authorization = std::string(head.value("authorization"));
    api.idempotency_key = std::string(head.value("idempotency-key"));
    api.has_idempotency_key = head.has("idempotency-key");
    api.last_event_id = std::string(head.value("last-event-id"));
    api.if_none_match = std::string(head.value("if-none-match"));
    api.accept_encoding = std::string(head.value("accept-encoding"));
    api.remote = caller.address.to_string();
    api.is_local = caller.is_local;
    // A browser shows its session by a cookie. No client writes the words for it by itself.
    const bool is_forged = !cookie_in(api.authorization).empty();
    if (is_forged) api.authorization = "none";
    if (api.authorization.empty()) {
        api.authorization = session_words(head.list("cookie"), head.value("x-csrf-token"));
    }
    return api;
}

// What tells one caller from another: the token, or the cookie of the session.
std::string shown_secret(const ApiRequest& request) {
    const std::string_view cookie = cookie_in(request.authorization);
    return std::string(cookie.empty() ? bearer_token(request.authorization) : cookie);
}

// Reads more into the buffer.
asio::awaitable<void> read_more(HttpSession& session, Error& error) {
    if (session.buffer.size() >= kReadBytesMax) {
        error = http::error::header_limit;
        co_return;
    }
    const auto room = session.buffer.prepare(kReadBytesMax - session.buffer.size());
    const std::size_t size = co_await session.connection.read_some(room, error);
    if (!error) session.buffer.commit(size);
}

std::string_view bytes_of(const HttpSession& session) {
    const auto data = session.buffer.data();
    return {static_cast<const char*>(data.data()), data.size()};
}

// Waits for a head, however slowly its bytes come; answers its length, 0 where there is none.
asio::awaitable<std::size_t> await_head(HttpSession& session, Received& received) {
    constexpr std::string_view kEmptyLine = "\r\n";
    HeadEnd end;
    bool may_skip = true;  // one empty line that some clients send behind a body
    for (;;) {
        const std::string_view bytes = bytes_of(session);
        const bool begins = !bytes.empty() && !std::exchange(received.has_begun, true);
        if (begins && !session.is_first) session.connection.expires_after(kHttpHeadTimeMax);
        if (may_skip && bytes.starts_with(kEmptyLine)) {
            session.buffer.consume(kEmptyLine.size());
            may_skip = false;
            received.has_begun = session.buffer.size() > 0;
            continue;
        }
        const bool may_be_skipped = may_skip && kEmptyLine.starts_with(bytes);
        const HeadEnd::Found found = may_be_skipped ? HeadEnd::Found::kMore : end.look(bytes);
        if (found == HeadEnd::Found::kFaulty) {
            received.wrong = "a line end is not CR LF, or a NUL";
            co_return 0;
        }
        const bool is_whole = found == HeadEnd::Found::kWhole;
        const std::size_t length = is_whole ? end.length() : bytes.size();
        if (length > kHttpHeaderBytesMax) {
            received.error = http::error::header_limit;
            co_return 0;
        }
        if (is_whole) co_return length;
        may_skip = may_be_skipped;
        co_await read_more(session, received.error);
        if (received.error) co_return 0;
    }
}

ForwardedWords forwarded_words(const RequestHead& head) {
    ForwardedWords words;
    words.x_forwarded_for = head.list("x-forwarded-for");
    words.forwarded = head.list("forwarded");
    words.has_via = !head.value("via").empty();
    return words;
}

// Takes the head apart, and the slot for whoever shows a token in it.
void take_head(HttpSession& session, std::string_view bytes, Parser& parser, Received& received) {
    const HttpServer::Parts& parts = session.parts;
    RequestHead head;
    received.wrong = read_head(bytes, head);
    if (!received.wrong.empty()) return;
    std::string target;
    if (!to_origin_form(head, target)) {
        received.wrong = "the target is not a path of this host";
        return;
    }
    parser.put(asio::const_buffer(bytes.data(), bytes.size()), received.error);
    if (received.error == http::error::need_more) received.error = {};
    const Caller caller = caller_behind(session.peer, parts.options.trusted,
                                        parts.options.forwarded_field, forwarded_words(head));
    received.request = to_api(head, std::move(target), caller);
    received.is_head = head.method == "HEAD";
    received.keeps_alive = head.version >= 11 && parser.get().keep_alive();
    const std::string shown = shown_secret(received.request);
    const bool shows_token = !session.is_known && !shown.empty() && parts.options.is_known &&
                             parts.options.is_known(received.request);
    if (shows_token) session.is_known = session.parts.slots.show_token(session.slot, shown);
    received.is_full = session.slot.is_kept;
    // A stranger whose body is still to come gives way like one whose head is.
    if (session.is_known) session.move(ConnectionSlots::Phase::kServed);
}

// The head has come: how long the body may be, and how long it may take: at least 64 KiB a second.
// A client that asks whether to go on is told so.
asio::awaitable<void> admit_body(HttpSession& session, Parser& parser, Received& received) {
    std::uint64_t bytes_max = kStrangerBodyBytesMax;
    const HttpOptions& options = session.parts.options;
    if (options.body_bytes_max) bytes_max = options.body_bytes_max(received.request);
    const std::uint64_t length = parser.content_length().value_or(0);
    if (length > bytes_max) {
        received.error = http::error::body_limit;
        co_return;
    }
    // A body that does not say its length may become as long as is allowed.
    const std::uint64_t expected = parser.content_length() ? length : bytes_max;
    const std::string caller = shown_secret(received.request);
    received.upload = session.parts.uploads.take(caller, expected);
    if (received.upload.full != UploadRoom::Full::kNo) co_return;
    parser.body_limit(bytes_max);
    parser.eager(true);
    session.connection.expires_after(kHttpReadTimeMax + std::chrono::seconds(length / 65536));
    if (!parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        co_await session.connection.write("HTTP/1.1 100 Continue\r\n\r\n", received.error);
    }
}

// Feeds the parser until the body is whole. Bytes of a next request stay in the buffer.
asio::awaitable<void> read_body(HttpSession& session, Parser& parser, Received& received) {
    Error& error = received.error;
    for (;;) {
        while (session.buffer.size() > 0 && !parser.is_done()) {
            const std::size_t taken = parser.put(session.buffer.data(), error);
            session.buffer.consume(taken);
            const bool wants_more = error == http::error::need_more || taken == 0;
            if (error == http::error::need_more) error = {};
            if (error) co_return;
            if (wants_more) break;
        }
        if (parser.is_done()) co_return;
        co_await read_more(session, error);
        if (error) co_return;
    }
}

}  // namespace

asio::awaitable<Received> read_request(HttpSession& session) {
    Received received;
    const std::size_t length = co_await await_head(session, received);
    if (length == 0) co_return received;
    Parser parser;
    parser.header_limit(static_cast<std::uint32_t>(kHttpHeaderBytesMax));
    parser.body_limit(kHttpBodyBytesMax);
    take_head(session, bytes_of(session).substr(0, length), parser, received);
    session.buffer.consume(length);
    if (!received.wrong.empty() || received.error || received.is_full) co_return received;
    if (!parser.is_done()) {
        co_await admit_body(session, parser, received);
        const bool has_room = received.upload.full == UploadRoom::Full::kNo;
        if (!received.error && has_room) co_await read_body(session, parser, received);
    }
    if (!received.error) received.request.body = std::move(parser.get().body());
    co_return received;
}

}  // namespace qk::daemon
