#include "daemon/http/server.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/chunk_encode.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/serializer.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <list>
#include <optional>

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
    std::optional<asio::ssl::context> tls;
    asio::steady_timer all_closed;  // cancelled when the last connection is gone
    std::list<beast::tcp_stream*> open;
    HttpCounts counts;
    bool is_stopping = false;
    bool is_accepting = false;

    void note_end() {
        if (open.empty() && !is_accepting) all_closed.cancel();
    }
};

namespace {

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

template <class Message>
void set_headers(Message& message, const ApiResponse& answer) {
    message.set(http::field::server, "qingkong");
    message.set(http::field::content_type, answer.content_type);
    message.set("X-Content-Type-Options", "nosniff");
    message.set("Referrer-Policy", "no-referrer");
    message.set("Content-Security-Policy", kContentPolicy);
    message.set(http::field::cache_control, "no-store");
    for (const auto& [name, value] : answer.headers) message.set(name, value);
}

class ConnectionGuard {
 public:
    ConnectionGuard(HttpServer::Parts& parts, beast::tcp_stream& stream)
        : parts_(parts), at_(parts.open.insert(parts.open.end(), &stream)) {}
    ~ConnectionGuard() {
        parts_.open.erase(at_);
        parts_.note_end();
    }
    ConnectionGuard(const ConnectionGuard&) = delete;
    ConnectionGuard& operator=(const ConnectionGuard&) = delete;

 private:
    HttpServer::Parts& parts_;
    std::list<beast::tcp_stream*>::iterator at_;
};

template <class Stream>
asio::awaitable<bool> write_whole(Stream& stream, const Request& request, ApiResponse& answer) {
    http::response<http::string_body> response{static_cast<http::status>(answer.status),
                                               request.version()};
    set_headers(response, answer);
    response.keep_alive(request.keep_alive());
    response.body() = std::move(answer.body);
    response.prepare_payload();
    if (request.method() == http::verb::head) response.body().clear();
    beast::get_lowest_layer(stream).expires_after(kHttpWriteTimeMax);
    Error error;
    http::response_serializer<http::string_body> serializer(response);
    if (request.method() == http::verb::head) {
        co_await http::async_write_header(stream, serializer,
                                          asio::redirect_error(asio::use_awaitable, error));
    } else {
        co_await http::async_write(stream, serializer,
                                   asio::redirect_error(asio::use_awaitable, error));
    }
    co_return !error && response.keep_alive();
}

// An endless answer: pieces as HTTP chunks until the client goes or the server stops.
template <class Stream>
asio::awaitable<void> write_pieces(HttpServer::Parts& parts, Stream& stream,
                                   const Request& request, ApiResponse& answer) {
    http::response<http::empty_body> head{static_cast<http::status>(answer.status),
                                          request.version()};
    set_headers(head, answer);
    head.chunked(true);
    http::response_serializer<http::empty_body> serializer(head);
    Error error;
    beast::get_lowest_layer(stream).expires_after(kHttpWriteTimeMax);
    co_await http::async_write_header(stream, serializer,
                                      asio::redirect_error(asio::use_awaitable, error));
    std::string piece = std::move(answer.body);
    while (!error && !parts.is_stopping) {
        if (!piece.empty()) {
            const asio::const_buffer bytes(piece.data(), piece.size());
            const http::chunk_body<asio::const_buffer> chunk(bytes);
            beast::get_lowest_layer(stream).expires_after(kHttpWriteTimeMax);
            co_await asio::async_write(stream, chunk,
                                       asio::redirect_error(asio::use_awaitable, error));
            if (error) break;
        }
        beast::get_lowest_layer(stream).expires_never();
        piece = co_await answer.next_piece();
        if (piece.empty()) break;
    }
}

template <class Stream>
asio::awaitable<void> serve(HttpServer::Parts& parts, Stream& stream, std::string remote) {
    beast::flat_buffer buffer(kHttpHeaderBytesMax + 64 * 1024);
    bool goes_on = true;
    bool is_first = true;
    while (goes_on && !parts.is_stopping) {
        http::request_parser<http::string_body> parser;
        parser.header_limit(kHttpHeaderBytesMax);
        parser.body_limit(kHttpBodyBytesMax);
        Error error;
        beast::get_lowest_layer(stream).expires_after(is_first ? kHttpReadTimeMax
                                                               : kHttpIdleTimeMax);
        is_first = false;
        co_await http::async_read_header(stream, buffer, parser,
                                         asio::redirect_error(asio::use_awaitable, error));
        if (!error) {
            // A large body may take its time, but at least 64 KiB a second.
            const auto length = parser.content_length().value_or(0);
            const auto allowance = std::chrono::seconds(length / (64 * 1024));
            beast::get_lowest_layer(stream).expires_after(kHttpReadTimeMax + allowance);
            co_await http::async_read(stream, buffer, parser,
                                      asio::redirect_error(asio::use_awaitable, error));
        }
        if (error) {
            const bool is_quiet_end = error == http::error::end_of_stream ||
                                      error == asio::error::operation_aborted;
            if (!is_quiet_end) ++parts.counts.broken_requests;
            co_return;
        }
        ++parts.counts.requests;
        Request request = parser.release();
        ApiRequest api = to_api(request, remote);
        beast::get_lowest_layer(stream).expires_never();
        ApiResponse answer = co_await parts.answer(std::move(api));
        if (answer.next_piece) {
            co_await write_pieces(parts, stream, request, answer);
            co_return;
        }
        goes_on = co_await write_whole(stream, request, answer);
    }
}

asio::awaitable<void> serve_plain(HttpServer::Parts& parts, tcp::socket socket,
                                  std::string remote) {
    beast::tcp_stream stream(std::move(socket));
    const ConnectionGuard guard(parts, stream);
    co_await serve(parts, stream, std::move(remote));
    Error ignored;
    stream.socket().shutdown(tcp::socket::shutdown_both, ignored);
}

asio::awaitable<void> serve_tls(HttpServer::Parts& parts, tcp::socket socket,
                                std::string remote) {
    beast::ssl_stream<beast::tcp_stream> stream(beast::tcp_stream(std::move(socket)), *parts.tls);
    const ConnectionGuard guard(parts, stream.next_layer());
    Error error;
    stream.next_layer().expires_after(kHttpReadTimeMax);
    co_await stream.async_handshake(asio::ssl::stream_base::server,
                                    asio::redirect_error(asio::use_awaitable, error));
    if (error) {
        ++parts.counts.broken_requests;
        co_return;
    }
    co_await serve(parts, stream, std::move(remote));
    stream.next_layer().expires_after(kHttpReadTimeMax);
    co_await stream.async_shutdown(asio::redirect_error(asio::use_awaitable, error));
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
        auto session = parts.tls ? serve_tls(parts, std::move(socket), std::move(remote))
                                 : serve_plain(parts, std::move(socket), std::move(remote));
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
    const std::string where = options.address + ":" + std::to_string(options.port);
    try {
        if (!options.certificate_file.empty()) {
            parts->tls.emplace(asio::ssl::context::tls_server);
            parts->tls->set_options(asio::ssl::context::no_tlsv1 | asio::ssl::context::no_tlsv1_1);
            parts->tls->use_certificate_chain_file(options.certificate_file);
            parts->tls->use_private_key_file(options.key_file, asio::ssl::context::pem);
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
    for (beast::tcp_stream* stream : parts_->open) stream->cancel();
    for (beast::tcp_stream* stream : parts_->open) stream->socket().close(error);
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
