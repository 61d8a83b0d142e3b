#include "daemon/http/server.hpp"

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <charconv>
#include <list>
#include <optional>

#include "daemon/http/connection.hpp"

namespace qk::daemon {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Error = boost::system::error_code;

struct HttpServer::Parts {
    Parts(asio::any_io_executor on, Answer handler)
        : executor(std::move(on)), acceptor(executor), answer(std::move(handler)),
          all_closed(executor) {
        all_closed.expires_at(asio::steady_timer::time_point::max());
    }

    asio::any_io_executor executor;
    tcp::acceptor acceptor;
    Answer answer;
    std::shared_ptr<TlsSettings> tls;  // null: plain
    asio::steady_timer all_closed;  // cancelled when the last connection is gone
    std::list<Connection*> open;
    HttpCounts counts;
    std::function<void()> wake_waiters;
    bool is_stopping = false;
    bool is_accepting = false;

    void note_end() {
        if (open.empty() && !is_accepting) all_closed.cancel();
    }
};

namespace {

constexpr std::size_t kReadBytesMax = 64 * 1024;

// A page may style itself and draw inline SVG, but loads nothing from elsewhere and runs only our scripts.
constexpr char kContentPolicy[] =
    "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

using Request = http::request<http::string_body>;

ApiRequest to_api(Request& request, const std::string& remote) {
    ApiRequest api;
    api.method = std::string(request.method_string());
    api.target = std::string(request.target());
    api.content_type = std::string(request[http::field::content_type]);
    api.authorization = std::string(request[http::field::authorization]);
    api.idempotency_key = std::string(request["Idempotency-Key"]);
    api.last_event_id = std::string(request["Last-Event-ID"]);
    api.remote = remote;
    api.body = std::move(request.body());
    return api;
}

// Status line and headers as text. Line ends in a value would start a new header, so they are cut.
std::string head_text(const ApiResponse& answer, bool keep_alive,
                      std::optional<std::size_t> length) {
    std::string text = "HTTP/1.1 " + std::to_string(answer.status) + " ";
    text += http::obsolete_reason(static_cast<http::status>(answer.status));
    text += "\r\n";
    const auto add = [&text](std::string_view name, std::string_view value) {
        text.append(name).append(": ").append(value.substr(0, value.find_first_of("\r\n")));
        text += "\r\n";
    };
    add("Server", "qingkong");
    add("Content-Type", answer.content_type);
    add("X-Content-Type-Options", "nosniff");
    add("Referrer-Policy", "no-referrer");
    add("Content-Security-Policy", kContentPolicy);
    add("Cache-Control", "no-store");
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
        parts_.note_end();
    }
    ConnectionGuard(const ConnectionGuard&) = delete;
    ConnectionGuard& operator=(const ConnectionGuard&) = delete;

 private:
    HttpServer::Parts& parts_;
    std::list<Connection*>::iterator at_;
};

asio::awaitable<bool> write_whole(Connection& connection, const Request& request,
                                  const ApiResponse& answer) {
    const bool keep_alive = request.keep_alive() && request.version() >= 11;
    std::string text = head_text(answer, keep_alive, answer.body.size());
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
    std::string text = head_text(answer, false, std::nullopt);
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

// Feeds the parser until the request is whole. Bytes of a next request stay in the buffer.
asio::awaitable<void> read_request(Connection& connection, beast::flat_buffer& buffer,
                                   Parser& parser, Error& error) {
    bool is_body_timed = false;
    for (;;) {
        if (buffer.size() > 0) {
            buffer.consume(parser.put(buffer.data(), error));
            if (error == http::error::need_more) error = {};
            if (error || parser.is_done()) co_return;
        }
        if (parser.is_header_done() && !is_body_timed) {
            // A large body may take its time, but at least 64 KiB a second.
            const auto length = parser.content_length().value_or(0);
            connection.expires_after(kHttpReadTimeMax + std::chrono::seconds(length / 65536));
            is_body_timed = true;
        }
        if (buffer.size() >= kReadBytesMax) error = http::error::header_limit;
        if (error) co_return;
        const auto room = buffer.prepare(kReadBytesMax - buffer.size());
        const std::size_t size = co_await connection.read_some(room, error);
        if (error) co_return;
        buffer.commit(size);
    }
}

asio::awaitable<void> serve(HttpServer::Parts& parts, Connection& connection,
                            std::string remote) {
    beast::flat_buffer buffer;
    auto patience = kHttpReadTimeMax;
    bool goes_on = true;
    while (goes_on && !parts.is_stopping) {
        Parser parser;
        parser.eager(true);
        parser.header_limit(kHttpHeaderBytesMax);
        parser.body_limit(kHttpBodyBytesMax);
        connection.expires_after(patience);
        patience = kHttpIdleTimeMax;
        Error error;
        co_await read_request(connection, buffer, parser, error);
        if (error) {
            const bool is_quiet_end = !parser.got_some() && buffer.size() == 0;
            if (!is_quiet_end && !parts.is_stopping) ++parts.counts.broken_requests;
            co_return;
        }
        ++parts.counts.requests;
        Request request = parser.release();
        ApiRequest api = to_api(request, remote);
        connection.expires_never();
        ApiResponse answer = co_await parts.answer(std::move(api));
        if (answer.next_piece) {
            co_await write_pieces(parts, connection, answer);
            co_return;
        }
        goes_on = co_await write_whole(connection, request, answer);
    }
}

asio::awaitable<void> serve_socket(HttpServer::Parts& parts, tcp::socket socket,
                                   std::string remote) {
    const auto connection = make_connection(std::move(socket), parts.tls);
    const ConnectionGuard guard(parts, *connection);
    Error error;
    connection->expires_after(kHttpReadTimeMax);
    co_await connection->open(error);
    if (error) {
        ++parts.counts.broken_requests;
        co_return;
    }
    co_await serve(parts, *connection, std::move(remote));
    connection->expires_after(kHttpReadTimeMax);
    co_await connection->close();
}

asio::awaitable<void> accept_all(HttpServer::Parts& parts) {
    while (!parts.is_stopping) {
        Error error;
        tcp::socket socket = co_await parts.acceptor.async_accept(
            asio::redirect_error(asio::use_awaitable, error));
        if (error == asio::error::operation_aborted || parts.is_stopping) break;
        if (error) {
            // Out of file descriptors or the like: do not spin.
            asio::steady_timer pause(parts.executor, std::chrono::milliseconds(100));
            co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
            continue;
        }
        if (parts.open.size() >= kHttpConnectionsMax) {
            ++parts.counts.refused_connections;
            continue;  // the socket closes as it goes out of scope
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
    parts->wake_waiters = options.wake_waiters;
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
    if (parts_->wake_waiters) parts_->wake_waiters();
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
