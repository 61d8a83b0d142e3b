#include "daemon/http/server.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <list>
#include <optional>
#include <vector>

#include "daemon/http/connection.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Error = boost::system::error_code;

struct HttpServer::Parts {
    Parts(asio::any_io_executor on, Answer handler)
        : executor(std::move(on)),
          acceptor(executor),
          answer(std::move(handler)),
          all_closed(executor) {
        all_closed.expires_at(asio::steady_timer::time_point::max());
    }

    asio::any_io_executor executor;
    tcp::acceptor acceptor;
    Answer answer;
    std::shared_ptr<TlsSettings> tls;  // null: plain
    asio::steady_timer all_closed;     // cancelled when the last connection is gone
    std::list<Connection*> open;
    HttpCounts counts;
    HttpOptions options;
    bool is_stopping = false;
    bool is_accepting = false;
    bool is_full = false;  // and it has been said

    void note(HttpTrouble trouble) {
        if (trouble == HttpTrouble::kNoRoom) ++counts.refused_connections;
        if (trouble > HttpTrouble::kNoRoom) ++counts.broken_requests;
        if (options.on_trouble) options.on_trouble(trouble);
    }

    void note_end() {
        if (open.empty() && !is_accepting) all_closed.cancel();
    }
};

namespace {

constexpr std::size_t kReadBytesMax = 64 * 1024;

using Request = http::request<http::string_body>;

// All but the body.
ApiRequest to_api(const Request& request, const std::string& remote) {
    ApiRequest api;
    api.method = std::string(request.method_string());
    api.target = std::string(request.target());
    api.content_type = std::string(request[http::field::content_type]);
    api.authorization = std::string(request[http::field::authorization]);
    api.idempotency_key = std::string(request["Idempotency-Key"]);
    api.last_event_id = std::string(request["Last-Event-ID"]);
    api.remote = remote;
    return api;
}

// Said of every answer that does not say otherwise. What is not a page may do nothing at all,
// whatever a browser takes it for.
constexpr std::pair<std::string_view, std::string_view> kUsualHeaders[] = {
    {"Server", "qingkong"},
    {"X-Content-Type-Options", "nosniff"},
    {"X-Frame-Options", "DENY"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Content-Security-Policy",
     "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
    {"Cache-Control", "no-store"},
};
constexpr char kOnlyTls[] = "max-age=31536000";

bool has_header(const ApiResponse& answer, std::string_view name) {
    return std::ranges::any_of(
        answer.headers, [name](const auto& header) { return beast::iequals(header.first, name); });
}

// Status line and headers as text. Line ends in a value would start a new header, so they are cut.
std::string head_text(const HttpServer::Parts& parts, const ApiResponse& answer, bool keep_alive,
                      std::optional<std::size_t> length) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    text += http::obsolete_reason(static_cast<http::status>(answer.status));
    text += "\r\n";
    const auto add = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value.substr(0, value.find_first_of("\r\n")));
        text += "\r\n";
    };
    add("Content-Type", answer.content_type);
    for (const auto& [name, value] : kUsualHeaders) {
        if (!has_header(answer, name)) add(name, value);
    }
    if (parts.tls) add("Strict-Transport-Security", kOnlyTls);
    for (const auto& [name, value] : answer.headers) add(name, value);
    if (length) {
        add("Content-Length", std::to_string(*length));
    } else {
        add("Transfer-Encoding", "chunked");
    }
    if (!keep_alive) add("Connection", "close");
    return text + "\r\n";
}

class ConnectionGuard {
 public:
    ConnectionGuard(HttpServer::Parts& parts, Connection& connection)
        : parts_(parts), at_(parts.open.insert(parts.open.end(), &connection)) {}
    ~ConnectionGuard() {
        parts_.open.erase(at_);
        parts_.is_full = false;
        parts_.note_end();
    }
    ConnectionGuard(const ConnectionGuard&) = delete;
    ConnectionGuard& operator=(const ConnectionGuard&) = delete;

 private:
    HttpServer::Parts& parts_;
    std::list<Connection*>::iterator at_;
};

asio::awaitable<bool> write_whole(const HttpServer::Parts& parts, Connection& connection,
                                  const Request& request, const ApiResponse& answer) {
    const bool keep_alive = request.keep_alive() && request.version() >= 11;
    std::string text = head_text(parts, answer, keep_alive, answer.body.size());
    if (request.method() != http::verb::head) text += answer.body;
    connection.expires_after(kHttpWriteTimeMax);
    Error error;
    co_await connection.write(text, error);
    co_return !error && keep_alive;
}

std::string chunk_of(const std::string& piece) {
    std::array<char, 24> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16);
    return std::string(size.data(), end.ptr) + "\r\n" + piece + "\r\n";
}

// An endless answer: pieces as HTTP chunks until the client goes or the server stops.
asio::awaitable<void> write_pieces(HttpServer::Parts& parts, Connection& connection,
                                   ApiResponse& answer) {
    std::string text = head_text(parts, answer, false, std::nullopt);
    if (!answer.body.empty()) text += chunk_of(answer.body);
    Error error;
    while (!parts.is_stopping) {
        connection.expires_after(kHttpWriteTimeMax);
        co_await connection.write(text, error);
        if (error) co_return;
        connection.expires_never();
        const std::string piece = co_await answer.next_piece();
        if (piece.empty()) break;
        text = chunk_of(piece);
    }
    if (parts.is_stopping) co_return;
    connection.expires_after(kHttpWriteTimeMax);
    co_await connection.write("0\r\n\r\n", error);
}

using Parser = http::request_parser<http::string_body>;

// The head has come: how long the body may be, and how long it may take: at least 64 KiB a second.
// A client that asks whether to go on is told so.
asio::awaitable<void> admit_body(const HttpServer::Parts& parts, Connection& connection,
                                 Parser& parser, const std::string& remote, Error& error) {
    std::uint64_t bytes_max = kStrangerBodyBytesMax;
    if (parts.options.body_bytes_max) {
        bytes_max = parts.options.body_bytes_max(to_api(parser.get(), remote));
    }
    const std::uint64_t length = parser.content_length().value_or(0);
    if (length > bytes_max) {
        error = http::error::body_limit;
        co_return;
    }
    parser.body_limit(bytes_max);
    parser.eager(true);
    connection.expires_after(kHttpReadTimeMax + std::chrono::seconds(length / 65536));
    if (!parser.is_done() && beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        co_await connection.write("HTTP/1.1 100 Continue\r\n\r\n", error);
    }
}

// Feeds the parser until the request is whole. Bytes of a next request stay in the buffer.
asio::awaitable<void> read_request(const HttpServer::Parts& parts, Connection& connection,
                                   beast::flat_buffer& buffer, Parser& parser,
                                   const std::string& remote, Error& error) {
    bool is_admitted = false;
    for (;;) {
        while (buffer.size() > 0 && !parser.is_done()) {
            const std::size_t taken = parser.put(buffer.data(), error);
            buffer.consume(taken);
            const bool wants_more = error == http::error::need_more || taken == 0;
            if (error == http::error::need_more) error = {};
            if (error) co_return;
            if (parser.is_header_done() && !is_admitted) {
                is_admitted = true;
                co_await admit_body(parts, connection, parser, remote, error);
                if (error) co_return;
            }
            if (wants_more) break;
        }
        if (parser.is_done()) co_return;
        if (buffer.size() >= kReadBytesMax) error = http::error::header_limit;
        if (error) co_return;
        const auto room = buffer.prepare(kReadBytesMax - buffer.size());
        const std::size_t size = co_await connection.read_some(room, error);
        if (error) co_return;
        buffer.commit(size);
    }
}

struct Refusal {
    HttpTrouble trouble = HttpTrouble::kCut;
    ApiResponse answer;  // status 0: nobody is there to read one
};

Refusal refusal_of(const Connection& connection, const Error& error) {
    if (connection.has_expired()) {
        return {HttpTrouble::kTooSlow,
                answer_problem(408, "请求在限定时间内未传完", "the request took too long")};
    }
    if (error == http::error::body_limit) {
        return {HttpTrouble::kTooLarge,
                answer_problem(413, "请求体过大", "the body is longer than allowed here")};
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return {HttpTrouble::kNotHttp,
                answer_problem(431, "请求头过长", "the request's head is too long")};
    }
    if (error.category() == Error(http::error::bad_method).category()) {
        return {HttpTrouble::kNotHttp,
                answer_problem(400, "不是有效的 HTTP 请求", "not a valid HTTP request")};
    }
    Refusal gone;
    gone.answer.status = 0;
    return gone;
}

// Says why, and reads on for a while: a socket closed with unread bytes would take the answer back.
asio::awaitable<void> refuse(HttpServer::Parts& parts, Connection& connection, Refusal refusal) {
    parts.note(refusal.trouble);
    if (refusal.answer.status == 0) co_return;
    Error error;
    connection.expires_after(kHttpDrainTimeMax);
    const std::string text =
        head_text(parts, refusal.answer, false, refusal.answer.body.size()) + refusal.answer.body;
    co_await connection.write(text, error);
    connection.end_writing();
    std::vector<char> thrown_away(kReadBytesMax);
    for (std::size_t size = 0; !error && !parts.is_stopping && size < kHttpDrainBytesMax;) {
        size += co_await connection.read_some(asio::buffer(thrown_away), error);
    }
}

asio::awaitable<void> serve(HttpServer::Parts& parts, Connection& connection, std::string remote) {
    beast::flat_buffer buffer;
    auto patience = kHttpReadTimeMax;
    bool goes_on = true;
    while (goes_on && !parts.is_stopping) {
        Parser parser;
        parser.header_limit(kHttpHeaderBytesMax);
        parser.body_limit(kHttpBodyBytesMax);
        connection.expires_after(patience);
        patience = kHttpIdleTimeMax;
        Error error;
        co_await read_request(parts, connection, buffer, parser, remote, error);
        if (error) {
            const bool is_quiet_end = !parser.got_some() && buffer.size() == 0;
            if (is_quiet_end || parts.is_stopping) co_return;
            Refusal refusal = refusal_of(connection, error);
            co_await refuse(parts, connection, std::move(refusal));
            co_return;
        }
        ++parts.counts.requests;
        Request request = parser.release();
        ApiRequest api = to_api(request, remote);
        api.body = std::move(request.body());
        connection.expires_never();
        ApiResponse answer = co_await parts.answer(std::move(api));
        if (answer.next_piece) {
            co_await write_pieces(parts, connection, answer);
            co_return;
        }
        goes_on = co_await write_whole(parts, connection, request, answer);
    }
}

// One connection too many: told so, at once, without a word of it being read.
asio::awaitable<void> turn_away(HttpServer::Parts& parts, tcp::socket socket) {
    const auto connection = make_connection(std::move(socket), nullptr);
    ApiResponse answer = answer_problem(503, "连接数已满，请稍后再试", "too many connections");
    answer.headers.emplace_back("Retry-After", "5");
    connection->expires_after(kHttpDrainTimeMax);
    Error error;
    const std::string text = head_text(parts, answer, false, answer.body.size()) + answer.body;
    co_await connection->write(text, error);
}

asio::awaitable<void> serve_socket(HttpServer::Parts& parts, tcp::socket socket,
                                   std::string remote) {
    const auto connection = make_connection(std::move(socket), parts.tls);
    const ConnectionGuard guard(parts, *connection);
    Error error;
    connection->expires_after(kHttpReadTimeMax);
    co_await connection->open(error);
    if (error) {
        parts.note(HttpTrouble::kNotHttp);
        co_return;
    }
    co_await serve(parts, *connection, std::move(remote));
    connection->expires_after(kHttpReadTimeMax);
    co_await connection->close();
}

asio::awaitable<void> accept_all(HttpServer::Parts& parts) {
    while (!parts.is_stopping) {
        Error error;
        tcp::socket socket =
            co_await parts.acceptor.async_accept(asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || parts.is_stopping) break;
        if (error) {
            // Out of file descriptors or the like: do not spin.
            asio::steady_timer pause(parts.executor, std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        if (parts.open.size() >= parts.options.connections_max) {
            if (!std::exchange(parts.is_full, true)) parts.note(HttpTrouble::kFull);
            parts.note(HttpTrouble::kNoRoom);
            if (parts.tls) continue;  // the socket closes as it goes out of scope
            auto goodbye = turn_away(parts, std::move(socket));
            asio::co_spawn(parts.executor, std::move(goodbye), [](const std::exception_ptr&) {});
            continue;
        }
        const auto peer = socket.remote_endpoint(error);
        std::string remote = error ? std::string("?") : peer.address().to_string();
        socket.set_option(tcp::no_delay(true), error);
        auto session = serve_socket(parts, std::move(socket), std::move(remote));
        // A connection that fails in an unforeseen way ends alone.
        asio::co_spawn(parts.executor, std::move(session), [](const std::exception_ptr&) {});
    }
}

rules::Faults fault_of(const std::string& what, const std::string& cure) {
    return rules::refuse(what, cure);
}

}  // namespace

HttpServer::HttpServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
HttpServer::~HttpServer() = default;

rules::Result<std::unique_ptr<HttpServer>> HttpServer::listen(asio::any_io_executor executor,
                                                              const HttpOptions& options,
                                                              Answer answer) {
    auto parts = std::make_unique<Parts>(std::move(executor), std::move(answer));
    parts->options = options;
    const std::string where = options.address + ":" + std::to_string(options.port);
    try {
        if (!options.certificate_file.empty()) {
            parts->tls = load_tls(options.certificate_file, options.key_file);
        }
        const tcp::endpoint endpoint(asio::ip::make_address(options.address), options.port);
        parts->acceptor.open(endpoint.protocol());
        parts->acceptor.set_option(tcp::acceptor::reuse_address(true));
        parts->acceptor.bind(endpoint);
        parts->acceptor.listen();
    } catch (const boost::system::system_error& error) {
        return fault_of("http: cannot listen on " + where + ": " + error.code().message(),
                        "a free port, an address of this host, readable certificate and key");
    }
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(parts)));
}

void HttpServer::start() {
    parts_->is_accepting = true;
    Parts& parts = *parts_;
    asio::co_spawn(parts.executor, accept_all(parts), [&parts](const std::exception_ptr&) {
        parts.is_accepting = false;
        parts.note_end();
    });
}

asio::awaitable<void> HttpServer::stop() {
    parts_->is_stopping = true;
    Error error;
    parts_->acceptor.close(error);
    for (Connection* connection : parts_->open) connection->cut();
    if (parts_->options.wake_waiters) parts_->options.wake_waiters();
    while (parts_->is_accepting || !parts_->open.empty()) {
        co_await parts_->all_closed.async_wait(asio::redirect_error(asio::use_awaitable, error));
    }
}

std::uint16_t HttpServer::port() const {
    Error error;
    return parts_->acceptor.local_endpoint(error).port();
}

HttpCounts HttpServer::counts() const {
    HttpCounts counts = parts_->counts;
    counts.open_connections = parts_->open.size();
    return counts;
}

}  // namespace qk::daemon
